"""Restore jobs: always a new table, in the account and Region of the point."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.changelog import Past
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, items, make_table, protect, put, refusal
from .support import RESTORED_S, back_up, restore, start_backup, start_restore, wait

INDEX = {
    "IndexName": "by-value",
    "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.fixture
def point(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> str:
    """A recovery point of a table with one item."""
    put(db, "a")
    return back_up(backup, clock, table)


def described(db: Any, table: str = "Restored") -> Any:
    """What DescribeTable says."""
    return db.describe_table(TableName=table)["Table"]


def test_a_restore_job_goes_through_its_states(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """PENDING, RUNNING while the table is CREATING, COMPLETED when it is ACTIVE."""
    job_id = start_restore(backup, point)
    assert backup.describe_restore_job(RestoreJobId=job_id)["Status"] == "PENDING"
    assert "Restored" not in db.list_tables()["TableNames"]
    wait(clock, 1)
    running = backup.describe_restore_job(RestoreJobId=job_id)
    assert running["Status"] == "RUNNING"
    assert running["CreatedResourceArn"] == described(db)["TableArn"]
    assert described(db)["TableStatus"] == "CREATING"
    assert described(db)["RestoreSummary"]["SourceBackupArn"] == point
    wait(clock, 299.5)
    assert described(db)["TableStatus"] == "CREATING"
    wait(clock, 0.5)
    done = backup.describe_restore_job(RestoreJobId=job_id)
    assert (done["Status"], done["PercentDone"]) == ("COMPLETED", "100.00%")
    assert (done["CompletionDate"] - done["CreationDate"]).total_seconds() == pytest.approx(RESTORED_S)
    assert described(db)["TableStatus"] == "ACTIVE"
    assert items(db, "Restored") == {"a": "v"}


def test_a_restored_table_is_its_own(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """Writes to the source or to a restored table do not show in the point: restored again it is as it was."""
    put(db, "a", "later")
    restore(backup, clock, point, "First")
    put(db, "b", "new", table="First")
    restore(backup, clock, point, "Second")
    assert items(db, "Second") == {"a": "v"}


def test_metadata_keys_have_no_case(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """TargetTableName, encryptionType and the others are read whatever their case."""
    metadata = {"TARGETTABLENAME": "Restored", "EncryptionType": "Default", "AWS:backup:REQUEST-ID": "1"}
    job_id = backup.start_restore_job(RecoveryPointArn=point, Metadata=metadata)["RestoreJobId"]
    wait(clock, RESTORED_S)
    assert described(db)["TableStatus"] == "ACTIVE"
    known = backup.get_restore_job_metadata(RestoreJobId=job_id)["Metadata"]
    assert known == {"targetTableName": "Restored", "encryptionType": "Default", "aws:backup:request-id": "1"}


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({}, "MissingParameterValueException"),
        ({"targetTableName": "no spaces"}, "InvalidParameterValueException"),
        ({"targetTableName": "Restored", "billingMode": "PROVISIONED"}, "InvalidParameterValueException"),
        ({"targetTableName": "Restored", "TargetTableName": "Other"}, "InvalidParameterValueException"),
        ({"targetTableName": "Restored", "encryptionType": "AES"}, "InvalidParameterValueException"),
        ({"targetTableName": "Restored", "kmsMasterKeyArn": "arn:x"}, "InvalidParameterValueException"),
        (
            {"targetTableName": "Restored", "encryptionType": "KMS", "kmsMasterKeyArn": "x"},
            "InvalidParameterValueException",
        ),
    ],
)
def test_bad_metadata_are_refused(backup: Any, point: str, metadata: dict[str, str], name: str) -> None:
    """Only encryption can be chosen; an unknown key is refused before anything is done."""
    assert refusal(backup.start_restore_job, RecoveryPointArn=point, Metadata=metadata)[0] == name
    assert backup.list_restore_jobs()["RestoreJobs"] == []


def test_encryption_is_chosen(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """Default is a key that DynamoDB owns, KMS the key that is named."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0000"
    restore(backup, clock, point, "Plain")
    restore(backup, clock, point, "Keyed", Metadata={"encryptionType": "KMS", "kmsMasterKeyArn": key})
    assert "SSEDescription" not in described(db, "Plain")
    assert described(db, "Keyed")["SSEDescription"]["KMSMasterKeyArn"] == key


def test_all_indexes_come_back_and_settings_do_not(db: Any, backup: Any, vault: str, clock: ManualClock) -> None:
    """All indexes and the billing mode; not streams, TTL, tags, PITR, deletion protection, class."""
    make_table(
        db,
        MoreAttributes=[{"AttributeName": "value", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[INDEX],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        Tags=[{"Key": "a", "Value": "b"}],
        DeletionProtectionEnabled=True,
        TableClass="STANDARD_INFREQUENT_ACCESS",
    )
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    protect(db)
    restore(backup, clock, back_up(backup, clock, described(db, "Orders")["TableArn"]))
    table = described(db)
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by-value"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert "StreamSpecification" not in table
    assert "TableClassSummary" not in table
    assert not table.get("DeletionProtectionEnabled")
    assert db.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == []
    assert db.describe_time_to_live(TableName="Restored")["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    recovery = db.describe_continuous_backups(TableName="Restored")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


def test_source_tags_cannot_be_copied(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """CopySourceTagsToRestoredResource is not supported for DynamoDB and makes the job fail."""
    job = restore(backup, clock, point, CopySourceTagsToRestoredResource=True)
    assert job["Status"] == "FAILED"
    assert "CopySourceTagsToRestoredResource" in job["StatusMessage"]
    assert "Restored" not in db.list_tables()["TableNames"]


def test_a_restore_needs_a_new_table(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """New table only: into one that is there the job fails, and the table stays as it is."""
    put(db, "a", "later")
    job = restore(backup, clock, point, "Orders")
    assert (job["Status"], job["StatusMessage"]) == ("FAILED", "Table already exists: Orders")
    assert items(db, "Orders") == {"a": "later"}


def test_a_failed_restore_leaves_no_table(
    machine: TimeMachine, db: Any, backup: Any, point: str, clock: ManualClock
) -> None:
    """A fault on restore jobs: RUNNING, then FAILED, and the table that was CREATING is gone."""
    machine.fleet.faults.add(Fault(Effect.FAIL, service="backup", operation="StartRestoreJob", times=1))
    job_id = start_restore(backup, point)
    wait(clock, 1)
    assert described(db)["TableStatus"] == "CREATING"
    wait(clock, 300)
    assert backup.describe_restore_job(RestoreJobId=job_id)["Status"] == "FAILED"
    assert "Restored" not in db.list_tables()["TableNames"]
    assert restore(backup, clock, point)["Status"] == "COMPLETED"


def test_fifty_restores_at_a_time(db: Any, backup: Any, point: str, clock: ManualClock) -> None:
    """The 51st restore of an account fails, whichever calls asked for the others."""
    jobs = [start_restore(backup, point, f"Restored{number}") for number in range(51)]
    wait(clock, RESTORED_S)
    states = [backup.describe_restore_job(RestoreJobId=job)["Status"] for job in jobs]
    assert states == ["COMPLETED"] * 50 + ["FAILED"]


def test_a_repeated_request_restores_once(backup: Any, point: str) -> None:
    """API StartRestoreJob: the same IdempotencyToken again answers the same job."""
    first = start_restore(backup, point, IdempotencyToken="t")
    assert start_restore(backup, point, IdempotencyToken="t") == first
    assert len(backup.list_restore_jobs()["RestoreJobs"]) == 1


def test_a_point_is_restored_once_it_is_complete(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """A point whose backup job still runs cannot be restored."""
    job_id = start_backup(backup, table)
    wait(clock, 1)
    point = backup.describe_backup_job(BackupJobId=job_id)["RecoveryPointArn"]
    refused = refusal(backup.start_restore_job, RecoveryPointArn=point, Metadata={"targetTableName": "Restored"})
    assert refused[0] == "InvalidRequestException"


def test_restores_are_listed(backup: Any, table: str, point: str, clock: ManualClock) -> None:
    """API ListRestoreJobs, ListRestoreJobsByProtectedResource: newest first, by status and resource."""
    first = restore(backup, clock, point, "First")["RestoreJobId"]
    second = start_restore(backup, point, "Second")

    def found(**members: Any) -> list[str]:
        return [job["RestoreJobId"] for job in backup.list_restore_jobs(**members)["RestoreJobs"]]

    assert found() == [second, first]
    assert found(ByStatus="PENDING") == [second]
    assert found(ByCompleteBefore=START_AT + 9999) == [first]
    listed = backup.list_restore_jobs_by_protected_resource(ResourceArn=table, ByStatus="COMPLETED")["RestoreJobs"]
    assert [job["RestoreJobId"] for job in listed] == [first]
    assert backup.list_restore_jobs_by_protected_resource(ResourceArn=table + "x")["RestoreJobs"] == []


def test_what_restores_took_is_known(backup: Any, table: str, point: str, clock: ManualClock) -> None:
    """API DescribeProtectedResource: how long the newest restore took, and when the point was last restored."""
    restore(backup, clock, point)
    assert backup.describe_protected_resource(ResourceArn=table)["LatestRestoreExecutionTimeMinutes"] == 5
    described_point = backup.describe_recovery_point(BackupVaultName="vault", RecoveryPointArn=point)
    assert described_point["LastRestoreTime"].timestamp() == pytest.approx(clock.now())


def test_a_key_that_is_gone_fails_the_restore(
    machine: TimeMachine, db: Any, backup: Any, point: str, clock: ManualClock
) -> None:
    """A restore with a key of KMS that cannot be used fails, and leaves no table."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0000"
    machine.fleet.keys.take_away(key)
    job = restore(backup, clock, point, Metadata={"encryptionType": "KMS", "kmsMasterKeyArn": key})
    assert job["Status"] == "FAILED"
    assert "KMS" in job["StatusMessage"]
    assert "Restored" not in db.list_tables()["TableNames"]


@pytest.mark.parametrize("first", ["get_item", "put_item", "describe_table", "create_backup"])
def test_nobody_waits_for_what_is_restored(  # noqa: PLR0917 - fixtures
    db: Any,
    backup: Any,
    machine: TimeMachine,
    point: str,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
) -> None:
    """The rows of a restored table are worked out while others may write, by who uses the table first."""
    held: list[bool] = []
    work_out = Past.work_out

    def watched(past: Past) -> Any:
        held.append(machine.fleet.journal.lock._is_owned())  # type: ignore[attr-defined]  # of RLock
        return work_out(past)

    monkeypatch.setattr(Past, "work_out", watched)
    restore(backup, clock, point)
    assert held == []
    members: dict[str, Any] = {"TableName": "Restored"}
    members |= {"get_item": {"Key": {"id": {"S": "a"}}}, "put_item": {"Item": {"id": {"S": "b"}}}}.get(first, {})
    getattr(db, first)(**members, **({"BackupName": "again"} if first == "create_backup" else {}))
    assert held == [False]
    assert {"S": "a"} in [item["id"] for item in db.scan(TableName="Restored")["Items"]]
