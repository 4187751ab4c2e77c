"""The part of a page about the second to go back to: the curve, drawn, and the best point on it."""

from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .judgement import PointFigures, RestorePointFigures, RpoFigures
from .promise import PromiseKind
from .quantities import format_duration, format_instant
from .report_text import clean, fields, number_of, section
from .restore_points.curve import Candidate
from .runrecord import RunRecord

BAR = 14
NOT_KNOWN = "not seen"
TITLE = "WHERE TO GO BACK TO"
COUNTED = "Good lost is every good write made after the point, also one that a later write took back itself."


def where_to_go_back_to(found: RestorePointFigures, record: RunRecord, rpo: RpoFigures) -> list[RenderableType]:
    """The section on the restore point: what the history says, what the clue says, and what each second comes to."""
    source = clean(record.clue.source) if record.clue else "the clue"
    rows: list[tuple[str, str | Text]] = [
        ("first bad write", f"{format_instant(found.first_bad_at)}, by the history"),
        ("by the clue", _by_clue(found, source)),
        ("best point", f"{format_instant(found.best_at)}, the last second whose whole boundary ends before it"),
        ("damage", f"{number_of(found.bad_writes, 'bad write')} to {number_of(found.damaged_keys, 'key')}"),
    ]
    notes = {found.best_at: "best"}
    promised = None if record.promise is None else record.promise.point_at
    if promised is not None and int(promised) != found.best_at:
        notes[float(int(promised))] = "taken"
    if record.promise is not None and record.promise.kind is PromiseKind.UNDO:
        rows.append(("instead", _instead(rpo)))
    return section(TITLE, fields(rows, 15), Text(""), drawn(found.points, notes), Text(""), Text(COUNTED, style="dim"))


def _instead(rpo: RpoFigures) -> str:
    """What came of taking the damage back and going back to no point."""
    before, after = rpo.lost_writes_before_strike, rpo.lost_writes_after_strike
    if before is None or after is None:
        return "no point: the damage is taken back; what was lost was not measured"
    return f"no point: the damage is taken back; {before + after:,} good writes lost"


def _by_clue(found: RestorePointFigures, source: str) -> str:
    if found.clue_first_bad_at is None:
        return f"{source}, which does not say when"
    off_s = found.clue_first_bad_at - found.first_bad_at
    if not off_s:
        return f"the same instant, in {source}"
    side = "later" if off_s > 0 else "earlier"
    return f"{format_instant(found.clue_first_bad_at)}, {format_duration(abs(off_s))} {side}, in {source}"


def drawn(points: Sequence[Candidate | PointFigures], notes: Mapping[float, str]) -> Table:
    """A row a second: keys that come back, good writes lost and bad ones kept, as numbers and as bars.

    Args:
        points: in the order of time.
        notes: what is said of some of them, by their instants.
    """
    table = Table(box=None, pad_edge=False, header_style="dim")
    days = {format_instant(point.at)[:10] for point in points}
    table.add_column("restore to", no_wrap=True)
    table.add_column("keys back", justify="right", no_wrap=True)
    table.add_column("good lost", justify="right", no_wrap=True)
    table.add_column("", width=BAR, no_wrap=True)
    table.add_column("bad kept", justify="right", no_wrap=True)
    table.add_column("", width=BAR, no_wrap=True)
    most_lost = max((point.good_lost or 0 for point in points), default=0)
    most_kept = max((point.bad_kept for point in points), default=0)
    for point in points:
        note = notes.get(point.at, "")
        text = format_instant(point.at)
        when = text[11:19] if len(days) == 1 else text[5:19].replace("T", " ")
        style = "bold green" if note == "best" else "bold" if note else ""
        lost = point.good_lost
        table.add_row(
            Text(f"{when} {note}".rstrip(), style=style),
            Text(f"{point.recovered:,}", style=style),
            Text(NOT_KNOWN if lost is None else f"{lost:,}", style=style),
            Text(_bar(lost or 0, most_lost, "█"), style="yellow"),
            Text(f"{point.bad_kept:,}", style=style),
            Text(_bar(point.bad_kept, most_kept, "░"), style="red"),
        )
    return table


def _bar(count: int, most: int, sign: str) -> str:
    """At least one sign where there is anything at all."""
    return sign * (max(round(BAR * count / most), 1) if count else 0)
