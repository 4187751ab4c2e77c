"""Secondary indexes: what each must hold, by its definition and its table's items, and where it does not.

An index holds an entry for every item that has all of the index's key attributes with the types that the table
declares for them: it is sparse (Developer Guide, "Take advantage of sparse indexes"). An entry has the table's key, the
index's key and, by its projection, nothing more, some attributes or all of them (API reference, Projection).
"""

from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from .values import Item, Key, digest, key_of

Projection = Literal["ALL", "KEYS_ONLY", "INCLUDE"]

LONGEST = {"HASH": 2048, "RANGE": 1024}
"""The most bytes of a key; an item with more is in no index (Developer Guide, "Quotas"; it can be older than one)."""


class IndexKey(NamedTuple):
    """One key attribute of an index: its name, its type (S, N or B) and its part, HASH or RANGE."""

    name: str
    type: str
    part: str


@dataclass(frozen=True)
class IndexDefinition:
    """One secondary index of a table; `included` are the attributes that a projection of INCLUDE names."""

    name: str
    is_global: bool
    keys: tuple[IndexKey, ...]
    projection: Projection
    included: tuple[str, ...] = ()

    def entry(self, item: Item, key_attributes: Sequence[str]) -> Item | None:
        """The entry that the index must have for an item of its table; None where it must have none."""
        if not all(_can_be_key(item.get(key.name), key) for key in self.keys):
            return None
        if self.projection == "ALL":
            return item
        names = {*key_attributes, *(key.name for key in self.keys), *self.included}
        return {name: typed for name, typed in item.items() if name in names}


class Fault(StrEnum):
    """What is wrong with an index about one item of its table.

    MISSING: it has no entry for it. PHANTOM: it has one for an item that is not there, or that does not belong in it.
    PROJECTION: the entry lacks attributes that the projection has, or has others. VALUES: it has the right attributes
    and other values. TWICE: it has several.
    """

    MISSING = "missing"
    PHANTOM = "phantom"
    PROJECTION = "projection"
    VALUES = "values"
    TWICE = "twice"


class IndexFinding(NamedTuple):
    """One item about which an index disagrees with its table; `key` is the table's."""

    fault: Fault
    key: Key
    because: str


class _Due(NamedTuple):
    digest: bytes
    names: frozenset[str]


def disagreements(
    items: Iterable[Item], entries: Iterable[Item], definition: IndexDefinition, key_attributes: Sequence[str]
) -> list[IndexFinding]:
    """Hold an index against its table, both as they stood at one time.

    It holds one digest per item in memory, so that both sides can be streams.

    Args:
        items: all of the table.
        entries: all of the index.
        definition: of the index.
        key_attributes: of the table, partition key first.
    """
    due = _due(items, definition, key_attributes)
    found: list[IndexFinding] = []
    met: set[Key] = set()
    for entry in entries:
        key = key_of(entry, key_attributes)
        if key in met:
            found.append(IndexFinding(Fault.TWICE, key, "more than one entry"))
            continue
        met.add(key)
        if key not in due:
            found.append(IndexFinding(Fault.PHANTOM, key, "an entry for an item that is not there"))
        elif (finding := _compared(entry, key, due[key], definition)) is not None:
            found.append(finding)
    lacking = (key for key, wanted in due.items() if wanted is not None and key not in met)
    return [*found, *(IndexFinding(Fault.MISSING, key, "no entry for this item") for key in lacking)]


def _due(items: Iterable[Item], definition: IndexDefinition, key_attributes: Sequence[str]) -> dict[Key, _Due | None]:
    """What the index must hold for each item; None for one that does not belong in it."""
    shapes: dict[frozenset[str], frozenset[str]] = {}
    due: dict[Key, _Due | None] = {}
    for item in items:
        entry = definition.entry(item, key_attributes)
        if entry is None:
            due[key_of(item, key_attributes)] = None
            continue
        names = frozenset(entry)
        due[key_of(item, key_attributes)] = _Due(digest(entry), shapes.setdefault(names, names))
    return due


def _compared(entry: Item, key: Key, wanted: _Due | None, definition: IndexDefinition) -> IndexFinding | None:
    if wanted is None:
        names = ", ".join(index_key.name for index_key in definition.keys)
        return IndexFinding(Fault.PHANTOM, key, f"an entry for an item without {names} of the declared type")
    if digest(entry) == wanted.digest:
        return None
    lacks, more = wanted.names - entry.keys(), entry.keys() - wanted.names
    if lacks or more:
        said = [f"lacks {', '.join(sorted(lacks))}"] if lacks else []
        said += [f"has {', '.join(sorted(more))} too"] if more else []
        return IndexFinding(Fault.PROJECTION, key, f"{' and '.join(said)}; its projection is {definition.projection}")
    return IndexFinding(Fault.VALUES, key, "holds other values than the item")


def _can_be_key(typed: Mapping[str, Any] | None, key: IndexKey) -> bool:
    """Whether a value can stand as this key of an index: of the declared type, not empty, not too long."""
    value = (typed or {}).get(key.type)
    if not isinstance(value, str):
        return False
    size = len(b64decode(value)) if key.type == "B" else len(value.encode())
    return 0 < size <= LONGEST.get(key.part, LONGEST["RANGE"])


def definitions(described: Mapping[str, Any]) -> tuple[IndexDefinition, ...]:
    """The indexes of a table, by name, from the `Table` of a DescribeTable answer (or a CreateTable request)."""
    types = {a["AttributeName"]: a["AttributeType"] for a in described.get("AttributeDefinitions", ())}
    found = [
        _definition(index, types, is_global=is_global)
        for member, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False))
        for index in described.get(member) or ()
    ]
    return tuple(sorted(found, key=lambda index: index.name))


def _definition(index: Mapping[str, Any], types: Mapping[str, str], *, is_global: bool) -> IndexDefinition:
    keys = tuple(
        IndexKey(element["AttributeName"], types[element["AttributeName"]], element["KeyType"])
        for element in index["KeySchema"]
    )
    projection = index.get("Projection") or {}
    kind: Projection = projection.get("ProjectionType", "ALL")
    included = tuple(sorted(projection.get("NonKeyAttributes") or ())) if kind == "INCLUDE" else ()
    return IndexDefinition(index["IndexName"], is_global, keys, kind, included)
