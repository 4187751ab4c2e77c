"""A control request, read: what handlers get, and how they take values out of it."""

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

import orjson

from ...errors import UsageError
from ..fleet import Fleet


class Asked(NamedTuple):
    """One control request: the machine it is about, the last part of its path where that varies, and its members."""

    fleet: Fleet
    name: str
    members: Mapping[str, object]


class NotThereError(Exception):
    """What the path names is not there; the text says what there is."""


def members_in(body: bytes) -> Mapping[str, object]:
    """The members of a body; none where it is empty.

    Raises:
        UsageError: it is not a JSON object.
    """
    try:
        members = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise UsageError(f"the body is not JSON: {error}", "Send a JSON object.") from None
    if not isinstance(members, dict):
        raise UsageError(f"the body is {type(members).__name__}", "Send a JSON object.")
    return members


def only(members: Mapping[str, object], *names: str) -> None:
    """Refuse members of other names: a misspelt one would be silence.

    Raises:
        UsageError: there is another.
    """
    for name in members:
        if name not in names:
            raise UsageError(f"the body has {name!r}", f"Expected {', '.join(names) if names else 'no members'}.")


def number_in(members: Mapping[str, object], name: str) -> float:
    """A number that is not negative.

    Raises:
        UsageError: it is missing, or something else.
    """
    value = members.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise UsageError(f"{name} is {value!r}", f"{name} is a number that is not negative.")
    return float(value)


def text_in(members: Mapping[str, object], name: str) -> str:
    """Text that is not empty.

    Raises:
        UsageError: it is missing, or something else.
    """
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{name} is {value!r}", f"{name} is text that is not empty.")
    return value
