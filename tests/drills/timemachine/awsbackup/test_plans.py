"""Backup plans: scheduled backups and their copies, of the tables that selections name."""

from datetime import UTC, datetime
from typing import Any

import pytest
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, items, make_table, put, refusal
from .support import DURATIONS, ROLE, points, restore, vault_arn, wait

HOURLY = "cron(0 * * * ? *)"
HOUR_S = 3600
FIRST_HOUR_AT = (START_AT // HOUR_S + 1) * HOUR_S


def rule(**members: Any) -> dict[str, Any]:
    """An hourly rule."""
    return {"RuleName": "hourly", "TargetBackupVaultName": "vault", "ScheduleExpression": HOURLY, **members}


def make_plan(backup: Any, *rules: dict[str, Any], name: str = "plan") -> str:
    """A plan, by identifier."""
    plan = {"BackupPlanName": name, "Rules": list(rules) or [rule()]}
    plan_id: str = backup.create_backup_plan(BackupPlan=plan)["BackupPlanId"]
    return plan_id


def select(backup: Any, plan_id: str, name: str = "selection", **members: Any) -> str:
    """Let a plan back up some tables, by name of the selection."""
    selection = {"SelectionName": name, "IamRoleArn": ROLE, **members}
    made = backup.create_backup_selection(BackupPlanId=plan_id, BackupSelection=selection)
    selection_id: str = made["SelectionId"]
    return selection_id


@pytest.fixture
def plan(backup: Any, vault: str, table: str) -> str:
    """An hourly plan for the table."""
    plan_id = make_plan(backup)
    select(backup, plan_id, Resources=[table])
    return plan_id


def created_at(backup: Any) -> list[float]:
    """When backup jobs were created, oldest first."""
    return sorted(job["CreationDate"].timestamp() for job in backup.list_backup_jobs()["BackupJobs"])


def backed_up(backup: Any) -> set[str]:
    """The tables that backup jobs were for."""
    return {job["ResourceName"] for job in backup.list_backup_jobs()["BackupJobs"]}


def test_an_hourly_plan_backs_up_every_hour(backup: Any, plan: str, clock: ManualClock) -> None:
    """S1-44, S4-21: one backup at each full hour of target time, also within one jump of the clock."""
    clock.set_forward(FIRST_HOUR_AT + 5 * HOUR_S + 1800)
    assert created_at(backup) == [FIRST_HOUR_AT + number * HOUR_S for number in range(6)]
    assert len(points(backup)) == 6
    assert backup.get_backup_plan(BackupPlanId=plan)["LastExecutionDate"].timestamp() == FIRST_HOUR_AT + 5 * HOUR_S


def test_each_point_holds_its_hour(db: Any, backup: Any, plan: str, clock: ManualClock) -> None:
    """S1-44: every hourly backup restores the table as it was in its own hour."""
    for number in range(3):
        put(db, "a", f"hour{number}")
        clock.set_forward(FIRST_HOUR_AT + number * HOUR_S + 600)
        backup.list_backup_jobs()
    for number, point in enumerate(points(backup)):
        restore(backup, clock, point, f"Restored{number}")
        assert items(db, f"Restored{number}") == {"a": f"hour{number}"}


def test_points_and_jobs_say_which_rule_made_them(backup: Any, plan: str, clock: ManualClock) -> None:
    """API RecoveryPointCreator: plan, version and rule; points can be listed by plan."""
    clock.set_forward(FIRST_HOUR_AT + 200)
    (job,) = backup.list_backup_jobs()["BackupJobs"]
    by = job["CreatedBy"]
    assert (by["BackupPlanId"], by["BackupRuleName"], by["BackupRuleCron"]) == (plan, "hourly", HOURLY)
    assert points(backup, ByBackupPlanId=plan) == points(backup)
    assert points(backup, ByBackupPlanId="other") == []


def test_copies_follow_the_backups(machine: TimeMachine, db: Any, backup: Any, plan: str, clock: ManualClock) -> None:
    """S1-45: each backup is copied at once; the copy is complete one copy's duration after the backup."""
    far = connect(machine, "us-west-2", service="backup")
    far.create_backup_vault(BackupVaultName="far")
    action = {"DestinationBackupVaultArn": vault_arn("far"), "Lifecycle": {"DeleteAfterDays": 1}}
    backup.update_backup_plan(
        BackupPlanId=plan, BackupPlan={"BackupPlanName": "plan", "Rules": [rule(CopyActions=[action])]}
    )
    put(db, "a")
    clock.set_forward(FIRST_HOUR_AT + 800)
    (job,) = backup.list_copy_jobs()["CopyJobs"]
    backup_done_at = FIRST_HOUR_AT + 1 + DURATIONS["backup_job"]
    assert job["CreationDate"].timestamp() == pytest.approx(backup_done_at)
    assert job["CompletionDate"].timestamp() == pytest.approx(backup_done_at + 1 + DURATIONS["copy_job"])
    assert job["CreatedBy"]["BackupPlanId"] == plan
    machine.fleet.outages.add("us-east-1")
    restore(far, clock, points(far, "far")[-1])
    assert items(connect(machine, "us-west-2"), "Restored") == {"a": "v"}
    clock.set_forward(FIRST_HOUR_AT + 2 * DAY_S)
    assert points(far, "far") == []


def test_a_region_that_is_down_makes_no_backups(
    machine: TimeMachine, backup: Any, plan: str, clock: ManualClock
) -> None:
    """Hours in which the Region is down have no backup, and those after it have."""
    clock.set_forward(FIRST_HOUR_AT + 600)
    machine.fleet.journal.catch_up()
    machine.fleet.outages.add("us-east-1")
    clock.set_forward(FIRST_HOUR_AT + 2 * HOUR_S + 600)
    machine.fleet.journal.catch_up()
    machine.fleet.outages.clear()
    clock.set_forward(FIRST_HOUR_AT + 3 * HOUR_S + 600)
    assert created_at(backup) == [FIRST_HOUR_AT, FIRST_HOUR_AT + 3 * HOUR_S]


def test_a_failed_backup_is_not_copied(
    machine: TimeMachine, backup: Any, vault: str, table: str, clock: ManualClock
) -> None:
    """A backup that fails leaves no point and starts no copy."""
    plan_id = make_plan(backup, rule(CopyActions=[{"DestinationBackupVaultArn": vault_arn("far")}]))
    select(backup, plan_id, Resources=[table])
    machine.fleet.faults.add(Fault(Effect.FAIL, service="backup", operation="StartBackupJob"))
    clock.set_forward(FIRST_HOUR_AT + 800)
    assert [job["State"] for job in backup.list_backup_jobs()["BackupJobs"]] == ["FAILED"]
    assert backup.list_copy_jobs()["CopyJobs"] == []


def test_a_changed_plan_runs_as_it_is_now(backup: Any, plan: str, clock: ManualClock) -> None:
    """API UpdateBackupPlan: a new version; the old schedule no longer runs."""
    before = backup.get_backup_plan(BackupPlanId=plan)["VersionId"]
    daily = rule(ScheduleExpression="cron(0 0 * * ? *)")
    changed = backup.update_backup_plan(BackupPlanId=plan, BackupPlan={"BackupPlanName": "plan", "Rules": [daily]})
    assert changed["VersionId"] != before
    wait(clock, 3 * DAY_S)
    assert {at % DAY_S for at in created_at(backup)} == {0}
    assert len(created_at(backup)) == 3
    old = backup.get_backup_plan(BackupPlanId=plan, VersionId=before)
    assert old["BackupPlan"]["Rules"][0]["ScheduleExpression"] == HOURLY
    versions = backup.list_backup_plan_versions(BackupPlanId=plan)["BackupPlanVersionsList"]
    assert [version["VersionId"] for version in versions] == [before, changed["VersionId"]]


def test_a_plan_is_deleted_after_its_selections(backup: Any, plan: str, clock: ManualClock) -> None:
    """API DeleteBackupPlan: InvalidRequestException while there are selections; a deleted plan does not run."""
    assert refusal(backup.delete_backup_plan, BackupPlanId=plan)[0] == "InvalidRequestException"
    (selection,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
    backup.delete_backup_selection(BackupPlanId=plan, SelectionId=selection["SelectionId"])
    backup.delete_backup_plan(BackupPlanId=plan)
    wait(clock, DAY_S)
    assert backup.list_backup_jobs()["BackupJobs"] == []
    assert backup.list_backup_plans()["BackupPlansList"] == []
    assert [each["BackupPlanId"] for each in backup.list_backup_plans(IncludeDeleted=True)["BackupPlansList"]] == [plan]
    assert refusal(backup.delete_backup_plan, BackupPlanId=plan)[0] == "ResourceNotFoundException"


def test_a_rule_has_defaults(backup: Any, vault: str) -> None:
    """API BackupRule: daily at 05:00 UTC, 8 hours to start, 7 days to complete."""
    plan_id = make_plan(backup, {"RuleName": "daily", "TargetBackupVaultName": vault})
    (found,) = backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]
    assert found["ScheduleExpression"] == "cron(0 5 ? * * *)"
    assert (found["StartWindowMinutes"], found["CompletionWindowMinutes"]) == (480, 10_080)


def test_the_next_runs_are_shown(backup: Any, plan: str) -> None:
    """API GetBackupPlan, MaxScheduledRunsPreview: so many of the next runs, in order."""
    preview = backup.get_backup_plan(BackupPlanId=plan, MaxScheduledRunsPreview=3)["ScheduledRunsPreview"]
    times = [run["ExecutionTime"].timestamp() for run in preview]
    assert times == [FIRST_HOUR_AT, FIRST_HOUR_AT + HOUR_S, FIRST_HOUR_AT + 2 * HOUR_S]


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(
    ("members", "chosen"),
    [
        ({"Resources": ["arn:aws:dynamodb:*:*:table/Or*"]}, {"Orders"}),
        ({"Resources": ["*"], "NotResources": ["arn:aws:dynamodb:*:*:table/Or*"]}, {"Users", "Logs"}),
        ({"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "tier", "ConditionValue": "1"}]}, {"Users"}),
        (
            {"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/tier", "ConditionValue": "1"}]}},
            {"Users"},
        ),
        (
            {"Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/tier", "ConditionValue": "*"}]}},
            {"Users", "Logs"},
        ),
        (
            {
                "Resources": ["*"],
                "Conditions": {"StringNotEquals": [{"ConditionKey": "aws:ResourceTag/tier", "ConditionValue": "1"}]},
            },
            {"Orders", "Logs"},
        ),
    ],
)
def test_selections_choose_tables(
    db: Any, backup: Any, clock: ManualClock, members: dict[str, Any], chosen: set[str]
) -> None:
    """API BackupSelection: by ARN with * at the end, without some, by tags that any or all must fit."""
    make_table(db)
    make_table(db, "Users", Tags=[{"Key": "tier", "Value": "1"}])
    make_table(db, "Logs", Tags=[{"Key": "tier", "Value": "2"}])
    select(backup, make_plan(backup), **members)
    clock.set_forward(FIRST_HOUR_AT + 1)
    assert backed_up(backup) == chosen


def test_a_table_in_two_selections_is_backed_up_once(backup: Any, plan: str, table: str, clock: ManualClock) -> None:
    """A table that two selections of a plan name has one job at each run."""
    select(backup, plan, "again", Resources=["*"])
    clock.set_forward(FIRST_HOUR_AT + 1)
    assert len(backup.list_backup_jobs()["BackupJobs"]) == 1


def test_without_opt_in_only_named_tables_are_backed_up(db: Any, backup: Any, plan: str, clock: ManualClock) -> None:
    """API UpdateRegionSettings: opt-in counts for selections by tag, not for resources that are named."""
    make_table(db, "Users", Tags=[{"Key": "tier", "Value": "1"}])
    condition = {"ConditionType": "STRINGEQUALS", "ConditionKey": "tier", "ConditionValue": "1"}
    select(backup, plan, "tagged", ListOfTags=[condition])
    backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})
    clock.set_forward(FIRST_HOUR_AT + 1)
    assert backed_up(backup) == {"Orders"}


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"ScheduleExpression": "hourly"}, "InvalidParameterValueException"),
        ({"StartWindowMinutes": 59}, "InvalidParameterValueException"),
        ({"Lifecycle": {"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 2}}, "InvalidParameterValueException"),
        ({"CopyActions": [{"DestinationBackupVaultArn": "far"}]}, "InvalidParameterValueException"),
        ({"EnableContinuousBackup": True}, "InvalidRequestException"),
        ({"ScheduleExpressionTimezone": "Europe/Berlin"}, "InvalidRequestException"),
    ],
)
def test_bad_rules_are_refused(backup: Any, vault: str, members: dict[str, Any], name: str) -> None:
    """API CreateBackupPlan: bad schedules, windows, lifecycles and copies; what is not here is said to be not."""
    plan = {"BackupPlanName": "plan", "Rules": [rule(**members)]}
    assert refusal(backup.create_backup_plan, BackupPlan=plan)[0] == name
    assert backup.list_backup_plans()["BackupPlansList"] == []


def test_plan_names_are_taken_once(backup: Any, plan: str) -> None:
    """API CreateBackupPlan: a plan of the same name is AlreadyExistsException."""
    document = {"BackupPlanName": "plan", "Rules": [rule()]}
    assert refusal(backup.create_backup_plan, BackupPlan=document)[0] == "AlreadyExistsException"


def test_selections_are_described(backup: Any, plan: str, table: str) -> None:
    """API GetBackupSelection: what was given; empty selections and names that are taken are refused."""
    (selection,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
    found = backup.get_backup_selection(BackupPlanId=plan, SelectionId=selection["SelectionId"])
    assert found["BackupSelection"]["Resources"] == [table]
    empty = {"SelectionName": "empty", "IamRoleArn": ROLE}
    refused = refusal(backup.create_backup_selection, BackupPlanId=plan, BackupSelection=empty)
    assert refused[0] == "InvalidParameterValueException"
    again = {"SelectionName": "selection", "IamRoleArn": ROLE, "Resources": ["*"]}
    refused = refusal(backup.create_backup_selection, BackupPlanId=plan, BackupSelection=again)
    assert refused[0] == "AlreadyExistsException"


def test_hours_are_full_hours() -> None:
    """The first hour that these tests expect is a full one after their clock's start."""
    assert datetime.fromtimestamp(FIRST_HOUR_AT, UTC).minute == 0
    assert 0 < FIRST_HOUR_AT - START_AT <= HOUR_S
