"""One validation: the job is looked at, its table checked as `restore-check` does, and AWS Backup told what came of it.

Neither table is written, and nothing is deleted: what AWS Backup restored it removes itself.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from .. import store
from ..checking.acting import check_on
from ..checking.asked import Check
from ..checking.folder import CheckFolder, Jumps, Recording, read_check
from ..checking.judging import judge_check
from ..checking.record import AnswerRecord, PointRecord
from ..checking.result import CheckVerdict
from ..checking.source import Source
from ..checking.work import Given
from ..config.model import Config
from ..costs.prices import read_prices
from ..errors import UnsupportedError, UnverifiableError
from ..promise import Method
from ..target import Capability, Target
from ..targets.meter import Budget, Meter
from ..targets.open import open_target
from ..targets.terms import Known, Terms
from ..waits.hearing import Waits
from ..watch import Watch
from .answer import Status, message_of, status_of
from .event import Named
from .job import RestoreJob, look_at_job
from .wanted import Wanted, check_of, makes_something, wanted_of

SCENARIO = "restore-testing"
"""The folder, below that of all runs, which validations are in."""
NOT_KNOWN = "what came back could not be verified; the job stays VALIDATING until its window ends"


@dataclass(frozen=True)
class Order:
    """What one validation is asked to do. With `dry_run` AWS Backup is told nothing."""

    named: Named
    target: str
    wanted: Wanted
    dry_run: bool = False
    show_values: bool = False
    yes_spend: float | None = None


@dataclass(frozen=True)
class Around:
    """What a validation is done with: the environment's variables, the configuration, who watches."""

    environment: Mapping[str, str]
    config: Config
    watch: Watch


def validate(order: Order, out: Path, at: float, around: Around) -> CheckFolder:
    """Check what a restore test restored, and tell AWS Backup; answers the folder with the evidence and the verdict.

    Args:
        order: which job, and how.
        out: the folder of all runs.
        at: the time for the name of this one's.
        around: see there.

    Raises:
        UsageError: there is nothing to validate, or an option makes no sense.
        RecoveryFailedError: the restore itself failed.
        UnverifiableError: AWS Backup could not be asked.
        KeyboardInterrupt: somebody interrupted it; AWS Backup was told nothing.
    """
    folder = CheckFolder(store.create(out, SCENARIO, order.named.job_id[:8], at).path)
    run_id = store.run_id(folder.path, around.config.names.prefix)
    jumps = Jumps()

    meter = Meter(folder.spent)

    def opened(may_export: frozenset[str]) -> Target:
        return open_target(
            order.target,
            run_id=run_id,
            folder=folder.path,
            pace="virtual",  # one thread acts, and nobody uses the table meanwhile
            starts_at=0.0,
            seed=0,
            on_jump=jumps,
            may_restore_from=may_export,
            terms=Terms(
                around.config,
                SCENARIO,
                Known(names=frozenset({order.named.job_id})),
                meter=meter,
                waits=Waits(around.watch, folder.path),
            ),
        )

    around.watch.phase("open", order.target)
    try:
        with closing(opened(frozenset())) as target:
            around.watch.phase("job", order.named.job_id)
            job = job_of(target, order)
        check = check_of_job(job, order, around)
        # Which table may be exported is known only now.
        with closing(opened(frozenset({check.place.name} if makes_something(check) else ()))) as target:
            Validation(target, job, check, folder, run_id, around.watch, jumps, meter).go(dry_run=order.dry_run)
    finally:
        store.discard(folder)
    return folder


def job_of(target: Target, order: Order) -> RestoreJob:
    """Look at the job that is named; as `validate`."""
    region = order.named.region or target.region
    if why := target.lacks(Capability.AWS_BACKUP):
        raise UnsupportedError(f"{target.name} has no AWS Backup: {why}", "Name the target that restored the table.")
    try:
        return look_at_job(target.service("backup", region), order.named.job_id, region)
    except (ClientError, BotoCoreError) as error:
        raise UnverifiableError(f"AWS Backup could not be asked: {error}", "See the role's permissions.") from error


def check_of_job(job: RestoreJob, order: Order, around: Around) -> Check:
    """How the table that a job restored is to be checked; as `validate`."""
    table = job.source_arn.partition(":table/")[2]
    wanted = wanted_of(table, order.wanted, around.environment, around.config)
    return check_of(job, wanted, order.target, show_values=order.show_values, yes_spend=order.yes_spend)


def _budget(check: Check, target: Target, own: str, source: Source) -> Budget | None:
    """What somebody agreed to; who deployed the function has agreed to whatever it costs."""
    del target, own
    if check.yes_spend_usd is None or not isfinite(check.yes_spend_usd):
        return None
    from ..planning.money import budget_of  # noqa: PLC0415 -- it brings what a rehearsal takes

    return budget_of(source.size, check.yes_spend_usd, read_prices(), source.region)


@dataclass(frozen=True)
class Validation:
    """One validation of one restored table, on a target that is open."""

    target: Target
    job: RestoreJob
    check: Check
    folder: CheckFolder
    run_id: str
    watch: Watch
    jumps: Jumps
    meter: Meter

    def go(self, *, dry_run: bool) -> None:
        """Look, judge and tell; as `validate`."""
        boundary = self.target.boundary(Method.AWS_BACKUP)
        point = PointRecord(
            at=self.job.point_at,
            boundary_s=(boundary.lo_s, boundary.hi_s),
            found_from="the recovery point that was tested",
        )
        given = Given(self.job.restored, point, self.job.asked_at)
        check_on(
            self.check,
            self.target,
            self.folder,
            self.run_id,
            self.watch,
            self.jumps,
            given,
            agreed=_budget,
            meter=self.meter,
        )
        self._tell(judge_check(self.folder), dry_run=dry_run)

    def _tell(self, verdict: CheckVerdict, *, dry_run: bool) -> None:
        """Put the result, where there is one; whether it was taken is on disk afterwards."""
        status, message = status_of(verdict), message_of(verdict)
        because = ""
        if status is None:
            because = NOT_KNOWN
        elif dry_run:
            because = f"this is a dry run; it would be {status}"
        else:
            self.watch.phase("answer", status)
            because = self._put(status, message)
        answer = AnswerRecord(job=self.job.job_id, status=status, message=message, put=not because, because=because)
        Recording(self.folder, read_check(self.folder)).change(answer=answer)

    def _put(self, status: Status, message: str) -> str:
        """Tell AWS Backup; answers why it was not taken, or nothing."""
        backup = self.target.service("backup", self.job.region)
        try:
            backup.put_restore_validation_result(
                RestoreJobId=self.job.job_id, ValidationStatus=status, ValidationStatusMessage=message
            )
        except (ClientError, BotoCoreError) as error:
            return f"it was refused: {error}"
        return ""
