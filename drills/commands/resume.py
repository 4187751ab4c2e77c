"""`dynadrill resume`."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action
from .watching import watch

YesSpend: TypeAlias = Annotated[
    float | None,
    typer.Option(
        min=0,
        metavar="USD",
        help="Go on if all of it, with what was spent before, costs about so much or less; else what was agreed to.",
    ),
]


def resume(
    run_folder: options.RunArgument,
    yes_spend: YesSpend = None,
    json: options.Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Go on with a run whose process died: a restore-check at the wait that it was in, a drill not at all.

    A restore, an export or a job that was under way is waited for and not asked for again. The time that nobody
    waited counts as part of the recovery time, an upper bound then: an RTO that it exceeds is
    unknown, not missed. A drill ends as unknown, since its users died with it. Either way what it made is removed.
    What was spent before counts against the budget.
    """

    def action() -> int:
        from ..config.reading import read_config  # noqa: PLC0415 -- see HEAVY
        from ..output import Output  # noqa: PLC0415
        from ..resuming.command import Around  # noqa: PLC0415
        from ..resuming.command import resume as go_on  # noqa: PLC0415

        watching, output = watch(quiet=quiet), Output(json, junit, quiet)
        around = Around(
            read_config(os.environ, Path.cwd()), watching, dict(os.environ), time.time, sys.stderr, yes_spend
        )
        try:
            return go_on(run_folder, output, around)
        finally:
            watching.close()

    return action
