"""Disaster: TTL is switched on by the wrong attribute, and DynamoDB deletes what it should keep."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike


@dataclass(frozen=True)
class TtlWrongAttribute:
    """TTL is switched on to clean up, by the attribute that says when an item began instead of when it ends.

    Every item whose instant is in the past, and not more than five years, is expired at once, and DynamoDB deletes
    them one after the other in the background: no writer did it, no log of the application shows it. In the stream
    each delete says that it was the service's (Developer Guide, "Using time to live (TTL) in DynamoDB"). TTL may be
    changed once an hour, and what is deleted meanwhile is deleted.

    `lasts_s` is how long it goes on before anybody may notice.
    """

    prevention: ClassVar[str] = (
        "Before TTL is switched on, count the items whose attribute lies in the past: they are what will "
        "be deleted, within days. Deny dynamodb:UpdateTimeToLive to all but the pipeline that is "
        "reviewed."
    )

    attribute: str = "signed_at"
    lasts_s: float = 3600.0

    def strike(self, strike: Strike) -> Clue:
        """Switch TTL on, and let time pass; leave behind CloudTrail's event of it."""
        asked_at = strike.clock.now()
        strike.attempt(
            f"UpdateTimeToLive: on by {self.attribute}",
            lambda: strike.control.update_time_to_live(
                TableName=strike.table,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": self.attribute},
            ),
        )
        strike.clock.wait(self.lasts_s, "while TTL deletes")
        return Clue("CloudTrail's event of UpdateTimeToLive", asked_at)
