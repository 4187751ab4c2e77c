"""Consumed capacity, for requests that ask for it: read units of 4 KB, write units of 1 KB."""

from collections.abc import Mapping
from typing import Any

from .errors import invalid
from .wire import dumps

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
CHOICES = ("INDEXES", "TOTAL", "NONE")


def read_units(body: Mapping[str, Any], size_bytes: int) -> float:
    """What reading so many bytes costs; half of it when the read need not be consistent."""
    units = max(1, -(-size_bytes // READ_UNIT_BYTES))
    return float(units) if body.get("ConsistentRead") else units / 2


def write_units(*sizes_bytes: int) -> float:
    """What replacing an item by another costs: the larger one counts."""
    return float(max(1, -(-max(sizes_bytes, default=0) // WRITE_UNIT_BYTES)))


def wanted(body: Mapping[str, Any]) -> bool:
    """Whether the request asks for its consumed capacity.

    Raises:
        AwsError: it asks for something that is not there.
    """
    choice = body.get("ReturnConsumedCapacity", "NONE")
    if choice not in CHOICES:
        raise invalid(
            f"1 validation error detected: Value '{choice}' at 'returnConsumedCapacity' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(CHOICES)}]"
        )
    return bool(choice != "NONE")


def spent(body: Mapping[str, Any], table: str, units: float) -> list[tuple[str, bytes]]:
    """The member for one table; none where it is not asked for."""
    return [("ConsumedCapacity", dumps(_entry(body, table, units)))] if wanted(body) else []


def spent_each(body: Mapping[str, Any], units: Mapping[str, float]) -> list[tuple[str, bytes]]:
    """The member for several tables; none where it is not asked for."""
    if not wanted(body):
        return []
    entries = b",".join(dumps(_entry(body, table, each)) for table, each in units.items())
    return [("ConsumedCapacity", b"[" + entries + b"]")]


def _entry(body: Mapping[str, Any], table: str, units: float) -> dict[str, Any]:
    entry: dict[str, Any] = {"TableName": table, "CapacityUnits": units}
    if body["ReturnConsumedCapacity"] == "INDEXES":
        entry["Table"] = {"CapacityUnits": units}
    return entry
