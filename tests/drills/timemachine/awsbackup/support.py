"""What tests say to AWS Backup over and over."""

from typing import Any

from dynadrill.drills.timemachine.machine import MachineClock, ManualClock

ROLE = "arn:aws:iam::123456789012:role/backup"
DURATIONS = {"restore": 300.0, "backup_job": 100.0, "copy_job": 200.0, "restore_job": 300.0}
QUEUED_S = 1.0
"""A job begins so long after it was asked for."""
BACKED_UP_S = QUEUED_S + DURATIONS["backup_job"]
COPIED_S = QUEUED_S + DURATIONS["copy_job"]
RESTORED_S = QUEUED_S + DURATIONS["restore_job"]
OTHER_ACCOUNT = "210987654321"


def wait(clock: MachineClock, seconds: float) -> None:
    """Let target time pass."""
    clock.set_forward(clock.now() + seconds)


def start_backup(backup: Any, arn: str, vault: str = "vault", **members: Any) -> str:
    """Start a backup job and give its identifier."""
    started = backup.start_backup_job(BackupVaultName=vault, ResourceArn=arn, IamRoleArn=ROLE, **members)
    job_id: str = started["BackupJobId"]
    return job_id


def back_up(backup: Any, clock: ManualClock, arn: str, vault: str = "vault", **members: Any) -> str:
    """Back a table up, wait until it is done, and give the recovery point's ARN."""
    job_id = start_backup(backup, arn, vault, **members)
    wait(clock, BACKED_UP_S)
    job = backup.describe_backup_job(BackupJobId=job_id)
    assert job["State"] == "COMPLETED"
    point: str = job["RecoveryPointArn"]
    return point


def vault_arn(vault: str, region: str = "us-west-2", account: str = "123456789012") -> str:
    """The ARN of a vault."""
    return f"arn:aws:backup:{region}:{account}:backup-vault:{vault}"


def start_copy(backup: Any, point: str, destination: str, vault: str = "vault", **members: Any) -> str:
    """Start a copy job and give its identifier."""
    started = backup.start_copy_job(
        RecoveryPointArn=point,
        SourceBackupVaultName=vault,
        DestinationBackupVaultArn=destination,
        IamRoleArn=ROLE,
        **members,
    )
    job_id: str = started["CopyJobId"]
    return job_id


def copy_job(backup: Any, job_id: str) -> Any:
    """What DescribeCopyJob says."""
    return backup.describe_copy_job(CopyJobId=job_id)["CopyJob"]


def copy(backup: Any, clock: ManualClock, point: str, destination: str, **members: Any) -> str:
    """Copy a recovery point, wait until it is done, and give the copy's ARN."""
    job_id = start_copy(backup, point, destination, **members)
    wait(clock, COPIED_S)
    job = copy_job(backup, job_id)
    assert job["State"] == "COMPLETED", job
    arn: str = job["DestinationRecoveryPointArn"]
    return arn


def start_restore(backup: Any, point: str, target: str = "Restored", **members: Any) -> str:
    """Start a restore job and give its identifier."""
    metadata = {"targetTableName": target, **members.pop("Metadata", {})}
    started = backup.start_restore_job(RecoveryPointArn=point, Metadata=metadata, IamRoleArn=ROLE, **members)
    job_id: str = started["RestoreJobId"]
    return job_id


def restore(backup: Any, clock: ManualClock, point: str, target: str = "Restored", **members: Any) -> Any:
    """Restore a recovery point, wait until it is done, and give what DescribeRestoreJob says."""
    job_id = start_restore(backup, point, target, **members)
    wait(clock, RESTORED_S)
    return backup.describe_restore_job(RestoreJobId=job_id)


def points(backup: Any, vault: str = "vault", **members: Any) -> list[str]:
    """The ARNs of a vault's recovery points, oldest first."""
    listed = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault, **members)
    return [point["RecoveryPointArn"] for point in listed["RecoveryPoints"]]
