"""AWS Backup as a service of the machine: its operations by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from ..backend import Backend
from ..blueprint import Shape
from ..rest import RestJsonService, RestOperation
from . import job_calls, plan_calls, point_calls, settings, testing_calls, vaults
from .metadata import TARGET
from .refusals import BY_SHAPE
from .state import AwsBackup, aws_backup

Operation: TypeAlias = Callable[[AwsBackup, Shape], Shape | None]

OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "CreateBackupPlan": plan_calls.create_backup_plan,
        "CreateBackupSelection": plan_calls.create_backup_selection,
        "CreateBackupVault": vaults.create_backup_vault,
        "CreateRestoreTestingPlan": testing_calls.create_restore_testing_plan,
        "CreateRestoreTestingSelection": testing_calls.create_restore_testing_selection,
        "DeleteBackupPlan": plan_calls.delete_backup_plan,
        "DeleteBackupSelection": plan_calls.delete_backup_selection,
        "DeleteBackupVault": vaults.delete_backup_vault,
        "DeleteBackupVaultAccessPolicy": vaults.delete_backup_vault_access_policy,
        "DeleteBackupVaultLockConfiguration": vaults.delete_backup_vault_lock_configuration,
        "DeleteRecoveryPoint": point_calls.delete_recovery_point,
        "DeleteRestoreTestingPlan": testing_calls.delete_restore_testing_plan,
        "DeleteRestoreTestingSelection": testing_calls.delete_restore_testing_selection,
        "DescribeBackupJob": job_calls.describe_backup_job,
        "DescribeBackupVault": vaults.describe_backup_vault,
        "DescribeCopyJob": job_calls.describe_copy_job,
        "DescribeProtectedResource": point_calls.describe_protected_resource,
        "DescribeRecoveryPoint": point_calls.describe_recovery_point,
        "DescribeRegionSettings": settings.describe_region_settings,
        "DescribeRestoreJob": job_calls.describe_restore_job,
        "GetBackupPlan": plan_calls.get_backup_plan,
        "GetBackupSelection": plan_calls.get_backup_selection,
        "GetBackupVaultAccessPolicy": vaults.get_backup_vault_access_policy,
        "GetRecoveryPointRestoreMetadata": point_calls.get_recovery_point_restore_metadata,
        "GetRestoreJobMetadata": job_calls.get_restore_job_metadata,
        "GetRestoreTestingInferredMetadata": testing_calls.get_restore_testing_inferred_metadata,
        "GetRestoreTestingPlan": testing_calls.get_restore_testing_plan,
        "GetRestoreTestingSelection": testing_calls.get_restore_testing_selection,
        "ListBackupJobs": job_calls.list_backup_jobs,
        "ListBackupPlanVersions": plan_calls.list_backup_plan_versions,
        "ListBackupPlans": plan_calls.list_backup_plans,
        "ListBackupSelections": plan_calls.list_backup_selections,
        "ListBackupVaults": vaults.list_backup_vaults,
        "ListCopyJobs": job_calls.list_copy_jobs,
        "ListProtectedResources": point_calls.list_protected_resources,
        "ListRecoveryPointsByBackupVault": point_calls.list_recovery_points_by_backup_vault,
        "ListRecoveryPointsByResource": point_calls.list_recovery_points_by_resource,
        "ListRestoreJobs": job_calls.list_restore_jobs,
        "ListRestoreJobsByProtectedResource": job_calls.list_restore_jobs_by_protected_resource,
        "ListRestoreTestingPlans": testing_calls.list_restore_testing_plans,
        "ListRestoreTestingSelections": testing_calls.list_restore_testing_selections,
        "ListTags": settings.list_tags,
        "PutBackupVaultAccessPolicy": vaults.put_backup_vault_access_policy,
        "PutBackupVaultLockConfiguration": vaults.put_backup_vault_lock_configuration,
        "PutRestoreValidationResult": testing_calls.put_restore_validation_result,
        "StartBackupJob": job_calls.start_backup_job,
        "StartCopyJob": job_calls.start_copy_job,
        "StartRestoreJob": job_calls.start_restore_job,
        "StopBackupJob": job_calls.stop_backup_job,
        "TagResource": settings.tag_resource,
        "UntagResource": settings.untag_resource,
        "UpdateBackupPlan": plan_calls.update_backup_plan,
        "UpdateRecoveryPointLifecycle": point_calls.update_recovery_point_lifecycle,
        "UpdateRegionSettings": settings.update_region_settings,
        "UpdateRestoreTestingPlan": testing_calls.update_restore_testing_plan,
        "UpdateRestoreTestingSelection": testing_calls.update_restore_testing_selection,
    }
)


def _of_backend(operation: Operation) -> RestOperation:
    def perform(backend: Backend, members: Shape) -> Shape | None:
        return operation(aws_backup(backend), members)

    return perform


def _tables_named(members: Shape) -> tuple[str, ...]:
    """The table that is backed up, or that a restore is to make."""
    source = str(members.get("ResourceArn", "")).partition(":table/")[2]
    metadata = members.get("Metadata")
    known = metadata if isinstance(metadata, dict) else {}
    targets = [value for key, value in known.items() if key.lower() == TARGET.lower()]
    return tuple(str(name) for name in (source, *targets) if name)


BACKUP: Final = RestJsonService(
    "backup", {name: _of_backend(operation) for name, operation in OPERATIONS.items()}, BY_SHAPE, _tables_named
)
