"""Writes, rows and expectations made by hand, for the tests of what judges them."""

from collections.abc import Iterable
from typing import Any

from dynadrill.drills.diff import Seen
from dynadrill.drills.history import History, Told, Who, Write
from dynadrill.drills.ledger import Expectation, Ledger, rewound
from dynadrill.drills.snapshot import Row
from dynadrill.drills.values import ABSENT

TABLE = "table"


def value(name: str | None) -> bytes:
    """A digest that reads as its name; None for no item."""
    return ABSENT if name is None else name.encode().ljust(16, b".")


def key(name: str) -> str:
    """A key as canonical JSON."""
    return f'{{"id":{{"S":"{name}"}}}}'


def write(name: str | None, at: float, until: float | None = None, *, under: str = "k", **other: Any) -> Write:
    """A load's write of a value, acknowledged at `until` (a tenth later, where that is not given)."""
    fields: dict[str, Any] = {
        "op": f"{name}@{at:g}",
        "table": TABLE,
        "key": key(under),
        "digest": value(name),
        "who": Who.LOAD,
        "asked_at": at,
        "told_at": at + 0.1 if until is None else until,
        "outcome": Told.OK,
    }
    return Write(**{**fields, **other})


def unanswered(name: str | None, at: float, **other: Any) -> Write:
    """A write whose outcome nobody knows."""
    return write(name, at, **{"told_at": None, "outcome": Told.INFO, **other})


def refused(name: str | None, at: float, **other: Any) -> Write:
    """A write that did not happen."""
    return write(name, at, **{"outcome": Told.FAIL, **other})


def bad(name: str | None, at: float, **other: Any) -> Write:
    """A disaster's write."""
    return write(name, at, **{"who": Who.DISASTER, **other})


def ledger(*writes: Write) -> Ledger:
    """The ledger of some writes."""
    return Ledger.of(History(writes))


def seen(began_at: float = 500.0, ended_at: float = 501.0, **rows: str) -> Seen:
    """A snapshot of keys and the names of their values."""
    found = {key(name): Row(value(what), began_at, ended_at) for name, what in rows.items()}
    return Seen(found, began_at, ended_at, complete=True)


def promise(writes: Iterable[Write], point_at: float, wide: float = 0.0) -> Expectation:
    """A rewind to a point, give or take."""
    return rewound(ledger(*writes), TABLE, point_at, -wide, wide)
