"""`dynadrill restore-check`."""

import os
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action
from .watching import watch

WHERE, WHAT, HELD, ALSO = "Where the table is", "What is restored", "What it is held against", "What it costs and says"


def _text(text: str, metavar: str, panel: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar=metavar, help=text, rich_help_panel=panel)
    return option


Table: TypeAlias = Annotated[
    str, typer.Argument(metavar="TABLE|ARN", help="Your table: it is read, and never changed.")
]
Target: TypeAlias = Annotated[
    str | None,
    _text("aws:REGION or http://HOST:PORT; else AWS_ENDPOINT_URL, else AWS in AWS_REGION.", "TARGET", WHERE),
]
Endpoint: TypeAlias = Annotated[str | None, _text("The same as --target http://HOST:PORT.", "URL", WHERE)]
To: TypeAlias = Annotated[
    str, _text("The instant to go back to: latest, or a time (ISO 8601 with a zone, or epoch seconds).", "POINT", WHAT)
]
Method: TypeAlias = Annotated[
    str,
    _text("pitr, backup (the newest on-demand backup by then), or aws-backup.", "pitr|backup|aws-backup", WHAT),
]
Region: TypeAlias = Annotated[str | None, _text("Restore into this Region; else beside the table.", "REGION", WHAT)]
Role: TypeAlias = Annotated[str | None, _text("What AWS Backup acts as; else its default service role.", "ARN", WHAT)]
Against: TypeAlias = Annotated[
    str | None,
    _text(
        "The independent copy: export (made now, of the same second), live (with --changed-at), a snapshot's folder, "
        "an earlier export, or RUN@TIME. Without one nobody knows whether the items are right.",
        "COPY",
        HELD,
    ),
]
ChangedAt: TypeAlias = Annotated[
    str | None,
    _text(
        "The attribute that says when an item was written last: epoch seconds, milli- or microseconds, or ISO 8601.",
        "ATTR",
        HELD,
    ),
]
MayBeOpen: TypeAlias = Annotated[
    str, _text("The share of keys that may have been written meanwhile, and so say nothing.", "SHARE", HELD)
]
Smoke: TypeAlias = Annotated[
    str | None,
    _text(
        "A command of your own that has to end with 0; {table}, {region} and {endpoint} are put in. No shell.",
        "COMMAND",
        HELD,
    ),
]
CanaryFolder: TypeAlias = Annotated[
    Path | None, _text("What `dynadrill canary` wrote down: it measures the restore point and the RPO.", "FOLDER", HELD)
]
Rcu: TypeAlias = Annotated[float | None, _text("Read at most so many read units per second.", "N", ALSO)]
YesSpend: TypeAlias = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="USD",
        help="On AWS: go on if it costs about so much or less, in US dollars; it ends where it has used that up.",
        rich_help_panel=ALSO,
    ),
]

Rto: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="DURATION", help="The restored table has to be ready, and read, within this."),
]
Json: TypeAlias = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write the check's verdict.json here too.")
]


def restore_check(  # noqa: PLR0913, PLR0917 -- one parameter per option
    table: Table,
    target: Target = None,
    endpoint: Endpoint = None,
    to: To = "latest",
    method: Method = "pitr",
    region: Region = None,
    role: Role = None,
    against: Against = None,
    changed_at: ChangedAt = None,
    may_be_open: MayBeOpen = "1%",
    invariants: options.Invariants = None,
    smoke: Smoke = None,
    canary: CanaryFolder = None,
    rpo: options.Rpo = None,
    rto: Rto = None,
    rcu: Rcu = None,
    yes_spend: YesSpend = None,
    show_values: options.ShowValues = False,  # noqa: FBT002 -- a flag
    out: options.Out = None,
    json: Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Restore a table that you have beside itself, prove that what came back is right, and remove it again.

    Your table is only read: it is described, restored from and exported from. What is made carries a name of the
    check's own (dynadrill-RUN-TABLE) and is gone at the end. The items are held against an independent copy of the
    same second, every setting against your table's, every index against the items; your invariants and your command
    have their say, and the time of recovery is measured phase by phase.

    Examples:
    - Can it be restored, and is it right?
      dynadrill restore-check orders --against export

    - Every night, within an hour, in another Region:
      dynadrill restore-check orders --against export --region eu-central-1 --rto 1h --junit check.xml

    - With your own rules and your own test:
      dynadrill restore-check orders --against export --invariants totals.sql --smoke './smoke.sh {table}'

    - From the newest backup, against the table as it is now:
      dynadrill restore-check orders --method backup --against live --changed-at updated_at

    - The restore point as your own data shows it (see dynadrill canary):
      dynadrill restore-check orders --against export --canary canaries/orders --rpo 10m
    """

    def action() -> int:
        from ..checking import asking  # noqa: PLC0415 -- see HEAVY
        from ..checking.asked import Asked  # noqa: PLC0415
        from ..config.reading import read_config  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415

        asked = Asked(
            table=table,
            target=target,
            endpoint=endpoint,
            to=to,
            method=method,
            against=against,
            changed_at=changed_at,
            may_be_open=may_be_open,
            region=region,
            invariants=tuple(invariants or ()),
            smoke=smoke,
            canary=canary,
            role=role,
            rpo=rpo,
            rto=rto,
            rcu=rcu,
            yes_spend=yes_spend,
            show_values=show_values,
        )
        config = read_config(os.environ, Path.cwd())
        around = asking.Surroundings(os.environ, time.time, watch(quiet=quiet), config)
        folder = out or config.defaults.out or Path("runs")
        return asking.check(asked, folder, Output(json, junit, quiet), around)

    return action
