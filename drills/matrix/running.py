"""Running the cells: in virtual pace, several processes at a time, each cell on a time machine of its own."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..catalog import Kind, load
from ..costs.estimate import Usage, estimate
from ..costs.prices import Prices
from ..errors import DrillError
from ..garbage import seldom_collected
from ..judgement import Judgement
from ..plan import Asked, Plan, make_plan
from ..recovery import Billed, Recovery, Scheduled
from ..run import run_drill
from ..scenario import Scenario
from ..store import RunFolder
from ..verdict import Outcome
from ..watch import SilentWatch
from .cells import Cell
from .results import CellResult

Timer = Callable[[], float]

MOST_PER_S = 0.25
"""Operations a second of target time: enough to see what is lost, in stories of up to two hours."""

SHORTEST_WARM_UP_S = 60.0
"""So long that users have written something at that rate."""


@dataclass(frozen=True)
class Drilled:
    """With what all cells are drilled: so many items, a seed, objectives (a cell's own come first), and where to.

    `rate_per_s` is how many operations there are a second of target time; None leaves it to the stories, which have
    `MOST_PER_S` at most. `usage` is the table whose protection is priced; it has nothing to do with how many items are
    drilled.
    """

    folder: Path
    items: int
    rate_per_s: float | None
    seed: int
    rpo: str | None
    rto: str | None
    usage: Usage
    prices: Prices


def run_cells(cells: Sequence[Cell], drilled: Drilled, processes: int, timer: Timer) -> Iterator[CellResult]:
    """Run cells, and answer each as it is done, in no order.

    Args:
        cells: to run.
        drilled: with what.
        processes: how many at a time; with 1 all is done in this process.
        timer: seconds that only go forward; a function of a module, since other processes are handed it.

    Raises:
        DrillError: a cell could not be run at all; the others are not waited for.
    """
    if processes <= 1:
        yield from (run_cell(cell, drilled, timer) for cell in cells)
        return
    # Not forked: a process that is a copy of this one would share its threads' locks and its signals.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh, initializer=_begin_process) as pool:
        waiting: list[Future[CellResult]] = [pool.submit(run_cell, cell, drilled, timer) for cell in cells]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _begin_process() -> None:
    """A CTRL+C in the terminal reaches every process: the first one ends the others when their cell is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    seldom_collected()


def processors() -> int:
    """How many cells can be run at a time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_cell(cell: Cell, drilled: Drilled, timer: Timer) -> CellResult:
    """Drill one disaster against one recovery.

    Raises:
        DrillError: it could not be drilled at all: that is a defect of the scenario, not a verdict.
    """
    began = timer()
    try:
        folder = RunFolder(drilled.folder / cell.name)
        folder.path.mkdir(parents=True)
        plan = make_plan(_asked(cell, drilled), lambda *_: folder)
        judgement = run_drill(plan, SilentWatch())
    except DrillError as error:
        message = f"{cell.name.replace('--', ' against ')} could not be drilled: {error.message}"
        raise type(error)(message, error.hint) from error
    return _result(cell, drilled, plan, judgement, timer() - began)


def _asked(cell: Cell, drilled: Drilled) -> Asked:
    """The options of the drill that a cell is."""
    scenario: Scenario = load(Kind.SCENARIO, cell.scenario)
    rate = drilled.rate_per_s or min(scenario.workload.rate_per_s, MOST_PER_S)
    options: dict[str, Any] = {"rpo": drilled.rpo, "rto": drilled.rto, **cell.asked}
    return Asked(
        scenario=cell.scenario,
        seed=drilled.seed,
        pace="virtual",
        items=drilled.items,
        rate=rate,
        warm_up_s=_warm_up_s(cell),
        **options,
    )


def _warm_up_s(cell: Cell) -> float:
    """How long users work before the strike: until it falls in the middle between two backups, as it does on average.

    A scenario's own warm-up is made for its own recovery: where another takes its place, a disaster right after the
    first backup would flatter it, and one before any backup is complete would say nothing of it.
    """
    recovery = load(Kind.RECOVERY, cell.asked["recovery"]) if "recovery" in cell.asked else None
    half_s = recovery.backup_every_s / 2 if isinstance(recovery, Scheduled) else 0.0
    return max(half_s, SHORTEST_WARM_UP_S)


def _result(cell: Cell, drilled: Drilled, plan: Plan, judgement: Judgement, real_s: float) -> CellResult:
    lost = (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike)
    return CellResult(
        strategy=cell.row,
        disaster=cell.disaster,
        recovery=cell.recovery,
        scenario=cell.scenario,
        rpo_objective_s=plan.objectives.rpo_s,
        rto_objective_s=plan.objectives.rto_s,
        verdict=judgement.verdict,
        declared=cell.declared.outcome,
        declared_because=cell.declared.because,
        rpo_s=judgement.rpo.at_most_s,
        rto_s=judgement.rto.measured_s,
        simulated_s=judgement.rto.simulated_s,
        lost_writes=None if None in lost else sum(each for each in lost if each is not None),
        monthly_cost_usd=_monthly(plan.recovery, drilled),
        why=_why(cell, judgement),
        leftovers=tuple(judgement.leftovers),
        run=str(plan.folder.path),
        real_s=round(real_s, 3),
    )


def _monthly(recovery: Recovery, drilled: Drilled) -> float | None:
    if not isinstance(recovery, Billed):
        return None
    return round(estimate(recovery.monthly(drilled.usage), drilled.prices).usd, 2)


def _why(cell: Cell, judgement: Judgement) -> str:
    """What was declared as the reason, where it came out so; else what the drill itself says."""
    if judgement.verdict is cell.declared.outcome and cell.declared.outcome is not Outcome.PASS:
        return f"{cell.declared.because} ({judgement.because})"
    return judgement.because
