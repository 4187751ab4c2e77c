"""The part of the report about time: the RTO, its phases to scale, and how much of it was simulated."""

from collections.abc import Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .judgement import FailbackFigures, RtoFigures
from .report_text import UNMEASURED, clean, duration, fields, held_to, section
from .runrecord import RunRecord

BAR_WIDTH = 36
MEANINGS = {
    "notice": "notice",
    "decide": "decide",
    "wait": "wait for window",
    "restore": "restore",
    "settings": "settings back",
    "validate": "validate",
    "cutover": "cut over",
    "first_good": "first good use",
}
NOT_AWS = {
    "embedded": "the emulator's clock was moved; this is not AWS's time",
    "served": "an emulator's durations, by a model, all of them; this is not AWS's time",
    "endpoint": "measured on a DynamoDB-compatible endpoint; this is not AWS's time",
}


def recovery_time(rto: RtoFigures, failback: FailbackFigures | None, record: RunRecord) -> list[RenderableType]:
    """The section on the RTO."""
    met = None
    if rto.objective_s is not None and rto.measured_s is not None:
        met = rto.measured_s <= rto.objective_s
    rows: list[tuple[str, str | Text]] = [
        ("measured", _measured(rto)),
        ("objective", held_to(rto.objective_s, met=met, why_unknown="nobody was seen to work again")),
    ]
    if rto.simulated_s is not None:
        rows.append(("simulated", _simulated(rto.simulated_s, record)))
    if record.held_s is not None:
        rows.append(("users held", f"{duration(record.held_s)} of it, for the cutover"))
    if failback is not None:
        rows.append(("failed back", _failback(failback)))
    bars = phase_bars(rto.phases_s.model_dump(), rto.phases_simulated_s.model_dump(), MEANINGS)
    return section("TIME WITHOUT THE TABLE (RTO)", fields(rows), bars)


def _measured(rto: RtoFigures) -> str:
    if rto.measured_s is None:
        return f"{UNMEASURED}: there was no good write and read on a recovered table"
    return f"{duration(rto.measured_s)} from the strike to the first good write and read"


def _failback(found: FailbackFigures) -> str:
    if found.at is None:
        return f"refused, users stayed where they were: {clean(found.refused)}"
    until = (
        "nobody was seen to work again"
        if found.first_good_s is None
        else f"{duration(found.first_good_s)} until the first good write and read there"
    )
    return f"users were held for {duration(found.held_s)}, {until}"


def _simulated(seconds: float, record: RunRecord) -> str:
    caution = NOT_AWS.get(record.target_kind)
    return f"{duration(seconds)} of it" + (f" ({caution})" if caution else "")


def phase_bars(
    phases: Mapping[str, float | None], simulated: Mapping[str, float | None], meanings: Mapping[str, str]
) -> Table | None:
    """Each phase where it lies between the first instant and the last, drawn to one scale.

    Args:
        phases: seconds by phase.
        simulated: how much of each was simulated.
        meanings: the phases in their order, in words.
    """
    whole_s = sum(seconds or 0.0 for seconds in phases.values())
    if not whole_s:
        return None
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=15)
    table.add_column(width=12, justify="right")
    table.add_column(width=BAR_WIDTH)
    began_s = 0.0
    for name, label in meanings.items():
        seconds = phases[name]
        table.add_row(Text(label), Text(duration(seconds)), _bar(began_s, seconds, simulated[name], whole_s))
        began_s += seconds or 0.0
    legend = "█ lived through  ░ simulated" if any(simulated.values()) else "█ lived through"
    table.add_row(Text(""), Text(""), Text(legend, style="dim"))
    return table


def _bar(began_s: float, seconds: float | None, simulated_s: float | None, whole_s: float) -> Text:
    if not seconds:
        return Text("")
    start = min(round(began_s / whole_s * BAR_WIDTH), BAR_WIDTH - 1)
    end = max(round((began_s + seconds) / whole_s * BAR_WIDTH), start + 1)
    light = round((end - start) * min(1.0, (simulated_s or 0.0) / seconds))
    return Text.assemble(" " * start, ("█" * (end - start - light), "cyan"), ("░" * light, "cyan"))
