"""Consumed capacity, for requests that ask for it: read units of 4 KB, write units of 1 KB, of table and indexes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from .attributes import Attributes
from .changelog import Version
from .errors import not_one_of
from .journal import Stored
from .wire import dumps

if TYPE_CHECKING:
    from .indexes import Index
    from .table import Table

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
CHOICES = ("INDEXES", "TOTAL", "NONE")


class Units(NamedTuple):
    """What a request costs: on the table, and on its indexes by name."""

    table: float = 0.0
    global_indexes: Mapping[str, float] = {}
    local_indexes: Mapping[str, float] = {}

    @property
    def total(self) -> float:
        """All of it."""
        return self.table + sum(self.global_indexes.values()) + sum(self.local_indexes.values())

    def plus(self, other: "Units") -> "Units":
        """Both together."""
        return Units(
            self.table + other.table,
            _summed(self.global_indexes, other.global_indexes),
            _summed(self.local_indexes, other.local_indexes),
        )

    def times(self, factor: int) -> "Units":
        """So many times as much: a transaction costs twice."""
        return Units(
            factor * self.table,
            {name: factor * each for name, each in self.global_indexes.items()},
            {name: factor * each for name, each in self.local_indexes.items()},
        )

    def members(self, table: str, *, by_index: bool) -> dict[str, Any]:
        """As an answer says it."""
        members: dict[str, Any] = {"TableName": table, "CapacityUnits": self.total}
        if by_index:
            members["Table"] = {"CapacityUnits": self.table}
            for kind, units in (
                ("GlobalSecondaryIndexes", self.global_indexes),
                ("LocalSecondaryIndexes", self.local_indexes),
            ):
                if units:
                    members[kind] = {name: {"CapacityUnits": each} for name, each in units.items()}
        return members


def _summed(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: one.get(name, 0.0) + other.get(name, 0.0) for name in (*one, *other)}


def read_units(body: Mapping[str, Any], size_bytes: int) -> float:
    """What reading so many bytes costs; half of it when the read need not be consistent."""
    units = max(1, -(-size_bytes // READ_UNIT_BYTES))
    return float(units) if body.get("ConsistentRead") else units / 2


def units_on(index: "Index | None", units: float) -> Units:
    """Units that were spent on the table, or on one of its indexes."""
    if index is None:
        return Units(units)
    return Units(global_indexes={index.name: units}) if index.is_global else Units(local_indexes={index.name: units})


def write_units(*sizes_bytes: int) -> float:
    """What replacing an item by another costs: the larger one counts."""
    return float(max(1, -(-max(sizes_bytes, default=0) // WRITE_UNIT_BYTES)))


def write_cost(table: "Table", old: Version | None, new: Stored | Version | None) -> Units:
    """What one write costs on the table and on those indexes whose entry it changes."""
    units = write_units(old.size if old else 0, new.size if new else 0)
    if not table.secondary:
        return Units(units)
    before, after = _item(old), _item(new)
    costs = {True: {}, False: {}}  # type: dict[bool, dict[str, float]]
    for index in table.secondary.values():
        cost = index.write_units(before, after)
        if cost:
            costs[index.is_global][index.name] = cost
    return Units(units, costs[True], costs[False])


def _item(stored: Stored | Version | None) -> Attributes | None:
    return None if stored is None or stored.wire is None else orjson.loads(stored.wire)


def wanted(body: Mapping[str, Any]) -> bool:
    """Whether the request asks for its consumed capacity.

    Raises:
        AwsError: it asks for something that is not there.
    """
    choice = body.get("ReturnConsumedCapacity") or "NONE"
    if choice not in CHOICES:
        raise not_one_of("returnConsumedCapacity", choice, CHOICES)
    return bool(choice != "NONE")


def spent(body: Mapping[str, Any], table: str, units: Units) -> list[tuple[str, bytes]]:
    """The member for one table; none where it is not asked for."""
    return [("ConsumedCapacity", dumps(units.members(table, by_index=_by_index(body))))] if wanted(body) else []


def spent_each(body: Mapping[str, Any], units: Mapping[str, Units], kind: str = "") -> list[tuple[str, bytes]]:
    """The member for several tables; none where it is not asked for.

    Args:
        body: the request's members.
        units: by table.
        kind: `Read` or `Write` for transactions, which say so.
    """
    if not wanted(body):
        return []
    entries = []
    for table, each in units.items():
        members = each.members(table, by_index=_by_index(body))
        if kind:
            members[f"{kind}CapacityUnits"] = each.total
        entries.append(dumps(members))
    return [("ConsumedCapacity", b"[" + b",".join(entries) + b"]")]


def _by_index(body: Mapping[str, Any]) -> bool:
    return bool(body["ReturnConsumedCapacity"] == "INDEXES")
