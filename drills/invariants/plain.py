"""Items as plain values, as Python and SQL people know them, in place of DynamoDB's typed JSON."""

from base64 import b64decode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..values import Item


def plain_item(item: Item) -> dict[str, Any]:
    """An item as a dict: numbers are Decimals, binary is bytes, sets are sets, NULL is None."""
    return {name: plain_value(typed) for name, typed in item.items()}


def plain_value(typed: Mapping[str, Any]) -> Any:
    """One typed value as a plain one."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return Decimal(value)
        case "B":
            return b64decode(value)
        case "SS":
            return set(value)
        case "NS":
            return {Decimal(number) for number in value}
        case "BS":
            return {b64decode(member) for member in value}
        case "L":
            return [plain_value(member) for member in value]
        case "M":
            return {name: plain_value(member) for name, member in value.items()}
        case "NULL":
            return None
        case _:
            return value
