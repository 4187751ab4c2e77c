"""`dynadrill snapshot`."""

import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from . import Action

Table: TypeAlias = Annotated[
    str, typer.Argument(metavar="TABLE|ARN", help="A table, or an index of one: orders, orders/index/by_email, an ARN.")
]
Into: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="The snapshot's folder: not there yet, or empty.")
]
Region: TypeAlias = Annotated[
    str | None, typer.Option(metavar="REGION", help="Where the table is; else as its ARN or AWS_REGION says.")
]
Endpoint: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="URL", help="What answers; else AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or AWS."),
]
Segments: TypeAlias = Annotated[int, typer.Option(metavar="N", help="How many parts are read at the same time.")]
Rcu: TypeAlias = Annotated[
    float | None, typer.Option("--rcu", metavar="N", help="Read at most so many read units per second.")
]
Resume: TypeAlias = Annotated[bool, typer.Option("--resume", help="Go on with the snapshot that was begun in DIR.")]
KeysOnly: TypeAlias = Annotated[
    bool, typer.Option("--keys-only", help="Keep keys only: what is there, not what it is.")
]
DigestsOnly: TypeAlias = Annotated[
    bool, typer.Option("--digests-only", help="Keep keys and digests, no item: enough to find what differs.")
]
Signature: TypeAlias = Annotated[
    bool, typer.Option("--signature", help="Write DIR/signature.json too: 50 kB to compare whole tables by.")
]
Json: TypeAlias = Annotated[str | None, typer.Option("--json", metavar="FILE|-", help="Write what came of it as JSON.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


def snapshot(  # noqa: PLR0913, PLR0917 -- one parameter per option
    table: Table,
    out: Into,
    region: Region = None,
    endpoint: Endpoint = None,
    segments: Segments = 8,
    rcu: Rcu = None,
    resume: Resume = False,  # noqa: FBT002 -- a flag
    keys_only: KeysOnly = False,  # noqa: FBT002 -- a flag
    digests_only: DigestsOnly = False,  # noqa: FBT002 -- a flag
    signature: Signature = False,  # noqa: FBT002 -- a flag
    json: Json = None,
    quiet: Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Read a table, or an index, into a folder of Parquet files, to compare it later; changes nothing.

    Pages are read strongly consistent, but for a global secondary index,
    which cannot be. Each item comes with a digest of its value and the
    instants between which it was read: a table that is written meanwhile
    is read at no single instant.

    DIR then holds the items themselves, readable by its owner only: treat it
    as you treat the table, or keep digests only. At AWS reading costs read
    units (one for 4 KB of items; --rcu holds it down) and needs
    DYNADRILL_ALLOW_AWS=1.

    dynadrill snapshot orders --out before
    dynadrill snapshot orders --out before --resume
    dynadrill snapshot orders --out copy --region eu-west-1 --digests-only
    --signature

    A snapshot that was interrupted, by CTRL+C, a crash or a table that could
    not be read, goes on with --resume and then has the same rows as one that
    was not; a table that was made again meanwhile is refused.

    Exit codes: 0 complete, 2 not complete (what was read is kept), 64 wrong
    usage, 130 and 143 after a signal.
    """

    def action() -> int:
        from .. import taking  # noqa: PLC0415 -- see HEAVY
        from ..output import Output  # noqa: PLC0415
        from ..targets.wall_clock import WallClock  # noqa: PLC0415
        from .watching import watch  # noqa: PLC0415

        asked = taking.Taking(
            table=table,
            into=out,
            region=region,
            endpoint=endpoint,
            segments=segments,
            read_units_per_s=rcu,
            holds=taking.holds(keys_only=keys_only, digests_only=digests_only),
            resume=resume,
            signature=signature,
        )
        around = taking.Surroundings(WallClock(), time.monotonic, watch(quiet=quiet))
        return taking.take(asked, Output(json), around)

    return action
