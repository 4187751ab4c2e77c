"""How long a check's restore took, phase by phase, and how much of it was an emulator's clock that was moved."""

from collections.abc import Sequence

from ..verdict import Verdict, missed, not_applicable, passed, unknown
from .record import CheckRecord
from .result import Phases, RtoFigures

PHASES = {
    "ask": ("began", "planned"),
    "wait": ("planned", "asked"),
    "restore": ("asked", "active"),
    "indexes": ("active", "indexes_active"),
    "settings": ("indexes_active", "settings"),
    "compare": ("settings", "read"),
}
"""Each phase is what lies between two marks; together they reach from the first to the last."""


def recovery_time(record: CheckRecord) -> tuple[RtoFigures, Verdict]:
    """The figures, and whether the objective was met."""
    marks = record.marks
    seconds: dict[str, float | None] = {}
    simulated: dict[str, float | None] = {}
    for phase, (begins, ends) in PHASES.items():
        both = begins in marks and ends in marks
        seconds[phase] = round(marks[ends] - marks[begins], 6) if both else None
        simulated[phase] = _overlap(record.jumps, marks[begins], marks[ends]) if both else None
    whole = None not in seconds.values()
    figures = RtoFigures(
        objective_s=record.asked.rto_s,
        measured_s=round(marks["read"] - marks["began"], 6) if whole else None,
        simulated_s=_overlap(record.jumps, marks["began"], marks["read"]) if whole else None,
        phases_s=Phases(**seconds),
        phases_simulated_s=Phases(**simulated),
    )
    return figures, _held_to(figures, broken_off=bool(record.resumed))


def _overlap(jumps: Sequence[tuple[float, float]], from_at: float, to_at: float) -> float:
    return round(sum(max(0.0, min(end, to_at) - max(begin, from_at)) for begin, end in jumps), 6)


def _held_to(rto: RtoFigures, *, broken_off: bool) -> Verdict:
    if rto.objective_s is None:
        return not_applicable("no RTO was asked for")
    if rto.measured_s is None:
        return unknown("the restored table was not read to its end")
    simulated = f", {rto.simulated_s:g} s of it simulated" if rto.simulated_s else ""
    said = f"it took {rto.measured_s:g} s{simulated}; {rto.objective_s:g} s were allowed"
    if broken_off and rto.measured_s > rto.objective_s:
        return unknown(f"{said}; it was broken off and gone on with, and so took that at most")
    return passed(said) if rto.measured_s <= rto.objective_s else missed(said)
