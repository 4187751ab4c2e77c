"""Target time for several processes: a small mapped file that the drill, its server and its load share.

The file is a row of 8-byte words in the machine's byte order. One word is the offset to target time from this
machine's monotonic clock, which all processes of a machine read alike; moving time is one aligned store of it.
Beside it stand the words by which the drill steers the load: hold, stop, record reads, and for each load process
a slot with its process id and the number of its operations in flight.
"""

import fcntl
import mmap
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from ..clock import instant
from ..errors import UnverifiableError, UsageError

SLOTS = 64
MAGIC, OFFSET, HOLD, STOP, RECORD_READS = range(5)

FIRST_OWNER = 8
FIRST_COUNT = FIRST_OWNER + SLOTS
WORDS = FIRST_COUNT + SLOTS
WORD_BYTES = 8
SIZE = WORDS * WORD_BYTES
MARK = 0x31_4B_4C_43_44_59_44  # "DYDCLK1", little end first

CLOCK_FILE = "clock"
"""Its name in a run folder, while the run lives."""

SETTLE_S = 0.001
"""How long a count of zero must last to be believed: by then every processor has seen the hold."""


class SharedClock:
    """One process's view of the shared clock and the load's control words; safe to call from its threads.

    Args:
        path: the file; it must exist unless `create` is set.
        create: make the file, replacing any other. Only the drill does.
        start_at: the target time to begin at, epoch seconds; the wall clock's when None.

    Raises:
        UsageError: the file is missing or is not a clock.
    """

    def __init__(self, path: Path, create: bool = False, start_at: float | None = None) -> None:  # noqa: FBT001, FBT002 - a flag of the file, as in `open`
        self.path = path
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes(SIZE))
        self._file = _opened(path)
        self._map = mmap.mmap(self._file, SIZE)
        self._words = memoryview(self._map).cast("q")
        self._seconds = memoryview(self._map).cast("d")
        self._lock = threading.Lock()
        if create:
            began_at = time.time() if start_at is None else start_at
            self._seconds[OFFSET] = began_at - time.monotonic()
            self._words[MAGIC] = MARK
        elif self._words[MAGIC] != MARK:
            self.close()
            raise UsageError(f"{path} is not a clock file", "Name the clock file that the drill made.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, which stays; can be called twice."""
        if self._file >= 0:
            self._words.release()
            self._seconds.release()
            self._map.close()
            os.close(self._file)
            self._file = -1

    def end(self) -> None:
        """Stop the load, let go, and remove the file: for whoever made it. Can be called twice."""
        if self._file >= 0:
            self.stop()
        self.close()
        self.path.unlink(missing_ok=True)

    def now(self) -> float:
        """This instant in target time: epoch seconds, rounded to microseconds."""
        return instant(time.monotonic() + self._seconds[OFFSET])

    def set_forward(self, to_at: float) -> None:
        """Move target time to an instant for every process at once; one that has passed changes nothing."""
        with self._alone():
            self._seconds[OFFSET] = max(self._seconds[OFFSET], to_at - time.monotonic())

    def hold(self) -> None:
        """Ask the users not to begin anything; what is in flight goes on."""
        self._words[HOLD] = 1

    def release(self) -> None:
        """Let the users begin again."""
        self._words[HOLD] = 0

    @property
    def holding(self) -> bool:
        """Whether users may not begin anything."""
        return bool(self._words[HOLD])

    def stop(self) -> None:
        """Ask the load processes to end; there is no way back."""
        self._words[STOP] = 1

    @property
    def stopping(self) -> bool:
        """Whether the load processes are to end."""
        return bool(self._words[STOP])

    @property
    def record_reads(self) -> bool:
        """Whether users' reads go into the history."""
        return bool(self._words[RECORD_READS])

    @record_reads.setter
    def record_reads(self, wanted: bool) -> None:
        self._words[RECORD_READS] = int(wanted)

    def claim_slot(self) -> int:
        """Take a slot for this process's operations in flight; it stays this process's for good.

        Raises:
            UnverifiableError: all slots are taken.
        """
        with self._alone():
            for slot in range(SLOTS):
                if self._words[FIRST_OWNER + slot] == 0:
                    self._words[FIRST_OWNER + slot] = os.getpid()
                    return slot
        raise UnverifiableError(
            f"all {SLOTS} slots of {self.path} are taken", f"Run with at most {SLOTS} load processes."
        )

    def enter(self, slot: int) -> bool:
        """Begin an operation: True, and `leave` is owed; or False when the users are held.

        The count goes up before the hold is looked at, so that whoever holds and then counts zero has missed
        nobody.
        """
        if self._words[HOLD]:
            return False
        self._add(slot, 1)
        if self._words[HOLD]:
            self._add(slot, -1)
            return False
        return True

    def leave(self, slot: int) -> None:
        """End an operation that `enter` let begin."""
        self._add(slot, -1)

    @property
    def has_users(self) -> bool:
        """Whether any load process has taken a slot and may still begin an operation."""
        return not self.stopping and any(self._words[FIRST_OWNER:FIRST_COUNT])

    def in_flight(self) -> int:
        """How many operations of living load processes have begun and not ended."""
        return sum(
            self._words[FIRST_COUNT + slot]
            for slot in range(SLOTS)
            if self._words[FIRST_COUNT + slot] and _lives(self._words[FIRST_OWNER + slot])
        )

    def drained(self, within_s: float) -> bool:
        """Wait, in real seconds, until nothing is in flight; False when it still is. For who holds."""
        give_up = time.monotonic() + within_s
        while time.monotonic() < give_up:
            if self.in_flight() == 0:
                time.sleep(SETTLE_S)
                if self.in_flight() == 0:
                    return True
            time.sleep(SETTLE_S)
        return False

    def _add(self, slot: int, change: int) -> None:
        with self._lock:
            self._words[FIRST_COUNT + slot] += change

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else, in this process or another, moves the clock or takes a slot meanwhile."""
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def _opened(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(
            f"clock file {path} cannot be opened: {error.strerror}",
            "Name the clock file that the drill made.",
        ) from error
    if os.fstat(file).st_size != SIZE:
        os.close(file)
        raise UsageError(f"{path} is not a clock file", "Name the clock file that the drill made.")
    return file


def _lives(process: int) -> bool:
    """Whether a process runs; one that ended and was not yet asked for its exit code does not."""
    try:
        os.kill(process, 0)
        # Only Linux has this file; elsewhere an unreaped process counts as living until it is reaped.
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return status.rpartition(") ")[2][:1] not in {"Z", "X"}
