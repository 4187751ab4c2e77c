"""Copy jobs: a recovery point into another vault, also of another Region or account.

Copies of one table into one account and Region run one after another. What AWS finds out only when it copies (a vault
that is not there, that is locked against such a retention, or whose policy does not let the account in) fails the job.
"""

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from ..blueprint import Shape
from ..durations import Load
from .lifecycle import Lifecycle
from .points import RESOURCE_TYPE, RecoveryPoint
from .policies import lets_copy
from .refusals import invalid_value
from .retention import keep
from .state import STARTS_AFTER_S, AwsBackup, aws_backup
from .vaults import lock_refusal

VAULT_ARN = re.compile(r"arn:[^:]+:backup:([a-z0-9-]+):(\d{12}):backup-vault:([a-zA-Z0-9_-]{2,50})")


class Origin(NamedTuple):
    """Who asked for a copy."""

    iam_role_arn: str
    created_by: Shape | None = None
    backup_job_id: str | None = None


class Destination(NamedTuple):
    """The vault that a copy goes to."""

    region: str
    account: str
    vault_name: str


@dataclass(frozen=True)
class CopyJob:
    """One copy job as it stands."""

    job_id: str
    account_id: str
    point: RecoveryPoint
    destination_arn: str
    lifecycle: Lifecycle
    origin: Origin
    created_at: float
    state: str = "CREATED"
    message: str | None = None
    completed_at: float | None = None
    copied_arn: str | None = None
    destination_key_arn: str | None = None

    @property
    def destination(self) -> Destination:
        """Where it goes."""
        return destination_of(self.destination_arn)

    @property
    def queue(self) -> tuple[str, str, str]:
        """Copies that have this in common run one after another."""
        return (self.point.resource_arn, self.destination.account, self.destination.region)

    def shape(self) -> Shape:
        """CopyJob of the API."""
        return {
            "AccountId": self.account_id,
            "CopyJobId": self.job_id,
            "SourceBackupVaultArn": self.point.vault_arn,
            "SourceRecoveryPointArn": self.point.arn,
            "DestinationBackupVaultArn": self.destination_arn,
            "DestinationVaultType": "BACKUP_VAULT",
            "DestinationRecoveryPointArn": self.copied_arn,
            "DestinationEncryptionKeyArn": self.destination_key_arn,
            "DestinationRecoveryPointLifecycle": self.lifecycle.shape(),
            "ResourceArn": self.point.resource_arn,
            "ResourceType": RESOURCE_TYPE,
            "ResourceName": self.point.content.table_name,
            "CreationDate": self.created_at,
            "CompletionDate": self.completed_at,
            "State": self.state,
            "StatusMessage": self.message,
            "BackupSizeInBytes": self.point.size_bytes,
            "IamRoleArn": self.origin.iam_role_arn,
            "CreatedBy": self.origin.created_by,
            "CreatedByBackupJobId": self.origin.backup_job_id,
            "IsParent": False,
        }


def destination_of(vault_arn: str) -> Destination:
    """The Region, account and vault of a vault's ARN.

    Raises:
        AwsError: InvalidParameterValueException: it is none.
    """
    found = VAULT_ARN.fullmatch(vault_arn)
    if found is None:
        raise invalid_value(f"DestinationBackupVaultArn is not the ARN of a backup vault: {vault_arn}")
    return Destination(*found.groups())


def order_copy(
    state: AwsBackup, point: RecoveryPoint, destination_arn: str, lifecycle: Lifecycle, origin: Origin
) -> CopyJob:
    """Put a copy job on its way."""
    job = CopyJob(state.new_id(), state.account_id, point, destination_arn, lifecycle, origin, created_at=state.now())
    state.copy_jobs[job.job_id] = job
    state.journal.agenda.add(state.now() + STARTS_AFTER_S, partial(_begin, state, job.job_id))
    return job


def _begin(state: AwsBackup, job_id: str) -> None:
    job = state.copy_jobs[job_id]
    refused = _refusal(state, job)
    if refused is not None:
        _end(state, job, "FAILED", refused)
    elif state.turns.take(job.queue, partial(_begin, state, job_id)):
        _run(state, job)


def _target(state: AwsBackup, job: CopyJob) -> AwsBackup:
    return aws_backup(state.fleet.at(job.destination.account, job.destination.region))


def _refusal(state: AwsBackup, job: CopyJob) -> str | None:
    """Why a copy cannot be made."""
    target, name = _target(state, job), job.destination.vault_name
    for side in (state, target):
        if side.is_down:
            return f"The Region {side.region_name} is down"
    if not job.point.is_managed:
        return "The recovery point is managed by DynamoDB: only points that AWS Backup manages can be copied"
    if job.point.is_cold(state.now()):
        return "A recovery point in cold storage cannot be copied"
    vault = target.vaults.get(name)
    if vault is None:
        return f"Backup vault {job.destination_arn} does not exist"
    if target.account_id != state.account_id and not lets_copy(target.policies.get(name), state.account_id):
        return "Access Denied trying to call AWS Backup service"
    return lock_refusal(vault, job.lifecycle)


def _run(state: AwsBackup, job: CopyJob) -> None:
    target = _target(state, job)
    vault = target.vaults[job.destination.vault_name]
    load = Load(items=job.point.content.item_count, size_bytes=job.point.size_bytes)
    ends_at = state.now() + state.fleet.durations.of("copy_job", load)
    state.copy_jobs[job.job_id] = replace(
        job,
        state="RUNNING",
        copied_arn=target.arn("recovery-point", target.new_id()),
        destination_key_arn=vault.encryption_key_arn or target.key_arn(),
    )
    failure = state.failure("StartCopyJob", job.point.content.table_name)
    state.journal.agenda.add(ends_at, partial(_finish, state, job.job_id, failure))


def _finish(state: AwsBackup, job_id: str, failure: str | None) -> None:
    job = state.copy_jobs[job_id]
    failure = failure or _refusal(state, job)
    if failure is not None or job.copied_arn is None or job.destination_key_arn is None:
        _end(state, replace(job, copied_arn=None), "FAILED", failure)
        return
    target = _target(state, job)
    copied = replace(
        job.point,
        arn=job.copied_arn,
        vault_name=job.destination.vault_name,
        vault_arn=job.destination_arn,
        source_vault_arn=job.point.vault_arn,
        lifecycle=job.lifecycle,
        iam_role_arn=job.origin.iam_role_arn,
        encryption_key_arn=job.destination_key_arn,
        created_by=job.origin.created_by,
        completed_at=state.now(),
        restored_at=None,
    )
    target.tag_resource(copied.arn, state.list_tags(job.point.arn))
    _end(state, job, "COMPLETED")
    keep(target, copied)


def _end(state: AwsBackup, job: CopyJob, outcome: str, message: str | None = None) -> None:
    """Bring a job to its end, and let the next one of its queue begin."""
    state.copy_jobs[job.job_id] = replace(job, state=outcome, message=message, completed_at=state.now())
    if job.state == "RUNNING":
        state.turns.give_back(job.queue)
