"""Items as Amazon Ion text, as exports write them: one line each, without spaces.

Numbers are decimals, binary is a blob, sets are lists annotated `$dynamodb_SS`, `$dynamodb_NS` or `$dynamodb_BS`
(Developer Guide, "DynamoDB table export output format").
"""

import re
from decimal import Decimal
from typing import Any

import orjson

from ..attributes import Typed

VERSION_MARKER = "$ion_1_0 "
PLAIN_SYMBOL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
RESERVED = frozenset(
    {"null", "true", "false", "nan", "bool", "int", "float", "decimal", "timestamp", "string", "symbol", "blob", "clob"}
    | {"struct", "list", "sexp"}
)


def structure(members: dict[str, str]) -> str:
    """A struct of values that are Ion text already."""
    return "{" + ",".join(f"{_symbol(name)}:{value}" for name, value in members.items()) + "}"


def attributes(item: dict[str, Typed]) -> str:
    """An item, or a key, as a struct."""
    return structure({name: value(typed) for name, typed in item.items()})


def value(typed: Typed) -> str:
    """One attribute value."""
    ((kind, content),) = typed.items()
    match kind:
        case "SS" | "NS" | "BS":
            members = ",".join(value({kind[0]: member}) for member in content)
            return f"$dynamodb_{kind}::[{members}]"
        case "L":
            return f"[{','.join(value(member) for member in content)}]"
        case "M":
            return attributes(content)
    return _scalar(kind, content)


def _scalar(kind: str, content: Any) -> str:
    match kind:
        case "N":
            return _decimal(content)
        case "B":
            return "{{" + str(content) + "}}"
        case "BOOL":
            return "true" if content else "false"
        case "NULL":
            return "null"
    return _string(content)


def _decimal(text: str) -> str:
    """A point or an exponent with `d` makes it a decimal: `5.` and `1.5`, and `2d120` for what has many zeros."""
    if len(text) <= 40:
        return text if "." in text else f"{text}."
    sign, digits, exponent = Decimal(text).normalize().as_tuple()
    return f"{'-' if sign else ''}{''.join(map(str, digits))}d{exponent}"


def _string(text: str) -> str:
    """JSON's escapes are Ion's too, where a character is of the basic plane; others stand as they are."""
    return orjson.dumps(text).decode()


def _symbol(name: str) -> str:
    if PLAIN_SYMBOL.match(name) and name not in RESERVED:
        return name
    return "'" + _string(name)[1:-1].replace("'", "\\'").replace('\\"', '"') + "'"
