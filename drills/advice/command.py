"""What `dynadrill advise` does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ..costs.estimate import GB, Size, Usage
from ..costs.prices import Prices, read_prices
from ..errors import UsageError
from ..matrix.cells import Cell as Planned
from ..matrix.cells import cells as planned_cells
from ..matrix.running import Drilled, processors, run_cells
from ..output import Output
from ..quantities import parse_duration
from ..report import to_text
from ..terminal import say, screen_of
from ..verdict import ExitCode
from ..watch import Watch
from .figures import Advice, Rule
from .measured import Cell, Cells, drilled, shipped, stored
from .showing import facts, page
from .strategies import wanted_cells
from .tree import RULES, Needs, decide
from .weighing import Scales, contradictions

A_DAY = "1d"
"""The objectives that cells are drilled with: those that are asked for are held against the numbers afterwards."""


@dataclass(frozen=True)
class Wanted:
    """The options as they were given."""

    rpo: str | None
    rto: str | None
    region_loss: bool
    compliance: bool
    budget_usd: float | None
    size_gb: float
    writes_per_month: float
    prices: Path | None
    matrix: Path | None
    measure: bool
    items: int
    explain: bool
    out: Path
    react: str | None


class Around(NamedTuple):
    """What a command is done with: who watches, the wall clock, and seconds that only go forward.

    `timer` is a function of a module, since other processes are handed it.
    """

    watch: Watch
    now: Callable[[], float]
    timer: Callable[[], float]


def advise(wanted: Wanted, output: Output, around: Around) -> int:
    """Say which strategies meet what is asked for.

    Args:
        wanted: what was asked for.
        output: where it is told.
        around: the drills that are run, where they are to be measured.

    Raises:
        UsageError: an option is wrong.
    """
    output.check()
    if wanted.explain and wanted.rpo is wanted.rto is None:
        say(to_text(facts(), screen_of(output.stream)), output.stream)
        return ExitCode.PASS
    needs, usage, prices = _needs(wanted), _usage(wanted), _prices(wanted)
    scales = Scales(needs, _cells(wanted, usage, prices, around), usage, prices)
    weighed = scales.all()
    leaf = decide(needs)
    strategy, rule = RULES[leaf]
    advice = Advice(
        rpo_objective_s=needs.rpo_s,
        rto_objective_s=needs.rto_s,
        region_loss=needs.region_loss,
        compliance=needs.compliance,
        budget_usd=needs.budget_usd,
        size_gb=wanted.size_gb,
        writes_per_month=wanted.writes_per_month,
        cells=scales.cells.source,
        rule=Rule(leaf=leaf, strategy=strategy, rule=rule),
        contradictions=contradictions(scales, weighed),
        strategies=weighed,
    )
    text = to_text(page(advice, explain=wanted.explain), screen_of(output.stream))
    output.document(text, advice.model_dump_json(indent=1) + "\n")
    return ExitCode.PASS if any(each.meets for each in weighed) else ExitCode.MISSED


def _needs(wanted: Wanted) -> Needs:
    if wanted.rpo is None or wanted.rto is None:
        raise UsageError(
            "an RPO and an RTO are needed to choose by", "Say --rpo 1h --rto 4h; --explain alone tells of the methods."
        )
    if wanted.budget_usd is not None and wanted.budget_usd < 0:
        raise UsageError(f"a budget of ${wanted.budget_usd:g} is less than nothing", "Say how much a month may cost.")
    rpo_s, rto_s = parse_duration(wanted.rpo), parse_duration(wanted.rto)
    react_s = parse_duration(wanted.react) if wanted.react else None
    return Needs(rpo_s, rto_s, wanted.region_loss, wanted.compliance, wanted.budget_usd, react_s)


def _usage(wanted: Wanted) -> Usage:
    if wanted.size_gb <= 0 or wanted.writes_per_month < 0:
        raise UsageError(
            f"a table of {wanted.size_gb:g} GB with {wanted.writes_per_month:g} writes a month cannot be",
            "Say --size-gb above 0 and --writes-per-month of 0 or more.",
        )
    return Usage(Size(int(wanted.size_gb * GB)), wanted.writes_per_month)


def _prices(wanted: Wanted) -> Prices:
    prices = read_prices()
    return prices.changed_by(read_prices(wanted.prices)) if wanted.prices else prices


def _cells(wanted: Wanted, usage: Usage, prices: Prices, around: Around) -> Cells:
    if wanted.matrix is not None and wanted.measure:
        raise UsageError("--matrix and --measure are asked for at once", "Keep one of them.")
    if wanted.matrix is not None:
        return stored(wanted.matrix)
    if not wanted.measure:
        return shipped()
    if wanted.items < 1:
        raise UsageError(f"--items {wanted.items} is too few", "Drill at least one.")
    planned: list[Planned] = [cell for place in wanted_cells() for cell in planned_cells([place[0]], [place[1]])]
    started = datetime.fromtimestamp(int(around.now()), UTC).strftime("%Y%m%dT%H%M%SZ")
    how = Drilled(wanted.out / "advice" / started, wanted.items, 1.0, 1, A_DAY, A_DAY, usage, prices)
    around.watch.phase("drill", f"{len(planned)} cells")
    results: list[Cell] = []
    try:
        for result in run_cells(planned, how, processors(), around.timer):
            results.append(Cell.model_validate(result.model_dump()))
            around.watch.count(len(results), len(planned))
    finally:
        around.watch.close()
    return drilled(results, wanted.items)
