"""Tables and backups whose key of KMS cannot be used."""

from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import DAY_S, START_AT, connect, items, make_table, protect, put, refusal, window

KEY_ID = "11111111-2222-3333-4444-555555555555"
KEY = f"arn:aws:kms:us-east-1:123456789012:key/{KEY_ID}"
OTHER = f"arn:aws:kms:us-east-1:123456789012:key/{KEY_ID[::-1]}"
SEALED = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
ON = {"PointInTimeRecoveryEnabled": True}
Called = Callable[[Any], Callable[..., Any]]


@pytest.fixture
def sealed(db: Any, clock: ManualClock) -> Any:
    """A client of a machine with the table Orders under a customer's key, protected for 1000 s."""
    make_table(db, SSESpecification=SEALED)
    put(db, "a")
    protect(db)
    clock.set_forward(START_AT + 1000)
    return db


def restore(db: Any, target: str = "Restored", **overrides: Any) -> Any:
    """Restore Orders to the latest second."""
    return db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName=target, UseLatestRestorableTime=True, **overrides
    )


def test_a_customers_key_comes_back(sealed: Any, clock: ManualClock) -> None:
    """S2-19, S4-11: a table under a customer's key is restored with its items, under the same key."""
    restore(sealed)
    clock.set_forward(clock.now() + 300)
    described = sealed.describe_table(TableName="Restored")["Table"]["SSEDescription"]
    assert described == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}
    assert items(sealed, "Restored") == {"a": "v"}


def test_the_table_says_that_it_is_inaccessible(machine: TimeMachine, sealed: Any, clock: ManualClock) -> None:
    """API reference, TableStatus: INACCESSIBLE_ENCRYPTION_CREDENTIALS since the key went, ACTIVE when it is back."""
    machine.fleet.keys.take_away(KEY)
    clock.set_forward(clock.now() + 60)
    described = sealed.describe_table(TableName="Orders")["Table"]
    assert described["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    assert described["SSEDescription"]["InaccessibleEncryptionDateTime"].timestamp() == START_AT + 1000
    machine.fleet.keys.give_back(KEY)
    described = sealed.describe_table(TableName="Orders")["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert "InaccessibleEncryptionDateTime" not in described["SSEDescription"]
    assert items(sealed, "Orders") == {"a": "v"}


NEEDS_DATA: list[tuple[str, Called, dict[str, Any]]] = [
    ("get", lambda db: db.get_item, {"TableName": "Orders", "Key": {"id": {"S": "a"}}}),
    ("put", lambda db: db.put_item, {"TableName": "Orders", "Item": {"id": {"S": "a"}}}),
    ("scan", lambda db: db.scan, {"TableName": "Orders"}),
    ("backup", lambda db: db.create_backup, {"TableName": "Orders", "BackupName": "nightly"}),
    ("ttl", lambda db: db.update_time_to_live,
     {"TableName": "Orders", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}}),
]  # fmt: skip


@pytest.mark.parametrize(("call", "members"), [row[1:] for row in NEEDS_DATA], ids=[row[0] for row in NEEDS_DATA])
def test_what_needs_the_data_is_refused(
    machine: TimeMachine, sealed: Any, call: Called, members: dict[str, Any]
) -> None:
    """While the key is inaccessible data, TTL and backup calls fail, naming the key."""
    machine.fleet.keys.take_away(KEY_ID)
    name, text = refusal(call(sealed), **members)
    assert name == "AccessDeniedException"
    assert KEY in text


def test_recovery_can_still_be_switched(machine: TimeMachine, sealed: Any) -> None:
    """While the key is inaccessible the calls that control recovery still work."""
    machine.fleet.keys.take_away(KEY)
    assert window(sealed)["PointInTimeRecoveryStatus"] == "ENABLED"
    assert protect(sealed, RecoveryPeriodInDays=7)["RecoveryPeriodInDays"] == 7


def test_a_restore_needs_the_key_of_its_source(machine: TimeMachine, sealed: Any, clock: ManualClock) -> None:
    """S1-37: refused with ValidationException, no table left, also under another key; later it works."""
    machine.fleet.keys.take_away(KEY)
    for overrides in ({}, {"SSESpecificationOverride": {"Enabled": False}}):
        name, text = refusal(restore, db=sealed, **overrides)
        assert name == "ValidationException"
        assert KEY in text
    assert sealed.list_tables()["TableNames"] == ["Orders"]
    machine.fleet.keys.give_back(KEY)
    restore(sealed)
    clock.set_forward(clock.now() + 300)
    assert items(sealed, "Restored") == {"a": "v"}


def test_a_restore_needs_the_key_of_its_target(machine: TimeMachine, sealed: Any) -> None:
    """An override that names a key which is missing or disabled is a ValidationException."""
    machine.fleet.keys.take_away(OTHER)
    override = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": OTHER}
    assert refusal(restore, db=sealed, SSESpecificationOverride=override)[0] == "ValidationException"
    restore(sealed)


def test_a_backup_keeps_the_key_it_was_made_with(machine: TimeMachine, sealed: Any, clock: ManualClock) -> None:
    """S1-37: the key that the backup was made with must be there, whatever the table's key is by now."""
    arn = sealed.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    sealed.update_table(TableName="Orders", SSESpecification={**SEALED, "KMSMasterKeyId": OTHER})
    clock.set_forward(clock.now() + 1)
    machine.fleet.keys.take_away(KEY)
    assert sealed.describe_table(TableName="Orders")["Table"]["TableStatus"] == "ACTIVE"
    refused = refusal(sealed.restore_table_from_backup, TargetTableName="Restored", BackupArn=arn)
    assert refused[0] == "ValidationException"
    machine.fleet.keys.give_back(KEY)
    sealed.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
    clock.set_forward(clock.now() + 300)
    described = sealed.describe_table(TableName="Restored")["Table"]["SSEDescription"]
    assert described["KMSMasterKeyArn"] == KEY


def test_after_seven_days_the_table_is_archived(machine: TimeMachine, sealed: Any, clock: ManualClock) -> None:
    """After 7 days without its key the table is ARCHIVED; an on-demand backup of it is made."""
    machine.fleet.keys.take_away(KEY)
    clock.set_forward(START_AT + 1000 + 7 * DAY_S - 1)
    assert sealed.describe_table(TableName="Orders")["Table"]["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    clock.set_forward(START_AT + 1000 + 7 * DAY_S)
    described = sealed.describe_table(TableName="Orders")["Table"]
    assert described["TableStatus"] == "ARCHIVED"
    archival = described["ArchivalSummary"]
    assert archival["ArchivalReason"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
    assert archival["ArchivalDateTime"].timestamp() == START_AT + 1000 + 7 * DAY_S
    machine.fleet.keys.give_back(KEY)
    assert refusal(sealed.scan, TableName="Orders")[0] == "ResourceNotFoundException"
    sealed.restore_table_from_backup(TargetTableName="Restored", BackupArn=archival["ArchivalBackupArn"])
    clock.set_forward(clock.now() + 300)
    assert items(sealed, "Restored") == {"a": "v"}
    sealed.delete_table(TableName="Orders")


def test_a_key_that_comes_back_in_time_saves_the_table(machine: TimeMachine, sealed: Any, clock: ManualClock) -> None:
    """Seven days count from when the key went last."""
    machine.fleet.keys.take_away(KEY)
    clock.set_forward(clock.now() + 5 * DAY_S)
    machine.fleet.keys.give_back(KEY)
    clock.set_forward(clock.now() + 60)
    machine.fleet.keys.take_away(KEY)
    clock.set_forward(clock.now() + 6 * DAY_S)
    machine.fleet.keys.give_back(KEY)
    assert items(sealed, "Orders") == {"a": "v"}
    assert sealed.list_backups()["BackupSummaries"] == []


def test_no_table_is_created_under_a_key_that_is_gone(machine: TimeMachine, db: Any) -> None:
    """Developer Guide, encryption at rest: CreateTable and UpdateTable need a key that can be used."""
    machine.fleet.keys.take_away(KEY)
    for call in (lambda: make_table(db, SSESpecification=SEALED), lambda: change_key(db)):
        assert refusal(call)[0] == "ValidationException"
    assert "SSEDescription" not in db.describe_table(TableName="Orders")["Table"]


def change_key(db: Any) -> None:
    """A table under AWS's own key is to have the customer's."""
    make_table(db)
    db.update_table(TableName="Orders", SSESpecification=SEALED)


def test_other_tables_do_not_notice(machine: TimeMachine, sealed: Any) -> None:
    """A key that goes takes only the tables that it encrypts; a reset gives it back."""
    make_table(sealed, "Open")
    make_table(sealed, "Sealed", SSESpecification={**SEALED, "KMSMasterKeyId": OTHER})
    machine.fleet.keys.take_away(KEY)
    for table in ("Open", "Sealed"):
        put(sealed, "a", table=table)
    machine.reset()
    make_table(connect(machine), SSESpecification=SEALED)
