"""`dynadrill matrix`."""

import sys
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action

Names: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only these, one option each; all when left out.")
]
Items: TypeAlias = Annotated[int, typer.Option(metavar="N", help="How many items each cell starts from.")]
Rate: TypeAlias = Annotated[
    float | None,
    typer.Option(
        metavar="N", help="Operations per second of target time; each story's own, 0.25 at most, if left out."
    ),
]
Strategies: TypeAlias = Annotated[
    bool, typer.Option("--strategies", help="The rows of the strategy table instead: each with objectives of its own.")
]
Seed: TypeAlias = Annotated[int, typer.Option(metavar="N", help="What chance depends on, in every cell.")]
Preset: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="PRESET", help="Objectives for every cell; `list` lists them."),
]
SizeGb: TypeAlias = Annotated[float, typer.Option(metavar="GB", help="The table whose protection is priced.")]
WritesPerMonth: TypeAlias = Annotated[float, typer.Option(metavar="N", help="How often that table is written a month.")]
PricesFile: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE.toml", help="Prices of your own, in place of those they name.")
]
MatrixJson: TypeAlias = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write the matrix as JSON here too.", show_default=False)
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no table.")]
Processes: TypeAlias = Annotated[
    int | None, typer.Option(metavar="N", help="How many cells at a time; one per processor when left out.")
]


def matrix(  # noqa: PLR0913, PLR0917 -- one parameter per option
    disasters: Names = None,
    recoveries: Names = None,
    objectives: Preset = None,
    items: Items = 1000,
    rate: Rate = None,
    strategies: Strategies = False,  # noqa: FBT002 -- a flag
    seed: Seed = 1,
    size_gb: SizeGb = 100.0,
    writes_per_month: WritesPerMonth = 10_000_000,
    prices: PricesFile = None,
    processes: Processes = None,
    out: options.RunsFolder = Path("runs"),
    json: MatrixJson = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Drill each disaster against each recovery, and tell what came out: verdict, RPO, RTO, losses, money.

    Every cell is a drill of its own in virtual pace, kept below OUT/matrix. Exits with 0 when each cell ends as
    declared (some cannot work, and are there to show it) and leaves nothing behind, else with 1.
    """

    def action() -> int:
        from ..matrix.command import Wanted, run_matrix  # noqa: PLC0415 -- see HEAVY

        wanted = Wanted(
            disasters or [],
            recoveries or [],
            objectives,
            items,
            rate,
            strategies,
            seed,
            size_gb,
            writes_per_month,
            prices,
            processes,
            out,
            json,
            quiet,
        )
        return run_matrix(wanted, time.time, time.perf_counter, sys.stdout, sys.stderr)

    return action
