"""Keys of a secondary index: the index's own key, then the table's, as bytes that sort as a query reads the index.

A sort key is closed by an escape, so that the table's key behind it cannot disturb the order: a zero byte in it becomes
`00 FF`, and `00 01` ends it. Entries whose index keys are equal stand in the order of their table keys, which AWS does
not document; it is the same in every page.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from .attributes import Attributes, Typed
from .errors import AwsError, invalid
from .keys import LONGEST_PARTITION_KEY, LONGEST_SORT_KEY, KeySchema, OrderKey, partition_prefix, raw, sort_bytes

CLOSE: Final = b"\x00\x01"
BEHIND: Final = b"\x00\x02"


class IndexKeys(NamedTuple):
    """The key attributes of an index and of its table."""

    own: KeySchema
    table: KeySchema

    @property
    def partition(self) -> str:
        """The index's partition key."""
        return self.own.partition

    @property
    def partition_type(self) -> str:
        """Its type."""
        return self.own.partition_type

    @property
    def sort(self) -> str | None:
        """The index's sort key; None where it has none."""
        return self.own.sort

    @property
    def sort_type(self) -> str:
        """Its type."""
        return self.own.sort_type

    @property
    def names(self) -> tuple[str, ...]:
        """All attributes that name an entry: the index's keys and the table's, each once."""
        return tuple(dict.fromkeys((*self.own.names, *self.table.names)))

    def prefix(self, partition: Typed) -> OrderKey:
        """What the entries of a partition begin with."""
        return partition_prefix(raw(partition))

    def place(self, sort: Typed) -> tuple[bytes, bytes]:
        """The stretch behind the prefix that one sort key takes: its start, and where it is over."""
        start = _escaped(sort)
        return start + CLOSE, start + BEHIND

    def beginning(self, sort: Typed) -> bytes:
        """What the sort keys that begin with this one have in common, behind the prefix."""
        return _escaped(sort)

    def of_item(self, item: Attributes, table_key: OrderKey) -> OrderKey | None:
        """Where an item stands in the index; None where it is not in it: a key is missing or of another type."""
        own = self.own
        partition = item.get(own.partition)
        if partition is None or own.partition_type not in partition:
            return None
        start = raw(partition)
        if not 0 < len(start) <= LONGEST_PARTITION_KEY:
            return None
        if own.sort is None:
            return partition_prefix(start) + table_key
        sort = item.get(own.sort)
        if sort is None or own.sort_type not in sort or not 0 < len(raw(sort)) <= LONGEST_SORT_KEY:
            return None
        return partition_prefix(start) + _escaped(sort) + CLOSE + table_key

    def of_key(self, key: Attributes) -> OrderKey:
        """Where a page of the index ended.

        Raises:
            AwsError: these are not the key attributes of the index and of the table.
        """
        if len(key) != len(self.names) or any(name not in key for name in self.names):
            raise _no_such_key()
        found = self.of_item(key, self.table.of_key({name: key[name] for name in self.table.names}))
        if found is None:
            raise _no_such_key()
        return found


def key_schema(elements: Sequence[dict[str, str]], types: dict[str, str]) -> KeySchema:
    """A key schema in the API's own structures, with the types that the table declares."""
    names = {element["KeyType"]: element["AttributeName"] for element in elements}
    partition, sort = names["HASH"], names.get("RANGE")
    return KeySchema(partition, types[partition], sort, "" if sort is None else types[sort])


def _no_such_key() -> AwsError:
    return invalid("The provided key element does not match the schema")


def _escaped(sort: Typed) -> bytes:
    return sort_bytes(sort).replace(b"\x00", b"\x00\xff")
