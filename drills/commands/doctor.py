"""`dynadrill doctor`."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action

EXIT_CODES = (
    "Exit codes: 0 all is well, 1 something is not, 2 something could not be seen, 64 wrong usage, "
    "70 a defect of dynadrill."
)

Target: TypeAlias = Annotated[
    str | None, typer.Option(metavar="TARGET", help="http://HOST:PORT or aws:REGION; this machine alone when left out.")
]
Tables: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--table", metavar="NAME", help="A table of the target whose protection is told. Repeatable."),
]
Regions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="REGION", help="A Region that has to answer, too. Repeatable."),
]
Json: TypeAlias = Annotated[str | None, typer.Option("--json", metavar="FILE|-", help="Write it as JSON here too.")]


def doctor(
    target: Target = None,
    table: Tables = None,
    region: Regions = None,
    out: options.RunsFolder = Path("runs"),
    json: Json = None,
) -> Action:
    """Say whether this machine, an account and its tables are fit for a drill: one line each, and one fix where not.

    Looked at: Python, the extra for Spark, Java, the room on disk; and of a target its credentials, its clock against
    ours, its Regions, the quotas in use (tables, restores at once), and the recovery of named tables and of their
    replicas. Nothing is changed. At AWS it needs DYNADRILL_ALLOW_AWS=1.

    dynadrill doctor
    dynadrill doctor --target aws:eu-west-1 --table orders --region eu-west-1 --region eu-central-1
    """

    def action() -> int:
        from ..doctor.command import Asked, examine  # noqa: PLC0415 -- see HEAVY
        from ..doctor.here import Machine  # noqa: PLC0415
        from ..errors import UsageError  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415
        from ..targets.looking import looker  # noqa: PLC0415
        from ..targets.wall_clock import WallClock  # noqa: PLC0415

        if target is None and (table or region):
            raise UsageError("--table and --region are of a target, and none is named", "Say --target.")
        asked = Asked(out, tuple(table or ()), tuple(dict.fromkeys(region or ())))
        home = asked.regions[0] if asked.regions else None
        there = None
        if target is not None:
            there = looker("the target", target, None, None if target.startswith("aws:") else home)
        return examine(asked, there, Machine(), WallClock().now, Output(json))

    return action
