"""`dynadrill sweep`."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action

Runs: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(metavar="RUN", help="Run folders: only what these runs have left. All of --out when left out."),
]
Regions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="REGION", help="Look here too, beside where the journals say. Repeatable."),
]
OlderThan: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="DURATION",
        help="Leave what is younger. Left out: runs of this machine that are dead go at once, those of other machines "
        "after 2h. A run that lives is left alone at any age.",
    ),
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Remove it; without this it is only listed.")]
ShowValues: TypeAlias = Annotated[bool, typer.Option("--show-values", help="Show account numbers whole.")]
Json: TypeAlias = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write what was found and done as JSON.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing; the exit code tells.")]

EPILOG = "Exit codes: 0 nothing of a dead run is left, 6 something is, or it could not be looked everywhere."


def sweep(  # noqa: PLR0913, PLR0917 -- one parameter per option
    runs: Runs = None,
    target: options.TargetToSweep = None,
    region: Regions = None,
    older_than: OlderThan = None,
    yes: Yes = False,  # noqa: FBT002 -- a flag
    out: options.Out = None,
    show_values: ShowValues = False,  # noqa: FBT002 -- a flag
    json: Json = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Find what drills have left behind that did not get to clean up, with its age and monthly cost, and remove it.

    Each run that is not on the embedded target keeps a journal in its folder of what it makes, before it makes it. With
    journals below --out, or RUNs, their targets and Regions are looked through; --target looks through another. What
    carries a run's name or tag is found in DynamoDB, AWS Backup, S3, KMS and SSM. What cannot be removed yet is waited
    for, and at the end it is looked again.
    """

    def action() -> int:
        from ..config.reading import read_config  # noqa: PLC0415 -- see HEAVY
        from ..errors import UsageError  # noqa: PLC0415
        from ..sweeping.command import Wanted, run_sweep  # noqa: PLC0415

        config = read_config(os.environ, Path.cwd())
        if out is not None and not out.is_dir():
            raise UsageError(f"--out {out} is no folder", "Name the one where the run folders are.")
        wanted = Wanted(
            runs=tuple(runs or ()),
            target=target,
            regions=tuple(region or ()),
            older_than=older_than,
            yes=yes,
            out=out or config.defaults.out or Path("runs"),
            json_to=json,
            quiet=quiet,
            show_values=show_values,
        )
        return run_sweep(wanted, config, time.time, sys.stdout, sys.stderr)

    return action
