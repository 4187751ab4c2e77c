"""What moto sees of a table's items: mappings that read rows and stage writes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

import orjson
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

from .changelog import Version
from .journal import Stored
from .keys import OrderKey

if TYPE_CHECKING:
    from .table import Table


class Row(Item):
    """An item of moto's made from a stored one, which was checked when it was written."""

    def __new__(cls, *_: object, **__: object) -> Self:
        """Moto would keep every item for ever."""
        row: Self = object.__new__(cls)
        return row

    def __init__(self, table: "Table", wire: bytes) -> None:
        attributes = orjson.loads(wire)
        self.attrs = LimitedSizeDict()
        for name, typed in attributes.items():
            # Past LimitedSizeDict's own check, which adds up the whole item for every attribute.
            dict.__setitem__(self.attrs, name, DynamoType(typed))
        self.hash_key = self.attrs[table.keys.partition]
        self.range_key = None if table.keys.sort is None else self.attrs[table.keys.sort]


class ItemsView:
    """Moto's `table.items`: partition key to item, or to a mapping of sort key to item."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def __getitem__(self, partition: DynamoType) -> "Item | PartitionView":
        if self._table.keys.sort is not None:
            return PartitionView(self, partition)
        return self.fetch(self.key(partition, None))

    def __contains__(self, partition: DynamoType) -> bool:
        return self.holds(self.key(partition, None))

    def __setitem__(self, partition: DynamoType, item: Item) -> None:
        self.put(item)

    def pop(self, partition: DynamoType) -> Item:
        """Take an item out of a table without sort key."""
        return self.take(self.key(partition, None))

    def values(self) -> Iterator[Any]:
        """The items of a table without sort key; of one with a sort key, one mapping that holds them all."""
        items = (self.built(version) for version in self._table.rows)
        if self._table.keys.sort is None:
            yield from items
        else:
            yield dict(enumerate(items))

    def key(self, partition: DynamoType, sort: DynamoType | None) -> OrderKey:
        """The key of a row."""
        keys = self._table.keys
        values = {keys.partition: {partition.type: partition.value}}
        if keys.sort is not None and sort is not None:
            values[keys.sort] = {sort.type: sort.value}
        return keys.of_key(values)

    def built(self, version: Version) -> Row:
        """An item of moto's, made anew."""
        return Row(self._table, version.wire or b"{}")

    def holds(self, key: OrderKey) -> bool:
        """Whether there is an item, as the request at work sees it."""
        written, item = self._table.journal.staged(self._table, key)
        return item is not None if written else self._table.rows.get(key) is not None

    def fetch(self, key: OrderKey) -> Item:
        """An item as the request at work sees it: what it wrote itself, else a copy of what is stored.

        Raises:
            KeyError: there is none.
        """
        written, item = self._table.journal.staged(self._table, key)
        if isinstance(item, Stored):
            return Row(self._table, item.wire)
        if written:
            found: Item | None = item
        else:
            found = self._table.item_of(self._table.rows.get(key))
        if found is None:
            raise KeyError(key)
        return found

    def put(self, item: Item) -> None:
        """Stage an item of moto's."""
        self._table.journal.stage(self._table, self.key(item.hash_key, item.range_key), item)

    def take(self, key: OrderKey) -> Item:
        """Stage a deletion and give what was there."""
        item = self.fetch(key)
        self._table.journal.stage(self._table, key, None)
        return item


class PartitionView:
    """The items under one partition key."""

    def __init__(self, items: ItemsView, partition: DynamoType) -> None:
        self._items = items
        self._partition = partition

    def __getitem__(self, sort: DynamoType) -> Item:
        return self._items.fetch(self._items.key(self._partition, sort))

    def __setitem__(self, sort: DynamoType, item: Item) -> None:
        self._items.put(item)

    def pop(self, sort: DynamoType) -> Item:
        """Take an item out."""
        return self._items.take(self._items.key(self._partition, sort))


class CommitPoint:
    """Moto's `table.stream_shard`: told of every write after it was made, also of items changed in place."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def add(self, _old: Item | None, new: Item | None) -> None:
        """Stage what a write has left."""
        if new is not None:
            self._table.view.put(new)
