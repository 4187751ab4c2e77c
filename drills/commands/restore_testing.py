"""`dynadrill restore-testing`."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from .. import options
from . import Action
from .restore_check import ALSO, HELD, WHERE, Against, ChangedAt, Rcu, Target, YesSpend
from .watching import watch

Restore: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="EVENT.json|JOB", help="EventBridge's event (- reads standard input), or the job's id."),
]
Source: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TABLE|ARN", help="What to compare with; else the table that was backed up.", rich_help_panel=WHERE
    ),
]
MayBeOpen: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE",
        help="The share of keys that may have been written since, and so say nothing; else 1%.",
        rich_help_panel=HELD,
    ),
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Check and report, and tell AWS Backup nothing.", rich_help_panel=ALSO)
]


def restore_testing(  # noqa: PLR0913, PLR0917 -- one parameter per option
    restore: Restore,
    target: Target = None,
    source: Source = None,
    against: Against = None,
    changed_at: ChangedAt = None,
    may_be_open: MayBeOpen = None,
    invariants: options.Invariants = None,
    rpo: options.Rpo = None,
    rcu: Rcu = None,
    yes_spend: YesSpend = None,
    dry_run: DryRun = False,  # noqa: FBT002 -- a flag
    show_values: options.ShowValues = False,  # noqa: FBT002 -- a flag
    out: options.Out = None,
    json: options.Json = None,
    junit: options.Junit = None,
    quiet: options.Quiet = False,  # noqa: FBT002 -- a flag
) -> Action:
    """Validate a table that AWS Backup restored as a test, and tell AWS Backup whether it is right.

    AWS Backup's restore testing restores a recovery point on a schedule and validates nothing. This checks the
    restored table as restore-check does - items against an independent copy, settings, indexes, your invariants - and
    answers with PutRestoreValidationResult: SUCCESSFUL where all of it holds, FAILED where something does not. Where
    it cannot tell, it answers nothing: the job stays VALIDATING until its window ends, and is never SUCCESSFUL.
    Neither table is written, nothing is deleted. The same as a Lambda function: docs/restore-testing.md.

    Examples:
    - What would it say of this job? (aws backup list-restore-jobs shows them)
      dynadrill restore-testing 3FA85F64-5717-4562-B3FC-2C963F66AFA6 --against live --changed-at updated_at --dry-run

    - Answer for the event that a rule caught:
      dynadrill restore-testing event.json --against live --changed-at updated_at --invariants totals.sql
    """

    def action() -> int:
        from ..checking.folder import read_check  # noqa: PLC0415 -- see HEAVY
        from ..checking.telling import judge_and_tell  # noqa: PLC0415
        from ..config.reading import read_config  # noqa: PLC0415
        from ..errors import UnverifiableError, UsageError  # noqa: PLC0415
        from ..output import Output  # noqa: PLC0415
        from ..restore_testing.event import read_named  # noqa: PLC0415
        from ..restore_testing.validating import Around, Order, validate  # noqa: PLC0415
        from ..restore_testing.wanted import Wanted  # noqa: PLC0415

        output = Output(json, junit, quiet)
        output.check()
        config = read_config(os.environ, Path.cwd())
        named = read_named(restore, sys.stdin)
        region = named.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        url = os.environ.get("AWS_ENDPOINT_URL")
        place = target or (f"aws:{region}" if region else url)
        if place is None:
            raise UsageError("it is not said where the restore job is", "Say --target aws:REGION, or set AWS_REGION.")
        files = tuple(map(str, invariants)) if invariants else None
        wanted = Wanted(against, changed_at, may_be_open, files, source, rpo, rcu)
        order = Order(named, place.rstrip("/"), wanted, dry_run, show_values, yes_spend)
        watching = watch(quiet=quiet)
        try:
            folder = validate(
                order, out or config.defaults.out or Path("runs"), time.time(), Around(os.environ, config, watching)
            )
        finally:
            watching.close()
        code = judge_and_tell(folder, output)
        answer = read_check(folder).answer
        if answer is not None and answer.status and not answer.put and not dry_run:
            raise UnverifiableError(f"AWS Backup did not take the answer {answer.status}: {answer.because}", "")
        return code

    return action
