"""The part of the report about data: the RPO, the restore point, and the keys by class with a few of them."""

from collections.abc import Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .judgement import ItemCounts, Judgement, RpoFigures, Sample
from .promise import WITHOUT_A_POINT, PromiseKind
from .quantities import format_duration
from .report_text import UNMEASURED, clean, duration, fields, held_to, instant, number_of, section
from .runrecord import RunRecord

SAMPLES_SHOWN = 6
ALWAYS = {
    "expected": "keys that the promise says are there",
    "restored": "keys that are there",
    "intact": "keys that hold what they may hold",
}
BAD = {
    "missing": "absent, and should not be",
    "contaminated": "hold what the disaster wrote",
    "premature": "hold what was written after the point",
    "resurrected": "there again after their delete",
    "stale": "hold an older value",
    "phantom": "hold what nobody wrote",
    "torn": "transactions that are there in part",
}
ALSO = {
    "undecided": "intact, but several values would be",
    "within_boundary": "left open by the method's boundary alone",
    "expired_returned": "expired items that came back (right: TTL)",
}


def data_lost(rpo: RpoFigures, record: RunRecord, struck_at: float | None) -> list[RenderableType]:
    """The section on the RPO."""
    rows: list[tuple[str, str | Text]] = [
        ("measured", _measured(rpo)),
        ("at most", f"{duration(rpo.at_most_s)}{'' if rpo.at_most_s is None else ', from the restore point measured'}"),
        ("objective", held_to(rpo.objective_s, met=_met(rpo), why_unknown=_why_unknown(rpo))),
        ("writes lost", _writes_lost(rpo)),
        *([] if rpo.arrived_late is None else [("arrived late", _arrived_late(rpo.arrived_late))]),
        ("point promised", _promised(rpo, record, struck_at)),
        ("point measured", _point_measured(rpo)),
    ]
    if record.promise is not None and record.promise.found_from:
        found = "went by" if record.promise.kind in WITHOUT_A_POINT else "point found in"
        rows.append((found, clean(record.promise.found_from)))
    return section("DATA LOST (RPO)", fields(rows))


def _measured(rpo: RpoFigures) -> str | Text:
    if rpo.holes:
        return Text("no RPO: writes from BEFORE the promised point are lost", style="bold red")
    if rpo.measured_s is None:
        return UNMEASURED
    return f"{duration(rpo.measured_s)} of writes before the strike, for certain"


def _why_unknown(rpo: RpoFigures) -> str:
    if rpo.holes:
        return "there is no RPO to hold it to"
    return UNMEASURED if rpo.measured_s is None else "too few writes to tell"


def _met(rpo: RpoFigures) -> bool | None:
    if rpo.objective_s is None:
        return None
    if rpo.measured_s is not None and rpo.measured_s > rpo.objective_s:
        return False
    return True if rpo.at_most_s is not None and rpo.at_most_s <= rpo.objective_s else None


def _writes_lost(rpo: RpoFigures) -> str:
    before, after = rpo.lost_writes_before_strike, rpo.lost_writes_after_strike
    if before is None or after is None:
        return UNMEASURED
    cut_over = rpo.lost_writes_after_cutover
    span = f" (over {format_duration(rpo.lost_after_strike_s)})" if rpo.lost_after_strike_s else ""
    return (
        f"{before:,} before the strike, {after:,} after it{span}"
        f"{'' if cut_over is None else f', {cut_over:,} after the cutover'}"
    )


def _arrived_late(count: int) -> str:
    return (
        f"{count:,} of them, when the Region was back: no damage, and no loss in the end; what else was lost has been"
        " written over since, or is counted below"
    )


def _promised(rpo: RpoFigures, record: RunRecord, struck_at: float | None) -> str:
    if rpo.promised_point_at is None:
        undo = record.promise is not None and record.promise.kind in WITHOUT_A_POINT
        return "none: every good write, whenever it was made" if undo else UNMEASURED
    text = instant(rpo.promised_point_at)
    if struck_at is None:
        return text
    if record.promise is not None and record.promise.kind is PromiseKind.FAILOVER:
        behind_s = -record.promise.boundary_s[0] if record.promise.boundary_s else None
        return f"{text}, the outage, and up to {duration(behind_s)} before it"
    ahead_s = struck_at - rpo.promised_point_at
    side = "before" if ahead_s >= 0 else "AFTER"
    return f"{text}, {format_duration(abs(ahead_s))} {side} the strike"


def _point_measured(rpo: RpoFigures) -> str:
    begin, end = rpo.measured_point_at
    if begin is None and end is None:
        return UNMEASURED
    start, stop = ("open" if at is None else instant(at) for at in (begin, end))
    day, _, time = stop.partition("T")
    bounds = f"{start} to {time if time and start.startswith(day) else stop}"
    spread = "" if rpo.spread_s is None else f", spread {format_duration(rpo.spread_s)}"
    return bounds + spread


def keys(judgement: Judgement) -> list[RenderableType]:
    """The section on keys by class; classes without a key are left out."""
    counted = _counted(judgement)
    if not judgement.items.expected and not judgement.items.restored and len(counted) == 1:
        return section("KEYS", Text("not compared: no snapshot of a recovered table"))
    return section("KEYS", _counts(counted), _loud(counted), _samples(judgement.samples))


def _counted(judgement: Judgement) -> dict[str, ItemCounts]:
    """What was counted, by what it was counted in."""
    found = {"recovered": judgement.items, "in service": judgement.in_service, "left": judgement.left}
    return {name: counts for name, counts in found.items() if counts is not None}


def _counts(counted: Mapping[str, ItemCounts]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=16)
    for _ in counted:
        table.add_column(width=10, justify="right")
    table.add_column(overflow="fold")
    table.add_row("", *(Text(head, style="dim") for head in counted), "")
    columns = [counts.model_dump() for counts in counted.values()]
    for names, style in ((ALWAYS, ""), (BAD, "bold red"), (ALSO, "dim")):
        for name, meaning in names.items():
            counts = [column[name] for column in columns]
            if names is ALWAYS or any(counts):
                sign = "✗ " if names is BAD else ""
                row = (
                    f"{sign}{name.replace('_', ' ')}",
                    *(UNMEASURED if count is None else f"{count:,}" for count in counts),
                    meaning,
                )
                table.add_row(*(Text(cell, style=style) for cell in row))
    return table


def _loud(counted: Mapping[str, ItemCounts]) -> Text | None:
    bad = any(getattr(counts, name) for counts in counted.values() for name in BAD)
    return None if bad else Text("✓ no key is in a bad class", style="green")


def _samples(samples: list[Sample]) -> Table | None:
    """The first keys that are not as they should be; the rest are in verdict.json."""
    if not samples:
        return None
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=14)
    table.add_column(overflow="fold")
    table.add_row(Text("for example", style="dim"), "")
    for sample in samples[:SAMPLES_SHOWN]:
        where = {"restored": "", "in_service": " (in service)", "left": " (left)"}[sample.snapshot]
        differs = f"; differs in {', '.join(map(clean, sample.attributes))}" if sample.attributes else ""
        said = Text.assemble((clean(sample.key), "bold"), f"{where}: {clean(sample.because)}{differs}")
        table.add_row(Text(f"  {sample.class_}"), said)
    if len(samples) > SAMPLES_SHOWN:
        rest = number_of(len(samples) - SAMPLES_SHOWN, "more key")
        table.add_row("", Text(f"{rest} in verdict.json", style="dim"))
    return table
