"""Running the cells: in virtual pace, several processes at a time, each cell on a time machine of its own."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from ..catalog import Kind, load
from ..costs.estimate import Usage, estimate
from ..costs.prices import Prices
from ..errors import DrillError
from ..judgement import Judgement
from ..plan import Asked, make_plan
from ..recovery import Billed
from ..run import run_drill
from ..store import RunFolder
from ..verdict import Outcome
from ..watch import SilentWatch
from .cells import Cell
from .results import CellResult

Timer = Callable[[], float]


@dataclass(frozen=True)
class Drilled:
    """With what all cells are drilled: so many items and operations per second, a seed, objectives, and where to.

    `usage` is the table whose protection is priced; it has nothing to do with how many items are drilled.
    """

    folder: Path
    items: int
    rate_per_s: float
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
    with ProcessPoolExecutor(processes, mp_context=fresh, initializer=_leave_signals_to_the_first) as pool:
        waiting: list[Future[CellResult]] = [pool.submit(run_cell, cell, drilled, timer) for cell in cells]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _leave_signals_to_the_first() -> None:
    """A CTRL+C in the terminal reaches every process: the first one ends the others when their cell is done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def processors() -> int:
    """How many cells can be run at a time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_cell(cell: Cell, drilled: Drilled, timer: Timer) -> CellResult:
    """Drill one disaster against one recovery.

    Raises:
        DrillError: it could not be drilled at all: that is a defect of the scenario, not a verdict.
    """
    asked = Asked(
        scenario=cell.scenario,
        seed=drilled.seed,
        recovery=cell.recovery,
        disaster=cell.disaster,
        pace="virtual",
        items=drilled.items,
        rate=drilled.rate_per_s,
        rpo=drilled.rpo,
        rto=drilled.rto,
    )
    began = timer()
    try:
        folder = RunFolder(drilled.folder / f"{cell.disaster}--{cell.recovery}")
        folder.path.mkdir(parents=True)
        judgement = run_drill(make_plan(asked, lambda *_: folder), SilentWatch())
    except DrillError as error:
        message = f"{cell.disaster} against {cell.recovery} could not be drilled: {error.message}"
        raise type(error)(message, error.hint) from error
    return _result(cell, drilled, judgement, timer() - began)


def _result(cell: Cell, drilled: Drilled, judgement: Judgement, real_s: float) -> CellResult:
    lost = (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike)
    return CellResult(
        disaster=cell.disaster,
        recovery=cell.recovery,
        scenario=cell.scenario,
        verdict=judgement.verdict,
        declared=cell.declared.outcome,
        rpo_s=judgement.rpo.at_most_s,
        rto_s=judgement.rto.measured_s,
        simulated_s=judgement.rto.simulated_s,
        lost_writes=None if None in lost else sum(each for each in lost if each is not None),
        monthly_cost_usd=_monthly(cell.recovery, drilled),
        why=_why(cell, judgement),
        run=str(drilled.folder / f"{cell.disaster}--{cell.recovery}"),
        real_s=round(real_s, 3),
    )


def _monthly(recovery: str, drilled: Drilled) -> float | None:
    found = load(Kind.RECOVERY, recovery)
    if not isinstance(found, Billed):
        return None
    return round(estimate(found.monthly(drilled.usage), drilled.prices).usd, 2)


def _why(cell: Cell, judgement: Judgement) -> str:
    """What was declared as the reason, where it came out so; else what the drill itself says."""
    if judgement.verdict is cell.declared.outcome and cell.declared.outcome is not Outcome.PASS:
        return f"{cell.declared.because} ({judgement.because})"
    return judgement.because
