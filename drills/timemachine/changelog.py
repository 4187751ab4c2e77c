"""The change log of one table: the single source of every past state.

A table is its present rows plus the log of its changes, each with the version it put there and the one it replaced. A
past state is the present one with the later changes taken back: the fold of all changes up to an instant, whatever has
been forgotten before it. Versions are immutable, so that a restored table, a backup and the source share them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from .keys import OrderKey


class Version(NamedTuple):
    """What one commit left under one key; `wire` is the item's JSON, None when the key was deleted."""

    sequence: int
    at: float
    key: OrderKey
    wire: bytes | None
    size: int


class Cause(Enum):
    """Who made a change: a request, an item's expiry, or a replica in another Region."""

    REQUEST = "request"
    EXPIRY = "expiry"
    REPLICATION = "replication"


class Change(NamedTuple):
    """One key's step from a version (None: no item) to the next."""

    old: Version | None
    new: Version
    cause: Cause = Cause.REQUEST


class Past(NamedTuple):
    """A state that is pinned and not yet worked out: rows of a later instant, and the changes since, in order."""

    rows: dict[OrderKey, Version]
    since: Sequence[Change]

    def work_out(self) -> dict[OrderKey, Version]:
        """The rows as they were. Takes the past apart: call it once."""
        rows = self.rows
        for change in reversed(self.since):
            if change.old is None:
                rows.pop(change.new.key, None)
            else:
                rows[change.new.key] = change.old
        return rows


def _stamp(change: Change) -> float:
    return change.new.at


class ChangeLog:
    """The changes of one table in the order of their commits; guarded by the journal's lock."""

    MIN_FORGOTTEN = 1024
    """Forgetting moves the rest of the list: not for less than this, nor for less than half of it."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def append(self, change: Change) -> None:
        """Note a change that was just committed."""
        self.changes.append(change)

    def pin(self, rows: Mapping[OrderKey, Version], at: float) -> Past:
        """The state after every commit stamped `at` or earlier, and none later."""
        later = bisect_right(self.changes, at, key=_stamp)
        return Past(dict(rows), self.changes[later:])

    def between(self, from_at: float, to_at: float) -> Sequence[Change]:
        """The changes that were stamped `from_at` or later and before `to_at`, in order."""
        first = bisect_left(self.changes, from_at, key=_stamp)
        return self.changes[first : bisect_left(self.changes, to_at, key=_stamp)]

    def forget_before(self, at: float) -> None:
        """Let go of what only states before `at` need."""
        del self.changes[: bisect_left(self.changes, at, key=_stamp)]

    def forget_lazily(self, at: float) -> None:
        """Let go of the same, when there is enough of it to be worth the move."""
        count = len(self.changes)
        if count < 2 * self.MIN_FORGOTTEN or self.changes[count // 2].new.at >= at:
            return
        self.forget_before(at)
