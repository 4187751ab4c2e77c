"""The Lambda function: EventBridge's event in, the validation's outcome out.

What it is told by environment variables and by the `dynadrill.toml` beside the code, docs/restore-testing.md lists. An
outcome that nobody knows is an error: Lambda then tries once more, and counts it among the function's errors.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any, Protocol

from ..checking.asked import EXPORT
from ..checking.folder import CheckFolder
from ..checking.judging import judge_check
from ..checking.report import one_line
from ..config.model import Aws, Config
from ..config.reading import read_config
from ..errors import UnverifiableError, UsageError
from ..masking import masked
from ..watch import SilentWatch
from .event import named_by
from .job import NothingToValidateError
from .validating import Around, Order, validate
from .wanted import Wanted, wanted_of

AGREED_BY_DEPLOYING = inf
"""What a validation may cost: whoever deployed the function has agreed, once for all."""


class Context(Protocol):
    """What is used of Lambda's context."""

    invoked_function_arn: str


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Validate the restore test that an event tells of.

    Raises:
        UnverifiableError: what came back could not be verified, or AWS Backup did not take the answer.
        DrillError: anything else that kept the check from being made.
    """
    named = named_by(event)
    config = allowing_its_own(read_config(os.environ, Path.cwd()), context.invoked_function_arn)
    order = Order(named, f"aws:{named.region}", Wanted(), yes_spend=AGREED_BY_DEPLOYING)
    _refuse_exports(config)
    with tempfile.TemporaryDirectory() as out:
        try:
            folder = validate(order, Path(out), named.told_at or 0.0, Around(os.environ, config, SilentWatch()))
        except NothingToValidateError as error:
            return {"restoreJobId": named.job_id, "ignored": masked(error.message)}
        return outcome_of(folder)


def allowing_its_own(config: Config, function_arn: str) -> Config:
    """The configuration with the function's own account and Region allowed, where it lists none: deploying says so."""
    _, _, _, region, account, *_ = function_arn.split(":")
    aws = config.aws
    allowed = Aws(
        allow=True,
        accounts=aws.accounts if aws.accounts is not None else (account,),
        regions=aws.regions if aws.regions is not None else (region,),
        spend_limit_usd=None,
    )
    return config.model_copy(update={"aws": allowed})


def outcome_of(folder: CheckFolder) -> dict[str, Any]:
    """What the function answers; the verdict's JSON goes into the function's log.

    Raises:
        UnverifiableError: there is no answer, or it was not taken.
    """
    verdict = judge_check(folder)
    sys.stdout.write(one_line(verdict) + verdict.model_dump_json(exclude={"samples"}) + "\n")
    answer = verdict.answer
    assert answer is not None, "a check that was judged was answered for"
    if not answer.put:
        raise UnverifiableError(
            f"{verdict.verdict.value}: {verdict.because}; AWS Backup was told nothing", answer.because
        )
    return {
        "restoreJobId": answer.job,
        "verdict": verdict.verdict.value,
        "validationStatus": answer.status,
        "validationStatusMessage": answer.message,
    }


def _refuse_exports(config: Config) -> None:
    """An export takes longer than a function may run, and makes a bucket, which its role does not allow."""
    tables = ["", *config.restore_testing.tables]
    if any(wanted_of(table, Wanted(), os.environ, config).against == EXPORT for table in tables):
        raise UsageError(
            "a Lambda function cannot wait for an export",
            "Use live with changed_at, or an export that is there; `dynadrill restore-testing` can make one.",
        )
