"""Disaster: of what belongs together half is written."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, Item, key_of
from .batches import items_of


@dataclass(frozen=True)
class HalfTransaction:
    """A service moves amounts from one item to another with two puts instead of a transaction, and dies between them.

    Each first put takes half of an amount away, the second, which would add it elsewhere, is never sent. Every item is
    valid by itself; what is wrong is a sum. TransactWriteItems would have written both or neither.
    """

    prevention: ClassVar[str] = (
        "Write what belongs together with TransactWriteItems: all of it or nothing. A check of the sum, "
        "run every day, would have found the half."
    )

    attribute: str = "total"
    pairs: int = 20

    def strike(self, strike: Strike) -> Clue:
        """Take amounts away and add them nowhere; leave behind the service's log."""
        items = [item for item in items_of(strike) if "N" in item.get(self.attribute, {})]
        givers = strike.random.sample(items, min(self.pairs, max(len(items) // 2, 1), len(items)))
        halves = [Change(key_of(giver, strike.key_attributes), self._halved(giver)) for giver in givers]
        began_at = strike.clock.now()
        for half in halves:
            strike.send([half])
        return Clue("the service's log", began_at, log=tuple(halves))

    def _halved(self, item: Item) -> Item:
        return {**item, self.attribute: {"N": str(Decimal(item[self.attribute]["N"]) / 2)}}
