"""The change log of one table: the single source of every past state.

A table is its present rows plus the log of its changes, each with the version it put there and the one it replaced. A
past state is the present one with the later changes taken back: the fold of all changes up to an instant, whatever has
been forgotten before it. Versions are immutable, so that a restored table, a backup and the source share them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from enum import Enum
from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .keys import OrderKey

if TYPE_CHECKING:
    from .table import Table


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
    transaction: int = 0
    """Changes of one transaction share a number; 0 for a change of its own."""


class Follower(Protocol):
    """Who hears of a table's changes as they are committed: expiry, replication."""

    def follow(self, table: "Table", change: Change) -> None:
        """Take note of a change; called under the journal's lock, within the commit."""
        ...


class Past(NamedTuple):
    """A state that is pinned and not yet worked out: rows of a later instant, and the changes since, in order.

    `torn` are the newest changes of some keys that are missing from it all the same: a fault that was asked for.
    """

    rows: dict[OrderKey, Version]
    since: Sequence[Change]
    torn: Sequence[Change] = ()

    def work_out(self) -> dict[OrderKey, Version]:
        """The rows as they were. Takes the past apart: call it once."""
        rows = self.rows
        for changes in (reversed(self.since), self.torn):
            for change in changes:
                if change.old is None:
                    rows.pop(change.new.key, None)
                else:
                    rows[change.new.key] = change.old
        return rows


def _stamp(change: Change) -> float:
    return change.new.at


def _sequence(change: Change) -> int:
    return change.new.sequence


class ChangeLog:
    """The changes of one table in the order of their commits; guarded by the journal's lock."""

    MIN_FORGOTTEN = 1024
    """Forgetting moves the rest of the list: not for less than this,"""
    PIECES = 16
    """nor for less than this part of it; and what lets go of more at once would keep all writers waiting."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.known_from_at = -inf
        """From this instant on every state can be told."""
        self._forgotten_through = 0

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

    def transaction_before(self, at: float, boundary_s: float) -> list[Change]:
        """The changes of the last transaction within so many seconds before an instant that changed several keys.

        Only those that nothing overtook until then; none where there is no such transaction.
        """
        found: dict[int, list[Change]] = {}
        seen: set[OrderKey] = set()
        for place in range(bisect_right(self.changes, at, key=_stamp) - 1, -1, -1):
            change = self.changes[place]
            if change.new.at < at - boundary_s:
                break
            if change.transaction and change.new.key not in seen:
                found.setdefault(change.transaction, []).append(change)
            seen.add(change.new.key)
        return next((changes for changes in found.values() if len(changes) > 1), [])

    def read(self, sequence: int, most: int) -> list[Change]:
        """Up to so many changes in order, from a sequence number on."""
        start = bisect_left(self.changes, sequence, key=_sequence)
        return self.changes[start : start + most]

    def sequence_before(self, at: float) -> int:
        """The sequence number of the last change stamped earlier than `at`, forgotten or not; 0 when there is none."""
        count = bisect_left(self.changes, at, key=_stamp)
        return self.changes[count - 1].new.sequence if count else self._forgotten_through

    def forget_before(self, at: float) -> None:
        """Let go of what only states before `at` need."""
        self._forget(bisect_left(self.changes, at, key=_stamp))

    def forget_lazily(self, at: float) -> None:
        """Let go of some of it, when there is enough to be worth the move, and never of much at once."""
        count = max(self.MIN_FORGOTTEN, len(self.changes) // self.PIECES)
        if len(self.changes) > count and self.changes[count].new.at < at:
            self._forget(count)

    def _forget(self, count: int) -> None:
        if count:
            last = self.changes[count - 1].new
            self.known_from_at, self._forgotten_through = last.at, last.sequence
            del self.changes[:count]
