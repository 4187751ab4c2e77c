"""Copy jobs: into another vault, another Region, another account."""

from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, items, put, refusal
from .support import (
    COPIED_S,
    OTHER_ACCOUNT,
    ROLE,
    back_up,
    copy,
    copy_job,
    points,
    restore,
    start_copy,
    start_restore,
    vault_arn,
    wait,
)

COPY_INTO = "backup:CopyIntoBackupVault"
POLICY = {
    "Effect": "Allow",
    "Action": COPY_INTO,
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Resource": "*",
}


@pytest.fixture
def far(machine: TimeMachine) -> Any:
    """AWS Backup in the other Region, with a vault `far`."""
    client = connect(machine, "us-west-2", service="backup")
    client.create_backup_vault(BackupVaultName="far")
    return client


@pytest.fixture
def foreign(machine: TimeMachine) -> Any:
    """AWS Backup of another account in the first Region, with a vault `foreign`."""
    client = connect(machine, account=OTHER_ACCOUNT, service="backup")
    client.create_backup_vault(BackupVaultName="foreign")
    return client


@pytest.fixture
def point(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> str:
    """A recovery point of a table with one item."""
    put(db, "a")
    return back_up(backup, clock, table)


def allow(client: Any, *more: dict[str, Any], **statement: Any) -> None:
    """Let the first account copy into the foreign vault, as far as more statements do not keep it out."""
    policy = {"Version": "2012-10-17", "Statement": [{**POLICY, **statement}, *more]}
    client.put_backup_vault_access_policy(BackupVaultName="foreign", Policy=orjson.dumps(policy).decode())


def test_a_copy_job_goes_through_its_states(backup: Any, far: Any, point: str, clock: ManualClock) -> None:
    """CREATED, RUNNING, COMPLETED; the copy is there only once the job has completed."""
    job_id = start_copy(backup, point, vault_arn("far"))
    assert copy_job(backup, job_id)["State"] == "CREATED"
    wait(clock, 1)
    assert copy_job(backup, job_id)["State"] == "RUNNING"
    wait(clock, 199.5)
    assert points(far, "far") == []
    wait(clock, 0.5)
    done = copy_job(backup, job_id)
    assert done["State"] == "COMPLETED"
    assert (done["CompletionDate"] - done["CreationDate"]).total_seconds() == pytest.approx(COPIED_S)
    assert points(far, "far") == [done["DestinationRecoveryPointArn"]]
    assert done["DestinationRecoveryPointArn"].startswith("arn:aws:backup:us-west-2:123456789012:recovery-point:")


def test_a_copy_is_restored_where_it_is(
    machine: TimeMachine, backup: Any, far: Any, point: str, clock: ManualClock
) -> None:
    """S1-19: after the copy the table comes back in the other Region, with the first one down; there it does not."""
    put(connect(machine), "a", "later")
    copied = copy(backup, clock, point, vault_arn("far"))
    machine.fleet.outages.add("us-east-1")
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        start_restore(backup, point)
    assert restore(far, clock, copied)["Status"] == "COMPLETED"
    assert items(connect(machine, "us-west-2"), "Restored") == {"a": "v"}


def test_a_point_is_not_restored_where_it_is_not(far: Any, point: str) -> None:
    """To restore in another Region the point must be copied there first."""
    refused = refusal(far.start_restore_job, RecoveryPointArn=point, Metadata={"targetTableName": "Restored"})
    assert refused[0] == "ResourceNotFoundException"


def test_a_copy_outlives_its_source(
    machine: TimeMachine, backup: Any, far: Any, point: str, clock: ManualClock
) -> None:
    """A copy holds its own items: table and source point can go."""
    copied = copy(backup, clock, point, vault_arn("far"))
    backup.delete_recovery_point(BackupVaultName="vault", RecoveryPointArn=point)
    connect(machine).delete_table(TableName="Orders")
    restore(far, clock, copied)
    assert items(connect(machine, "us-west-2"), "Restored") == {"a": "v"}


def test_a_copy_is_described(backup: Any, far: Any, point: str, clock: ManualClock) -> None:
    """The copy has the target vault's key, the source's creation date, and a lifecycle of its own."""
    wait(clock, 3600)
    copied = copy(backup, clock, point, vault_arn("far"), Lifecycle={"DeleteAfterDays": 9})
    described = far.describe_recovery_point(BackupVaultName="far", RecoveryPointArn=copied)
    assert described["SourceBackupVaultArn"] == vault_arn("vault", "us-east-1")
    assert described["EncryptionKeyArn"] == far.describe_backup_vault(BackupVaultName="far")["EncryptionKeyArn"]
    assert described["CreationDate"].timestamp() == pytest.approx(START_AT + 1)
    assert described["CompletionDate"].timestamp() == pytest.approx(clock.now())
    clock.set_forward(START_AT + 1 + 9 * DAY_S)
    assert points(far, "far") == []
    assert points(backup) == [point]


def test_tags_are_copied(backup: Any, far: Any, point: str, clock: ManualClock) -> None:
    """A copy has the tags of its source."""
    backup.tag_resource(ResourceArn=point, Tags={"a": "b"})
    copied = copy(backup, clock, point, vault_arn("far"))
    assert far.list_tags(ResourceArn=copied)["Tags"] == {"a": "b"}


def test_a_copy_needs_its_vault(backup: Any, point: str, clock: ManualClock) -> None:
    """Without the destination vault the job fails and says so."""
    job_id = start_copy(backup, point, vault_arn("nowhere"))
    wait(clock, COPIED_S)
    job = copy_job(backup, job_id)
    assert (job["State"], "does not exist" in job["StatusMessage"]) == ("FAILED", True)


@pytest.mark.parametrize(
    "statement",
    [
        {},
        {"Action": "backup:*"},
        {"Principal": "*"},
        {"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Principal": {"AWS": ["123456789012"]}},
    ],
)
def test_another_account_lets_copies_in(
    backup: Any, foreign: Any, point: str, clock: ManualClock, statement: dict[str, Any]
) -> None:
    """S1-19: the target vault's policy allows backup:CopyIntoBackupVault to the account that copies."""
    allow(foreign, **statement)
    copied = copy(backup, clock, point, vault_arn("foreign", "us-east-1", OTHER_ACCOUNT))
    assert points(foreign, "foreign") == [copied]


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": {"AWS": "arn:aws:iam::999999999999:root"}},
        {"Action": "backup:DescribeBackupVault"},
        {"Effect": "Deny"},
    ],
)
def test_another_account_keeps_copies_out(
    backup: Any, foreign: Any, point: str, clock: ManualClock, statement: dict[str, Any]
) -> None:
    """A policy for another account or action, or one that denies, fails the copy."""
    allow(foreign, **statement)
    job_id = start_copy(backup, point, vault_arn("foreign", "us-east-1", OTHER_ACCOUNT))
    wait(clock, COPIED_S)
    assert copy_job(backup, job_id)["State"] == "FAILED"
    assert points(foreign, "foreign") == []


def test_a_statement_that_denies_wins(backup: Any, foreign: Any, point: str, clock: ManualClock) -> None:
    """Where one statement allows and another denies, the copy fails."""
    allow(foreign, {**POLICY, "Effect": "Deny", "Principal": "*"})
    job_id = start_copy(backup, point, vault_arn("foreign", "us-east-1", OTHER_ACCOUNT))
    wait(clock, COPIED_S)
    assert copy_job(backup, job_id)["State"] == "FAILED"


def test_without_a_policy_no_other_account_gets_in(backup: Any, foreign: Any, point: str, clock: ManualClock) -> None:
    """A vault without a policy takes no copies from other accounts."""
    job_id = start_copy(backup, point, vault_arn("foreign", "us-east-1", OTHER_ACCOUNT))
    wait(clock, COPIED_S)
    assert copy_job(backup, job_id)["State"] == "FAILED"


def test_the_other_account_restores_its_copy(
    machine: TimeMachine, backup: Any, foreign: Any, point: str, clock: ManualClock
) -> None:
    """S1-19: the copy belongs to the other account, which restores it into a table of its own."""
    allow(foreign)
    copied = copy(backup, clock, point, vault_arn("foreign", "us-east-1", OTHER_ACCOUNT))
    done = restore(foreign, clock, copied)
    assert done["CreatedResourceArn"] == f"arn:aws:dynamodb:us-east-1:{OTHER_ACCOUNT}:table/Restored"
    assert items(connect(machine, account=OTHER_ACCOUNT), "Restored") == {"a": "v"}


def test_cold_points_are_not_copied(backup: Any, far: Any, vault: str, table: str, clock: ManualClock) -> None:
    """A point in cold storage cannot be copied."""
    point = back_up(backup, clock, table, Lifecycle={"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 91})
    wait(clock, 2 * DAY_S)
    refused = refusal(
        backup.start_copy_job,
        RecoveryPointArn=point,
        SourceBackupVaultName=vault,
        DestinationBackupVaultArn=vault_arn("far"),
        IamRoleArn=ROLE,
    )
    assert refused[0] == "InvalidRequestException"
    assert "cold" in refused[1]


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_a_copy_fails_when_a_region_goes_down(
    machine: TimeMachine, backup: Any, far: Any, point: str, region: str
) -> None:
    """Either Region down while the copy runs: FAILED, and no copy is there."""
    job_id = start_copy(backup, point, vault_arn("far"))
    wait(machine.clock, 1)
    machine.fleet.journal.catch_up()
    machine.fleet.outages.add(region)
    wait(machine.clock, 200)
    machine.fleet.journal.catch_up()
    machine.fleet.outages.clear()
    job = copy_job(backup, job_id)
    assert (job["State"], job["StatusMessage"]) == ("FAILED", f"The Region {region} is down")
    assert points(far, "far") == []


def test_a_copy_fails_by_a_fault(machine: TimeMachine, backup: Any, far: Any, point: str, clock: ManualClock) -> None:
    """A fault on copies: FAILED at the end, which ListCopyJobs shows."""
    machine.fleet.faults.add(Fault(Effect.FAIL, service="backup", operation="StartCopyJob", times=1))
    job_id = start_copy(backup, point, vault_arn("far"))
    wait(clock, COPIED_S)
    failed = backup.list_copy_jobs(ByState="FAILED")["CopyJobs"]
    assert [job["CopyJobId"] for job in failed] == [job_id]
    assert points(far, "far") == []
    copy(backup, clock, point, vault_arn("far"))


def test_a_lock_holds_copies_to_its_retention(backup: Any, far: Any, point: str, clock: ManualClock) -> None:
    """The destination's bounds hold for copies too."""
    far.put_backup_vault_lock_configuration(BackupVaultName="far", MaxRetentionDays=30)
    job_id = start_copy(backup, point, vault_arn("far"))
    wait(clock, COPIED_S)
    assert copy_job(backup, job_id)["State"] == "FAILED"
    copy(backup, clock, point, vault_arn("far"), Lifecycle={"DeleteAfterDays": 30})


def test_copies_of_one_table_to_one_region_run_one_after_another(
    machine: TimeMachine, backup: Any, far: Any, point: str, clock: ManualClock
) -> None:
    """A second copy to the same Region waits; one to a third Region does not."""
    connect(machine, "eu-west-1", service="backup").create_backup_vault(BackupVaultName="far")
    jobs = [start_copy(backup, point, vault_arn("far", region)) for region in ("us-west-2", "us-west-2", "eu-west-1")]
    wait(clock, COPIED_S - 1)
    assert [copy_job(backup, job)["State"] for job in jobs] == ["RUNNING", "CREATED", "RUNNING"]
    wait(clock, 1)
    assert [copy_job(backup, job)["State"] for job in jobs] == ["COMPLETED", "RUNNING", "COMPLETED"]
    wait(clock, 200)
    assert len(points(far, "far")) == 2


def test_a_repeated_request_copies_once(backup: Any, far: Any, point: str, clock: ManualClock) -> None:
    """API StartCopyJob: the same IdempotencyToken again answers the same job."""
    first = start_copy(backup, point, vault_arn("far"), IdempotencyToken="t")
    assert start_copy(backup, point, vault_arn("far"), IdempotencyToken="t") == first
    wait(clock, 10 * COPIED_S)
    assert len(points(far, "far")) == 1


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"SourceBackupVaultName": "nowhere"}, "ResourceNotFoundException"),
        ({"RecoveryPointArn": "arn:aws:backup:us-east-1:123456789012:recovery-point:x"}, "ResourceNotFoundException"),
        ({"DestinationBackupVaultArn": "far"}, "InvalidParameterValueException"),
        ({"Lifecycle": {"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 2}}, "InvalidParameterValueException"),
    ],
)
def test_bad_copies_are_refused(backup: Any, far: Any, point: str, members: dict[str, Any], name: str) -> None:
    """API StartCopyJob: source vault and point must be there, the destination an ARN, the lifecycle one that holds."""
    good = {
        "RecoveryPointArn": point,
        "SourceBackupVaultName": "vault",
        "DestinationBackupVaultArn": vault_arn("far"),
        "IamRoleArn": ROLE,
    }
    assert refusal(backup.start_copy_job, **{**good, **members})[0] == name
    assert backup.list_copy_jobs()["CopyJobs"] == []


def test_the_age_of_the_newest_copy_is_the_loss(
    machine: TimeMachine, backup: Any, far: Any, point: str, clock: ManualClock
) -> None:
    """S1-24: what a restore from the newest complete copy lacks is what was written since its creation date."""
    db = connect(machine)
    table = db.describe_table(TableName="Orders")["Table"]["TableArn"]
    copy(backup, clock, point, vault_arn("far"))
    for number in range(2):
        put(db, f"before{number}")
        copied = copy(backup, clock, back_up(backup, clock, table), vault_arn("far"))
    newest = far.describe_recovery_point(BackupVaultName="far", RecoveryPointArn=copied)["CreationDate"].timestamp()
    put(db, "lost")
    assert clock.now() - newest == pytest.approx(100 + COPIED_S)
    restore(far, clock, points(far, "far")[-1])
    assert set(items(connect(machine, "us-west-2"), "Restored")) == {"a", "before0", "before1"}
