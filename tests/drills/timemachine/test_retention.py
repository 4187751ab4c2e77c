"""How long recovery and backups reach back, and how many restores run at a time, over tables, Regions and accounts."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import DAY_S, START_AT, connect, items, make_table, protect, put, refusal, window


def restore(db: Any, target: str, at: float | None = None) -> None:
    """Restore Orders to a second, or to the latest one."""
    time = {"UseLatestRestorableTime": True} if at is None else {"RestoreDateTime": at}
    db.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName=target, **time)


def test_a_backup_outlives_the_window(db: Any, clock: ManualClock) -> None:
    """S1-03, S1-04: after 200 days an on-demand backup restores its snapshot; recovery cannot go there."""
    make_table(db)
    protect(db)
    put(db, "a", "old")
    arn = db.create_backup(TableName="Orders", BackupName="yearly")["BackupDetails"]["BackupArn"]
    backed_up_at = clock.now()
    clock.set_forward(START_AT + 200 * DAY_S)
    put(db, "a", "new")
    assert refusal(lambda: restore(db, "Restored", backed_up_at))[0] == "InvalidRestoreTimeException"
    db.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
    clock.set_forward(clock.now() + 300)
    assert items(db, "Restored") == {"a": "old"}


def test_thirty_five_days_and_not_a_second_more(db: Any, clock: ManualClock) -> None:
    """S0-06: one second, one day and 35 days before Latest can be restored, 35 days and a second before now cannot."""
    make_table(db)
    protect(db)
    now = int(START_AT) + 40 * DAY_S
    clock.set_forward(now)
    for number, age_s in enumerate((301, DAY_S, 35 * DAY_S)):
        restore(db, f"Restored{number}", now - age_s)
    assert refusal(lambda: restore(db, "TooOld", now - 35 * DAY_S - 1))[0] == "InvalidRestoreTimeException"


def test_recovery_is_per_table(db: Any) -> None:
    """S1-10: switching it on for one table protects no other."""
    make_table(db)
    make_table(db, "Other")
    protect(db)
    assert window(db)["PointInTimeRecoveryStatus"] == "ENABLED"
    assert window(db, "Other") == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_tables_of_one_name_are_apart_in_each_region(machine: TimeMachine) -> None:
    """S1-10: recovery is set in each Region by itself, and so are backups."""
    here, there = connect(machine, "us-east-1"), connect(machine, "eu-west-1")
    for db in (here, there):
        make_table(db)
    protect(here)
    here.create_backup(TableName="Orders", BackupName="nightly")
    assert window(there) == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert there.list_backups()["BackupSummaries"] == []


def test_fifty_restores_of_any_kind_in_any_region(machine: TimeMachine, clock: ManualClock) -> None:
    """Point-in-time and backup restores of all Regions count together; another account's do not."""
    here, there = connect(machine, "us-east-1"), connect(machine, "eu-west-1")
    other = connect(machine, "us-east-1", "999999999999")
    for db in (here, there, other):
        make_table(db)
        protect(db)
    arns = [
        here.create_backup(TableName="Orders", BackupName=f"backup{number}")["BackupDetails"]["BackupArn"]
        for number in range(3)
    ]
    clock.set_forward(START_AT + 1)
    for number in range(30):
        restore(here, f"Here{number}")
    for number in range(18):
        restore(there, f"There{number}")
    for number in range(2):
        here.restore_table_from_backup(TargetTableName=f"Backup{number}", BackupArn=arns[number])
    for call in (
        lambda: restore(here, "OneMore"),
        lambda: restore(there, "OneMore"),
        lambda: here.restore_table_from_backup(TargetTableName="OneMore", BackupArn=arns[2]),
    ):
        name, text = refusal(call)
        assert name == "LimitExceededException"
        assert "Only 50 restore operations" in text
    restore(other, "OneMore")


def test_a_backup_in_use_is_free_again_when_its_restore_is_done(db: Any, clock: ManualClock) -> None:
    """Two backups of one table feed two restores at a time; one backup feeds one."""
    make_table(db)
    first, second = (
        db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"] for _ in range(2)
    )
    clock.set_forward(START_AT + 1)
    db.restore_table_from_backup(TargetTableName="First", BackupArn=first)
    db.restore_table_from_backup(TargetTableName="Second", BackupArn=second)
    refused = refusal(db.restore_table_from_backup, TargetTableName="Third", BackupArn=first)
    assert refused[0] == "BackupInUseException"
    clock.set_forward(START_AT + 301)
    db.delete_backup(BackupArn=first)
    db.restore_table_from_backup(TargetTableName="Third", BackupArn=second)


def test_an_existing_target_comes_before_a_backup_in_use(db: Any, clock: ManualClock) -> None:
    """The target that is there is said even if the backup feeds another restore."""
    make_table(db)
    arn = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    clock.set_forward(START_AT + 1)
    db.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
    refused = refusal(db.restore_table_from_backup, TargetTableName="Orders", BackupArn=arn)
    assert refused[0] == "TableAlreadyExistsException"


@pytest.mark.parametrize("kind", ["SYSTEM", "AWS_BACKUP", "USER", "ALL"])
def test_listing_is_by_type(db: Any, kind: str) -> None:
    """ListBackups shows USER ones unless asked for SYSTEM, AWS_BACKUP or ALL."""
    make_table(db)
    protect(db)
    db.create_backup(TableName="Orders", BackupName="nightly")
    db.delete_table(TableName="Orders")
    found = {summary["BackupType"] for summary in db.list_backups(BackupType=kind)["BackupSummaries"]}
    assert found == {"SYSTEM": {"SYSTEM"}, "AWS_BACKUP": set(), "USER": {"USER"}, "ALL": {"USER", "SYSTEM"}}[kind]
    assert {summary["BackupType"] for summary in db.list_backups()["BackupSummaries"]} == {"USER"}


def test_a_backup_knows_its_own_size(db: Any, clock: ManualClock) -> None:
    """BackupSizeBytes and ItemCount are those of the backup, whatever the table holds later."""
    make_table(db)
    put(db, "a", "vv")
    arn = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    for key in "abcd":
        put(db, key, "much longer than before")
    clock.set_forward(START_AT + 1)
    described = db.describe_backup(BackupArn=arn)["BackupDescription"]
    assert described["BackupDetails"]["BackupSizeBytes"] == len("idavaluevv")
    assert described["SourceTableDetails"]["ItemCount"] == 1


def test_a_backup_of_a_restored_table_says_nothing_of_where_it_came_from(db: Any, clock: ManualClock) -> None:
    """After ACTIVE nothing marks a table as restored, nor does its backup."""
    make_table(db)
    protect(db)
    restore(db, "Restored")
    clock.set_forward(START_AT + 300)
    arn = db.create_backup(TableName="Restored", BackupName="nightly")["BackupDetails"]["BackupArn"]
    described = str(db.describe_backup(BackupArn=arn)["BackupDescription"])
    assert "Orders" not in described
    assert "Orders" not in str(db.describe_table(TableName="Restored")["Table"])
