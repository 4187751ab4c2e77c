"""Work of AWS Backup that a dead run has left under way: what it makes can only be removed once it is there."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from ..target import Target

UNDER_WAY = frozenset({"CREATED", "PENDING", "RUNNING", "ABORTING"})


def under_way(target: Target, vaults: list[str]) -> list[str]:
    """The jobs that are not done and were asked of some vaults or write into them.

    Args:
        target: where they are.
        vaults: ARNs.
    """
    found: list[str] = []
    for region in sorted({arn.split(":")[3] for arn in vaults}):
        backup = target.service("backup", region)
        found += [f"backup job {job['BackupJobId']}" for job in _backup_jobs(backup, vaults)]
        found += [f"copy job {job['CopyJobId']}" for job in _copy_jobs(backup, vaults)]
        found += [f"restore job {job['RestoreJobId']}" for job in _restore_jobs(backup, vaults)]
    return found


def _backup_jobs(backup: Any, vaults: list[str]) -> Iterator[Any]:
    for page in backup.get_paginator("list_backup_jobs").paginate():
        yield from (job for job in page["BackupJobs"] if job["State"] in UNDER_WAY and job["BackupVaultArn"] in vaults)


def _copy_jobs(backup: Any, vaults: list[str]) -> Iterator[Any]:
    for page in backup.get_paginator("list_copy_jobs").paginate():
        for job in page["CopyJobs"]:
            theirs = {job.get("SourceBackupVaultArn"), job.get("DestinationBackupVaultArn")}
            if job["State"] in UNDER_WAY and theirs & set(vaults):
                yield job


def _restore_jobs(backup: Any, vaults: list[str]) -> Iterator[Any]:
    """Restores of points in the vaults; a job is only listed with the point that it restores."""
    for page in backup.get_paginator("list_restore_jobs").paginate():
        for job in page["RestoreJobs"]:
            if job["Status"] in UNDER_WAY and _lies_in(backup, job["RecoveryPointArn"], vaults):
                yield job


def _lies_in(backup: Any, point: str, vaults: list[str]) -> bool:
    for vault in vaults:
        try:
            backup.describe_recovery_point(BackupVaultName=vault.rpartition(":")[2], RecoveryPointArn=point)
        except ClientError:
            continue
        return True
    return False
