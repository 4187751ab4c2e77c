"""`dynadrill last`."""

import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action

EXIT_CODES = (
    "Exit codes: 0 each has passed lately, 1 one has not (or nothing was ever drilled), 64 wrong usage, "
    "70 a defect of dynadrill."
)

Scenario: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="SCENARIO", help="The name that runs are filed under; every name below --out when left out."
    ),
]
MaxAge: TypeAlias = Annotated[
    str, typer.Option("--max-age", metavar="DURATION", help="How long ago the last pass may have begun.")
]
Json: TypeAlias = Annotated[
    str | None, typer.Option("--json", metavar="FILE|-", help="Write what was found here too, a line of JSON a name.")
]


def last(
    scenario: Scenario = None, max_age: MaxAge = "90d", out: options.RunsFolder = Path("runs"), json: Json = None
) -> Action:
    """Say when a drill last passed, and fail when that is too long ago: the dead-man check for nightly drills.

    A pipeline that broke is silent, and silence looks like success. This reads run folders, and nothing else: the
    newest that passed (verdict pass, nothing left behind) has to have begun within --max-age, by the wall clock in the
    folder's name. A run without a verdict, one that missed its objectives, and one from the future are no pass.

    dynadrill last --max-age 90d
    dynadrill last bad_batch_delete --max-age 25h --out /var/lib/dynadrill/runs
    """

    def action() -> int:
        from ..dead_man import say_last  # noqa: PLC0415 -- see HEAVY
        from ..output import Output  # noqa: PLC0415

        return say_last(scenario, max_age, out, time.time(), Output(json))

    return action
