"""`dynadrill advise`."""

import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action
from .matrix import PricesFile, SizeGb, WritesPerMonth
from .snapshot import Quiet

Rpo: TypeAlias = Annotated[
    str | None, typer.Option(metavar="DURATION", help="At most so much time's worth of writes may be lost.")
]
Rto: TypeAlias = Annotated[str | None, typer.Option(metavar="DURATION", help="Users have to work again within this.")]
RegionLoss: TypeAlias = Annotated[bool, typer.Option("--region-loss", help="The loss of a Region has to be survived.")]
Compliance: TypeAlias = Annotated[bool, typer.Option("--compliance", help="Backups have to be kept for auditors.")]
Budget: TypeAlias = Annotated[
    float | None, typer.Option(metavar="USD", help="At most so much a month for the protection.")
]
React: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="DURATION", help="How long people need to notice and decide; else as in the drilled stories."),
]
MatrixFile: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Take the cells from here: what `dynadrill matrix --json` wrote.")
]
Measure: TypeAlias = Annotated[
    bool, typer.Option("--measure", help="Drill the cells now, in virtual pace; takes a minute or two.")
]
Items: TypeAlias = Annotated[int, typer.Option(metavar="N", help="How many items each cell of --measure starts from.")]
Explain: TypeAlias = Annotated[
    bool, typer.Option("--explain", help="Tell what speaks for and against each strategy; alone, of the methods.")
]
Json: TypeAlias = Annotated[str | None, typer.Option("--json", metavar="FILE|-", help="Write the advice as JSON.")]


def advise(  # noqa: PLR0913, PLR0917 -- one parameter per option
    rpo: Rpo = None,
    rto: Rto = None,
    region_loss: RegionLoss = False,  # noqa: FBT002 -- a flag
    compliance: Compliance = False,  # noqa: FBT002 -- a flag
    budget: Budget = None,
    react: React = None,
    size_gb: SizeGb = 100.0,
    writes_per_month: WritesPerMonth = 10_000_000,
    prices: PricesFile = None,
    matrix: MatrixFile = None,
    measure: Measure = False,  # noqa: FBT002 -- a flag
    items: Items = 300,
    explain: Explain = False,  # noqa: FBT002 -- a flag
    out: options.RunsFolder = Path("runs"),
    json: Json = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Say which strategies meet an RPO, an RTO and a budget: by rules of thumb, and by what was drilled.

    Every strategy has to bring back what bad writes and a dropped table took,
    and with --region-loss what a lost Region took. Of each number it is said
    whether it was measured, modelled or assumed, and what contradicts itself
    is named. Where nothing else is said, the cells that come with dynadrill
    are taken, with their date.

    dynadrill advise --rpo 1h --rto 4h
    dynadrill advise --rpo 5m --rto 4h --region-loss --budget 500
    dynadrill advise --rpo 1d --rto 8h --compliance --size-gb 500
    dynadrill advise --rpo 1h --rto 4h --measure
    dynadrill advise --explain

    Exit codes: 0 a strategy meets it, 3 none does, 64 wrong usage.
    """

    def action() -> int:
        from ..advice.command import Around, Wanted  # noqa: PLC0415 -- see HEAVY
        from ..advice.command import advise as answer  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415
        from .watching import watch  # noqa: PLC0415

        wanted = Wanted(
            rpo,
            rto,
            region_loss,
            compliance,
            budget,
            size_gb,
            writes_per_month,
            prices,
            matrix,
            measure,
            items,
            explain,
            out,
            react,
        )
        return answer(wanted, Output(json), Around(watch(quiet=quiet), time.time, time.perf_counter))

    return action
