"""Whole validations: a plan restores, an event tells of it, the table is checked, and AWS Backup is answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.restore_testing.handler import handler

from .conftest import ACCOUNT, ELSEWHERE, ITEMS, REGION, ROLE, TABLE, Owner, event_of


class Context:
    """What Lambda hands over beside the event."""

    invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dynadrill"


LIVE = {"DYNADRILL_AGAINST": "live", "DYNADRILL_CHANGED_AT": "updated_at"}


def configure(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Set the function's environment."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def break_restored(owner: Owner, job: dict[str, Any], **item: Any) -> None:
    """Let the restored table be wrong."""
    restored = job["CreatedResourceArn"].partition("/")[2]
    owner.client().put_item(TableName=restored, Item={"id": {"S": "o-3"}, "city": {"S": "city 0"}, **item})


def test_a_restored_table_that_is_right_is_successful(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plan, restore, event, handler: SUCCESSFUL, which deletes the restored table; the person's own is only read."""
    configure(monkeypatch, **LIVE)
    job = owner.job()
    before = owner.client().describe_table(TableName=TABLE)["Table"]
    asked = len(owner.asked)
    answer = handler(event_of(job), Context())
    calls = owner.asked[asked:]
    assert (answer["verdict"], answer["validationStatus"]) == ("pass", "SUCCESSFUL")
    now = owner.described(job)
    assert (now["ValidationStatus"], now["ValidationStatusMessage"]) == (
        "SUCCESSFUL",
        answer["validationStatusMessage"],
    )
    assert now["DeletionStatus"] in ("DELETING", "SUCCESSFUL")
    assert "items_agree, indexes_agree, settings_came_back" in now["ValidationStatusMessage"]
    changing = {name for name in calls if not name.partition(":")[2].startswith(("Describe", "Get", "List", "Scan"))}
    assert changing == {"backup:PutRestoreValidationResult"}
    assert owner.client().describe_table(TableName=TABLE)["Table"] == before
    assert handler(event_of(job), Context())["ignored"].endswith("is validated: SUCCESSFUL")


def test_a_restored_table_that_is_wrong_fails(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One item that is not what the person's table has: FAILED, and neither key, value nor account is told."""
    configure(monkeypatch, **LIVE)
    job = owner.job()
    break_restored(owner, job, total={"N": "4711"}, updated_at={"N": "1"})
    assert handler(event_of(job), Context())["validationStatus"] == "FAILED"
    message = owner.described(job)["ValidationStatusMessage"]
    assert "fail; does not hold: items_agree" in message
    assert not [word for word in ("o-3", "4711", ACCOUNT) if word in message + capsys.readouterr().out]


def test_an_invariant_that_does_not_hold_fails(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's own rule has its say; which one is configured for this very table."""
    Path("none.sql").write_text("SELECT key FROM items WHERE id = 'o-7'")
    Path("dynadrill.toml").write_text(
        '[restore_testing]\nagainst = "live"\nchanged_at = "updated_at"\n'
        '[restore_testing.tables.orders]\ninvariants = ["none.sql"]\n'
    )
    job = owner.job()
    answer = handler(event_of(job), Context())
    assert answer["validationStatus"] == "FAILED"
    assert "does not hold: own_invariants" in answer["validationStatusMessage"]


def test_what_is_not_known_is_never_successful(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an independent copy nothing is put: the function errs, and the job stays VALIDATING to its end."""
    job = owner.job()
    with pytest.raises(UnverifiableError, match="there is no independent copy"):
        handler(event_of(job), Context())
    assert owner.described(job)["ValidationStatus"] == "VALIDATING"
    configure(monkeypatch, **LIVE)
    owner.client().delete_table(TableName=job["CreatedResourceArn"].partition("/")[2])
    with pytest.raises(UnverifiableError):
        handler(event_of(job), Context())
    assert "ValidationStatusMessage" not in owner.described(job)
    owner.wait(4 * 3600)
    assert owner.described(job)["ValidationStatus"] == "TIMED_OUT"


def test_the_command_answers_too(owner: Owner, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run tells AWS Backup nothing; then the event's own file does, and the exit code is the verdict's."""
    job = owner.job()
    Path("event.json").write_text(json.dumps(event_of(job)))
    options = ["--against", "live", "--changed-at", "updated_at", "--json", "verdict.json"]
    dry = ["--dry-run", "--yes-spend", "0.05"]
    assert main(["restore-testing", job["RestoreJobId"], "--target", f"aws:{REGION}", *dry, *options]) == 0
    verdict = json.loads(Path("verdict.json").read_text())
    assert (verdict["items"]["equal"], verdict["rto"]["measured_s"]) == (ITEMS, None)
    assert (verdict["spent"]["used_usd"] > 0, verdict["spent"]["agreed_usd"]) == (True, 0.05)
    tags = next(row for row in verdict["settings"] if row["name"] == "tags")
    assert (tags["came"], "awsbackup-restore-test" in tags["remedy"]) == ("left out", False)
    assert "it would be SUCCESSFUL" in verdict["answer"]["because"]
    assert owner.described(job)["ValidationStatus"] == "VALIDATING"
    assert main(["restore-testing", "event.json", "--rpo", "1s", *options]) == 3
    now = owner.described(job)
    assert (now["ValidationStatus"], "missed: lost_little" in now["ValidationStatusMessage"]) == ("FAILED", True)
    assert f"FAILED, of restore job {job['RestoreJobId']}" in " ".join(capsys.readouterr().out.split())
    assert main(["restore-testing", "event.json", *options]) == 64
    assert "cannot be changed" in capsys.readouterr().err


def test_an_export_is_made_held_against_and_removed(owner: Owner) -> None:
    """Where items have no time stamp, an export of the backup's second tells; its bucket is gone afterwards."""
    specification = {"PointInTimeRecoveryEnabled": True}
    owner.client().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=specification)
    owner.wait(600)
    arn = owner.client().describe_table(TableName=TABLE)["Table"]["TableArn"]
    owner.client("backup").start_backup_job(BackupVaultName="nightly", ResourceArn=arn, IamRoleArn=ROLE)
    owner.wait(200)
    job = owner.job()
    Path("event.json").write_text(json.dumps(event_of(job)))
    assert main(["restore-testing", "event.json", "--against", "export"]) == 0
    assert owner.described(job)["ValidationStatus"] == "SUCCESSFUL"
    assert owner.client("s3").list_buckets()["Buckets"] == []


def test_a_copy_in_another_region_is_compared_with_the_table_in_its_own(owner: Owner) -> None:
    """A copied recovery point is tested in the copy's Region, and compared with the table in its own."""
    there = owner.client("backup", ELSEWHERE)
    there.create_backup_vault(BackupVaultName="copies")
    home = owner.client("backup")
    point = home.list_recovery_points_by_backup_vault(BackupVaultName="nightly")["RecoveryPoints"][0]
    home.start_copy_job(
        RecoveryPointArn=point["RecoveryPointArn"], SourceBackupVaultName="nightly",
        DestinationBackupVaultArn=f"arn:aws:backup:{ELSEWHERE}:{ACCOUNT}:backup-vault:copies",
        IamRoleArn=ROLE,
    )  # fmt: skip
    owner.wait(200)
    for name, choice in (
        ("create_restore_testing_plan", {"RestoreTestingPlan": _kept(home.get_restore_testing_plan(
            RestoreTestingPlanName="hourly")["RestoreTestingPlan"])}),
        ("create_restore_testing_selection", {"RestoreTestingPlanName": "hourly", "RestoreTestingSelection": _kept(
            home.get_restore_testing_selection(
                RestoreTestingPlanName="hourly", RestoreTestingSelectionName="tables")["RestoreTestingSelection"])}),
    ):  # fmt: skip
        getattr(there, name)(**choice)
    owner.job()
    (job,) = there.list_restore_jobs()["RestoreJobs"]
    event = event_of(job) | {"region": ELSEWHERE}
    Path("event.json").write_text(json.dumps(event))
    options = ["--against", "live", "--changed-at", "updated_at", "--json", "verdict.json"]
    assert main(["restore-testing", "event.json", *options]) == 0
    verdict = json.loads(Path("verdict.json").read_text())
    assert (verdict["region"], verdict["restored_region"]) == (REGION, ELSEWHERE)
    assert there.describe_restore_job(RestoreJobId=job["RestoreJobId"])["ValidationStatus"] == "SUCCESSFUL"


def _kept(document: dict[str, Any]) -> dict[str, Any]:
    """What somebody writes of a plan or selection, of what is answered."""
    mine = {
        "RestoreTestingPlanName", "ScheduleExpression", "RecoveryPointSelection", "RestoreTestingSelectionName",
        "IamRoleArn", "ProtectedResourceType", "ProtectedResourceArns", "ValidationWindowHours",
    }  # fmt: skip
    if "RestoreTestingSelectionName" in document:
        mine.discard("RestoreTestingPlanName")
    return {name: value for name, value in document.items() if name in mine}
