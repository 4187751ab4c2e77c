"""The commit point: every write of a machine passes here, under one lock, and is stamped here.

A request's writes are staged and then committed together or not at all, at one instant and in one run of sequence
numbers. The clock is read inside the lock and stamps never go back, so that a past state is a prefix of the log.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf, nextafter
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import orjson

from ..clock import instant
from .agenda import Agenda, Due
from .attributes import Attributes
from .changelog import Cause, Version
from .keys import OrderKey

if TYPE_CHECKING:
    from .table import Table


class MachineClock(Protocol):
    """Target time, as the machine reads and moves it."""

    def now(self) -> float:
        """This instant, epoch seconds."""
        ...

    def set_forward(self, to_at: float) -> None:
        """Move time to an instant; one that has passed changes nothing."""
        ...


class HappeningError(Exception):
    """What the agenda let happen has failed: our defect, not that of the request before which it happened."""


class Stored(NamedTuple):
    """An item ready to be committed: its JSON and its size in bytes."""

    wire: bytes
    size: int


SETTLED_S = 2.0
"""So much of the past is kept in any case: the second in which recovery is switched on is known from its start."""

Staged: TypeAlias = Stored | None
"""What a request has put under a key; None for a deletion."""


class Journal:
    """The lock, the stamps and the staged writes of one machine."""

    def __init__(self, clock: MachineClock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.agenda = Agenda()
        self._due_at: float | None = None
        self._catching_up_in: int | None = None
        """The thread that lets happen what has fallen due; no other one sees `_due_at`."""
        self.lookback_s: Callable[[], float] = lambda: SETTLED_S
        """How much of a table's past is kept while its recovery is off."""
        self._sequence = 0
        self._last_at = -inf
        self._last_millisecond = 0
        self._staged: dict[tuple[Table, OrderKey], Staged] = {}

    def now(self) -> float:
        """This instant in target time; while something from the agenda happens, when it was due."""
        due_at = self._due_at
        if due_at is None or self._catching_up_in != threading.get_ident():
            return instant(self.clock.now())
        return due_at

    @property
    def last_sequence(self) -> int:
        """The largest sequence number that was given."""
        return self._sequence

    def take_sequence(self) -> int:
        """A sequence number that no version has: the ends of a stream's shards stand in the order of the commits."""
        self._sequence += 1
        return self._sequence

    def take_millisecond(self) -> int:
        """This millisecond of target time, or the next that was not taken: for names that are made of the time."""
        now = round(self.now() * 1_000_000) // 1000
        self._last_millisecond = max(now, self._last_millisecond + 1)
        return self._last_millisecond

    def catch_up(self) -> None:
        """Let happen what has fallen due, each thing at its time; or wait for the thread that does so.

        Raises:
            HappeningError: something of it failed; what is due after it is left for the next time.
        """
        now = self.clock.now()
        if self.agenda.next_at > now and self._catching_up_in is None:
            return
        with self.lock:
            self._catching_up_in = threading.get_ident()
            try:
                while (due := self.agenda.take(now)) is not None:
                    self._due_at = due.at
                    self._happen(due)
            finally:
                self._due_at = self._catching_up_in = None

    @staticmethod
    def _happen(due: Due) -> None:
        try:
            due.happening()
        except Exception as error:
            # Whose request comes next has not asked for it: it is no refusal of that request.
            raise HappeningError(f"what was due at {due.at} failed: {type(error).__name__}: {error}") from error

    def seal(self, at: float) -> None:
        """No later commit is stamped `at` or earlier. For who pins a past while holding the lock."""
        self._last_at = max(self._last_at, nextafter(at, inf))

    @contextmanager
    def unit(self, cause: Cause = Cause.REQUEST, *, is_transaction: bool = False) -> Iterator[None]:
        """One request's writes, isolated from all others: committed at the end, dropped if it raises."""
        with self.lock:
            try:
                yield
                self._commit(cause, is_transaction=is_transaction)
            finally:
                self._staged.clear()

    def stage(self, table: "Table", key: OrderKey, item: Staged) -> None:
        """Put an item under a key when the unit ends; a second one for the same key takes its place."""
        self._staged[table, key] = item

    def _commit(self, cause: Cause, *, is_transaction: bool) -> None:
        if not self._staged:
            return
        for table in {table for table, _ in self._staged}:
            if table.replica is not None:
                table.replica.check_quorum()
        at = self._last_at = max(self._last_at, self.now())
        transaction = self._sequence + 1 if is_transaction else 0
        for (table, key), item in self._staged.items():
            self._sequence += 1
            wire, size = item or (None, 0)
            table.apply(Version(self._sequence, at, key, wire, size), cause, transaction)

    def carry(self, table: "Table", version: Version) -> None:
        """Commit to another replica what has just been committed to one, at the same stamp. For a follower."""
        self._sequence += 1
        table.apply(version._replace(sequence=self._sequence), Cause.REPLICATION)


def stored(attributes: Attributes, size: int) -> Stored:
    """An item's JSON, in a block of just its size: what orjson returns may sit in a larger one."""
    return Stored(bytes(memoryview(orjson.dumps(attributes))), size)
