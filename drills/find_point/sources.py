"""What a table's changes are read from: each source says what it saw, how exactly, and what it leaves in doubt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..changes.markers import is_marker
from ..changes.records import ChangeRecord
from ..errors import UnverifiableError, UsageError
from ..exports.changes import changes_in, key_attributes_in
from ..exports.finding import find_export
from ..exports.keys import KeySchema
from ..exports.manifest import Export
from ..exports.place import ExportPlace
from ..quantities import format_instant
from ..report_text import number_of
from ..restore_points.curve import ObservedChange
from .telling import Telling

A_SECOND_S = 1.0
A_MILLION = 1_000_000

STREAM_HINT = "Switch the stream on for the next time; for this one give --export, or --log with the bad job's own log."


@dataclass
class Seen:
    """What was observed. `from_at` is how far back the source reaches, `until_at` how far on.

    `saw_good` is whether good writes are among the changes; `doubts` are why an earlier bad write may not have been
    seen.
    """

    changes: list[ObservedChange] = field(default_factory=list)
    from_at: float | None = None
    until_at: float = 0.0
    exactness_s: float = 0.0
    saw_good: bool = True
    read: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def take(self, change: ObservedChange) -> None:
        """One more."""
        self.changes.append(change)
        self.until_at = max(self.until_at, change.at)
        self.from_at = change.at if self.from_at is None else min(self.from_at, change.at)


class Past(Protocol):
    """What is asked of a live table's past; see `targets.live_past.LivePast`."""

    def why_no_changes(self) -> str:
        """Why the stream does not tell what was written; empty where it does."""
        ...

    def read_changes(self, take: Callable[[Sequence[ChangeRecord]], None]) -> None:
        """Read everything that the stream still has."""
        ...


def by_stream(past: Past, telling: Telling, tell: Callable[[int], None]) -> Seen:
    """Read the stream of a table.

    Its instants are rounded down to the second (API Reference, StreamRecord), and its records are kept for 24 hours
    (Developer Guide, "Change data capture for DynamoDB Streams").

    Args:
        past: of the table.
        telling: what bad writes look like.
        tell: is told how many changes were read.

    Raises:
        UsageError: there is no stream, or it does not show items.
        UnverifiableError: it could not be read.
    """
    if why := past.why_no_changes():
        raise UsageError(f"nothing tells what was written: {why}", STREAM_HINT)
    telling.coarse_s = A_SECOND_S
    seen = Seen(exactness_s=A_SECOND_S)
    oldest: list[float] = []

    def take(records: Sequence[ChangeRecord]) -> None:
        for record in records:
            if not is_marker(record.key):
                oldest[:] = [min([record.at, *oldest])]
                seen.take(telling.tell(record.at, record.key, record.new))
        tell(len(seen.changes))

    past.read_changes(take)
    since = f", since {format_instant(oldest[0])}" if oldest else ""
    seen.read.append(f"the stream: {len(seen.changes):,} changes{since}")
    first_bad_at = min((change.at for change in seen.changes if change.bad), default=None)
    if first_bad_at is not None and not telling.log and first_bad_at < oldest[0] + A_SECOND_S:
        seen.doubts.append("the oldest change that the stream still has is a bad one: it may have begun before")
    return seen


def by_exports(places: Sequence[ExportPlace], telling: Telling, tell: Callable[[int], None]) -> Seen:
    """Read incremental exports, of each of which a line tells only the last write to a key in its window.

    Raises:
        UsageError: one of them is a full export.
        UnverifiableError: one is missing, or damaged.
    """
    seen = Seen()
    for place in places:
        export = find_export(place)
        if export.full:
            raise UsageError(
                f"{export.place.name} is a full export: it does not say when anything was written",
                "Name incremental exports, with old images (ExportViewType NEW_AND_OLD_IMAGES).",
            )
        before = len(seen.changes)
        _take_in(export, telling, seen, tell)
        begin, end = export.window
        seen.read.append(
            f"the export from {format_instant(begin)} to {format_instant(end)}: {len(seen.changes) - before:,} keys"
        )
        seen.from_at, seen.until_at = min(seen.from_at or begin, begin), max(seen.until_at, end)
    if not telling.log:
        seen.doubts.append(
            "an export tells the last write to each key: a bad one that somebody has written over is not seen"
        )
    return seen


def _take_in(export: Export, telling: Telling, seen: Seen, tell: Callable[[int], None]) -> None:
    attributes = key_attributes_in(export)
    if not attributes:
        return
    was_bad = 0
    for change in changes_in(export, KeySchema(attributes)):
        seen.take(telling.tell(change.micros / A_MILLION, change.key, change.new))
        looks_bad = telling.looks_bad
        was_bad += change.old is not None and looks_bad is not None and looks_bad(change.old)
        tell(len(seen.changes))
    if was_bad:
        began = format_instant(export.window[0])
        seen.doubts.append(f"{number_of(was_bad, 'key')} damaged already when the export begins, at {began}")


def with_the_log(seen: Seen, telling: Telling) -> Seen:
    """Add what a log names and no change showed, and say how many of its writes were seen."""
    if not telling.log:
        return seen
    for change in telling.unseen():
        seen.take(change)
    told = f"the log: {len(telling.log):,} writes"
    seen.read.append(told if not seen.saw_good else f"{told}, of which {telling.matched:,} were seen")
    if seen.saw_good and not telling.matched:
        seen.doubts.append(
            "no write of the log was seen among the changes: it may be another table's, or its clock wrong"
        )
    return seen


def check(seen: Seen) -> None:
    """Make sure that something bad was seen.

    Raises:
        UnverifiableError: nothing was: then no second is better than another.
    """
    if not any(change.bad for change in seen.changes):
        raise UnverifiableError(
            f"no bad write was found in {'; '.join(seen.read)}",
            "Say what a bad write looks like: --bad CONDITION, --bad-deletes, or --log with the bad job's own log.",
        )
