"""Reading one segment of a table into parts, from where it got to, in memory that does not grow with the table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..clock import Clock
from ..errors import UnverifiableError
from .about import Holds
from .columns import Columns
from .folder import PartWriter
from .progress import SegmentProgress, keep
from .rate import ReadRate
from .source import LiveTable, ScannedPage, Segment

PAGE_ITEMS = 2000
"""What a page is asked to have at most. A page of 1 MB, which is AWS's most, has many times more of small items: for
many readers at once that is memory, and no speed."""
BATCH_ROWS, BATCH_BYTES = 10_000, 4 << 20
PART_ROWS, PART_BYTES, PART_S = 500_000, 128 << 20, 60.0
"""A part is finished when it has so many rows or bytes, or after so many seconds: more than that is not read twice."""
BREATH_S = 0.25
"""So long is waited at a time, to hear that it is over."""


@dataclass(frozen=True)
class Work:
    """What all segments of one reading have in common."""

    table: LiveTable
    folder: Path
    segments: int
    holds: Holds
    clock: Clock
    rate: ReadRate | None
    stopped: Callable[[], bool]


class SegmentReader:
    """Reads one segment until it ends or is told to stop.

    Args:
        work: of the whole reading.
        progress: how far the segment got.
    """

    def __init__(self, work: Work, progress: SegmentProgress) -> None:
        self.progress = progress
        self.rows = sum(progress.parts.values())
        self._work = work
        self._segment = Segment(progress.segment, work.segments)
        self._next_key = progress.next_key
        self._limit = PAGE_ITEMS if work.rate is None else self._first_limit(work.rate)
        self._began_at, self._ended_at, self._units = progress.began_at, progress.ended_at, progress.read_units
        self._columns = self._no_columns()
        self._part: PartWriter | None = None
        self._part_bytes, self._part_at = 0, 0.0

    def read(self) -> None:
        """Read to the end, and keep what was read where that is not reached.

        Raises:
            UnverifiableError: a page could not be read.
        """
        try:
            while not self.progress.ended and self._may_go():
                self._take(self._page())
        except UnverifiableError:
            self._finish_part()
            raise
        if not self.progress.ended:
            self._finish_part()

    def _may_go(self) -> bool:
        """Wait until the rate lets the next page out; False when it is all over."""
        rate = self._work.rate
        while not self._work.stopped():
            wait_s = rate.wait_s(self._work.clock.now()) if rate else 0.0
            if wait_s == 0.0:
                return True
            self._work.clock.wait(min(wait_s, BREATH_S), "reading no faster than asked")
        return False

    def _page(self) -> ScannedPage:
        work = self._work
        return work.table.page(self._segment, self._next_key, self._limit, keys_only=work.holds == "keys")

    def _take(self, page: ScannedPage) -> None:
        if self._work.rate is not None:
            self._pay(self._work.rate, page)
        if page.read_units is not None:
            self._units = (self._units or 0.0) + page.read_units
        self._columns.add(page.items, page.asked_at, page.told_at)
        self.rows += len(page.items)
        self._began_at = page.asked_at if self._began_at is None else min(self._began_at, page.asked_at)
        self._ended_at = page.told_at if self._ended_at is None else max(self._ended_at, page.told_at)
        self._next_key = dict(page.next_key) if page.next_key is not None else None
        if self._next_key is None:
            self._finish_part(ended=True)
            return
        if self._columns.rows >= BATCH_ROWS or self._columns.size_bytes >= BATCH_BYTES:
            self._write_rows()
        if self._part is not None and self._is_large(self._part, page.told_at):
            self._finish_part()

    def _pay(self, rate: ReadRate, page: ScannedPage) -> None:
        units = page.read_units if page.read_units is not None else _estimated(page)
        rate.spent(units, page.asked_at)
        items_per_unit = len(page.items) / units if units else 1.0
        self._limit = max(1, min(PAGE_ITEMS, int(self._share(rate) * items_per_unit)))

    def _share(self, rate: ReadRate) -> float:
        """The read units that a page of this segment should cost: its part of one second's."""
        return rate.units_per_s / self._work.segments

    def _first_limit(self, rate: ReadRate) -> int:
        return max(1, min(PAGE_ITEMS, int(self._share(rate))))

    def _write_rows(self) -> None:
        if self._part is None:
            name = f"{self._segment.number:04d}-{len(self.progress.parts):04d}.parquet"
            self._part = PartWriter(self._work.folder, name)
            self._part_bytes, self._part_at = 0, self._work.clock.now()
        self._part.add(self._columns.batch())
        self._part_bytes += self._columns.size_bytes
        self._columns = self._no_columns()

    def _is_large(self, part: PartWriter, at: float) -> bool:
        return part.rows >= PART_ROWS or self._part_bytes >= PART_BYTES or at - self._part_at >= PART_S

    def _finish_part(self, *, ended: bool = False) -> None:
        """Put on disk what was read, and only then that it was."""
        if self._columns.rows:
            self._write_rows()
        parts = self.progress.parts
        if self._part is not None:
            self._part.finish()
            parts = {**parts, self._part.name: self._part.rows}
            self._part = None
        self.progress = SegmentProgress(
            segment=self._segment.number,
            ended=ended or self.progress.ended,
            next_key=self._next_key,
            parts=parts,
            read_units=self._units,
            began_at=self._began_at,
            ended_at=self._ended_at,
        )
        keep(self._work.folder, self.progress)

    def _no_columns(self) -> Columns:
        return Columns(self._work.table.facts.key_attributes, self._work.holds)


def _estimated(page: ScannedPage) -> float:
    """A page's read units where nobody says them: one for each item, too many where most are smaller than 4 KB."""
    return float(max(1, len(page.items)))
