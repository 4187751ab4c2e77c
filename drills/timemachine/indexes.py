"""The secondary indexes of a table: built when one is first read, kept up from then on, free until then.

An entry is a version like those of the table's rows, under the index's key and with the attributes that the index
projects. An index follows the commits of its table; its past is never needed, a restored table builds its own.
"""

import threading
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, Final

import orjson

from .attributes import Attributes, size_of_item
from .changelog import Change, Version
from .errors import AwsError, SchemaMismatchError, invalid
from .indexkeys import IndexKeys, key_schema
from .keys import LONGEST_PARTITION_KEY, LONGEST_SORT_KEY, KeySchema, OrderKey, raw
from .rows import Rows

if TYPE_CHECKING:
    from .table import Table

UNIT_BYTES: Final = 1024


class Index:
    """One secondary index.

    Args:
        name: its name.
        is_global: a global one, else local.
        keys: its key attributes and the table's.
        projected: the attributes of its entries; None for all.
    """

    def __init__(self, name: str, keys: IndexKeys, projected: frozenset[str] | None, *, is_global: bool) -> None:
        self.name = name
        self.keys = keys
        self.projected = projected
        self.is_global = is_global
        self._building = threading.Lock()
        self._rows: Rows | None = None
        self._places: dict[OrderKey, OrderKey] = {}
        self._missed: list[Version] = []

    @property
    def definition(self) -> tuple[object, ...]:
        """What makes it the index it is."""
        return self.name, self.is_global, self.keys, self.projected

    @property
    def built(self) -> Rows | None:
        """The entries, None as long as nobody has read the index."""
        return self._rows

    def ready(self, table: "Table") -> Rows:
        """The entries, which are built if nobody has read the index before.

        Building takes the journal's lock only to begin and to end: call without it.
        """
        if self._rows is None:
            with self._building:
                if self._rows is None:
                    self._build(table)
        assert self._rows is not None
        return self._rows

    def _build(self, table: "Table") -> None:
        with table.journal.lock:
            versions = list(table.rows.by_key.values())
            self._missed.clear()
            table.followers = (*table.followers, self)
        entries = {}
        for version in versions:
            entry = self._entry(version)
            if entry is not None:
                self._places[version.key] = entry.key
                entries[entry.key] = entry
        rows = Rows(entries)
        with table.journal.lock:
            for version in self._missed:
                self._put(rows, version)
            self._missed.clear()
            self._rows = rows

    def follow(self, _: "Table", change: Change) -> None:
        """Take over a change of the table; called within the commit."""
        if self._rows is None:
            self._missed.append(change.new)
        else:
            self._put(self._rows, change.new)

    def _put(self, rows: Rows, version: Version) -> None:
        old_key = self._places.pop(version.key, None)
        entry = None if version.wire is None else self._entry(version)
        if old_key is not None and (entry is None or entry.key != old_key):
            rows.put(Version(version.sequence, version.at, old_key, None, 0))
        if entry is not None:
            self._places[version.key] = entry.key
            rows.put(entry)

    def _entry(self, version: Version) -> Version | None:
        """A version as it stands in the index; None where it does not."""
        item: Attributes = orjson.loads(version.wire or b"{}")
        key = self.keys.of_item(item, version.key)
        if key is None:
            return None
        if self.projected is None:
            return version._replace(key=key)
        shown = self.projection_of(item)
        return version._replace(key=key, wire=orjson.dumps(shown), size=size_of_item(shown))

    def projection_of(self, item: Attributes) -> Attributes:
        """The attributes of an item that the index holds."""
        if self.projected is None:
            return item
        return {name: typed for name, typed in item.items() if name in self.projected}

    def write_units(self, old: Attributes | None, new: Attributes | None) -> float:
        """What a write to the table costs here: an entry that comes, goes or changes; twice where its key changes.

        Source: Developer Guide, "Write capacity considerations for global secondary indexes".
        """
        before, after = self._held(old), self._held(new)
        if before == after:
            return 0.0
        if before is None or after is None:
            return _units(before or after)
        moved = any(before.get(name) != after.get(name) for name in self.keys.names)
        return _units(before) + _units(after) if moved else max(_units(before), _units(after))

    def _held(self, item: Attributes | None) -> Attributes | None:
        return None if item is None or self.keys.of_item(item, b"") is None else self.projection_of(item)


def _units(entry: Attributes | None) -> float:
    return float(max(1, -(-size_of_item(entry or {}) // UNIT_BYTES)))


def indexes_of(table: "Table", known: Mapping[str, Index]) -> dict[str, Index]:
    """The indexes that a table has now; those that it had before stay as they are."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table.attr}
    found = {}
    for described in (*table.global_indexes, *table.indexes):
        is_global = described in table.global_indexes
        keys = IndexKeys(key_schema(described.schema, types), table.keys)
        index = Index(described.name, keys, _projected(described.projection, keys), is_global=is_global)
        old = known.get(index.name)
        found[index.name] = old if old is not None and old.definition == index.definition else index
    return found


def _projected(projection: Mapping[str, Any] | None, keys: IndexKeys) -> frozenset[str] | None:
    kind = (projection or {}).get("ProjectionType")
    if kind not in {"KEYS_ONLY", "INCLUDE"}:
        return None
    return frozenset((*keys.names, *((projection or {}).get("NonKeyAttributes") or ())))


def check_index_keys(indexes: Mapping[str, Index], item: Attributes) -> None:
    """Refuse an item whose value for an index key is not of the type that was declared, empty or too long.

    Raises:
        AwsError: it is.
    """
    for index in indexes.values():
        keys: KeySchema = index.keys.own
        _check_part(index, item, keys.partition, keys.partition_type, LONGEST_PARTITION_KEY)
        if keys.sort is not None:
            _check_part(index, item, keys.sort, keys.sort_type, LONGEST_SORT_KEY)


def check_updated_keys(indexes: Mapping[str, Index], item: Attributes, touched: Set[str]) -> None:
    """Refuse an update that leaves an index key with a value that cannot be one.

    Raises:
        AwsError: it does.
    """
    for index in indexes.values():
        for name in index.keys.own.names:
            if name in touched and name in item:
                _check_updated(index, item, name)


def _check_updated(index: Index, item: Attributes, name: str) -> None:
    own = index.keys.own
    is_partition = name == own.partition
    expected = own.partition_type if is_partition else own.sort_type
    said = "The update expression attempted to update the secondary index key"
    if expected not in item[name]:
        raise invalid(f"One or more parameter values were invalid: {said} to unsupported type")
    size = len(raw(item[name]))
    if not size:
        kind = "binary" if expected == "B" else "string"
        raise invalid(
            "One or more parameter values are not valid. The update expression attempted to update a secondary index "
            "key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty "
            f"{kind} value."
        )
    if size > (LONGEST_PARTITION_KEY if is_partition else LONGEST_SORT_KEY):
        raise invalid(f"One or more parameter values were invalid: {said} beyond allowed size limits")


def _check_part(index: Index, item: Attributes, name: str, expected: str, longest: int) -> None:
    typed = item.get(name)
    if typed is None:
        return
    if expected not in typed:
        raise SchemaMismatchError(
            "One or more parameter values were invalid: Type mismatch for Index Key "
            f"{name} Expected: {expected} Actual: {next(iter(typed))} IndexName: {index.name}"
        )
    value = typed[expected]
    if not value:
        raise _empty(index, name, expected)
    # Four bytes are the most that a character takes: nearly no value has to be counted.
    if 4 * len(value) > longest and len(raw(typed)) > longest:
        raise invalid(
            f"One or more parameter values were invalid: Size limit exceeded: index key {name} of index {index.name} "
            f"has more than {longest} bytes"
        )


def _empty(index: Index, name: str, expected: str) -> AwsError:
    kind = "binary" if expected == "B" else "string"
    return invalid(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
        f"The AttributeValue for a key attribute cannot contain an empty {kind} value. "
        f"IndexName: {index.name}, IndexKey: {name}"
    )
