"""The calls on jobs: start, stop, describe and list those that back up, copy and restore."""

from dataclasses import replace
from functools import partial

from ..blueprint import Shape
from ..sources import TABLE_ARN
from .backup_jobs import DEFAULT_START_WINDOW_MINUTES, STOPS_AFTER_S, BackupJob, BackupOrder, abort, end, order_backup
from .copy_jobs import CopyJob, Origin, destination_of, order_copy
from .lifecycle import lifecycle_of
from .listing import listed
from .metadata import canonical, restore_order
from .points import RESOURCE_TYPE
from .refusals import invalid_request, invalid_value, not_found, not_implemented
from .restore_jobs import RestoreJob, order_restore
from .state import AwsBackup

LEAST_START_WINDOW_MINUTES = 60
LONGEST_WINDOW_MINUTES = 52_560_000
STOPPED = "Backup job was stopped by the user"


def start_backup_job(state: AwsBackup, members: Shape) -> Shape:
    """StartBackupJob; the same IdempotencyToken again starts nothing and answers the same job."""
    job_id = state.once("backup", members.get("IdempotencyToken"), lambda: _start_backup(state, members).job_id)
    job = state.backup_jobs[job_id]
    return {
        "BackupJobId": job_id,
        "RecoveryPointArn": job.point_arn,
        "CreationDate": job.created_at,
        "IsParent": False,
    }


def _start_backup(state: AwsBackup, members: Shape) -> BackupJob:
    for member in ("LogicallyAirGappedBackupVaultArn", "BackupOptions", "Index"):
        if members.get(member):
            raise not_implemented(member)
    vault = state.vault(members["BackupVaultName"])
    order = BackupOrder(
        vault_name=vault.backup_vault_name,
        table_name=_table_name(state, members["ResourceArn"]),
        iam_role_arn=members["IamRoleArn"],
        lifecycle=lifecycle_of(members.get("Lifecycle")),
        start_window_minutes=window(members, "StartWindowMinutes", LEAST_START_WINDOW_MINUTES)
        or DEFAULT_START_WINDOW_MINUTES,
        complete_window_minutes=window(members, "CompleteWindowMinutes", 1),
        tags=members.get("RecoveryPointTags", {}),
    )
    if not state.is_opted_in:
        raise invalid_request("DynamoDB is not opted in: UpdateRegionSettings lets AWS Backup protect it")
    return order_backup(state, order)


def window(members: Shape, name: str, least: int) -> int | None:
    """A window in minutes that a request names; None where it names none.

    Raises:
        AwsError: InvalidParameterValueException: it is shorter or longer than AWS Backup takes.
    """
    minutes: int | None = members.get(name)
    if minutes is not None and not least <= minutes <= LONGEST_WINDOW_MINUTES:
        raise invalid_value(f"{name} must be between {least} and {LONGEST_WINDOW_MINUTES}, but is {minutes}")
    return minutes


def _table_name(state: AwsBackup, arn: str) -> str:
    found = TABLE_ARN.match(arn)
    if found is None:
        raise invalid_value(f"ResourceArn is not the ARN of a DynamoDB table, the one resource that is here: {arn}")
    region, account, name = found.groups()
    if (region, account) != (state.region_name, state.account_id) or state.backend.find(name) is None:
        raise not_found(f"The table {arn}")
    return name


def describe_backup_job(state: AwsBackup, members: Shape) -> Shape:
    """DescribeBackupJob."""
    return _backup_job(state, members).shape()


def list_backup_jobs(state: AwsBackup, members: Shape) -> Shape:
    """ListBackupJobs, newest first."""
    return listed([job.shape() for job in reversed(state.backup_jobs.values())], members, "BackupJobs")


def stop_backup_job(state: AwsBackup, members: Shape) -> None:
    """StopBackupJob: ABORTING, then ABORTED; a job that has ended cannot be stopped."""
    job = _backup_job(state, members)
    table = state.backend.find(job.order.table_name)
    if job.state == "CREATED":
        end(state, job, "ABORTED", STOPPED)
    elif job.state == "RUNNING" and table is not None:
        state.backup_jobs[job.job_id] = replace(job, state="ABORTING")
        state.journal.agenda.add(state.now() + STOPS_AFTER_S, partial(abort, state, table, job.job_id, STOPPED))
    else:
        raise invalid_request(f"Backup job {job.job_id} cannot be stopped: it is {job.state}")


def _backup_job(state: AwsBackup, members: Shape) -> BackupJob:
    job = state.backup_jobs.get(members["BackupJobId"])
    if job is None:
        raise not_found(f"Backup job {members['BackupJobId']}")
    return job


def start_copy_job(state: AwsBackup, members: Shape) -> Shape:
    """StartCopyJob: to be called where the recovery point is."""
    job_id = state.once("copy", members.get("IdempotencyToken"), lambda: _start_copy(state, members).job_id)
    return {"CopyJobId": job_id, "CreationDate": state.copy_jobs[job_id].created_at, "IsParent": False}


def _start_copy(state: AwsBackup, members: Shape) -> CopyJob:
    point = state.point(members["SourceBackupVaultName"], members["RecoveryPointArn"])
    destination = members["DestinationBackupVaultArn"]
    destination_of(destination)
    lifecycle = lifecycle_of(members.get("Lifecycle"))
    if point.completed_at is None:
        raise invalid_request(f"Recovery point {point.arn} cannot be copied: it is {point.status}")
    if not point.is_managed:
        raise invalid_request("only recovery points that AWS Backup manages can be copied: switch its management on")
    if point.is_cold(state.now()):
        raise invalid_request("a recovery point in cold storage cannot be copied")
    return order_copy(state, point, destination, lifecycle, Origin(members["IamRoleArn"]))


def describe_copy_job(state: AwsBackup, members: Shape) -> Shape:
    """DescribeCopyJob."""
    job = state.copy_jobs.get(members["CopyJobId"])
    if job is None:
        raise not_found(f"Copy job {members['CopyJobId']}")
    return {"CopyJob": job.shape()}


def list_copy_jobs(state: AwsBackup, members: Shape) -> Shape:
    """ListCopyJobs, newest first; a job is listed where it was started."""
    return listed([job.shape() for job in reversed(state.copy_jobs.values())], members, "CopyJobs")


def start_restore_job(state: AwsBackup, members: Shape) -> Shape:
    """StartRestoreJob: into a new table, in the account and Region of the recovery point."""
    token = members.get("IdempotencyToken")
    return {"RestoreJobId": state.once("restore", token, lambda: _start_restore(state, members).job_id)}


def _start_restore(state: AwsBackup, members: Shape) -> RestoreJob:
    point = state.points.get(members["RecoveryPointArn"])
    if point is None:
        raise not_found(f"Recovery point {members['RecoveryPointArn']}")
    if members.get("ResourceType", RESOURCE_TYPE) != RESOURCE_TYPE:
        raise invalid_value(f"the recovery point is of a {RESOURCE_TYPE} table, not of {members['ResourceType']}")
    if point.completed_at is None:
        raise invalid_request(f"Recovery point {point.arn} cannot be restored: it is {point.status}")
    job = RestoreJob(
        job_id=state.new_id(),
        account_id=state.account_id,
        point=point,
        order=restore_order(members["Metadata"]),
        metadata=canonical(members["Metadata"]),
        iam_role_arn=members.get("IamRoleArn"),
        created_at=state.now(),
        copies_tags=members.get("CopySourceTagsToRestoredResource", False),
    )
    return order_restore(state, job)


def describe_restore_job(state: AwsBackup, members: Shape) -> Shape:
    """DescribeRestoreJob."""
    return restore_job(state, members).shape()


def get_restore_job_metadata(state: AwsBackup, members: Shape) -> Shape:
    """GetRestoreJobMetadata."""
    job = restore_job(state, members)
    return {"RestoreJobId": job.job_id, "Metadata": dict(job.metadata)}


def list_restore_jobs(state: AwsBackup, members: Shape) -> Shape:
    """ListRestoreJobs, newest first."""
    return listed([job.shape() for job in reversed(state.restore_jobs.values())], members, "RestoreJobs")


def list_restore_jobs_by_protected_resource(state: AwsBackup, members: Shape) -> Shape:
    """ListRestoreJobsByProtectedResource: those of one table's points, newest first."""
    jobs = [job for job in reversed(state.restore_jobs.values()) if job.point.resource_arn == members["ResourceArn"]]
    filters = {name: value for name, value in members.items() if name != "ResourceArn"}
    return listed([job.shape() for job in jobs], filters, "RestoreJobs")


def restore_job(state: AwsBackup, members: Shape) -> RestoreJob:
    """The restore job that a request names.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    job = state.restore_jobs.get(members["RestoreJobId"])
    if job is None:
        raise not_found(f"Restore job {members['RestoreJobId']}")
    return job
