"""Disaster: a new version writes the TTL attribute in milliseconds."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, Item, key_of
from .batches import a_share_of, send_in_batches

MILLISECONDS = 1000


@dataclass(frozen=True)
class TtlInMilliseconds:
    """A new version of a service writes the TTL attribute in milliseconds: a thousand times too large.

    Nothing fails and nothing is deleted: TTL takes the number for seconds, so that what should expire next month
    expires in fifty thousand years. What is meant to be forgotten is kept, and the bill grows. Data that has to be
    deleted by law is still there.
    """

    prevention: ClassVar[str] = (
        "Write the expiry in seconds since the epoch, and test it: a number above 9,999,999,999 is no "
        "second of this age. A condition on the write that the expiry lies within five years would have "
        "refused it."
    )

    attribute: str = "expires_at"
    share: float = 0.5

    def strike(self, strike: Strike) -> Clue:
        """Put items back with their expiry in milliseconds; leave behind the new version's log."""
        changes = [
            Change(key_of(item, strike.key_attributes), self._in_milliseconds(item))
            for item in a_share_of(strike, self.share)
            if "N" in item.get(self.attribute, {})
        ]
        return Clue("the log of the new version", send_in_batches(strike, changes), log=tuple(changes))

    def _in_milliseconds(self, item: Item) -> Item:
        expires_at = Decimal(item[self.attribute]["N"])
        return {**item, self.attribute: {"N": str(expires_at * MILLISECONDS)}}
