"""The calls on recovery points, and on the tables that have some."""

from dataclasses import replace

from ..backups import is_feeding
from ..blueprint import Shape
from .lifecycle import lifecycle_of
from .listing import listed
from .metadata import backed_up_metadata
from .points import RESOURCE_TYPE, RecoveryPoint
from .refusals import busy, invalid_request, missing_value, not_found
from .retention import delete, keep
from .state import AwsBackup


def _point(state: AwsBackup, members: Shape) -> RecoveryPoint:
    if members.get("BackupVaultAccountId", state.account_id) != state.account_id:
        raise not_found(f"Backup vault {members['BackupVaultName']} of account {members['BackupVaultAccountId']}")
    return state.point(members["BackupVaultName"], members["RecoveryPointArn"])


def describe_recovery_point(state: AwsBackup, members: Shape) -> Shape:
    """DescribeRecoveryPoint."""
    return _point(state, members).described(state.now())


def list_recovery_points_by_backup_vault(state: AwsBackup, members: Shape) -> Shape:
    """ListRecoveryPointsByBackupVault, oldest first."""
    vault = state.vault(members["BackupVaultName"])
    filters = {name: value for name, value in members.items() if name != "BackupVaultName"}
    shapes = [point.shape() for point in state.points_in(vault.backup_vault_name)]
    return listed(shapes, filters, "RecoveryPoints")


def list_recovery_points_by_resource(state: AwsBackup, members: Shape) -> Shape:
    """ListRecoveryPointsByResource, oldest first; also of a table that is gone."""
    managed_only = members.get("ManagedByAWSBackupOnly", False)
    found = [
        point.by_resource()
        for point in state.points.values()
        if point.resource_arn == members["ResourceArn"] and (point.is_managed or not managed_only)
    ]
    return listed(found, members, "RecoveryPoints")


def delete_recovery_point(state: AwsBackup, members: Shape) -> None:
    """DeleteRecoveryPoint: not in a locked vault, nor while a job makes, copies or restores it."""
    point = state.point(members["BackupVaultName"], members["RecoveryPointArn"])
    _refuse_if_locked(state, point)
    jobs = [
        *(job.point.arn for job in state.restore_jobs.values() if job.status in {"PENDING", "RUNNING"}),
        *(job.point.arn for job in state.copy_jobs.values() if job.state in {"CREATED", "RUNNING"}),
    ]
    if point.completed_at is None or point.arn in jobs or is_feeding(state.backend, point.arn):
        raise busy(f"AWS Backup is already performing an action on recovery point {point.arn}. Try again later")
    delete(state, point.arn)


def update_recovery_point_lifecycle(state: AwsBackup, members: Shape) -> Shape:
    """UpdateRecoveryPointLifecycle; the way to cold storage cannot be changed once the point is there."""
    point = state.point(members["BackupVaultName"], members["RecoveryPointArn"])
    if "Lifecycle" not in members:
        raise missing_value("Lifecycle")
    wanted = lifecycle_of(members["Lifecycle"])
    _refuse_if_locked(state, point)
    if not point.is_managed:
        wanted = wanted._replace(cold_after_days=None)
    if point.is_cold(state.now()) and wanted.cold_after_days != point.lifecycle.cold_after_days:
        raise invalid_request("MoveToColdStorageAfterDays cannot be changed: the point is in cold storage")
    keep(state, replace(point, lifecycle=wanted))
    return {
        "BackupVaultArn": point.vault_arn,
        "RecoveryPointArn": point.arn,
        "Lifecycle": wanted.shape(),
        "CalculatedLifecycle": wanted.calculated(point.created_at),
    }


def _refuse_if_locked(state: AwsBackup, point: RecoveryPoint) -> None:
    if state.vault(point.vault_name).locked:
        raise invalid_request(
            f"Recovery point {point.arn} cannot be deleted or updated: Vault Lock protects backup vault "
            f"{point.vault_name}"
        )


def get_recovery_point_restore_metadata(state: AwsBackup, members: Shape) -> Shape:
    """GetRecoveryPointRestoreMetadata."""
    point = _point(state, members)
    return {
        "BackupVaultArn": point.vault_arn,
        "RecoveryPointArn": point.arn,
        "RestoreMetadata": backed_up_metadata(point),
        "ResourceType": RESOURCE_TYPE,
    }


def list_protected_resources(state: AwsBackup, members: Shape) -> Shape:
    """ListProtectedResources: the tables that have a complete recovery point."""
    return listed([_protected(point) for point in _latest(state).values()], members, "Results")


def describe_protected_resource(state: AwsBackup, members: Shape) -> Shape:
    """DescribeProtectedResource."""
    point = _latest(state).get(members["ResourceArn"])
    if point is None:
        raise not_found(f"A protected resource {members['ResourceArn']}")
    done = [
        job
        for job in state.restore_jobs.values()
        if job.point.resource_arn == point.resource_arn and job.completed_at is not None and job.status == "COMPLETED"
    ]
    if not done:
        return _protected(point)
    last = max(done, key=lambda job: job.created_at)
    took_s = (last.completed_at or last.created_at) - last.created_at
    return {
        **_protected(point),
        "LatestRestoreExecutionTimeMinutes": round(took_s / 60),
        "LatestRestoreJobCreationDate": last.created_at,
        "LatestRestoreRecoveryPointCreationDate": last.point.created_at,
    }


def _latest(state: AwsBackup) -> dict[str, RecoveryPoint]:
    """The newest complete point of each table."""
    complete = [point for point in state.points.values() if point.completed_at is not None]
    return {point.resource_arn: point for point in sorted(complete, key=lambda point: point.created_at)}


def _protected(point: RecoveryPoint) -> Shape:
    return {
        "ResourceArn": point.resource_arn,
        "ResourceType": RESOURCE_TYPE,
        "ResourceName": point.content.table_name,
        "LastBackupTime": point.created_at,
        "LastBackupVaultArn": point.vault_arn,
        "LastRecoveryPointArn": point.arn,
    }
