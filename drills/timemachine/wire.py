"""JSON in and out, as DynamoDB's wire has it: timestamps as epoch seconds, binary as base64 text."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson

from .blueprint import Shape
from .errors import not_one_of, not_serializable, null_member, unfit

T = TypeVar("T")

KINDS = {dict: "a structure", list: "a list", str: "a string", bool: "a boolean", int: "a number"}


def loads(body: bytes) -> Shape:
    """The members of a request.

    Raises:
        AwsError: the body is not a JSON object.
    """
    try:
        members = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise not_serializable(f"the request is not JSON: {error}") from None
    if not isinstance(members, dict):
        raise not_serializable("the request is not a JSON object")
    return members


def need(members: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """A member that a request must have.

    Raises:
        AwsError: it is missing, or of another type.
    """
    value = optional(members, name, kind)
    if value is None:
        raise null_member(name)
    return value


def optional(members: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    """A member that a request may have; None where it is missing.

    Raises:
        AwsError: it is of another type.
    """
    value = members.get(name)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise not_serializable(f"{name} must be {KINDS[kind]}, but is {type(value).__name__}")
    return value


def instant_in(members: Mapping[str, Any], name: str) -> float | None:
    """An instant that a request may name, epoch seconds; None where it is missing.

    Raises:
        AwsError: it is no number.
    """
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise not_serializable(f"{name} must be a number of seconds since the epoch")
    return float(value)


def one_of(members: Mapping[str, Any], name: str, choices: Sequence[str], usual: str | None = None) -> str:
    """A member that must be one of a few words; the usual one where it is missing.

    Raises:
        AwsError: it is another, or it is missing and none is usual.
    """
    value = optional(members, name, str) or usual
    if value is None or value not in choices:
        raise not_one_of(name, value, choices)
    return value


def limit_in(members: Mapping[str, Any], name: str, most: int, usual: int | None = None) -> int:
    """How many are asked for at a time; the most where nothing is said and nothing else is usual.

    Raises:
        AwsError: it is not between 1 and the most.
    """
    limit = optional(members, name, int)
    if limit is None:
        return usual or most
    if not 1 <= limit <= most:
        raise unfit(name, f"have value between 1 and {most}", limit)
    return limit


def need_structures(members: Mapping[str, Any], name: str) -> list[Shape]:
    """A list of structures that a request must have.

    Raises:
        AwsError: it is missing, or holds something else.
    """
    found = need(members, name, list)
    if not all(isinstance(member, dict) for member in found):
        raise not_serializable(f"{name} must be a list of structures")
    return found


def dumps(result: Mapping[str, Any] | None) -> bytes:
    """An answer's JSON; members that are None are left out."""
    return orjson.dumps(_present(result or {}), default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def joined(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A JSON object made of members that are JSON already."""
    return b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name, value in members) + b"}"


def _present(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _present(member) for name, member in value.items() if member is not None}
    return [_present(member) for member in value] if isinstance(value, list) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no JSON form")
