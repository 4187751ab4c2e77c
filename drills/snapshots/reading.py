"""Taking a snapshot of a live table: all segments at once, from the beginning or from where it was interrupted."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from ..clock import Clock
from ..errors import UsageError
from ..garbage import uncollected
from .about import About, Holds
from .folder import StoredSnapshot, open_snapshot, write_about
from .progress import SegmentProgress, begin, beginning_of, forget, go_on
from .rate import ReadRate
from .segment import SegmentReader, Work
from .source import LiveTable

SEGMENTS = 4
"""So many pages on their way at a time keep one processor busy; more wait for each other."""
MOST_SEGMENTS = 1_000_000
"""API Reference, Scan: TotalSegments."""
MOST_AT_ONCE = 64
"""So many segments are read at the same time at most."""
TELL_EVERY_S = 0.2


@dataclass(frozen=True)
class Reading:
    """How a table is read.

    `read_units_per_s` None is as fast as it goes. `resume` goes on with what was begun in the folder.
    """

    segments: int = SEGMENTS
    read_units_per_s: float | None = None
    holds: Holds = "items"
    resume: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.segments <= MOST_SEGMENTS:
            raise UsageError(f"{self.segments} segments are asked for", f"There can be 1 to {MOST_SEGMENTS:,}.")
        if self.read_units_per_s is not None and not self.read_units_per_s > 0:
            raise UsageError(
                f"a rate of {self.read_units_per_s:g} read units per second reads nothing", "Ask for more."
            )

    @property
    def at_once(self) -> int:
        """How many pages are asked for at the same time."""
        return min(self.segments, MOST_AT_ONCE)


Tell = Callable[[int], None]
"""Told now and then how many rows were read so far."""


def _tell_nobody(_rows: int) -> None:
    pass


def read_table(
    table: LiveTable, into: Path, clock: Clock, how: Reading | None = None, tell: Tell = _tell_nobody
) -> StoredSnapshot:
    """Take a snapshot of a table: each item that is there from beginning to end is in it once, as some page had it.

    What was read stays in the folder whatever ends the reading, even SIGKILL, and `resume` goes on from there: at most
    a minute of it is read again.

    Raises:
        UsageError: the folder is in use, or what was begun there is of another table or of other segments.
        UnverifiableError: a segment could not be read to its end; what was read is kept.
    """
    how = how or Reading()
    beginning = beginning_of(table.facts, how.segments, how.holds)
    if how.resume:
        progress = go_on(into, beginning)
    else:
        begin(into, beginning)
        progress = {}
    write_about(into, _about(table, how, list(progress.values()), clock, complete=False))
    stop = Event()
    rate = ReadRate(how.read_units_per_s) if how.read_units_per_s else None
    work = Work(table, into, how.segments, how.holds, clock, rate, stop.is_set)
    readers = [
        SegmentReader(work, progress.get(number) or SegmentProgress(segment=number)) for number in range(how.segments)
    ]
    try:
        _read_all(readers, how.at_once, stop, tell)
    finally:
        done = [reader.progress for reader in readers]
        complete = all(each.ended for each in done)
        write_about(into, _about(table, how, done, clock, complete=complete))
    forget(into)
    return open_snapshot(into)


def _read_all(readers: Sequence[SegmentReader], at_once: int, stop: Event, tell: Tell) -> None:
    """Read in threads: they wait for answers far longer than they work."""
    tell(sum(reader.rows for reader in readers))
    with uncollected(), ThreadPoolExecutor(at_once) as pool:
        try:
            running: set[Future[None]] = {pool.submit(reader.read) for reader in readers}
            while running:
                done, running = wait(running, TELL_EVERY_S, return_when=FIRST_EXCEPTION)
                for each in done:
                    each.result()
                tell(sum(reader.rows for reader in readers))
        finally:
            stop.set()


def _about(
    table: LiveTable, how: Reading, progress: Sequence[SegmentProgress], clock: Clock, *, complete: bool
) -> About:
    began = [each.began_at for each in progress if each.began_at is not None]
    ended = [each.ended_at for each in progress if each.ended_at is not None]
    units = [each.read_units for each in progress if each.read_units is not None]
    return About(
        source=table.facts.source,
        key_attributes=table.facts.key_attributes,
        key_types=table.facts.key_types,
        began_at=min(began, default=clock.now()),
        ended_at=max(ended, default=clock.now()),
        complete=complete,
        holds=how.holds,
        parts={name: rows for each in progress for name, rows in each.parts.items()},
        read_units=sum(units) if units else None,
        consistent=table.facts.consistent,
    )
