"""`dynadrill canary`."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from . import Action
from .restore_check import Endpoint, Target
from .watching import watch

Table: TypeAlias = Annotated[str, typer.Argument(metavar="TABLE|ARN", help="Your table.")]
Rate: TypeAlias = Annotated[str, typer.Option(metavar="N/s|N/m", help="How often one of them is written.")]
Items: TypeAlias = Annotated[int, typer.Option(metavar="N", help="How many canaries there are.")]
For: TypeAlias = Annotated[str, typer.Option("--for", metavar="DURATION", help="How long they are kept moving.")]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Yes: write into this table.")]
Remove: TypeAlias = Annotated[bool, typer.Option("--remove", help="Take the canaries of this table away.")]
Out: TypeAlias = Annotated[Path, typer.Option(metavar="DIR", help="Where they are written down: DIR/TABLE.")]
Json: TypeAlias = Annotated[str | None, typer.Option("--json", metavar="FILE|-", help="Write what came of it as JSON.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def canary(  # noqa: PLR0913, PLR0917 -- one parameter per option
    table: Table,
    target: Target = None,
    endpoint: Endpoint = None,
    rate: Rate = "1/s",
    items: Items = 10,
    lasting: For = "10m",
    yes: Yes = False,  # noqa: FBT002 -- a flag
    remove: Remove = False,  # noqa: FBT002 -- a flag
    out: Out = Path("canaries"),
    json: Json = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Keep a few marked items moving in a table of yours, so that a restore of it can be measured from the data.

    Each canary has a key of its own (dynadrill-canary-...) and the attribute dynadrill_canary, and is written only
    where there is no other item: nothing of yours is ever changed. Each write is on disk before it is sent and after
    it was answered. A later restore-check with --canary reads from the restored canaries to which instant the table
    went back, and how much was lost.

    They stay in the table, and those who read its stream see them, until --remove takes them away; CTRL+C stops, and
    says what is left. At AWS each write costs a write unit.

    dynadrill canary orders --yes --for 1h
    dynadrill restore-check orders --canary canaries/orders --against export --rpo 10m
    dynadrill canary orders --remove

    Exit codes: 0 written, or all removed; 2 no write was acknowledged; 4 the table's key can carry no mark; 5 refused:
    nobody said --yes; 6 some could not be removed; 64 wrong usage; 130 and 143 after a signal.
    """

    def action() -> int:
        from ..canaries.keeping import Asked, Surroundings, keep  # noqa: PLC0415 -- see HEAVY
        from ..config.reading import read_config  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415

        asked = Asked(
            table=table,
            target=target,
            endpoint=endpoint,
            rate=rate,
            items=items,
            lasting=lasting,
            out=out,
            agreed=yes,
            removing=remove,
        )
        around = Surroundings(os.environ, watch(quiet=quiet), read_config(os.environ, Path.cwd()))
        return keep(asked, Output(json, None, quiet), around)

    return action
