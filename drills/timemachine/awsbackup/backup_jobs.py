"""Backup jobs: CREATED until their table is free, RUNNING for a while, then COMPLETED, FAILED, ABORTED or EXPIRED.

A recovery point holds its table as it was when the job began to run. AWS says only that these backups are not
instantaneous, unlike DynamoDB's own (Developer Guide, "Using AWS Backup with DynamoDB"); that they begin within a
second is ours. One job runs for a table at a time: others wait, until their start window ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf

from ..backend import Backend
from ..backup import backup_of
from ..blueprint import Shape
from ..durations import Load
from ..errors import AwsError, table_not_found
from ..keys_at_rest import refuse_locked
from ..table import Table
from .copy_jobs import Origin, order_copy
from .lifecycle import Lifecycle
from .points import RESOURCE_TYPE, RecoveryPoint
from .retention import delete, keep
from .selections import tags_of
from .state import STARTS_AFTER_S, AwsBackup
from .vaults import lock_refusal

STOPS_AFTER_S = 1.0
DEFAULT_START_WINDOW_MINUTES = 480


@dataclass(frozen=True)
class CopyAction:
    """A copy that follows a backup of a plan."""

    destination_arn: str
    lifecycle: Lifecycle


@dataclass(frozen=True)
class BackupOrder:
    """What is to be backed up, and how."""

    vault_name: str
    table_name: str
    iam_role_arn: str
    lifecycle: Lifecycle
    start_window_minutes: int = DEFAULT_START_WINDOW_MINUTES
    complete_window_minutes: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    created_by: Shape | None = None
    copies: tuple[CopyAction, ...] = ()


@dataclass(frozen=True)
class BackupJob:
    """One backup job as it stands."""

    job_id: str
    account_id: str
    order: BackupOrder
    resource_arn: str
    vault_arn: str
    created_at: float
    state: str = "CREATED"
    message: str | None = None
    started_at: float | None = None
    completed_at: float | None = None
    ends_at: float | None = None
    point_arn: str | None = None
    encryption_key_arn: str | None = None
    size_bytes: int = 0

    @property
    def start_by(self) -> float:
        """When it expires if it has not begun."""
        return self.created_at + self.order.start_window_minutes * 60

    @property
    def complete_by(self) -> float | None:
        """When it is cancelled if it has not completed."""
        minutes = self.order.complete_window_minutes
        return None if minutes is None else self.created_at + minutes * 60

    def shape(self) -> Shape:
        """BackupJob of the API."""
        done = self.state == "COMPLETED"
        return {
            "AccountId": self.account_id,
            "BackupJobId": self.job_id,
            "BackupVaultName": self.order.vault_name,
            "BackupVaultArn": self.vault_arn,
            "VaultType": "BACKUP_VAULT",
            "RecoveryPointArn": self.point_arn,
            "RecoveryPointLifecycle": self.order.lifecycle.shape(),
            "EncryptionKeyArn": self.encryption_key_arn,
            "IsEncrypted": True if self.encryption_key_arn else None,
            "ResourceArn": self.resource_arn,
            "ResourceType": RESOURCE_TYPE,
            "ResourceName": self.order.table_name,
            "CreationDate": self.created_at,
            "InitiationDate": self.created_at,
            "CompletionDate": self.completed_at,
            "ExpectedCompletionDate": self.ends_at,
            "StartBy": self.start_by,
            "State": self.state,
            "StatusMessage": self.message,
            "PercentDone": "100.0" if done else "0.0",
            "BackupSizeInBytes": self.size_bytes,
            "BytesTransferred": self.size_bytes if done else 0,
            "IamRoleArn": self.order.iam_role_arn,
            "CreatedBy": self.order.created_by,
            "IsParent": False,
        }


def order_backup(state: AwsBackup, order: BackupOrder) -> BackupJob:
    """Put a backup job on its way."""
    job = BackupJob(
        job_id=state.new_id(),
        account_id=state.account_id,
        order=order,
        resource_arn=f"arn:{state.partition}:dynamodb:{state.region_name}:{state.account_id}:table/{order.table_name}",
        vault_arn=state.arn("backup-vault", order.vault_name),
        created_at=state.now(),
        # Known from the start for points that AWS Backup manages (API reference, StartBackupJob).
        point_arn=state.arn("recovery-point", state.new_id()) if state.is_managing else None,
    )
    state.backup_jobs[job.job_id] = job
    state.journal.agenda.add(state.now() + STARTS_AFTER_S, partial(_begin, state, job.job_id))
    state.journal.agenda.add(job.start_by, partial(_expire, state, job.job_id))
    return job


def end(state: AwsBackup, job: BackupJob, outcome: str, message: str | None = None) -> BackupJob:
    """Bring a job to its end, and let the next one that waits for the same table begin."""
    ended = replace(job, state=outcome, message=message, completed_at=state.now(), ends_at=None)
    if outcome != "COMPLETED":
        delete(state, job.point_arn or "")
        ended = replace(ended, point_arn=None)
    state.backup_jobs[job.job_id] = ended
    if job.started_at is not None:
        state.turns.give_back(job.resource_arn)
    return ended


def abort(state: AwsBackup, table: Table, job_id: str, message: str) -> None:
    """Cancel a job that is running."""
    job = state.backup_jobs[job_id]
    if job.state in {"RUNNING", "ABORTING"}:
        table.is_being_backed_up = False
        end(state, job, "ABORTED", message)


def _expire(state: AwsBackup, job_id: str) -> None:
    job = state.backup_jobs[job_id]
    if job.state == "CREATED":
        end(state, job, "EXPIRED", "Backup job expired before completion: it could not start within its start window")


def _begin(state: AwsBackup, job_id: str) -> None:
    job = state.backup_jobs[job_id]
    if job.state != "CREATED":
        return
    try:
        table = _table(state.backend, job.order.table_name)
    except AwsError as error:
        end(state, job, "FAILED", error.message)
        return
    refused = _refusal(state, job)
    if refused is not None:
        end(state, job, "FAILED", refused)
    elif state.turns.take(job.resource_arn, partial(_begin, state, job_id)):
        _run(state, job, table)


def _table(backend: Backend, name: str) -> Table:
    table = backend.find(name)
    if table is None or table.is_creating or table.is_deleting:
        raise table_not_found(name)
    refuse_locked(table)
    return table


def _refusal(state: AwsBackup, job: BackupJob) -> str | None:
    """Why a job cannot run at all."""
    if state.is_down:
        return f"The Region {state.region_name} is down"
    vault = state.vaults.get(job.order.vault_name)
    if vault is None:
        return f"Backup vault {job.order.vault_name} does not exist"
    return lock_refusal(vault, job.order.lifecycle)


def _run(state: AwsBackup, job: BackupJob, table: Table) -> None:
    table.is_being_backed_up = True
    point = _point(state, job, table)
    state.points[point.arn] = point
    load = Load(items=len(table), size_bytes=point.size_bytes)
    ends_at = state.now() + state.fleet.durations.of("backup_job", load)
    state.backup_jobs[job.job_id] = replace(
        job,
        state="RUNNING",
        started_at=state.now(),
        ends_at=ends_at,
        point_arn=point.arn,
        encryption_key_arn=point.encryption_key_arn,
        size_bytes=point.size_bytes,
    )
    failure = state.failure("StartBackupJob", table.name)
    if job.complete_by is not None and job.complete_by < ends_at:
        message = "Backup job was cancelled: it did not complete within its completion window"
        state.journal.agenda.add(job.complete_by, partial(abort, state, table, job.job_id, message))
        return
    state.journal.agenda.add(ends_at, partial(_finish, state, table, job.job_id, failure))


def _point(state: AwsBackup, job: BackupJob, table: Table) -> RecoveryPoint:
    """The recovery point of a table as it is now."""
    managed = job.point_arn is not None
    name, now = f"awsbackup_{job.job_id}", state.now()
    content = backup_of(state.backend, table, name, "AWS_BACKUP", ready_at=now, expires_at=inf, arn=job.point_arn)
    state.tag_resource(content.arn, {**(tags_of(table) if managed else {}), **job.order.tags})
    return RecoveryPoint(
        arn=content.arn,
        vault_name=job.order.vault_name,
        vault_arn=job.vault_arn,
        content=content,
        lifecycle=job.order.lifecycle if managed else job.order.lifecycle._replace(cold_after_days=None),
        is_managed=managed,
        iam_role_arn=job.order.iam_role_arn,
        encryption_key_arn=state.vaults[job.order.vault_name].encryption_key_arn or state.key_arn(),
        created_by=job.order.created_by,
        initiated_at=job.created_at,
    )


def _finish(state: AwsBackup, table: Table, job_id: str, failure: str | None) -> None:
    job = state.backup_jobs[job_id]
    if job.state != "RUNNING":
        return
    table.is_being_backed_up = False
    failure = failure or _refusal(state, job)
    if failure is not None or job.point_arn is None:
        end(state, job, "FAILED", failure)
        return
    point = keep(state, replace(state.points[job.point_arn], completed_at=state.now()))
    if not point.is_managed:
        state.backend.backups[point.arn] = point.content
    end(state, job, "COMPLETED")
    for action in job.order.copies:
        origin = Origin(job.order.iam_role_arn, job.order.created_by, job.job_id)
        order_copy(state, point, action.destination_arn, action.lifecycle, origin)
