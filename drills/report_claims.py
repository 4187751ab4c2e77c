"""The part of the report about trust: the users, the claims one by one, the detector, and what was left behind."""

import shlex
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from .judgement import Claim, Controls, LatenciesFigures, LoadFigures
from .quantities import format_duration
from .report_text import LOOKS, UNMEASURED, clean, fields, number_of, section
from .verdict import WORST_FIRST, Outcome

ORDER = (*WORST_FIRST, Outcome.NOT_APPLICABLE)


def users(load: LoadFigures) -> list[RenderableType]:
    """The section on the load."""
    ops, ok, failed, unheard = load.ops, load.ok, load.fail, load.info
    if not ops or ok is None or failed is None or unheard is None:
        return section("USERS", Text("no operation was counted", style="magenta"))
    reached = UNMEASURED if load.rate_per_s is None else f"{load.rate_per_s:,.1f}/s"
    rows: list[tuple[str, str | Text]] = [
        ("operations", f"{ops:,}: {ok:,} ok, {failed:,} failed, {unheard:,} nobody knows"),
        ("rate", f"{reached} reached of {load.asked_rate_per_s:,.1f}/s asked"),
        ("latency", f"p50 {_milliseconds(load.p50_ms)}, p99 {_milliseconds(load.p99_ms)}"),
    ]
    if load.latencies is not None:
        rows += _by_what_went_on(load.latencies)
    if load.idle_simulated_s:
        rows.append(("clock moved", f"{format_duration(load.idle_simulated_s)} in all, simulated"))
    return section("USERS", fields(rows))


def _by_what_went_on(latencies: LatenciesFigures) -> list[tuple[str, str | Text]]:
    """Latencies of writes beside each other: whether users noticed a backup, or the recovery."""
    parts = {
        "before strike": latencies.before,
        "protecting": latencies.protecting,
        "recovering": latencies.recovering,
    }
    return [
        (name, f"p50 {_milliseconds(part.p50_ms)}, p99 {_milliseconds(part.p99_ms)} of {number_of(part.ops, 'write')}")
        for name, part in parts.items()
        if part.ops
    ]


def _milliseconds(figure: float | None) -> str:
    if figure is None:
        return UNMEASURED
    return f"{figure:,.0f} ms" if figure >= 1 else "under 1 ms"


def claims(found: list[Claim]) -> list[RenderableType]:
    """The section on the claims, the worst first."""
    if not found:
        return section("CLAIMS", Text("none was checked", style="magenta"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=16)
    table.add_column(overflow="fold")
    for claim in sorted(found, key=lambda claim: ORDER.index(claim.verdict)):
        look = LOOKS[claim.verdict]
        said = Text.assemble((clean(claim.name), "bold"), f": {clean(claim.because)}")
        table.add_row(Text(f"{look.sign} {look.word}", style=look.style), said)
    return section("CLAIMS", table)


def detector(controls: Controls) -> Text:
    """One line on whether planted defects were found."""
    if not controls.planted:
        return Text("? no defect was planted: the detector was not shown to work", style="magenta")
    counted = f"{controls.caught} of {number_of(controls.planted, 'planted defect')} found"
    if controls.caught == controls.planted and not controls.missed:
        return Text(f"✓ {counted}", style="green")
    return Text(f"✗ ONLY {counted}: {clean('; '.join(controls.missed))}", style="bold red")


def leftovers(left: list[str], folder: Path, *, known: bool) -> Text:
    """One line, or several, on what could not be removed.

    Args:
        left: what could not be.
        folder: the run's.
        known: whether anybody has looked; a run that was killed did not get to it.
    """
    if not known:
        return Text(f"? not known: `dynadrill sweep {shlex.quote(str(folder))}` looks", style="magenta")
    if not left:
        return Text("✓ nothing", style="green")
    return Text("\n".join(f"✗ {clean(thing)}" for thing in left), style="bold red")
