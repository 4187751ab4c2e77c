"""AWS Backup as a recovery uses it: vaults of the drill's own, recovery points, and their copies in a second Region."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..marks import Mark
from ..table_settings import error_code
from .choosing import Taken
from .jobs import Stage, await_done

if TYPE_CHECKING:
    from ..recovery import RecoveryTools

LONGEST_NAME = 50
START_WINDOW_MINUTES = 60
"""The shortest that StartBackupJob takes."""

RESOURCE_TYPE = "DynamoDB"


def vault_name(tools: "RecoveryTools") -> str:
    """The drill's vault, in each of its Regions: named as the table, in 2 to 50 letters, digits, `_` and `-`."""
    return tools.table.replace(".", "-")[:LONGEST_NAME]


def open_vault(tools: "RecoveryTools", region: str) -> str:
    """Make the drill's vault in a Region, or find it made; answers its ARN."""
    backup = tools.service("backup", region)
    try:
        return str(backup.create_backup_vault(BackupVaultName=vault_name(tools))["BackupVaultArn"])
    except ClientError as error:
        if error_code(error) != "AlreadyExistsException":
            raise
        return str(backup.describe_backup_vault(BackupVaultName=vault_name(tools))["BackupVaultArn"])


def start_backup(tools: "RecoveryTools", role_arn: str) -> str:
    """Begin a backup job of the table; answers its id."""
    table = tools.control.describe_table(TableName=tools.table)["Table"]
    job = tools.service("backup").start_backup_job(
        BackupVaultName=vault_name(tools),
        ResourceArn=table["TableArn"],
        IamRoleArn=role_arn,
        StartWindowMinutes=START_WINDOW_MINUTES,
        IdempotencyToken=_token(tools, "backup"),
    )
    return str(job["BackupJobId"])


def await_backup(tools: "RecoveryTools", job_id: str) -> str:
    """Wait for a backup job; answers the ARN of its recovery point."""
    backup = tools.service("backup")

    def look() -> Stage:
        job = backup.describe_backup_job(BackupJobId=job_id)
        return Stage(job["State"], job.get("StatusMessage", ""))

    await_done(tools, f"backup job {job_id}", look)
    return str(backup.describe_backup_job(BackupJobId=job_id)["RecoveryPointArn"])


def start_copy(tools: "RecoveryTools", point_arn: str, to_vault_arn: str, role_arn: str) -> str:
    """Begin to copy a recovery point into another vault; answers the job's id."""
    job = tools.service("backup").start_copy_job(
        RecoveryPointArn=point_arn,
        SourceBackupVaultName=vault_name(tools),
        DestinationBackupVaultArn=to_vault_arn,
        IamRoleArn=role_arn,
        IdempotencyToken=_token(tools, "copy"),
    )
    return str(job["CopyJobId"])


def await_copy(tools: "RecoveryTools", job_id: str) -> None:
    """Wait for a copy job.

    Raises:
        RecoveryFailedError: it failed.
    """

    def look() -> Stage:
        job = tools.service("backup").describe_copy_job(CopyJobId=job_id)["CopyJob"]
        return Stage(job["State"], job.get("StatusMessage", ""))

    await_done(tools, f"copy job {job_id}", look)


def points_in(tools: "RecoveryTools", region: str) -> Iterator[Taken]:
    """The recovery points in the drill's vault of a Region; a copy keeps the creation date of what it is a copy of."""
    listed = tools.service("backup", region).get_paginator("list_recovery_points_by_backup_vault")
    for page in listed.paginate(BackupVaultName=vault_name(tools)):
        for point in page["RecoveryPoints"]:
            state = point["Status"]
            taken_at = point["CreationDate"].timestamp()
            yield Taken(point["RecoveryPointArn"], taken_at, state, usable=state in ("COMPLETED", "AVAILABLE"))


def copy_jobs(tools: "RecoveryTools") -> Iterator[dict[str, Any]]:
    """The copy jobs of the drill's own recovery points, newest or oldest first as AWS lists them."""
    for page in tools.service("backup").get_paginator("list_copy_jobs").paginate(ByResourceType=RESOURCE_TYPE):
        for job in page["CopyJobs"]:
            if job["SourceBackupVaultArn"].rpartition(":")[2] == vault_name(tools):
                yield job


def restore_point(tools: "RecoveryTools", point_arn: str, region: str, role_arn: str) -> None:
    """Restore a recovery point into the new table, in the Region where the point is, and wait for the job.

    The metadata are the recovery point's own but for the table's name; outside the home Region the table's key of KMS
    is not to be had, and DynamoDB's own is taken (AWS Backup Developer Guide, "Restore an Amazon DynamoDB table").

    Raises:
        RecoveryFailedError: the job failed or did not end.
    """
    tools.in_region(region)  # so that the Region is looked at when it is cleaned up, whatever comes
    backup = tools.service("backup", region)
    kept = backup.get_recovery_point_restore_metadata(BackupVaultName=vault_name(tools), RecoveryPointArn=point_arn)
    metadata = kept["RestoreMetadata"] if region == tools.region else {"encryptionType": "Default"}
    tools.mark(Mark.RESTORE_ASKED)
    job_id = backup.start_restore_job(
        RecoveryPointArn=point_arn,
        Metadata={**metadata, "targetTableName": tools.new_table},
        IamRoleArn=role_arn,
        ResourceType=RESOURCE_TYPE,
        IdempotencyToken=_token(tools, "restore"),
    )["RestoreJobId"]

    def look() -> Stage:
        job = backup.describe_restore_job(RestoreJobId=job_id)
        return Stage(job["Status"], job.get("StatusMessage", ""))

    tools.progress("waiting for the restore job")
    await_done(tools, f"restore job {job_id}", look)


def _token(tools: "RecoveryTools", what: str) -> str:
    """One that the client's own retries of one call share, and no two calls."""
    return f"{tools.table}-{what}-{tools.clock.now():.6f}"
