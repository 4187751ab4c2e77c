"""AWS Backup with copies in a second Region: what was copied in time survives the loss of the first."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills.plan import Plan
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.recoveries.aws_backup import AwsBackup

from .conftest import LoseHome, warmed_up

HOME, WEST = "us-east-1", "us-west-1"


def backed_up(every_s: float) -> Any:
    """A plan with AWS Backup at work so often."""

    def change(plan: Plan) -> Plan:
        return replace(plan, recovery=AwsBackup(backup_every_s=every_s), recovery_name="aws_backup")

    return change


def home_lost(plan: Plan) -> Plan:
    """The plan with the loss of the home Region for its disaster."""
    return replace(plan, disaster=LoseHome(), disaster_name="lost_region")


def test_at_home_the_newest_good_point_is_restored(drilled: Any) -> None:
    """After bad writes the newest recovery point before them comes back at home, settings and all."""
    ran = drilled(backed_up(1800.0), warmed_up(4000.0), scenario="bad_batch_delete", rate=0.5)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    record = read_record(ran.folder)
    assert record.tables.in_service == f"{record.tables.source}-restored"
    assert record.settings_after == record.settings_before
    assert len(ran.calls("backup:StartBackupJob")) == 4
    assert ran.judgement.rpo.at_most_s < 1800.0 + 120.0
    assert ran.judgement.leftovers == []


def test_a_lost_region_is_restored_from_the_copy(drilled: Any) -> None:
    """S1-23, S1-24, S1-46: with the home Region down, the newest copy is restored in the other, and users move."""
    ran = drilled(backed_up(1800.0), home_lost, warmed_up(4500.0))
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.items.intact == judgement.items.expected > 150, judgement.because
    assert record.tables.in_service == f"{record.tables.source}-restored@{WEST}"
    assert f"newest copy in {WEST}" in record.promise.found_from
    (restored,) = ran.calls("backup:StartRestoreJob")
    assert f":{WEST}:" in restored["parameters"]["RecoveryPointArn"]
    assert judgement.rpo.measured_s == pytest.approx(judgement.struck_at - judgement.rpo.promised_point_at, abs=5.0)
    assert judgement.rto.measured_s is not None
    assert judgement.rto.measured_s < 4 * 3600.0
    assert judgement.leftovers == []


def test_the_copys_delay_adds_to_the_rpo(drilled: Any) -> None:
    """S1-45: a disaster while the newest backup is still being copied goes back to the one before it."""
    ran = drilled(backed_up(1800.0), home_lost, warmed_up(3600.0 + 75.0))
    judgement = ran.judgement
    assert judgement.items.intact == judgement.items.expected > 150, judgement.because
    assert judgement.struck_at - judgement.rpo.promised_point_at > 1800.0


def test_a_copy_that_failed_is_known_before_it_is_needed(drilled: Any, world: Any) -> None:
    """S1-32: failed copies are told of before the disaster, tried three times, and never relied on."""
    world.append(lambda it: it.add_fault("fail", operation="StartCopyJob", probability=0.6))
    ran = drilled(backed_up(1200.0), home_lost, warmed_up(7200.0), seed=9, rate=0.5)
    judgement = ran.judgement
    assert judgement.items.intact == judgement.items.expected > 150, judgement.because
    failed = [line for line in ran.kept("protection.jsonl") if line["outcome"] == "failed"]
    assert failed
    assert all(line["what"] == f"copy to {WEST}" for line in failed)
    assert min(line["at"] for line in failed) < judgement.struck_at
    assert "of the schedule failed" in read_record(ran.folder).promise.found_from


def test_no_copy_at_all_is_found_while_arming(drilled: Any, world: Any) -> None:
    """S1-32: where copies fail from the first on, the drill ends before anything is struck, and says why."""
    world.append(lambda it: it.add_fault("fail", operation="StartCopyJob"))
    ran = drilled(backed_up(1800.0), home_lost)
    assert ran.judgement.verdict is Outcome.FAIL
    assert "copy job" in ran.judgement.because
    assert "FAILED" in ran.judgement.because
    assert ran.judgement.struck_at is None
    assert ran.judgement.leftovers == []


def test_a_copy_that_is_late_is_told(drilled: Any, world: Any) -> None:
    """S1-32: a copy that takes longer than the next backup is told of, and an older one is restored."""
    done: list[Any] = []
    world.append(done.append)

    def pause(plan: Plan) -> Plan:
        class Slow(AwsBackup):
            def protect(self, tools: Any) -> None:
                """From the load's start on copies do not arrive: the other Region is away."""
                done[0].lose_region(WEST) if WEST not in done[0].lost_regions() else None
                AwsBackup.protect(self, tools)

        return replace(plan, recovery=Slow(backup_every_s=600.0), recovery_name="aws_backup")

    ran = drilled(pause, warmed_up(2400.0))
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert any(line["what"] == f"copy to {WEST}" for line in ran.kept("protection.jsonl"))


@pytest.mark.parametrize(
    ("operation", "times"),
    [("CreateBackupVault", 2), ("StartBackupJob", 1), ("StartCopyJob", 1), ("StartBackupJob", 2), ("StartCopyJob", 2),
     ("StartRestoreJob", 1)],
)  # fmt: skip
def test_killed_at_any_step_nothing_is_left(operation: str, times: int, killed: Any) -> None:
    """Killed right after any call of AWS Backup, a drill leaves no vault, point, copy or table in either Region."""
    folder = killed(operation, times, backed_up(1800.0), home_lost, warmed_up(900.0))
    assert read_record(folder).leftovers == []
