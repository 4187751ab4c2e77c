"""The copies of a table wherever they are, and the jobs that were to make some and failed."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..paging import pages
from .facts import Copy, CopyKind, FailedJob
from .seeing import Clients

WHOLE = frozenset({"COMPLETED", "AVAILABLE"})
"""The states of a recovery point that can be restored."""
FAILED = ("FAILED", "ABORTED", "EXPIRED")
"""The states of a job that came to nothing."""


def backups(client: Any, table: str, region: str, table_id: str) -> tuple[Copy, ...]:
    """On-demand backups of this table, and not of an earlier one of its name; newest first."""
    found = pages(client, "list_backups", "BackupSummaries", TableName=table, BackupType="USER")
    return _newest_first(
        Copy(CopyKind.ON_DEMAND, region, each["BackupCreationDateTime"].timestamp())
        for each in found
        if each.get("BackupStatus") == "AVAILABLE" and each.get("TableId", table_id) == table_id
    )


def recovery_points(clients: Clients, region: str, arn: str) -> tuple[Copy, ...]:
    """The recovery points of a table in one Region, newest first."""
    backup = clients("backup", region)
    locked = {
        each["BackupVaultName"]: bool(each.get("Locked"))
        for each in pages(backup, "list_backup_vaults", "BackupVaultList")
    }
    found = pages(backup, "list_recovery_points_by_resource", "RecoveryPoints", ResourceArn=arn)
    return _newest_first(
        Copy(CopyKind.AWS_BACKUP, region, each["CreationDate"].timestamp(), locked=locked.get(each["BackupVaultName"]))
        for each in found
        if each.get("Status") in WHOLE
    )


def copied(clients: Clients, region: str, arn: str, also: Iterable[str] = ()) -> tuple[Copy, ...]:
    """What was copied elsewhere, newest first: in this account what is there now, in another what its job says.

    AWS Backup lists the jobs of the last 30 days (Developer Guide of AWS Backup, ListCopyJobs), so an older copy is
    found only in the Regions that are named in `also`. Whether one in another account is still there nobody can see
    here.
    """
    own = arn.split(":")[4]
    jobs = pages(clients("backup", region), "list_copy_jobs", "CopyJobs", ByResourceArn=arn, ByState="COMPLETED")
    places = {_place(job["DestinationBackupVaultArn"]) for job in jobs}
    found = [
        Copy(CopyKind.AWS_BACKUP, where, job["CompletionDate"].timestamp(), in_another_account=True)
        for job in jobs
        for where, account in [_place(job["DestinationBackupVaultArn"])]
        if account != own
    ]
    away = {where for where, account in places if account == own} | set(also)
    for where in sorted(away - {region}):
        found += recovery_points(clients, where, arn)
    return _newest_first(iter(found))


def failed_jobs(backup: Any, arn: str) -> tuple[FailedJob, ...]:
    """Backup and copy jobs that came to nothing, newest first."""
    found: list[FailedJob] = []
    for what, operation, member in (
        ("backup job", "list_backup_jobs", "BackupJobs"),
        ("copy job", "list_copy_jobs", "CopyJobs"),
    ):
        for job in pages(backup, operation, member, ByResourceArn=arn):
            if job.get("State") in FAILED:
                at = (job.get("CompletionDate") or job["CreationDate"]).timestamp()
                found.append(FailedJob(what, at, str(job["State"])))
    return tuple(sorted(found, key=lambda job: -job.at))


def _place(vault_arn: str) -> tuple[str, str]:
    """Region and account of a vault."""
    parts = vault_arn.split(":")
    return parts[3], parts[4]


def _newest_first(copies: Iterator[Copy]) -> tuple[Copy, ...]:
    return tuple(sorted(copies, key=lambda copy: -copy.made_at))
