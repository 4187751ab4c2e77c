"""Attribute values as DynamoDB stores them: checked, numbers normalised, and how many bytes they count.

Sources: Developer Guide, "Supported data types and naming rules" and "Constraints"; "DynamoDB item sizes and formats".
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation
from typing import Any, TypeAlias

from .errors import AwsError, invalid, not_serializable

Typed: TypeAlias = dict[str, Any]
"""One attribute value on the wire: `{"S": "a"}`."""
Attributes: TypeAlias = dict[str, Typed]
"""Attribute name to value on the wire."""

LARGEST_ITEM = 400 * 1024
DEEPEST = 31
"""So many lists and maps within each other: 32 levels with what stands in the innermost (measured on AWS)."""
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
)
DIGITS = 38
LARGEST_EXPONENT = 125
SMALLEST_EXPONENT = -130
PLAIN_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,37})\Z")
EXACT = Context(prec=400)


def number(text: object) -> str:
    """A number as DynamoDB gives it back: no leading or trailing zeros, no exponent.

    Raises:
        AwsError: it is no number, has more than 38 significant digits, or is out of range.
    """
    if not isinstance(text, str):
        raise not_serializable("NUMBER_VALUE cannot be converted to String")
    if PLAIN_INTEGER.match(text):
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _not_a_number(text) from None
    if not value.is_finite() or "_" in text or text != text.strip():
        raise _not_a_number(text)
    if not value:
        return "0"
    if value.adjusted() > LARGEST_EXPONENT:
        raise invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if value.adjusted() < SMALLEST_EXPONENT:
        raise invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    shortest = value.normalize(EXACT)
    if len(shortest.as_tuple().digits) > DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    return f"{shortest:f}"


def _not_a_number(text: str) -> AwsError:
    return invalid(f"The parameter cannot be converted to a numeric value: {text}")


def _number_bytes(text: str) -> int:
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def binary(text: object) -> bytes:
    """The bytes of a binary value given as base64 text."""
    if not isinstance(text, str):
        raise not_serializable("only base64-encoded strings can be converted to binary")
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        raise not_serializable("Invalid Base64 encoding of a binary value") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise not_serializable(f"{type(value).__name__} cannot be converted to String")
    return value


def _set(kind: str, members: object, normal: Callable[[object], str]) -> list[str]:
    if not isinstance(members, list):
        raise not_serializable("Unexpected token: a set must be a list")
    names = {"SS": "string", "NS": "number", "BS": "binary"}
    if not members:
        raise invalid(f"One or more parameter values were invalid: An {names[kind]} set  may not be empty")
    normalised = [normal(member) for member in members]
    if len(set(normalised)) != len(normalised):
        raise invalid(
            "One or more parameter values were invalid: Input collection "
            f"[{', '.join(normalised)}] contains duplicates."
        )
    return normalised


def _base64(value: object) -> str:
    """Base64 text as it is stored: one text for each value."""
    return b64encode(binary(value)).decode()


def _name(name: str) -> str:
    if not name:
        raise invalid("One or more parameter values were invalid: Empty attribute name")
    return name


def checked(typed: object, depth: int = 0) -> tuple[Typed, int]:
    """One value as it is stored, and its size in bytes.

    Raises:
        AwsError: it is not a value that DynamoDB takes.
    """
    if not isinstance(typed, dict):
        raise not_serializable("Unexpected value type in payload")
    if len(typed) != 1:
        found = "is empty" if not typed else "has more than one datatypes set"
        raise invalid(f"Supplied AttributeValue {found}, must contain exactly one of the supported datatypes")
    ((kind, value),) = typed.items()
    if kind == "S":
        return typed, len(_text(value).encode())
    if kind == "N":
        normal = number(value)
        return {"N": normal}, _number_bytes(normal)
    if kind in {"L", "M"}:
        return _checked_document(kind, value, depth + 1)
    return _checked_rest(kind, value, typed)


def _checked_rest(kind: str, value: object, typed: Typed) -> tuple[Typed, int]:
    match kind:
        case "B":
            normal = _base64(value)
            return {"B": normal}, len(binary(normal))
        case "BOOL":
            if not isinstance(value, bool):
                raise not_serializable("Unexpected token received from parser for a boolean")
            return typed, 1
        case "NULL":
            if value is not True:
                raise invalid(
                    "One or more parameter values were invalid: Null attribute value types must have the value of true"
                )
            return typed, 1
        case "SS":
            members = _set(kind, value, _text)
            return {kind: members}, sum(len(member.encode()) for member in members)
        case "NS":
            members = _set(kind, value, number)
            return {kind: members}, sum(_number_bytes(member) for member in members)
        case "BS":
            members = _set(kind, value, _base64)
            return {kind: members}, sum(len(binary(member)) for member in members)
    raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")


def _checked_document(kind: str, value: object, depth: int) -> tuple[Typed, int]:
    if depth > DEEPEST:
        raise invalid(TOO_DEEP)
    if kind == "L":
        if not isinstance(value, list):
            raise not_serializable("Unexpected token: a list was expected")
        members = [checked(member, depth) for member in value]
        return {"L": [member for member, _ in members]}, 3 + sum(1 + size for _, size in members)
    if not isinstance(value, dict):
        raise not_serializable("Unexpected token: a map was expected")
    entries = {_name(name): checked(member, depth) for name, member in value.items()}
    size = 3 + sum(1 + len(name.encode()) + size for name, (_, size) in entries.items())
    return {"M": {name: member for name, (member, _) in entries.items()}}, size


def checked_item(item: object) -> tuple[Attributes, int]:
    """All attributes of an item as they are stored, and the item's size in bytes.

    Raises:
        AwsError: a value is not one that DynamoDB takes, or the item is larger than 400 KB.
    """
    if not isinstance(item, dict):
        raise not_serializable("Start of structure or map found where not expected")
    stored: Attributes = {}
    size = 0
    for name, typed in item.items():
        stored[_name(name)], value_size = checked(typed)
        size += len(name.encode()) + value_size
    if size > LARGEST_ITEM:
        raise invalid("Item size has exceeded the maximum allowed size")
    return stored, size


def size_of(typed: Typed, depth: int = 0) -> int:
    """The size in bytes of a stored value.

    Raises:
        AwsError: it is nested too deep.
    """
    ((kind, value),) = typed.items()
    if kind == "S":
        return len(value) if value.isascii() else len(value.encode())
    if kind == "N":
        return _number_bytes(value)
    if kind in {"L", "M"} and depth >= DEEPEST:
        raise invalid(TOO_DEEP)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size_of(member, depth + 1) for name, member in value.items())
    if kind == "L":
        return 3 + sum(1 + size_of(member, depth + 1) for member in value)
    if kind in {"SS", "NS", "BS"}:
        return sum(size_of({kind[0]: member}) for member in value)
    return len(binary(value)) if kind == "B" else 1


def size_of_item(item: Attributes) -> int:
    """The size in bytes of a stored item, names included.

    Raises:
        AwsError: it is nested too deep.
    """
    return sum(len(name.encode()) + size_of(typed) for name, typed in item.items())


def checked_values(attributes: object) -> Attributes:
    """The values of a key or of expression placeholders as they are stored."""
    if not isinstance(attributes, dict):
        raise not_serializable("Start of structure or map found where not expected")
    return {name: checked(typed)[0] for name, typed in attributes.items()}
