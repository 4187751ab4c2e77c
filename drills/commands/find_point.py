"""`dynadrill find-point`."""

import os
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from . import Action
from .snapshot import Endpoint, Quiet, Region

Name: TypeAlias = Annotated[str, typer.Argument(metavar="TABLE|RUN", help="A table, its ARN, or a run's folder.")]
Log: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help='The bad job\'s log: lines {"key": {"id": {"S": "a"}}, "at": TIME, "item": ...}.'
    ),
]
Bad: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="CONDITION", help='What only a bad write leaves, as in a PartiQL WHERE: "total = 0".'),
]
BadDeletes: TypeAlias = Annotated[bool, typer.Option("--bad-deletes", help="Every deletion is a bad write.")]
Exports: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--export",
        metavar="FOLDER|s3://BUCKET/PREFIX",
        help="An incremental export to look at in place of the stream. Repeatable.",
    ),
]
At: TypeAlias = Annotated[str | None, typer.Option(metavar="TIME", help="A point to ask about: is it good?")]
ByMethod: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="METHOD",
        help="What is to restore: point_in_time, on_demand_backup, aws_backup, export or stream.",
    ),
]
Json: TypeAlias = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE|-", help="Write what was found as JSON: every second of the curve."),
]


def find_point(  # noqa: PLR0913, PLR0917 -- one parameter per option
    name: Name,
    log: Log = None,
    bad: Bad = None,
    bad_deletes: BadDeletes = False,  # noqa: FBT002 -- a flag
    export: Exports = None,
    at: At = None,
    method: ByMethod = None,
    region: Region = None,
    endpoint: Endpoint = None,
    json: Json = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Find the second to go back to, and show what each other one would bring back, lose and keep; changes nothing.

    Of a table its stream is read, which keeps changes for 24 hours, or
    incremental exports; bad writes are told by the bad job's log, by what
    they leave, or because they delete. Of a stored run its history says what
    is true, and its clue what an SRE would have found.

    dynadrill find-point orders --bad-deletes --at 2026-03-05T15:10:00Z
    dynadrill find-point orders --log job.jsonl --endpoint http://127.0.0.1:8000
    dynadrill find-point orders --bad "written_by = 'staging-loader'"
    dynadrill find-point runs/orders_deleted_slowly/latest

    Times before the first bad write are good points; the best is the last
    second that is before it for certain. At AWS reading costs stream reads
    and needs DYNADRILL_ALLOW_AWS=1.

    Exit codes: 0 a point was found, 1 it cannot be restored to, or the one of
    --at keeps damage, 2 it may have to be earlier or nothing was found, 64
    wrong usage.
    """

    def action() -> int:
        from ..exports.place import ExportPlace  # noqa: PLC0415 -- see HEAVY
        from ..find_point.command import Wanted  # noqa: PLC0415
        from ..find_point.command import find_point as find  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415
        from ..targets.buckets import export_place  # noqa: PLC0415
        from ..targets.clients import Place  # noqa: PLC0415
        from ..targets.finding import place_of  # noqa: PLC0415
        from ..targets.wall_clock import WallClock  # noqa: PLC0415
        from .watching import watch  # noqa: PLC0415

        def open_export(place: str) -> ExportPlace:
            if not place.startswith("s3://"):
                return export_place(place, Place(None, ""))
            environment = {**os.environ, "AWS_ENDPOINT_URL_DYNAMODB": os.environ.get("AWS_ENDPOINT_URL_S3", "")}
            return export_place(place, place_of(place, region, endpoint, environment))

        wanted = Wanted(name, log, bad, bad_deletes, export or [], at, method, region, endpoint)
        return find(wanted, Output(json), WallClock(), watch(quiet=quiet), open_export)

    return action
