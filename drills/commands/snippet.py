"""`dynadrill snippet`."""

import sys
from typing import Annotated, TypeAlias

import typer

from ..errors import UsageError
from ..terminal import say
from ..verdict import ExitCode
from . import Action

CLOUDFORMATION, SAMPLE = "cloudformation", "published-sample"

Of: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="cloudformation|published-sample", help="Of which tool."),
]
About: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="FIXTURE|STREAM-ARN", help="A fixture that `dynadrill list` lists, or a stream's ARN."),
]
For: TypeAlias = Annotated[
    str, typer.Option(metavar="NAME", help="cloudformation: the recovery whose protection the table is to have.")
]
Table: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="cloudformation: the table's name; the fixture's when left out.")
]


def snippet(of: Of, about: About, recovery: For = "point_in_time", table: Table = None) -> Action:
    """Print what sets a protection up outside dynadrill; nothing is called or changed.

    `cloudformation FIXTURE` is a template of a table like the fixture's with what the recovery needs switched on.
    `published-sample STREAM-ARN` are the commands that deploy, and destroy, the near-zero-downtime sample of
    aws-samples (dynamodb-pitr-restore-cdc) for the table of that stream.
    """

    def action() -> int:
        say(_text(of, about, recovery, table), sys.stdout)
        return ExitCode.PASS

    return action


def _text(of: str, about: str, recovery: str, table: str | None) -> str:
    if of == SAMPLE:
        from ..snippets.published_sample import commands  # noqa: PLC0415 -- see HEAVY
        from ..snippets.stream_arn import StreamArn  # noqa: PLC0415 -- see HEAVY

        return commands(StreamArn.parse(about))
    if of == CLOUDFORMATION:
        import orjson  # noqa: PLC0415 -- see HEAVY

        from ..catalog import Kind, load  # noqa: PLC0415 -- see HEAVY
        from ..snippets.cloudformation import template  # noqa: PLC0415 -- see HEAVY

        found = template(load(Kind.FIXTURE, about), load(Kind.RECOVERY, recovery), recovery, table)
        return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n"
    raise UsageError(f"there is no snippet of {of!r}", f"Write {CLOUDFORMATION} or {SAMPLE}.")
