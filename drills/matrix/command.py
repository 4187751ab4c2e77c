"""What `dynadrill matrix` does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from ..costs.estimate import GB, Size, Usage
from ..costs.prices import read_prices
from ..errors import UsageError
from ..output import STANDARD_OUTPUT, write_file
from ..report import to_text
from ..terminal import say, screen_of
from ..verdict import ExitCode
from ..version import VERSION
from .cells import Cell, cells
from .objectives import preset
from .results import CellResult, Matrix
from .running import Drilled, processors, run_cells
from .strategies import strategies
from .table import table_of


@dataclass(frozen=True)
class Wanted:
    """The options as they were given."""

    disasters: list[str]
    recoveries: list[str]
    objectives: str | None
    items: int
    rate_per_s: float | None
    strategies: bool
    seed: int
    size_gb: float
    writes_per_month: float
    prices: Path | None
    processes: int | None
    out: Path
    json_to: str | None
    quiet: bool


def run_matrix(
    wanted: Wanted, now: Callable[[], float], timer: Callable[[], float], words: TextIO, progress: TextIO
) -> int:
    """Run the matrix and tell what came out.

    Args:
        wanted: what was asked for.
        now: the wall clock, for the name of the folder.
        timer: seconds that only go forward.
        words: standard output.
        progress: standard error: where words go when standard output is JSON.

    Raises:
        UsageError: an option is wrong; nothing was run.
    """
    chosen = _chosen(wanted)
    drilled = _drilled(wanted, now())
    done: list[CellResult] = []
    for result in run_cells(chosen, drilled, wanted.processes or processors(), timer):
        done.append(result)
        if progress.isatty() and not wanted.quiet:
            say(f"\r{len(done)} of {len(chosen)} cells", progress)
    if progress.isatty() and not wanted.quiet:
        say("\r\033[K", progress)
    return _tell(wanted, _matrix(wanted, drilled, chosen, done), words, progress)


def _chosen(wanted: Wanted) -> list[Cell]:
    if not wanted.strategies:
        return cells(wanted.disasters, wanted.recoveries)
    if wanted.disasters or wanted.recoveries or wanted.objectives:
        raise UsageError(
            "--strategies has disasters, recoveries and objectives of its own",
            "Leave out the options that name others.",
        )
    return strategies()


def _drilled(wanted: Wanted, at: float) -> Drilled:
    if (
        wanted.items < 1
        or (wanted.rate_per_s is not None and wanted.rate_per_s <= 0)
        or wanted.size_gb <= 0
        or wanted.writes_per_month < 0
    ):
        raise UsageError("--items, --rate and --size-gb have to be more than 0", "See `dynadrill matrix --help`.")
    asked = preset(wanted.objectives) if wanted.objectives else None
    prices = read_prices()
    started = datetime.fromtimestamp(int(at), UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = wanted.out / "matrix" / f"{started}-{wanted.seed}"
    if folder.exists():
        raise UsageError(f"{folder} is there already", "Wait a second, or name another folder with --out.")
    return Drilled(
        folder=folder,
        items=wanted.items,
        rate_per_s=wanted.rate_per_s,
        seed=wanted.seed,
        rpo=asked.rpo if asked else None,
        rto=asked.rto if asked else None,
        usage=Usage(Size(int(wanted.size_gb * GB)), wanted.writes_per_month),
        prices=prices.changed_by(read_prices(wanted.prices)) if wanted.prices else prices,
    )


def _matrix(wanted: Wanted, drilled: Drilled, chosen: list[Cell], done: list[CellResult]) -> Matrix:
    asked = preset(wanted.objectives) if wanted.objectives else None
    by_place = {(cell.strategy, cell.disaster, cell.recovery): cell for cell in done}
    return Matrix(
        version=VERSION,
        target="embedded",
        items=drilled.items,
        rate_per_s=drilled.rate_per_s,
        seed=drilled.seed,
        rpo_objective_s=asked.rpo_s if asked else None,
        rto_objective_s=asked.rto_s if asked else None,
        size_gb=wanted.size_gb,
        writes_per_month=wanted.writes_per_month,
        cells=[by_place[cell.row, cell.disaster, cell.recovery] for cell in chosen],
    )


def _tell(wanted: Wanted, matrix: Matrix, words: TextIO, progress: TextIO) -> int:
    text = matrix.model_dump_json(indent=1) + "\n"
    if wanted.json_to == STANDARD_OUTPUT:
        say(text, words)
        words = progress
    elif wanted.json_to is not None:
        write_file(Path(wanted.json_to), text)
    if not wanted.quiet:
        say(to_text(table_of(matrix), screen_of(words)), words)
    return ExitCode.PASS if matrix.as_declared else ExitCode.FAIL
