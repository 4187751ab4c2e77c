"""What a comparison plants into both sides to prove itself: defects that it must find, and pairs that are equal.

Each is an item of DynamoDB's wire under a key that no table of these key attributes can have. It comes to its digest by
the way that every item does, and is joined together with all the others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from ..snapshots.columns import SCHEMA, StoredRow, columns_of, halves_of, key_digest
from ..values import Item, Key, digest, key_of
from .engine import Halves
from .kinds import Kind

Typed = Mapping[str, Any]


class Pair(NamedTuple):
    """A value on the left and on the right: None where the key is to be on the other side only."""

    left: Typed | None
    right: Typed | None


HERE: Typed = {"S": "planted"}

ABSENT_SOMEWHERE: Mapping[str, Pair] = {
    "only_left": Pair(HERE, None),
    "only_right": Pair(None, HERE),
}

CHANGED: Mapping[str, Pair] = {
    "S": Pair({"S": "a"}, {"S": "A"}),
    "N": Pair({"N": "12345678901234567890123456789012345678"}, {"N": "12345678901234567890123456789012345679"}),
    "B": Pair({"B": "AAE="}, {"B": "AAI="}),
    "BOOL": Pair({"BOOL": True}, {"BOOL": False}),
    "NULL": Pair({"NULL": True}, {"M": {}}),
    "SS": Pair({"SS": ["a", "b"]}, {"SS": ["a", "c"]}),
    "NS": Pair({"NS": ["1", "2"]}, {"NS": ["1", "2", "3"]}),
    "BS": Pair({"BS": ["AA==", "AQ=="]}, {"BS": ["AA=="]}),
    "L": Pair({"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "2"}, {"N": "1"}]}),
    "M": Pair({"M": {"in": {"M": {"deep": {"S": "a"}}}}}, {"M": {"in": {"M": {"deep": {"S": "b"}}}}}),
    "type N to S": Pair({"N": "1"}, {"S": "1"}),
}
"""One changed value per type of DynamoDB's, and one that differs in its type only."""

SPELLED_DIFFERENTLY: Mapping[str, Pair] = {
    "N": Pair({"N": "1.0"}, {"N": "1"}),
    "N exponent": Pair({"N": "1E+3"}, {"N": "1000"}),
    "N zero": Pair({"N": "-0"}, {"N": "0.00"}),
    "SS order": Pair({"SS": ["b", "a"]}, {"SS": ["a", "b"]}),
    "NS order": Pair({"NS": ["10", "9.0"]}, {"NS": ["9", "10"]}),
    "BS order": Pair({"BS": ["AQ==", "AA=="]}, {"BS": ["AA==", "AQ=="]}),
    "M order": Pair({"M": {"a": {"N": "1"}, "b": {"S": "x"}}}, {"M": {"b": {"S": "x"}, "a": {"N": "1.0"}}}),
    "L nested": Pair({"L": [{"NS": ["2", "1"]}]}, {"L": [{"NS": ["1", "2.0"]}]}),
}
"""Values that DynamoDB takes for the same: none of them may be reported."""


class Plant(NamedTuple):
    """One planted key: what it is called, its digest, and what the comparison has to make of it."""

    name: str
    key: Halves
    kind: Kind


@dataclass(frozen=True)
class Bed:
    """All that is planted: the keys with what is expected of each, and the rows of both sides."""

    plants: tuple[Plant, ...]
    left: pa.Table
    right: pa.Table

    @property
    def equal(self) -> int:
        """How many of them are on both sides and the same: they are no keys of the tables."""
        return sum(plant.kind is Kind.EQUAL for plant in self.plants)

    def misses(self, found: Iterable[tuple[int, int, int]]) -> list[str]:
        """What the comparison did not make of the planted keys what it had to.

        Args:
            found: of the planted keys that were reported: kind and key.
        """
        reported: dict[Halves, Kind] = {(high, low): Kind(kind) for kind, high, low in found}
        return [
            f"{plant.name}: expected {plant.kind.word}, found {reported.get(plant.key, Kind.EQUAL).word}"
            for plant in self.plants
            if reported.get(plant.key, Kind.EQUAL) is not plant.kind
        ]


def bed(
    key_attributes: tuple[str, ...], prepare: Callable[[Item], Item] = lambda item: item, *, keys_only: bool = False
) -> Bed:
    """Make what is planted in a comparison of tables with these key attributes.

    Args:
        key_attributes: of both tables.
        prepare: what is done to each item before its digest is taken, as it was done to the sides' own.
        keys_only: values are not compared, so that changed ones must not be reported.
    """
    name = "planted"
    while name in key_attributes:
        name += "+"
    changed = Kind.EQUAL if keys_only else Kind.DIFFERENT
    plants: list[Plant] = []
    rows: tuple[list[StoredRow], list[StoredRow]] = ([], [])
    kinds = {"only_left": Kind.ONLY_LEFT, "only_right": Kind.ONLY_RIGHT}
    for group, pairs, kind in (
        ("class", ABSENT_SOMEWHERE, None),
        ("changed", CHANGED, changed),
        ("spelled differently", SPELLED_DIFFERENTLY, Kind.EQUAL),
    ):
        for what, pair in pairs.items():
            key_value = {name: {"S": f"{group} {what}"}}
            key = key_of(key_value, (name,))
            plants.append(Plant(f"{group} {what}", halves_of(key_digest(key)), kinds[what] if kind is None else kind))
            for side, typed in zip(rows, pair, strict=True):
                if typed is not None:
                    side.append(_row(key, prepare({**key_value, f"{name} value": typed})))
    left, right = (pa.Table.from_batches([columns_of(side)], schema=SCHEMA) for side in rows)
    return Bed(tuple(plants), left, right)


def _row(key: Key, item: Item) -> StoredRow:
    return StoredRow(key, digest(item), None, None, None)
