"""`dynadrill audit`."""

import sys
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from . import Action

EXIT_CODES = (
    "Exit codes: 0 nothing was found, 1 something was, 2 nothing was found but not all could be looked at, "
    "64 wrong usage, 70 a defect of dynadrill."
)
WHERE, HELD_TO, SHOWN = "Where the tables are", "What they are held to", "What is shown"

Tables: TypeAlias = Annotated[list[str] | None, typer.Argument(metavar="TABLE|ARN…", help="Tables by name or ARN.")]
Everything: TypeAlias = Annotated[bool, typer.Option("--all", help="Every table of the Region, but those of drills.")]
Regions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Where, and where copies may be; repeatable; else as the environment says.",
        rich_help_panel=WHERE,
    ),
]
Target: TypeAlias = Annotated[
    str | None, typer.Option(metavar="TARGET", help="http://HOST:PORT, or aws:REGION.", rich_help_panel=WHERE)
]
Endpoint: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Likewise; else AWS_ENDPOINT_URL, else AWS itself.", rich_help_panel=WHERE),
]
Format: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="text|json|sarif|emf",
        help="emf: CloudWatch's embedded metric format, a line a table.",
        rich_help_panel=SHOWN,
    ),
]
Json: TypeAlias = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE|-", help="Write the audit as JSON here too.", rich_help_panel=SHOWN),
]
DeclaredIn: TypeAlias = Annotated[
    str,
    typer.Option(
        "--declared-in",
        metavar="FILE",
        help="SARIF: the file of your repository that declares the tables; code scanning shows findings there.",
        rich_help_panel=SHOWN,
    ),
]
Events: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="DURATION",
        help="List CloudTrail's events about their protection, so far back (90d at most).",
        rich_help_panel=SHOWN,
    ),
]
Drills: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Run folders: when a drill last passed.", rich_help_panel=HELD_TO)
]
DrillAge: TypeAlias = Annotated[
    str,
    typer.Option("--max-drill-age", metavar="DURATION", help="How long ago that may be.", rich_help_panel=HELD_TO),
]
MatrixFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--matrix",
        metavar="FILE",
        help="The JSON of `dynadrill matrix`: RPO and RTO as measured.",
        rich_help_panel=HELD_TO,
    ),
]
Period: TypeAlias = Annotated[
    int | None,
    typer.Option(metavar="DAYS", help="How far back point-in-time recovery has to reach.", rich_help_panel=HELD_TO),
]
CopyAge: TypeAlias = Annotated[
    str | None,
    typer.Option("--max-copy-age", metavar="DURATION", help="How old the newest copy may be.", rich_help_panel=HELD_TO),
]
Expect: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--expect",
        metavar="stream|policy|alarm",
        help="What each table is to have: a restore brings none of it. Repeatable.",
        rich_help_panel=HELD_TO,
    ),
]
Accept: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--accept",
        metavar="RULE=REASON",
        help="A rule whose findings, also unknown ones, are accepted; they stay listed. Repeatable.",
        rich_help_panel=HELD_TO,
    ),
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.", rich_help_panel=SHOWN)]


def audit(  # noqa: PLR0913, PLR0917 -- one parameter per option
    tables: Tables = None,
    everything: Everything = False,  # noqa: FBT002 -- a flag
    region: Regions = None,
    target: Target = None,
    endpoint: Endpoint = None,
    period: Period = None,
    max_copy_age: CopyAge = None,
    expect: Expect = None,
    accept: Accept = None,
    drills: Drills = None,
    max_drill_age: DrillAge = "90d",
    matrix: MatrixFile = None,
    output_format: Format = "text",
    json: Json = None,
    declared_in: DeclaredIn = "README.md",
    events: Events = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Say of tables that you have what they can be brought back from, by what, and what to switch on.

    Nothing is changed and no item is read: every other call is refused before
    it is sent. What may not or cannot be read is unknown, and never fine. At AWS
    it needs DYNADRILL_ALLOW_AWS=1; docs/audit.md has the rules and the IAM
    actions.

    dynadrill audit orders customers --region eu-west-1

    dynadrill audit --all --region eu-west-1 --region eu-central-1 --period 35
    --max-copy-age 25h

    dynadrill audit orders --matrix matrix.json --drills runs

    dynadrill audit --all --format sarif --declared-in infra/tables.tf >
    audit.sarif

    dynadrill audit orders --accept 'DD011=one account is all that we have'
    """

    def action() -> int:
        from ..auditing.command import Auditing, run_audit  # noqa: PLC0415 -- see HEAVY
        from ..targets.looking import looker  # noqa: PLC0415
        from ..targets.wall_clock import WallClock  # noqa: PLC0415
        from ..terminal import say  # noqa: PLC0415

        def watch(what: str) -> None:
            if sys.stderr.isatty() and not quiet:
                say(f"\r\033[K{what}", sys.stderr)

        asked = Auditing(
            tables=tuple(tables or ()),
            everything=everything,
            regions=tuple(dict.fromkeys(region or ())),
            form=output_format,
            json_to=json,
            drills=drills,
            matrix=matrix,
            period=period,
            copy_age=max_copy_age,
            drill_age=max_drill_age,
            expect=tuple(expect or ()),
            accept=tuple(accept or ()),
            events=events,
            declared_in=declared_in,
        )
        named = next(iter(tables or ()), "every table")
        first = region[0] if region else None
        return run_audit(asked, lambda: looker(named, target, endpoint, first), WallClock().now, watch)

    return action
