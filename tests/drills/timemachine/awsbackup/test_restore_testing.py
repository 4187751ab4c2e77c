"""Restore testing: plans that restore on a schedule, and what becomes of what they restore."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, items, make_table, put, refusal
from .support import RESTORED_S, ROLE, back_up, restore, wait

HOUR_S = 3600
FIRST_HOUR_AT = (START_AT // HOUR_S + 1) * HOUR_S
SELECTION = {"Algorithm": "LATEST_WITHIN_WINDOW", "IncludeVaults": ["*"], "RecoveryPointTypes": ["SNAPSHOT"]}
TAG = "awsbackup-restore-test"


def make_plan(backup: Any, name: str = "plan", schedule: str = "cron(0 * * * ? *)", **selection: Any) -> str:
    """An hourly restore testing plan, by ARN."""
    plan = {
        "RestoreTestingPlanName": name,
        "ScheduleExpression": schedule,
        "RecoveryPointSelection": {**SELECTION, **selection},
    }
    arn: str = backup.create_restore_testing_plan(RestoreTestingPlan=plan)["RestoreTestingPlanArn"]
    return arn


def select(backup: Any, name: str = "selection", plan: str = "plan", **members: Any) -> None:
    """Let a plan test some tables."""
    selection = {
        "RestoreTestingSelectionName": name,
        "IamRoleArn": ROLE,
        "ProtectedResourceType": "DynamoDB",
        "ProtectedResourceArns": ["*"],
        "ValidationWindowHours": 2,
        **members,
    }
    backup.create_restore_testing_selection(RestoreTestingPlanName=plan, RestoreTestingSelection=selection)


def jobs(backup: Any) -> list[Any]:
    """All restore jobs, newest first."""
    found: list[Any] = backup.list_restore_jobs()["RestoreJobs"]
    return found


def restored_tables(db: Any) -> list[str]:
    """The tables that tests have restored and that are still there."""
    return [name for name in db.list_tables()["TableNames"] if name.startswith("awsbackup-restore-test-")]


@pytest.fixture
def points(db: Any, backup: Any, vault: str, table: str, clock: ManualClock) -> list[str]:
    """Two points of a table, old and new."""
    put(db, "a", "old")
    old = back_up(backup, clock, table)
    put(db, "a", "new")
    return [old, back_up(backup, clock, table)]


def test_a_plan_restores_the_latest_point(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """At the plan's time the newest point of each table is restored into a tagged table of its own."""
    arn = make_plan(backup)
    select(backup)
    clock.set_forward(FIRST_HOUR_AT + RESTORED_S)
    (job,) = jobs(backup)
    assert (job["RecoveryPointArn"], job["Status"]) == (points[1], "COMPLETED")
    assert job["CreatedBy"]["RestoreTestingPlanArn"] == arn
    assert job["CreationDate"].timestamp() == FIRST_HOUR_AT
    assert job["ValidationStatus"] == "VALIDATING"
    (table,) = restored_tables(db)
    assert items(db, table) == {"a": "new"}
    tags = db.list_tags_of_resource(ResourceArn=job["CreatedResourceArn"])["Tags"]
    assert [tag["Key"] for tag in tags] == [TAG]
    assert backup.list_restore_jobs(ByRestoreTestingPlanArn=arn)["RestoreJobs"] == jobs(backup)


def test_random_points_are_of_the_window(backup: Any, points: list[str], clock: ManualClock) -> None:
    """RANDOM_WITHIN_WINDOW restores any of the points, in the end each of them."""
    make_plan(backup, Algorithm="RANDOM_WITHIN_WINDOW")
    select(backup)
    wait(clock, 12 * HOUR_S)
    assert {job["RecoveryPointArn"] for job in jobs(backup)} == set(points)


def test_points_outside_the_window_are_not_tested(backup: Any, points: list[str], clock: ManualClock) -> None:
    """A point older than SelectionWindowDays is not eligible: then nothing is restored."""
    make_plan(backup, schedule="cron(0 0 * * ? *)", SelectionWindowDays=2)
    select(backup)
    wait(clock, 2 * DAY_S)
    assert len(jobs(backup)) == 2
    wait(clock, 10 * DAY_S)
    assert len(jobs(backup)) == 2


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        ({"IncludeVaults": ["arn:aws:backup:*:*:backup-vault:va*"]}, 1),
        ({"IncludeVaults": ["arn:aws:backup:*:*:backup-vault:other"]}, 0),
        ({"ExcludeVaults": ["arn:aws:backup:us-east-1:123456789012:backup-vault:vault"]}, 0),
        ({"RecoveryPointTypes": ["CONTINUOUS"]}, 0),
    ],
)
def test_vaults_are_filtered(
    backup: Any, points: list[str], clock: ManualClock, selection: dict[str, Any], count: int
) -> None:
    """Vaults by ARN and pattern; DynamoDB has snapshots only."""
    make_plan(backup, **selection)
    select(backup)
    clock.set_forward(FIRST_HOUR_AT + 1)
    assert len(jobs(backup)) == count


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(
    ("members", "names"),
    [
        ({"ProtectedResourceArns": ["arn:aws:dynamodb:us-east-1:123456789012:table/Users"]}, {"Users"}),
        ({"ProtectedResourceConditions": {"StringEquals": [{"Key": "aws:ResourceTag/a", "Value": "1"}]}}, {"Users"}),
        (
            {"ProtectedResourceConditions": {"StringNotEquals": [{"Key": "aws:ResourceTag/a", "Value": "1"}]}},
            {"Orders"},
        ),
        ({}, {"Orders", "Users"}),
    ],
)
def test_selections_choose_tables(
    db: Any, backup: Any, clock: ManualClock, members: dict[str, Any], names: set[str]
) -> None:
    """One point of each table that is named, or whose tags fit."""
    for name, tags in (("Orders", []), ("Users", [{"Key": "a", "Value": "1"}])):
        make_table(db, name, Tags=tags)
        back_up(backup, clock, db.describe_table(TableName=name)["Table"]["TableArn"])
    make_plan(backup)
    select(backup, **members)
    clock.set_forward(FIRST_HOUR_AT + 1)
    assert {job["SourceResourceArn"].rpartition("/")[2] for job in jobs(backup)} == names


def test_a_validated_table_is_deleted(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """The result of a validation is kept, cannot be changed, and ends the table's life."""
    make_plan(backup)
    select(backup)
    clock.set_forward(FIRST_HOUR_AT + RESTORED_S)
    job_id = jobs(backup)[0]["RestoreJobId"]
    backup.put_restore_validation_result(
        RestoreJobId=job_id, ValidationStatus="SUCCESSFUL", ValidationStatusMessage="all there"
    )
    job = backup.describe_restore_job(RestoreJobId=job_id)
    assert (job["ValidationStatus"], job["ValidationStatusMessage"]) == ("SUCCESSFUL", "all there")
    assert job["DeletionStatus"] == "SUCCESSFUL"
    assert restored_tables(db) == []
    refused = refusal(backup.put_restore_validation_result, RestoreJobId=job_id, ValidationStatus="FAILED")
    assert refused[0] == "InvalidRequestException"
    assert backup.describe_restore_job(RestoreJobId=job_id)["ValidationStatus"] == "SUCCESSFUL"


def test_a_validation_times_out(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """After the validation window nobody has looked: TIMED_OUT, and the table is deleted."""
    make_plan(backup, schedule="cron(0 23 * * ? *)")
    select(backup)
    wait(clock, DAY_S - HOUR_S)
    (job,) = jobs(backup)
    done_at = job["CompletionDate"].timestamp()
    assert (job["ValidationStatus"], job["DeletionStatus"]) == ("TIMED_OUT", "SUCCESSFUL")
    assert done_at + 2 * HOUR_S < clock.now()
    assert restored_tables(db) == []


def test_a_table_stays_for_its_validation_window(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """Just before the window's end the table is there, at its end it is not."""
    make_plan(backup, schedule="cron(0 23 * * ? *)")
    select(backup)
    run_at = FIRST_HOUR_AT
    clock.set_forward(run_at + RESTORED_S + 2 * HOUR_S - 1)
    assert len(restored_tables(db)) == 1
    wait(clock, 1)
    assert restored_tables(db) == []


def test_without_a_window_the_table_goes_at_once(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """No time to validate: the table is deleted when the restore is complete."""
    make_plan(backup)
    select(backup, ValidationWindowHours=0)
    clock.set_forward(FIRST_HOUR_AT + RESTORED_S)
    (job,) = jobs(backup)
    assert (job["Status"], job["DeletionStatus"]) == ("COMPLETED", "SUCCESSFUL")
    assert "ValidationStatus" not in job
    assert restored_tables(db) == []


def test_without_its_tag_a_table_is_not_deleted(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """Removing the tag awsbackup-restore-test breaks the deletion, and the job says so."""
    make_plan(backup)
    select(backup)
    clock.set_forward(FIRST_HOUR_AT + RESTORED_S)
    (job,) = jobs(backup)
    db.untag_resource(ResourceArn=job["CreatedResourceArn"], TagKeys=[TAG])
    backup.put_restore_validation_result(RestoreJobId=job["RestoreJobId"], ValidationStatus="FAILED")
    assert backup.describe_restore_job(RestoreJobId=job["RestoreJobId"])["DeletionStatus"] == "FAILED"
    assert len(restored_tables(db)) == 1


def test_only_tests_are_validated(backup: Any, points: list[str], clock: ManualClock) -> None:
    """API PutRestoreValidationResult: a job that no plan started, or that still runs, takes no result."""
    job_id = restore(backup, clock, points[0])["RestoreJobId"]
    refused = refusal(backup.put_restore_validation_result, RestoreJobId=job_id, ValidationStatus="SUCCESSFUL")
    assert refused[0] == "InvalidRequestException"
    refused = refusal(backup.put_restore_validation_result, RestoreJobId=job_id, ValidationStatus="GOOD")
    assert refused[0] == "InvalidParameterValueException"


def test_inferred_metadata(db: Any, backup: Any, points: list[str]) -> None:
    """EncryptionType Default, a random target name with its prefix, no deletion protection."""
    found = [
        backup.get_restore_testing_inferred_metadata(BackupVaultName="vault", RecoveryPointArn=points[0])
        for _ in range(2)
    ]
    first, second = (each["InferredMetadata"] for each in found)
    assert (first["encryptionType"], first["deletionProtection"]) == ("Default", "false")
    assert first["targetTableName"].startswith("awsbackup-restore-test-")
    assert first["targetTableName"] != second["targetTableName"]


def test_encryption_can_be_overridden(db: Any, backup: Any, points: list[str], clock: ManualClock) -> None:
    """EncryptionType and kmsMasterKeyArn, and nothing else."""
    make_plan(backup)
    key = "arn:aws:kms:us-east-1:123456789012:key/0000"
    select(backup, RestoreMetadataOverrides={"encryptiontype": "KMS", "kmsMasterKeyArn": key})
    clock.set_forward(FIRST_HOUR_AT + RESTORED_S)
    described = db.describe_table(TableName=restored_tables(db)[0])["Table"]
    assert described["SSEDescription"]["KMSMasterKeyArn"] == key
    selection = {
        "RestoreTestingSelectionName": "named",
        "IamRoleArn": ROLE,
        "ProtectedResourceType": "DynamoDB",
        "ProtectedResourceArns": ["*"],
        "RestoreMetadataOverrides": {"targetTableName": "Mine"},
    }
    refused = refusal(
        backup.create_restore_testing_selection, RestoreTestingPlanName="plan", RestoreTestingSelection=selection
    )
    assert refused[0] == "InvalidParameterValueException"


def test_a_plan_is_described_changed_and_deleted(backup: Any, points: list[str], clock: ManualClock) -> None:
    """API: defaults of 24 hours and 30 days; a changed schedule replaces the old one; selections go first."""
    make_plan(backup)
    select(backup)
    plan = backup.get_restore_testing_plan(RestoreTestingPlanName="plan")["RestoreTestingPlan"]
    assert (plan["StartWindowHours"], plan["RecoveryPointSelection"]["SelectionWindowDays"]) == (24, 30)
    backup.update_restore_testing_plan(
        RestoreTestingPlanName="plan", RestoreTestingPlan={"ScheduleExpression": "cron(0 0 * * ? *)"}
    )
    wait(clock, DAY_S)
    assert len(jobs(backup)) == 1
    (listed,) = backup.list_restore_testing_plans()["RestoreTestingPlans"]
    assert listed["ScheduleExpression"] == "cron(0 0 * * ? *)"
    assert "LastExecutionTime" in listed
    refused = refusal(backup.delete_restore_testing_plan, RestoreTestingPlanName="plan")
    assert refused[0] == "InvalidRequestException"
    backup.delete_restore_testing_selection(RestoreTestingPlanName="plan", RestoreTestingSelectionName="selection")
    backup.delete_restore_testing_plan(RestoreTestingPlanName="plan")
    wait(clock, 10 * DAY_S)
    assert len(jobs(backup)) == 1


def test_a_selection_is_described_and_changed(backup: Any, points: list[str], table: str) -> None:
    """API: what was given, changed member by member."""
    make_plan(backup)
    select(backup)
    named = {"RestoreTestingPlanName": "plan", "RestoreTestingSelectionName": "selection"}
    backup.update_restore_testing_selection(**named, RestoreTestingSelection={"ValidationWindowHours": 5})
    found = backup.get_restore_testing_selection(**named)["RestoreTestingSelection"]
    assert (found["ValidationWindowHours"], found["ProtectedResourceArns"]) == (5, ["*"])
    (listed,) = backup.list_restore_testing_selections(RestoreTestingPlanName="plan")["RestoreTestingSelections"]
    assert listed["RestoreTestingSelectionName"] == "selection"


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("has-hyphen", {}),
        ("plan", {"SelectionWindowDays": 366}),
        ("plan", {"IncludeVaults": []}),
        ("plan", {"Algorithm": "OLDEST"}),
    ],
)
def test_bad_plans_are_refused(backup: Any, name: str, members: dict[str, Any]) -> None:
    """Letters, digits and underscores; 1 to 365 days; an algorithm, vaults and types."""
    plan = {
        "RestoreTestingPlanName": name,
        "ScheduleExpression": "cron(0 5 ? * * *)",
        "RecoveryPointSelection": {**SELECTION, **members},
    }
    refused = refusal(backup.create_restore_testing_plan, RestoreTestingPlan=plan)
    assert refused[0] == "InvalidParameterValueException"


@pytest.mark.parametrize("hours", [0, 169])
def test_bad_start_windows_are_refused(backup: Any, hours: int) -> None:
    """A start window of 1 to 168 hours."""
    plan = {
        "RestoreTestingPlanName": "plan",
        "ScheduleExpression": "cron(0 5 ? * * *)",
        "RecoveryPointSelection": SELECTION,
        "StartWindowHours": hours,
    }
    refused = refusal(backup.create_restore_testing_plan, RestoreTestingPlan=plan)
    assert refused[0] == "InvalidParameterValueException"


@pytest.mark.parametrize(
    "members",
    [
        {"ProtectedResourceArns": ["*", "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"]},
        {"ProtectedResourceArns": ["arn:aws:dynamodb:us-east-1:123456789012:table/Orders"] * 31},
        {"ProtectedResourceArns": []},
        {"ValidationWindowHours": 169},
    ],
)
def test_bad_selections_are_refused(backup: Any, members: dict[str, Any]) -> None:
    """At most 30 ARNs or the wildcard, 0 to 168 hours of validation."""
    make_plan(backup)
    selection = {
        "RestoreTestingSelectionName": "selection",
        "IamRoleArn": ROLE,
        "ProtectedResourceType": "DynamoDB",
        "ProtectedResourceArns": ["*"],
        **members,
    }
    refused = refusal(
        backup.create_restore_testing_selection, RestoreTestingPlanName="plan", RestoreTestingSelection=selection
    )
    assert refused[0] == "InvalidParameterValueException"


def test_a_deletion_takes_its_time(machine: TimeMachine, backup: Any, points: list[str], clock: ManualClock) -> None:
    """Where deleting a table takes a while, so does the cleaning up after a test."""
    machine.fleet.durations.fixed["delete_table"] = 5.0
    make_plan(backup)
    select(backup, ValidationWindowHours=0)
    clock.set_forward(FIRST_HOUR_AT + RESTORED_S)
    assert jobs(backup)[0]["DeletionStatus"] == "DELETING"
    wait(clock, 5)
    assert jobs(backup)[0]["DeletionStatus"] == "SUCCESSFUL"
