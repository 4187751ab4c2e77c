"""Restoring the table beside itself, under a name of the run's own; by whichever way, it is waited for to its end."""

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from ..backups.jobs import Stage, await_done
from ..backups.window import POLL_S, until_not_too_new
from ..errors import RecoveryFailedError
from ..table_settings import LONGEST_RESTORE_S, await_active, error_code
from .points import Chosen
from .work import Work

ROLE = "role/service-role/AWSBackupDefaultServiceRole"
"""What AWS Backup makes for itself the first time (AWS Backup Developer Guide, "IAM service roles")."""


def begin_restore(work: Work, chosen: Chosen) -> str | None:
    """Ask for the restore, once: neither restore call has an idempotency token. Answers AWS Backup's job, if it is one.

    Raises:
        RecoveryFailedError: it was refused.
    """
    try:
        if work.check.way == "aws-backup":
            return _begin_job(work, chosen)
        if work.check.way == "backup":
            once = work.target.data(work.restored_region)
            work.target.control(work.restored_region)  # so that the Region is looked at when it is cleaned up
            once.restore_table_from_backup(BackupArn=str(chosen.arn), TargetTableName=work.restored, **_key(work))
        else:
            _to_second(work, chosen.point.at)
    except ClientError as error:
        raise RecoveryFailedError(f"the restore was refused: {error}") from error
    return None


def is_restored(work: Work) -> bool:
    """Whether the restored table is there, or is being made."""
    control = work.target.control(work.restored_region)
    try:
        control.describe_table(TableName=work.restored)
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        return False
    return True


def await_restored(work: Work, job: str | None) -> None:
    """Wait until the new table is ACTIVE.

    Raises:
        RecoveryFailedError: the restore failed, or did not end.
    """
    if job is not None:
        backup = work.target.service("backup", work.restored_region)

        def look() -> Stage:
            found = backup.describe_restore_job(RestoreJobId=job)
            return Stage(found["Status"], found.get("StatusMessage", ""))

        await_done(work, f"restore job {job}", look)
    await_active(work.target.control(work.restored_region), work.restored, work.clock)


def await_indexes(work: Work) -> None:
    """Wait until every global index is ACTIVE; local ones have no state of their own (API Reference, DescribeTable).

    Raises:
        RecoveryFailedError: one is not within a day.
    """
    control = work.target.control(work.restored_region)
    began_at = work.clock.now()
    while True:
        described = control.describe_table(TableName=work.restored)["Table"]
        indexes = described.get("GlobalSecondaryIndexes") or ()
        behind = [index for index in indexes if index.get("IndexStatus", "ACTIVE") != "ACTIVE"]
        if not behind:
            return
        if work.clock.now() - began_at > LONGEST_RESTORE_S:
            raise RecoveryFailedError(f"index {behind[0]['IndexName']} is still {behind[0]['IndexStatus']} after a day")
        work.clock.wait(POLL_S, "until the indexes are ACTIVE")


def _to_second(work: Work, at: float) -> None:
    once = work.target.data(work.restored_region)
    work.target.control(work.restored_region)  # as above
    until_not_too_new(
        work,
        lambda: once.restore_table_to_point_in_time(
            SourceTableArn=work.source.arn,
            TargetTableName=work.restored,
            RestoreDateTime=datetime.fromtimestamp(at, UTC),
            **_key(work),
        ),
    )


def _key(work: Work) -> Any:
    """In another Region the key has to be said: here DynamoDB's own (API Reference, RestoreTableToPointInTime)."""
    return {"SSESpecificationOverride": {"Enabled": False}} if work.elsewhere else {}


def _begin_job(work: Work, chosen: Chosen) -> str:
    """The metadata are the recovery point's own but for the table's name, and in another Region the key."""
    work.target.control(work.restored_region)  # as above
    backup = work.target.service("backup", work.restored_region)
    kept = backup.get_recovery_point_restore_metadata(BackupVaultName=chosen.vault, RecoveryPointArn=chosen.arn)
    metadata = {"encryptionType": "Default"} if work.elsewhere else kept["RestoreMetadata"]
    job = backup.start_restore_job(
        RecoveryPointArn=chosen.arn,
        Metadata={**metadata, "targetTableName": work.restored},
        IamRoleArn=work.check.role_arn or f"arn:aws:iam::{work.source.account}:{ROLE}",
        ResourceType="DynamoDB",
        IdempotencyToken=f"{work.run_id}-restore",
    )
    return str(job["RestoreJobId"])
