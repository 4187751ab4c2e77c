"""Disaster: a migration changes an attribute's type, and items fall out of an index."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, Item, key_of
from .batches import a_share_of, send_in_batches


@dataclass(frozen=True)
class TypeMigration:
    """A migration turns a string into a map, and the items that it has been through are in an index no longer.

    DynamoDB refuses an item whose index key has another type than the index was made for (Developer Guide, "Using
    global secondary indexes"), so the migration was made to work: it writes the map under a new name and takes the
    string away. An item without an index's key attribute is not in that index. Every item is in the table, every write
    was answered with success, and whoever asks the index finds less from batch to batch.
    """

    prevention: ClassVar[str] = (
        "Count what each index answers before and after the first hundred items. Write the new attribute "
        "beside the old one, and take the old one away when nobody asks the index any more."
    )

    attribute: str = "city"
    into: str = "address"
    share: float = 0.5

    def strike(self, strike: Strike) -> Clue:
        """Put items back in their new form; leave behind the migration's log."""
        changes = [
            Change(key_of(item, strike.key_attributes), self._migrated(item))
            for item in a_share_of(strike, self.share)
            if "S" in item.get(self.attribute, {})
        ]
        began_at = send_in_batches(strike, changes)
        return Clue("the migration's log", began_at, log=tuple(changes))

    def _migrated(self, item: Item) -> Item:
        rest = {name: typed for name, typed in item.items() if name != self.attribute}
        return {**rest, self.into: {"M": {self.attribute: item[self.attribute]}}}
