"""Disaster: a batch job writes a wrong value over part of the items."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, Item, key_of

BATCH = 25
"""The most that BatchWriteItem takes."""


@dataclass(frozen=True)
class Overwrite:
    """A batch job reads the table, sets one attribute of a share of the items to a wrong value, and puts them back.

    What users wrote between the job's reading and its writing is overwritten too.
    """

    attribute: str = "total"
    wrong_number: str = "0"
    share: float = 0.3

    def strike(self, strike: Strike) -> Clue:
        """Put items back with the wrong value; leave behind the job's log: when it began, and what it put."""
        wrong = [
            Change(key_of(item, strike.key_attributes), {**item, self.attribute: {"N": self.wrong_number}})
            for item in _items(strike)
            if strike.random.random() < self.share
        ]
        began_at = strike.clock.now()
        for start in range(0, len(wrong), BATCH):
            strike.send(wrong[start : start + BATCH])
        return Clue("the batch job's log", began_at, log=tuple(wrong))


def _items(strike: Strike) -> Iterator[Item]:
    start: dict[str, Any] = {}
    while True:
        page = strike.client.scan(TableName=strike.table, **start)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
