"""The columns that a query sees: one for each top-level attribute, of the type that all of its values have."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa

from ..values import Item, key_of
from .plain import plain_value

DIGITS = 38
"""The most that a decimal of DuckDB has; DynamoDB's numbers have as many, at any magnitude."""


@dataclass
class _Attribute:
    """What was seen of one attribute: its types, and how many digits its numbers have on either side of the point."""

    kinds: set[str] = field(default_factory=set)
    whole: int = 1
    fraction: int = 0

    def add(self, typed: Mapping[str, Any]) -> None:
        ((kind, value),) = typed.items()
        if kind != "NULL":
            self.kinds.add(kind)
        if kind == "N":
            _, digits, exponent = Decimal(value).as_tuple()
            assert isinstance(exponent, int), "DynamoDB has no infinities"
            self.whole = max(self.whole, len(digits) + exponent)
            self.fraction = max(self.fraction, -exponent)

    def type(self) -> pa.DataType:
        """Text where there are several types, and for what has parts: it is read as JSON."""
        match sorted(self.kinds):
            case ["N"] if self.whole + self.fraction <= DIGITS:
                return pa.decimal128(DIGITS, self.fraction)
            case ["N"]:
                return pa.float64()
            case ["BOOL"]:
                return pa.bool_()
            case ["B"]:
                return pa.binary()
            case _:
                return pa.string()


@dataclass(frozen=True)
class Column:
    """One column: its name in SQL, the attribute that it shows, its type, and whether it is read as JSON."""

    name: str
    attribute: str
    type: pa.DataType
    is_json: bool
    mixed: bool
    """Whether its values are of several types, so that their types have to be shown."""

    def value(self, typed: Mapping[str, Any] | None) -> Any:
        """The value of an item's attribute; None where there is none, and for NULL."""
        if typed is None or "NULL" in typed:
            return None
        if self.is_json:
            return orjson.dumps(typed if self.mixed else _json(plain_value(typed))).decode()
        ((kind, value),) = typed.items()
        match kind:
            case "N":
                return Decimal(value) if pa.types.is_decimal(self.type) else float(value)
            case "B":
                return b64decode(value)
            case _:
                return value


def columns_of(items: Iterable[Item]) -> tuple[Column, ...]:
    """The columns for some items, by the names of their attributes."""
    seen: dict[str, _Attribute] = {}
    for item in items:
        for name, typed in item.items():
            seen.setdefault(name, _Attribute()).add(typed)
    taken = {"key", "item"}
    columns: list[Column] = []
    for name in sorted(seen):
        kinds = seen[name].kinds
        mixed = len(kinds) > 1
        is_json = mixed or bool(kinds & {"SS", "NS", "BS", "L", "M"})
        columns.append(Column(_free(name, taken), name, seen[name].type(), is_json, mixed))
    return tuple(columns)


def _free(name: str, taken: set[str]) -> str:
    """A name that no column has yet, in whatever case."""
    free, number = name, 1
    while free.lower() in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free.lower())
    return free


def table_of(items: Iterable[Item], columns: Sequence[Column], key_attributes: Sequence[str]) -> pa.Table:
    """Some items as rows: `key`, `item` and the columns."""
    rows = list(items)
    data: dict[str, pa.Array] = {
        "key": pa.array([key_of(item, key_attributes) for item in rows], pa.string()),
        "item": pa.array([orjson.dumps(item).decode() for item in rows], pa.string()),
    }
    for column in columns:
        data[column.name] = pa.array([column.value(item.get(column.attribute)) for item in rows], column.type)
    return pa.table(data)


def _json(value: Any) -> Any:
    """A plain value as JSON has it: numbers digit by digit, sets as sorted lists, binary as base64."""
    match value:
        case Decimal():
            return orjson.Fragment(str(value))
        case bytes():
            return b64encode(value).decode()
        case set():
            return [_json(member) for member in sorted(value)]
        case list():
            return [_json(member) for member in value]
        case dict():
            return {name: _json(member) for name, member in value.items()}
        case _:
            return value
