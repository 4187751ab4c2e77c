"""Backup jobs: their states over target time, what their points hold, and what fails them."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, items, make_table, put, refusal
from .support import BACKED_UP_S, QUEUED_S, ROLE, back_up, points, restore, start_backup, wait


def state(backup: Any, job_id: str) -> str:
    """The state of a backup job."""
    found: str = backup.describe_backup_job(BackupJobId=job_id)["State"]
    return found


def test_a_job_goes_through_its_states(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """CREATED, RUNNING, COMPLETED, each at its target time; the point is CREATING, then COMPLETED."""
    job_id = start_backup(backup, table)
    assert state(backup, job_id) == "CREATED"
    assert points(backup) == []
    wait(clock, QUEUED_S)
    running = backup.describe_backup_job(BackupJobId=job_id)
    assert running["State"] == "RUNNING"
    assert running["ExpectedCompletionDate"].timestamp() == pytest.approx(START_AT + BACKED_UP_S)
    named = {"BackupVaultName": vault, "RecoveryPointArn": running["RecoveryPointArn"]}
    assert backup.describe_recovery_point(**named)["Status"] == "CREATING"
    wait(clock, 99.5)
    assert state(backup, job_id) == "RUNNING"
    wait(clock, 0.5)
    done = backup.describe_backup_job(BackupJobId=job_id)
    assert (done["State"], done["PercentDone"]) == ("COMPLETED", "100.0")
    assert done["CompletionDate"].timestamp() == pytest.approx(START_AT + BACKED_UP_S)
    assert backup.describe_recovery_point(**named)["Status"] == "COMPLETED"


def test_a_jump_of_the_clock_leaves_what_waiting_would_have(
    backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """A job that came to its end within a jump ended at its own time, not when somebody looked."""
    job_id = start_backup(backup, table)
    wait(clock, 86_400)
    done = backup.describe_backup_job(BackupJobId=job_id)["CompletionDate"].timestamp()
    assert done == pytest.approx(START_AT + BACKED_UP_S)


def test_a_point_holds_the_table_as_it_was_when_the_job_began(
    db: Any, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """Not instantaneous: a write before the job runs is in the point, one while it runs is not."""
    put(db, "a", "before")
    start_backup(backup, table)
    put(db, "b", "queued")
    wait(clock, QUEUED_S)
    backup.list_backup_jobs()
    put(db, "a", "running")
    wait(clock, 100)
    restore(backup, clock, points(backup)[0])
    assert items(db, "Restored") == {"a": "before", "b": "queued"}


def test_a_recovery_point_is_described(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """An ARN of AWS Backup's, the size of the items, the vault's key."""
    put(db, "a")
    point = back_up(backup, clock, table)
    assert point.startswith("arn:aws:backup:us-east-1:123456789012:recovery-point:")
    described = backup.describe_recovery_point(BackupVaultName=vault, RecoveryPointArn=point)
    assert (described["ResourceArn"], described["ResourceType"], described["ResourceName"]) == (
        table,
        "DynamoDB",
        "Orders",
    )
    assert described["BackupSizeInBytes"] == len("idavaluev")
    assert described["StorageClass"] == "WARM"
    assert described["EncryptionKeyArn"] == backup.describe_backup_vault(BackupVaultName=vault)["EncryptionKeyArn"]
    assert described["IamRoleArn"] == ROLE


def test_the_arn_is_known_from_the_start(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API StartBackupJob: it answers the ARN of a point that AWS Backup manages, which is made later."""
    started = backup.start_backup_job(BackupVaultName=vault, ResourceArn=table, IamRoleArn=ROLE)
    assert points(backup) == []
    wait(clock, BACKED_UP_S)
    assert points(backup) == [started["RecoveryPointArn"]]
    described = backup.describe_recovery_point(BackupVaultName=vault, RecoveryPointArn=started["RecoveryPointArn"])
    assert described["InitiationDate"] == started["CreationDate"]
    assert (described["CreationDate"] - started["CreationDate"]).total_seconds() == QUEUED_S


def test_native_calls_do_not_know_managed_points(
    db: Any, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """A point of AWS Backup's own is in no ListBackups, and DeleteBackup does not delete it."""
    point = back_up(backup, clock, table)
    assert db.list_backups(BackupType="ALL")["BackupSummaries"] == []
    assert refusal(db.delete_backup, BackupArn=point)[0] == "BackupNotFoundException"
    assert points(backup) == [point]


def test_a_repeated_request_starts_nothing(backup: Any, vault: str, table: str) -> None:
    """The same IdempotencyToken again answers the same job."""
    first = start_backup(backup, table, IdempotencyToken="t")
    assert start_backup(backup, table, IdempotencyToken="t") == first
    assert start_backup(backup, table, IdempotencyToken="u") != first
    assert len(backup.list_backup_jobs()["BackupJobs"]) == 2


def test_a_table_is_not_deleted_while_it_is_backed_up(
    db: Any, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """DeleteTable is ResourceInUseException while the job runs, and works afterwards."""
    start_backup(backup, table)
    wait(clock, QUEUED_S)
    assert refusal(db.delete_table, TableName="Orders")[0] == "ResourceInUseException"
    wait(clock, 100)
    db.delete_table(TableName="Orders")


def test_one_job_at_a_time_for_one_table(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """A second job for the same table waits until the first ends; another table's does not."""
    make_table(db, "Other")
    other = table.replace("Orders", "Other")
    first, second, third = start_backup(backup, table), start_backup(backup, table), start_backup(backup, other)
    wait(clock, BACKED_UP_S - 1)
    assert [state(backup, each) for each in (first, second, third)] == ["RUNNING", "CREATED", "RUNNING"]
    wait(clock, 1)
    assert [state(backup, each) for each in (first, second, third)] == ["COMPLETED", "RUNNING", "COMPLETED"]
    wait(clock, 100)
    assert state(backup, second) == "COMPLETED"


def test_a_job_that_cannot_start_in_its_window_expires(
    machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """The start window ends while the table is still being backed up: EXPIRED."""
    machine.fleet.durations.fixed["backup_job"] = 7200.0
    start_backup(backup, table)
    second = start_backup(backup, table, StartWindowMinutes=60)
    start_by = backup.describe_backup_job(BackupJobId=second)["StartBy"].timestamp()
    assert start_by == pytest.approx(START_AT + 3600)
    wait(clock, 3599)
    assert state(backup, second) == "CREATED"
    wait(clock, 1)
    assert state(backup, second) == "EXPIRED"


def test_a_job_that_does_not_complete_in_its_window_is_cancelled(
    db: Any, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """API StartBackupJob: the completion window ends first: ABORTED, without a point, and the table is free."""
    job_id = start_backup(backup, table, CompleteWindowMinutes=1)
    wait(clock, 60)
    assert state(backup, job_id) == "ABORTED"
    assert points(backup) == []
    db.delete_table(TableName="Orders")


def test_a_running_job_is_stopped(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API StopBackupJob: ABORTING, then ABORTED, without a point; an ended job is InvalidRequestException."""
    job_id = start_backup(backup, table)
    wait(clock, QUEUED_S)
    backup.stop_backup_job(BackupJobId=job_id)
    assert state(backup, job_id) == "ABORTING"
    wait(clock, 1)
    assert state(backup, job_id) == "ABORTED"
    wait(clock, 1000)
    assert state(backup, job_id) == "ABORTED"
    assert points(backup) == []
    assert refusal(backup.stop_backup_job, BackupJobId=job_id)[0] == "InvalidRequestException"
    db.delete_table(TableName="Orders")


def test_a_stopped_job_gives_its_turn_to_the_next(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """Once a job is aborted, the one that waited for its table runs."""
    first, second = start_backup(backup, table), start_backup(backup, table)
    wait(clock, QUEUED_S)
    backup.stop_backup_job(BackupJobId=first)
    wait(clock, 1)
    assert [state(backup, each) for each in (first, second)] == ["ABORTED", "RUNNING"]


def test_a_job_that_waits_is_stopped(backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API StopBackupJob: a job that has not begun never does."""
    job_id = start_backup(backup, table)
    backup.stop_backup_job(BackupJobId=job_id)
    wait(clock, 1000)
    assert state(backup, job_id) == "ABORTED"


def test_a_job_fails_when_its_table_is_gone(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """The table is deleted before the job begins: FAILED, and the message says so."""
    job_id = start_backup(backup, table)
    db.delete_table(TableName="Orders")
    wait(clock, QUEUED_S)
    failed = backup.describe_backup_job(BackupJobId=job_id)
    assert (failed["State"], failed["StatusMessage"]) == ("FAILED", "Table not found: Orders")


def test_a_job_fails_by_a_fault(machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """A fault on backup jobs: accepted, RUNNING, FAILED at the end, no point; the next one works."""
    machine.fleet.faults.add(Fault(Effect.FAIL, service="backup", operation="StartBackupJob", times=1))
    job_id = start_backup(backup, table)
    wait(clock, QUEUED_S)
    assert state(backup, job_id) == "RUNNING"
    wait(clock, 100)
    assert state(backup, job_id) == "FAILED"
    assert points(backup) == []
    back_up(backup, clock, table)


def test_a_job_fails_when_its_region_goes_down(
    machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """A Region that is down when the job would end fails it."""
    job_id = start_backup(backup, table)
    wait(clock, QUEUED_S)
    machine.fleet.journal.catch_up()
    machine.fleet.outages.add("us-east-1")
    wait(clock, 100)
    machine.fleet.journal.catch_up()
    machine.fleet.outages.clear()
    assert state(backup, job_id) == "FAILED"


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"BackupVaultName": "nowhere"}, "ResourceNotFoundException"),
        ({"ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/Nope"}, "ResourceNotFoundException"),
        ({"ResourceArn": "arn:aws:dynamodb:us-west-2:123456789012:table/Orders"}, "ResourceNotFoundException"),
        ({"ResourceArn": "arn:aws:ec2:us-east-1:123456789012:volume/v"}, "InvalidParameterValueException"),
        ({"StartWindowMinutes": 59}, "InvalidParameterValueException"),
        ({"StartWindowMinutes": 52_560_001}, "InvalidParameterValueException"),
        ({"CompleteWindowMinutes": 0}, "InvalidParameterValueException"),
        ({"Lifecycle": {"MoveToColdStorageAfterDays": 30, "DeleteAfterDays": 119}}, "InvalidParameterValueException"),
        ({"Lifecycle": {"DeleteAfterDays": 0}}, "InvalidParameterValueException"),
        ({"Lifecycle": {"DeleteAfterDays": 36_501}}, "InvalidParameterValueException"),
        ({"Lifecycle": {"DeleteAfterEvent": "DELETE_AFTER_COPY"}}, "InvalidParameterValueException"),
        ({"BackupOptions": {"WindowsVSS": "enabled"}}, "InvalidRequestException"),
    ],
)
def test_bad_requests_are_refused(backup: Any, vault: str, table: str, members: dict[str, Any], name: str) -> None:
    """Start window of at least 60 minutes, retention 90 days beyond cold storage, a table that is there."""
    good = {"BackupVaultName": vault, "ResourceArn": table, "IamRoleArn": ROLE}
    assert refusal(backup.start_backup_job, **{**good, **members})[0] == name
    assert backup.list_backup_jobs()["BackupJobs"] == []


def test_jobs_are_listed_by_what_is_asked(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API ListBackupJobs: newest first, by state, resource, vault, type, account and time."""
    first = start_backup(backup, table)
    wait(clock, 1000)
    second = start_backup(backup, table)

    def found(**members: Any) -> list[str]:
        return [job["BackupJobId"] for job in backup.list_backup_jobs(**members)["BackupJobs"]]

    assert found() == [second, first]
    assert found(ByState="COMPLETED") == [first]
    assert found(ByResourceArn=table, ByBackupVaultName=vault, ByResourceType="DynamoDB") == [second, first]
    assert found(ByResourceArn=table + "x") == []
    assert found(ByCreatedAfter=START_AT + 500) == [second]
    assert found(ByCreatedBefore=START_AT + 500) == [first]
    assert found(ByCompleteBefore=START_AT + 5000) == [first]
    assert found(MaxResults=1) == [second]


def test_tags_of_a_table_come_with_its_point(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """With advanced features the point inherits the table's tags, beside those of the request."""
    db.tag_resource(ResourceArn=table, Tags=[{"Key": "stage", "Value": "prod"}])
    point = back_up(backup, clock, table, RecoveryPointTags={"kind": "hourly"})
    assert backup.list_tags(ResourceArn=point)["Tags"] == {"stage": "prod", "kind": "hourly"}


def test_protected_resources_are_listed(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> None:
    """API ListProtectedResources: a table appears with its newest complete point, also once it is deleted."""
    assert backup.list_protected_resources()["Results"] == []
    back_up(backup, clock, table)
    newest = back_up(backup, clock, table)
    db.delete_table(TableName="Orders")
    (found,) = backup.list_protected_resources()["Results"]
    assert (found["ResourceArn"], found["LastRecoveryPointArn"]) == (table, newest)
    assert backup.describe_protected_resource(ResourceArn=table)["ResourceName"] == "Orders"
    refused = refusal(backup.describe_protected_resource, ResourceArn=table + "x")
    assert refused[0] == "ResourceNotFoundException"


def test_a_table_whose_key_is_gone_is_not_backed_up(
    machine: TimeMachine, db: Any, backup: Any, vault: str, clock: ManualClock
) -> None:
    """While the table's key of KMS is inaccessible, backups fail."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0000"
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})
    machine.fleet.keys.take_away(key)
    job_id = start_backup(backup, db.describe_table(TableName="Orders")["Table"]["TableArn"])
    wait(clock, QUEUED_S)
    assert state(backup, job_id) == "FAILED"
