"""The states of a table on a machine where creating, changing and deleting one takes as long as on AWS."""

from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import DAY_S, START_AT, connect, items, make_table, protect, put, refusal, window

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
KEY = {"id": {"S": "a"}}
OFF = {"PointInTimeRecoveryEnabled": False}
CREATING_S, UPDATING_S, DELETING_S, READY_S, LISTED_S = 6.0, 4.0, 5.0, 4.0, 8.0
ACTIVE_AT = START_AT + CREATING_S
Called = Callable[[Any], Callable[..., Any]]


@pytest.fixture
def slow(clock: ManualClock) -> Any:
    """A client of a machine with AWS's durations, on which Orders was just created."""
    durations = {
        "create_table": CREATING_S,
        "update_table": UPDATING_S,
        "delete_table": DELETING_S,
        "backups_ready": READY_S,
        "system_backup": LISTED_S,
        "restore": 300.0,
    }
    db = connect(TimeMachine(clock, seed=1, durations=durations))
    make_table(db)
    return db


@pytest.fixture
def ready(slow: Any, clock: ManualClock) -> Any:
    """The same when everything of Orders is ready, with one item."""
    clock.set_forward(ACTIVE_AT + READY_S)
    put(slow, "a")
    return slow


def status(db: Any, table: str = "Orders") -> str:
    """TableStatus."""
    found: str = db.describe_table(TableName=table)["Table"]["TableStatus"]
    return found


def listed(db: Any) -> list[str]:
    """All backups by name."""
    return [summary["BackupName"] for summary in db.list_backups(BackupType="ALL")["BackupSummaries"]]


CHANGES: list[tuple[str, Called, dict[str, Any]]] = [
    ("delete", lambda db: db.delete_table, {"TableName": "Orders"}),
    ("update", lambda db: db.update_table, {"TableName": "Orders", "DeletionProtectionEnabled": True}),
    ("ttl", lambda db: db.update_time_to_live,
     {"TableName": "Orders", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}}),
    ("tag", lambda db: db.tag_resource, {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]}),
    ("create", lambda db: db.create_table,
     {"TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
      "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
      "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}),
]  # fmt: skip
DATA: list[tuple[str, Called, dict[str, Any]]] = [
    ("get", lambda db: db.get_item, {"TableName": "Orders", "Key": KEY}),
    ("put", lambda db: db.put_item, {"TableName": "Orders", "Item": KEY}),
    ("scan", lambda db: db.scan, {"TableName": "Orders"}),
    ("batch", lambda db: db.batch_get_item, {"RequestItems": {"Orders": {"Keys": [KEY]}}}),
]


def named(rows: list[tuple[str, Called, dict[str, Any]]]) -> Any:
    """The rows as parameters with their names."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def test_a_new_table_is_creating_and_then_active(slow: Any, clock: ManualClock) -> None:
    """With a duration CreateTable leaves a table in CREATING, which is ACTIVE at exactly its time."""
    assert status(slow) == "CREATING"
    clock.set_forward(ACTIVE_AT - 0.001)
    assert status(slow) == "CREATING"
    clock.set_forward(ACTIVE_AT)
    assert status(slow) == "ACTIVE"
    put(slow, "a")
    assert items(slow, "Orders") == {"a": "v"}


@pytest.mark.parametrize(("call", "members"), named(CHANGES))
def test_a_table_that_is_created_cannot_be_changed(slow: Any, call: Called, members: dict[str, Any]) -> None:
    """API reference: changes of a table in CREATING, and another CreateTable, are ResourceInUseException."""
    assert refusal(call(slow), **members)[0] == "ResourceInUseException"


@pytest.mark.parametrize(("call", "members"), named(DATA))
def test_a_table_that_is_created_has_no_data(slow: Any, call: Called, members: dict[str, Any]) -> None:
    """API reference: reads and writes of a table in CREATING are ResourceNotFoundException."""
    assert refusal(call(slow), **members)[0] == "ResourceNotFoundException"


def test_backups_do_not_know_a_table_of_three_seconds(slow: Any, clock: ManualClock) -> None:
    """For about 3 s of CREATING, DescribeContinuousBackups says TableNotFoundException."""
    assert refusal(slow.describe_continuous_backups, TableName="Orders")[0] == "TableNotFoundException"
    clock.set_forward(START_AT + 2.9)
    assert refusal(slow.describe_continuous_backups, TableName="Orders")[0] == "TableNotFoundException"
    clock.set_forward(START_AT + 3)
    assert window(slow) == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_continuous_backups_are_off_at_first(slow: Any, clock: ManualClock) -> None:
    """Right after ACTIVE ContinuousBackupsStatus reads DISABLED, then ENABLED for good."""

    def continuous() -> Any:
        described = slow.describe_continuous_backups(TableName="Orders")
        return described["ContinuousBackupsDescription"]["ContinuousBackupsStatus"]

    clock.set_forward(ACTIVE_AT)
    assert continuous() == "DISABLED"
    clock.set_forward(ACTIVE_AT + READY_S)
    assert continuous() == "ENABLED"


def test_recovery_and_backups_wait_for_a_new_table(slow: Any, clock: ManualClock) -> None:
    """Seconds after ACTIVE both are ContinuousBackupsUnavailableException with AWS's text, then work."""
    expected = (
        "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: Orders. Please retry later",
    )
    on = {"PointInTimeRecoveryEnabled": True}
    clock.set_forward(ACTIVE_AT + READY_S - 0.5)
    refused = refusal(slow.update_continuous_backups, TableName="Orders", PointInTimeRecoverySpecification=on)
    assert refused == expected
    assert refusal(slow.create_backup, TableName="Orders", BackupName="early") == expected
    clock.set_forward(ACTIVE_AT + READY_S)
    protect(slow)
    slow.create_backup(TableName="Orders", BackupName="nightly")


def test_no_backup_of_a_table_that_is_created(slow: Any) -> None:
    """CreateBackup of a table in CREATING is TableNotFoundException."""
    assert refusal(slow.create_backup, TableName="Orders", BackupName="early")[0] == "TableNotFoundException"


def test_an_update_takes_its_time(ready: Any, clock: ManualClock) -> None:
    """UPDATING for seconds; another update waits, data calls and CreateBackup work meanwhile."""
    ready.update_table(TableName="Orders", DeletionProtectionEnabled=True)
    assert status(ready) == "UPDATING"
    again = {"TableName": "Orders", "DeletionProtectionEnabled": False}
    assert refusal(ready.update_table, **again)[0] == "ResourceInUseException"
    put(ready, "b")
    ready.create_backup(TableName="Orders", BackupName="meanwhile")
    clock.set_forward(clock.now() + UPDATING_S)
    assert status(ready) == "ACTIVE"
    ready.update_table(**again)


def test_a_deleted_table_is_deleting_for_a_while(ready: Any, clock: ManualClock) -> None:
    """DescribeTable and ListTables show it as DELETING, then it is gone and the name is free."""
    described = ready.delete_table(TableName="Orders")["TableDescription"]
    assert described["TableStatus"] == "DELETING"
    clock.set_forward(clock.now() + DELETING_S - 0.001)
    assert status(ready) == "DELETING"
    assert ready.list_tables()["TableNames"] == ["Orders"]
    clock.set_forward(clock.now() + 0.001)
    assert refusal(ready.describe_table, TableName="Orders")[0] == "ResourceNotFoundException"
    make_table(ready)


@pytest.mark.parametrize(("call", "members"), named(CHANGES))
def test_a_table_that_is_deleted_cannot_be_changed(ready: Any, call: Called, members: dict[str, Any]) -> None:
    """API reference: changes of a table in DELETING, and its name for a new one, are ResourceInUseException."""
    ready.delete_table(TableName="Orders")
    assert refusal(call(ready), **members)[0] == "ResourceInUseException"


@pytest.mark.parametrize(("call", "members"), named(DATA))
def test_a_table_that_is_deleted_has_no_data(ready: Any, call: Called, members: dict[str, Any]) -> None:
    """API reference: reads and writes of a table in DELETING are ResourceNotFoundException."""
    ready.delete_table(TableName="Orders")
    assert refusal(call(ready), **members)[0] == "ResourceNotFoundException"


def test_backups_forget_a_dying_table_first(ready: Any, clock: ManualClock) -> None:
    """About 1 s after DeleteTable the calls about backups say TableNotFoundException, DescribeTable not."""
    protect(ready)
    ready.delete_table(TableName="Orders")
    clock.set_forward(clock.now() + 0.9)
    assert window(ready)["PointInTimeRecoveryStatus"] == "ENABLED"
    clock.set_forward(clock.now() + 0.1)
    assert refusal(ready.describe_continuous_backups, TableName="Orders")[0] == "TableNotFoundException"
    assert refusal(ready.create_backup, TableName="Orders", BackupName="late")[0] == "TableNotFoundException"
    restore = {"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": True}
    assert refusal(ready.restore_table_to_point_in_time, **restore)[0] == "TableNotFoundException"
    assert status(ready) == "DELETING"


def test_a_dying_table_can_still_be_restored_and_backed_up(ready: Any, clock: ManualClock) -> None:
    """In the first second of DELETING a point-in-time restore and CreateBackup are accepted."""
    protect(ready)
    clock.set_forward(clock.now() + 1000)
    put(ready, "b")
    ready.delete_table(TableName="Orders")
    arn = ready.create_backup(TableName="Orders", BackupName="last")["BackupDetails"]["BackupArn"]
    ready.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
    )
    clock.set_forward(clock.now() + 300)
    ready.restore_table_from_backup(TargetTableName="Last", BackupArn=arn)
    clock.set_forward(clock.now() + 300)
    assert items(ready, "Restored") == {"a": "v"}
    assert items(ready, "Last") == {"a": "v", "b": "v"}


def test_a_dying_target_is_there(ready: Any, clock: ManualClock) -> None:
    """A restore into a name that is DELETING is TableAlreadyExistsException; seconds later it works."""
    arn = ready.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    clock.set_forward(clock.now() + 1)
    ready.delete_table(TableName="Orders")
    refused = refusal(ready.restore_table_from_backup, TargetTableName="Orders", BackupArn=arn)
    assert refused == ("TableAlreadyExistsException", "Table already exists: Orders")
    clock.set_forward(clock.now() + DELETING_S)
    ready.restore_table_from_backup(TargetTableName="Orders", BackupArn=arn)


def test_the_system_backup_is_listed_late(ready: Any, clock: ManualClock) -> None:
    """It can be seen 5 to 10 s after DeleteTable, and its 35 days count from the deletion."""
    protect(ready)
    deleted_at = clock.now()
    ready.delete_table(TableName="Orders")
    clock.set_forward(deleted_at + LISTED_S - 0.1)
    assert listed(ready) == []
    clock.set_forward(deleted_at + LISTED_S)
    (summary,) = ready.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    assert summary["BackupName"] == "Orders$DeletedTableBackup"
    assert summary["BackupCreationDateTime"].timestamp() == pytest.approx(deleted_at)
    assert summary["BackupExpiryDateTime"].timestamp() == pytest.approx(deleted_at + 35 * DAY_S)
    ready.restore_table_from_backup(TargetTableName="Restored", BackupArn=summary["BackupArn"])
    clock.set_forward(clock.now() + 300)
    assert items(ready, "Restored") == {"a": "v"}


def test_recovery_switched_off_while_deleting_leaves_no_backup(ready: Any, clock: ManualClock) -> None:
    """Disabling recovery in the first second of DELETING suppresses the SYSTEM backup."""
    protect(ready)
    ready.delete_table(TableName="Orders")
    ready.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=OFF)
    clock.set_forward(clock.now() + 60)
    assert listed(ready) == []


def test_recovery_switched_on_while_deleting_leaves_a_backup(ready: Any, clock: ManualClock) -> None:
    """Enabling it in the first second of DELETING leaves one of a table that was never protected."""
    ready.delete_table(TableName="Orders")
    protect(ready)
    clock.set_forward(clock.now() + 60)
    assert listed(ready) == ["Orders$DeletedTableBackup"]


def test_a_table_of_the_old_name_is_not_taken_for_the_old_one(clock: ManualClock) -> None:
    """What falls due for a deleted table does not touch the next one of its name."""
    db = connect(TimeMachine(clock, durations={"system_backup": 8.0}))
    make_table(db)
    protect(db)
    db.delete_table(TableName="Orders")
    make_table(db)
    put(db, "new")
    clock.set_forward(clock.now() + 60)
    assert listed(db) == ["Orders$DeletedTableBackup"]
    assert items(db, "Orders") == {"new": "v"}


def test_nothing_takes_time_unless_it_is_asked_for(db: Any) -> None:
    """DESIGN 3: without durations a table is ACTIVE at once, can be protected and backed up, and goes at once."""
    make_table(db)
    assert status(db) == "ACTIVE"
    protect(db)
    db.create_backup(TableName="Orders", BackupName="nightly")
    db.delete_table(TableName="Orders")
    assert db.list_tables()["TableNames"] == []
    assert "Orders$DeletedTableBackup" in listed(db)
