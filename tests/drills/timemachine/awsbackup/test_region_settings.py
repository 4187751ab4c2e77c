"""Region settings: whether AWS Backup protects DynamoDB, and who manages the points."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import connect, items, put, refusal
from .support import ROLE, back_up, points, restore, vault_arn


@pytest.fixture
def unmanaged(backup: Any) -> Any:
    """AWS Backup without its advanced features for DynamoDB."""
    backup.update_region_settings(ResourceTypeManagementPreference={"DynamoDB": False})
    return backup


def test_advanced_features_are_on_by_default(backup: Any) -> None:
    """DynamoDB is opted in, and its points are managed by AWS Backup."""
    settings = backup.describe_region_settings()
    assert settings["ResourceTypeOptInPreference"]["DynamoDB"] is True
    assert settings["ResourceTypeManagementPreference"]["DynamoDB"] is True


def test_settings_are_of_a_region(machine: TimeMachine, unmanaged: Any) -> None:
    """API UpdateRegionSettings: what is switched off in one Region stays on in another."""
    assert unmanaged.describe_region_settings()["ResourceTypeManagementPreference"] == {"DynamoDB": False}
    far = connect(machine, "us-west-2", service="backup")
    assert far.describe_region_settings()["ResourceTypeManagementPreference"] == {"DynamoDB": True}


def test_without_opt_in_nothing_is_backed_up(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API DescribeRegionSettings: without opt-in AWS Backup does not protect the resource."""
    backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})
    refused = refusal(backup.start_backup_job, BackupVaultName=vault, ResourceArn=table, IamRoleArn=ROLE)
    assert refused[0] == "InvalidRequestException"
    backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": True})
    back_up(backup, clock, table)


def test_other_resource_types_are_not_here(backup: Any) -> None:
    """A preference for a resource that the machine does not have is refused, not ignored."""
    refused = refusal(backup.update_region_settings, ResourceTypeOptInPreference={"EBS": True})
    assert "not implemented" in refused[1]


def test_unmanaged_points_are_native_backups(
    db: Any, unmanaged: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """Without advanced features a point is a DynamoDB backup of type AWS_BACKUP, with its ARN."""
    point = back_up(unmanaged, clock, table)
    assert point.startswith(f"{table}/backup/")
    (summary,) = db.list_backups(BackupType="AWS_BACKUP")["BackupSummaries"]
    assert (summary["BackupArn"], summary["BackupType"]) == (point, "AWS_BACKUP")
    assert db.list_backups()["BackupSummaries"] == []
    listed = unmanaged.list_recovery_points_by_resource(ResourceArn=table, ManagedByAWSBackupOnly=True)
    assert listed["RecoveryPoints"] == []


def test_unmanaged_points_are_deleted_in_aws_backup_only(
    db: Any, unmanaged: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """DeleteBackup refuses it; DeleteRecoveryPoint takes it away on both sides."""
    point = back_up(unmanaged, clock, table)
    assert refusal(db.delete_backup, BackupArn=point)[0] == "ValidationException"
    unmanaged.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=point)
    assert points(unmanaged) == []
    assert db.list_backups(BackupType="ALL")["BackupSummaries"] == []


def test_unmanaged_points_are_restored_from_both_sides(
    db: Any, unmanaged: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """StartRestoreJob and RestoreTableFromBackup give the same table, one at a time."""
    put(db, "a")
    point = back_up(unmanaged, clock, table)
    assert restore(unmanaged, clock, point, "First")["Status"] == "COMPLETED"
    db.restore_table_from_backup(TargetTableName="Second", BackupArn=point)
    named = {"BackupVaultName": vault, "RecoveryPointArn": point}
    assert refusal(unmanaged.delete_recovery_point, **named)[0] == "InvalidResourceStateException"
    assert restore(unmanaged, clock, point, "Third")["Status"] == "FAILED"
    clock.set_forward(clock.now() + 300)
    assert items(db, "First") == items(db, "Second") == {"a": "v"}


def test_unmanaged_points_have_no_advanced_features(
    db: Any, unmanaged: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """No copy, no cold storage, no tags of the table."""
    db.tag_resource(ResourceArn=table, Tags=[{"Key": "a", "Value": "b"}])
    lifecycle = {"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 91}
    point = back_up(unmanaged, clock, table, Lifecycle=lifecycle)
    refused = refusal(
        unmanaged.start_copy_job,
        RecoveryPointArn=point,
        SourceBackupVaultName=vault,
        DestinationBackupVaultArn=vault_arn("far"),
        IamRoleArn=ROLE,
    )
    assert refused[0] == "InvalidRequestException"
    clock.set_forward(clock.now() + 2 * 86_400)
    described = unmanaged.describe_recovery_point(BackupVaultName=vault, RecoveryPointArn=point)
    assert described["StorageClass"] == "WARM"
    assert unmanaged.list_tags(ResourceArn=point)["Tags"] == {}
    clock.set_forward(clock.now() + 90 * 86_400)
    assert points(unmanaged) == []
    assert db.list_backups(BackupType="ALL")["BackupSummaries"] == []
