"""Markers: items of the recovery's own, by whose records is known how far a stream has been read."""

from base64 import b64encode
from collections.abc import Mapping

from ..values import Change, Key, key_item, key_of

NAME = "dynadrill-marker-"
STARTS = {"S": NAME, "B": b64encode(NAME[:15].encode()).decode(), "N": "-975318642097531864209753186420"}
"""How the key of a marker begins, by its type; no application has numbers of 37 digits below zero for keys."""


def is_marker(key: Key) -> bool:
    """Whether a key is a marker's."""
    if not any(start in key for start in STARTS.values()):
        return False
    return all(str(value).startswith(STARTS[kind]) for typed in key_item(key).values() for kind, value in typed.items())


def marker(types: Mapping[str, str], number: int) -> Change:
    """A marker for a table whose key attributes have these types: a bare key."""
    values = {
        "S": f"{NAME}{number}",
        "B": b64encode(f"{NAME}{number}".encode()).decode(),
        "N": f"{STARTS['N']}{number % 10**7:07d}",
    }
    item = {name: {kind: values[kind]} for name, kind in types.items()}
    return Change(key_of(item, tuple(types)), item)
