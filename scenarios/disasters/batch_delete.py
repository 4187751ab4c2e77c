"""Disaster: a clean-up script with its comparison the wrong way round deletes what it should have kept."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, key_of
from .batches import in_batches


@dataclass(frozen=True)
class BatchDelete:
    """A clean-up script deletes what it should have kept: `>=` where `<` was meant, until somebody presses CTRL+C.

    As in the story that launched point-in-time recovery, it scans with a filter, deletes what one unpaginated page
    answered, in batches, and is interrupted with its last batch on the way: nobody knows what became of that one.
    It should have been `Attr("last_update").lt(...)`, and it printed a count that nobody read.
    """

    prevention: ClassVar[str] = (
        "Print the count, and ask, before anything is deleted: it would have said how many of how many "
        'items are about to go. The right filter is Attr("last_update").lt(...): `<`, not `>=`. Read the '
        "filter's page to its LastEvaluatedKey, and try it as a dry run first."
    )

    attribute: str = "last_update"
    comparison: str = ">="
    value: str = "2014-01-01T00:00:00"
    interrupted_after_batches: int = 20

    def strike(self, strike: Strike) -> Clue:
        """Delete batch after batch; leave behind the script's log, which says when it began to delete, and what."""
        batches = list(in_batches([Change(key, None) for key in self._find(strike)]))
        heard = min(self.interrupted_after_batches, max(len(batches) - 1, 1))
        began_at = strike.clock.now()
        for batch in batches[:heard]:
            strike.send(batch)
        for batch in batches[heard : heard + 1]:
            strike.send_unheard(batch)
        asked = [change for batch in batches[: heard + 1] for change in batch]
        return Clue("the clean-up script's log", began_at, log=tuple(asked))

    def _find(self, strike: Strike) -> list[str]:
        """What the script takes for old: one page, since it does not look at LastEvaluatedKey."""
        page = strike.client.scan(
            TableName=strike.table,
            FilterExpression=f"#attribute {self.comparison} :value",
            ProjectionExpression=", ".join(f"#key{index}" for index in range(len(strike.key_attributes))),
            ExpressionAttributeNames={
                "#attribute": self.attribute,
                **{f"#key{index}": name for index, name in enumerate(strike.key_attributes)},
            },
            ExpressionAttributeValues={":value": {"S": self.value}},
        )
        return [key_of(item, strike.key_attributes) for item in page["Items"]]
