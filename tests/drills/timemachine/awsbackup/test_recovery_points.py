"""Recovery points: listed, kept for as long as their lifecycle says, and deleted."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, make_table, refusal
from .support import back_up, points, start_backup, start_copy, start_restore, vault_arn, wait

COLD = {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 100}


def described(backup: Any, point: str, vault: str = "vault") -> Any:
    """What DescribeRecoveryPoint says."""
    return backup.describe_recovery_point(BackupVaultName=vault, RecoveryPointArn=point)


def test_points_are_listed_by_vault(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API ListRecoveryPointsByBackupVault: oldest first, by resource, type and time, page by page."""
    make_table(db, "Other")
    other = table.replace("Orders", "Other")
    first = back_up(backup, clock, table)
    middle_at = clock.now()
    second, third = back_up(backup, clock, other), back_up(backup, clock, table)
    assert points(backup) == [first, second, third]
    assert points(backup, ByResourceArn=other) == [second]
    assert points(backup, ByCreatedAfter=middle_at) == [second, third]
    assert points(backup, ByCreatedBefore=middle_at) == [first]
    assert points(backup, ByResourceType="EBS") == []
    page = backup.list_recovery_points_by_backup_vault(BackupVaultName=vault, MaxResults=2)
    rest = points(backup, NextToken=page["NextToken"])
    assert [point["RecoveryPointArn"] for point in page["RecoveryPoints"]] + rest == [first, second, third]
    assert backup.describe_backup_vault(BackupVaultName=vault)["NumberOfRecoveryPoints"] == 3


def test_points_are_listed_by_resource(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API ListRecoveryPointsByResource: those of all vaults, also of a table that is gone."""
    backup.create_backup_vault(BackupVaultName="second")
    first, second = back_up(backup, clock, table), back_up(backup, clock, table, "second")
    db.delete_table(TableName="Orders")
    listed = backup.list_recovery_points_by_resource(ResourceArn=table)["RecoveryPoints"]
    assert [(point["RecoveryPointArn"], point["BackupVaultName"]) for point in listed] == [
        (first, "vault"),
        (second, "second"),
    ]


def test_a_point_is_in_its_vault_only(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API DescribeRecoveryPoint: another vault, an unknown point or another account is ResourceNotFoundException."""
    backup.create_backup_vault(BackupVaultName="second")
    point = back_up(backup, clock, table)
    for members in (
        {"BackupVaultName": "second", "RecoveryPointArn": point},
        {"BackupVaultName": "nowhere", "RecoveryPointArn": point},
        {"BackupVaultName": vault, "RecoveryPointArn": point + "x"},
        {"BackupVaultName": vault, "RecoveryPointArn": point, "BackupVaultAccountId": "210987654321"},
    ):
        assert refusal(backup.describe_recovery_point, **members)[0] == "ResourceNotFoundException"


def test_a_point_becomes_cold_and_goes(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """Cold storage and deletion come as many days after the point's creation as its lifecycle says."""
    point = back_up(backup, clock, table, Lifecycle=COLD)
    created_at = START_AT + 1
    calculated = described(backup, point)["CalculatedLifecycle"]
    assert calculated["MoveToColdStorageAt"].timestamp() == pytest.approx(created_at + 10 * DAY_S)
    assert calculated["DeleteAt"].timestamp() == pytest.approx(created_at + 100 * DAY_S)
    clock.set_forward(created_at + 10 * DAY_S - 1)
    assert described(backup, point)["StorageClass"] == "WARM"
    clock.set_forward(created_at + 10 * DAY_S)
    assert described(backup, point)["StorageClass"] == "COLD"
    clock.set_forward(created_at + 100 * DAY_S - 1)
    assert points(backup) == [point]
    clock.set_forward(created_at + 100 * DAY_S)
    assert points(backup) == []


def test_a_point_without_retention_stays(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """No lifecycle, or -1, means for ever."""
    kept = [back_up(backup, clock, table), back_up(backup, clock, table, Lifecycle={"DeleteAfterDays": -1})]
    wait(clock, 30_000 * DAY_S)
    assert points(backup) == kept


def test_a_lifecycle_is_changed(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API UpdateRecoveryPointLifecycle: a longer retention keeps the point, a shorter one lets it go earlier."""
    longer = back_up(backup, clock, table, Lifecycle={"DeleteAfterDays": 5})
    shorter = back_up(backup, clock, table, Lifecycle={"DeleteAfterDays": 50})
    for point, days in ((longer, 20), (shorter, 10)):
        changed = backup.update_recovery_point_lifecycle(
            BackupVaultName=vault, RecoveryPointArn=point, Lifecycle={"DeleteAfterDays": days}
        )
        assert changed["Lifecycle"]["DeleteAfterDays"] == days
    wait(clock, 6 * DAY_S)
    assert points(backup) == [longer, shorter]
    wait(clock, 6 * DAY_S)
    assert points(backup) == [longer]
    wait(clock, 9 * DAY_S)
    assert points(backup) == []


def test_a_cold_point_stays_cold(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """Once a point is cold, the way there cannot be changed; its retention can."""
    point = back_up(backup, clock, table, Lifecycle=COLD)
    wait(clock, 11 * DAY_S)
    named = {"BackupVaultName": vault, "RecoveryPointArn": point}
    refused = refusal(
        backup.update_recovery_point_lifecycle,
        **named,
        Lifecycle={"MoveToColdStorageAfterDays": 20, "DeleteAfterDays": 200},
    )
    assert refused[0] == "InvalidRequestException"
    backup.update_recovery_point_lifecycle(**named, Lifecycle={**COLD, "DeleteAfterDays": 300})
    refused = refusal(backup.update_recovery_point_lifecycle, **named, Lifecycle={**COLD, "DeleteAfterDays": 99})
    assert refused[0] == "InvalidParameterValueException"


def test_a_deleted_point_is_gone(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API DeleteRecoveryPoint: gone at once, and not there for a restore."""
    point = back_up(backup, clock, table)
    named = {"BackupVaultName": vault, "RecoveryPointArn": point}
    backup.delete_recovery_point(**named)
    assert points(backup) == []
    assert refusal(backup.delete_recovery_point, **named)[0] == "ResourceNotFoundException"
    refused = refusal(backup.start_restore_job, RecoveryPointArn=point, Metadata={"targetTableName": "Restored"})
    assert refused[0] == "ResourceNotFoundException"


def test_a_point_in_use_is_not_deleted(
    machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """API InvalidResourceStateException: while its backup job, a copy or a restore of it runs, and not afterwards."""
    connect(machine, "us-west-2", service="backup").create_backup_vault(BackupVaultName="far")
    start_backup(backup, table)
    wait(clock, 1)
    (point,) = points(backup)
    named = {"BackupVaultName": vault, "RecoveryPointArn": point}
    assert refusal(backup.delete_recovery_point, **named)[0] == "InvalidResourceStateException"
    wait(clock, 100)
    start_restore(backup, point)
    assert refusal(backup.delete_recovery_point, **named)[0] == "InvalidResourceStateException"
    wait(clock, 301)
    start_copy(backup, point, vault_arn("far"))
    assert refusal(backup.delete_recovery_point, **named)[0] == "InvalidResourceStateException"
    wait(clock, 201)
    backup.delete_recovery_point(**named)


def test_restore_metadata_of_a_point(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API GetRecoveryPointRestoreMetadata: the table's name and encryption when it was backed up."""
    point = back_up(backup, clock, table)
    found = backup.get_recovery_point_restore_metadata(BackupVaultName=vault, RecoveryPointArn=point)
    assert found["RestoreMetadata"] == {"targetTableName": "Orders", "encryptionType": "Default"}
    assert found["ResourceType"] == "DynamoDB"
