"""Restore jobs: PENDING, RUNNING while the new table is CREATING, then COMPLETED; what goes wrong fails the job.

A restore makes a new table with all indexes of the old one; what its other restores leave out, this one leaves out
too (AWS Backup Developer Guide, "Restore an Amazon DynamoDB table").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, TypeAlias

from ..backend import Request
from ..backups import is_feeding
from ..blueprint import Shape
from ..errors import AwsError
from ..restore import check_target, open_restored
from .metadata import RestoreOrder
from .points import RESOURCE_TYPE, RecoveryPoint
from .state import STARTS_AFTER_S, AwsBackup


class RestoreTest(NamedTuple):
    """What a restore job has of the restore test that it belongs to."""

    plan_arn: str
    validation_hours: int
    validation_status: str | None = None
    validation_message: str | None = None
    deletion_status: str | None = None
    deletion_message: str | None = None


@dataclass(frozen=True)
class RestoreJob:
    """One restore job as it stands."""

    job_id: str
    account_id: str
    point: RecoveryPoint
    order: RestoreOrder
    metadata: Mapping[str, str]
    iam_role_arn: str | None
    created_at: float
    copies_tags: bool = False
    test: RestoreTest | None = None
    status: str = "PENDING"
    message: str | None = None
    completed_at: float | None = None
    ends_at: float | None = None
    table_arn: str | None = None

    def shape(self) -> Shape:
        """RestoreJobsListMember of the API."""
        test = self.test
        minutes = None if self.ends_at is None else round((self.ends_at - self.created_at) / 60)
        return {
            "AccountId": self.account_id,
            "RestoreJobId": self.job_id,
            "RecoveryPointArn": self.point.arn,
            "SourceResourceArn": self.point.resource_arn,
            "BackupVaultArn": self.point.vault_arn,
            "CreationDate": self.created_at,
            "CompletionDate": self.completed_at,
            "Status": self.status,
            "StatusMessage": self.message,
            "PercentDone": "100.00%" if self.status == "COMPLETED" else "0.00%",
            "BackupSizeInBytes": self.point.size_bytes,
            "IamRoleArn": self.iam_role_arn,
            "ExpectedCompletionTimeMinutes": minutes,
            "CreatedResourceArn": self.table_arn,
            "ResourceType": RESOURCE_TYPE,
            "RecoveryPointCreationDate": self.point.created_at,
            "IsParent": False,
            "CreatedBy": {"RestoreTestingPlanArn": test.plan_arn} if test else None,
            "ValidationStatus": test.validation_status if test else None,
            "ValidationStatusMessage": test.validation_message if test else None,
            "DeletionStatus": test.deletion_status if test else None,
            "DeletionStatusMessage": test.deletion_message if test else None,
        }


Completed: TypeAlias = Callable[[AwsBackup, RestoreJob], None]
"""What follows a restore that has completed."""


def order_restore(state: AwsBackup, job: RestoreJob, then: Completed | None = None) -> RestoreJob:
    """Put a restore job on its way."""
    state.restore_jobs[job.job_id] = job
    state.journal.agenda.add(state.now() + STARTS_AFTER_S, partial(_begin, state, job.job_id, then))
    return job


def _begin(state: AwsBackup, job_id: str, then: Completed | None) -> None:
    job = state.restore_jobs[job_id]
    try:
        _check(state, job)
        _run(state, job, then)
    except AwsError as error:
        _end(state, job, "FAILED", error.message)


def _check(state: AwsBackup, job: RestoreJob) -> None:
    if state.is_down:
        raise AwsError("ServiceUnavailable", f"The Region {state.region_name} is down")
    if job.copies_tags:
        raise AwsError("InvalidRequest", "CopySourceTagsToRestoredResource is not supported for DynamoDB")
    if job.point.arn not in state.points:
        raise AwsError("ResourceNotFound", f"Recovery point {job.point.arn} does not exist")
    if not job.point.is_managed and is_feeding(state.backend, job.point.arn):
        raise AwsError("BackupInUse", f"Backup is being used by another operation: {job.point.arn}")
    state.fleet.keys.refuse_unusable(job.order.encryption)
    check_target(Request(state.backend, {}), job.order.target)


def _run(state: AwsBackup, job: RestoreJob, then: Completed | None) -> None:
    content = job.point.content
    blueprint = content.blueprint._replace(encryption=job.order.encryption)
    request = Request(state.backend, {})
    summary = content.restore_summary(job.point.arn)
    table = open_restored(request, job.order.target, blueprint, content.past(), summary)
    # The new table's rows are worked out by who uses it first: here everybody waits for the journal's lock.
    ends_at = state.now() + state.fleet.durations.of("restore_job", content.load)
    state.fleet.begin(table, ends_at)
    state.restore_jobs[job.job_id] = replace(job, status="RUNNING", ends_at=ends_at, table_arn=table.table_arn)
    failure = state.failure("StartRestoreJob", job.order.target)
    state.journal.agenda.add(ends_at, partial(_finish, state, job.job_id, failure, then))


def _finish(state: AwsBackup, job_id: str, failure: str | None, then: Completed | None) -> None:
    job = state.restore_jobs[job_id]
    if state.is_down:
        failure = f"The Region {state.region_name} is down"
    if failure is not None:
        state.backend.let_go(state.backend.tables[job.order.target])
        _end(state, replace(job, table_arn=None), "FAILED", failure)
        return
    point = state.points.get(job.point.arn)
    if point is not None:
        state.points[point.arn] = replace(point, restored_at=state.now())
    completed = _end(state, job, "COMPLETED")
    if then is not None:
        then(state, completed)


def _end(state: AwsBackup, job: RestoreJob, outcome: str, message: str | None = None) -> RestoreJob:
    ended = replace(job, status=outcome, message=message, completed_at=state.now())
    state.restore_jobs[job.job_id] = ended
    return ended
