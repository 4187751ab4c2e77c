"""Scheduled on-demand backups: the newest good one is restored, and its minute of uncertainty is never forgotten."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from dynadrill.drills.plan import Plan
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.recoveries.on_demand_backup import OnDemandBackup

from .conftest import DropTable, LoseHome, warmed_up

A_MINUTE_S = 60.0


def every(seconds: float) -> Any:
    """A plan whose backups are taken so often."""

    def change(plan: Plan) -> Plan:
        return replace(plan, recovery=OnDemandBackup(every_s=seconds), recovery_name="on_demand_backup")

    return change


@pytest.mark.parametrize("phase_s", [0.0, 59.0, 62.0, 299.0])
def test_a_schedule_of_five_minutes_loses_seven_at_most(phase_s: float, drilled: Any) -> None:
    """S0-05: wherever in the schedule the disaster strikes, at most 5 min and the 2 min of the boundary are lost."""
    ran = drilled(every(300.0), warmed_up(600.0 + phase_s), rpo="7m", rto="2h")
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    age_s = judgement.struck_at - judgement.rpo.promised_point_at
    assert age_s == pytest.approx(phase_s if phase_s > A_MINUTE_S else phase_s + 300.0, abs=1.0)
    assert 0 < judgement.rpo.measured_s <= judgement.rpo.at_most_s <= 420.0
    assert judgement.rto.measured_s < 7200.0
    assert judgement.leftovers == []


def test_a_day_of_backups(drilled: Any) -> None:
    """S0-05, S4-21: through a simulated day each turn takes a backup, and the last good one is used."""
    ran = drilled(every(300.0), warmed_up(86_400.0 - 10.0), rpo="7m", rate=0.02)
    assert ran.judgement.items.intact == ran.judgement.items.expected > 150, ran.judgement.because
    asked = [call["asked_at"] for call in ran.calls("CreateBackup")]
    scheduled = asked[1:]
    assert len(scheduled) >= 288
    assert {round(later - earlier) for earlier, later in pairwise(scheduled)} == {300}
    (restored,) = ran.calls("RestoreTableFromBackup")
    good = [call for call in ran.calls("CreateBackup") if call["asked_at"] + A_MINUTE_S < ran.judgement.struck_at]
    assert ran.judgement.rpo.promised_point_at == pytest.approx(good[-1]["asked_at"], abs=0.1)
    assert restored["asked_at"] > ran.judgement.struck_at


def test_a_backup_at_each_hour(drilled: Any) -> None:
    """S1-44: with an hourly schedule there is a backup at each hour, and the last one is the table that comes back."""
    ran = drilled(every(3600.0), warmed_up(4 * 3600.0 + 1800.0), rate=0.1)
    assert ran.judgement.items.intact == ran.judgement.items.expected > 150, ran.judgement.because
    hours = [call["asked_at"] for call in ran.calls("CreateBackup")[1:]]
    assert [round(later - earlier) for earlier, later in pairwise(hours)] == [3600] * 4
    assert ran.judgement.struck_at - ran.judgement.rpo.promised_point_at == pytest.approx(1800.0, abs=1.0)


def test_a_backup_with_the_damage_in_it_is_not_chosen(drilled: Any) -> None:
    """A schedule that goes on after the disaster backs the damage up too: those backups are newer, and not taken."""
    ran = drilled(every(60.0), warmed_up(200.0), notice="5m", decide="5m", rpo="5m")
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    taken = [call["asked_at"] for call in ran.calls("CreateBackup")]
    assert sum(at > ran.judgement.struck_at for at in taken) >= 9
    assert ran.judgement.rpo.promised_point_at + A_MINUTE_S < ran.judgement.struck_at
    assert "newest of" in read_record(ran.folder).promise.found_from


def test_backups_of_one_name_are_told_apart(drilled: Any) -> None:
    """S4-20: all backups of the schedule have one name, and the one that is restored is found by its ARN."""
    ran = drilled(every(100.0), warmed_up(350.0))
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert len({call["parameters"]["BackupName"] for call in ran.calls("CreateBackup")}) == 1
    assert len(ran.calls("CreateBackup")) > 4
    assert ":table/" in ran.calls("RestoreTableFromBackup")[0]["parameters"]["BackupArn"]


def test_backups_that_fail_are_told(drilled: Any, world: Any) -> None:
    """S1-31, S1-33: turns of the schedule that fail are written down and counted, and an older backup is used."""
    world.append(lambda it: it.add_fault("error-before", operation="CreateBackup", probability=0.5))
    ran = drilled(every(60.0), warmed_up(900.0), seed=4)
    if ran.judgement.verdict is Outcome.UNKNOWN:  # the very first one, while arming
        pytest.fail(ran.judgement.because)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    failed = [line for line in ran.kept("protection.jsonl") if line["outcome"] == "failed"]
    assert failed
    assert f"{len(failed)} turns of the schedule failed" in read_record(ran.folder).promise.found_from


def test_without_a_good_backup_it_says_which_there_were(drilled: Any) -> None:
    """When no backup's boundary ends before the damage the recovery fails, and names what there was."""

    def only_scheduled(plan: Plan) -> Plan:
        class Unarmed(OnDemandBackup):
            def arm(self, tools: Any) -> None:
                """Take none before users begin."""

        return replace(plan, recovery=Unarmed(every_s=300.0), recovery_name="on_demand_backup")

    ran = drilled(only_scheduled, warmed_up(45.0))
    assert ran.judgement.verdict is Outcome.FAIL
    assert "there is no good backup: of 1 there were AVAILABLE of 45 s before" in ran.judgement.because
    assert ran.calls("RestoreTableFromBackup") == []
    assert ran.judgement.leftovers == []


def test_a_backup_that_is_off_by_its_minute_is_right(drilled: Any, world: Any) -> None:
    """S1-03, S1-15: a backup that holds the table of up to a minute before or after it was asked for is as promised."""
    world.append(lambda it: it.add_fault("backup-skew", seconds=60))
    ran = drilled(every(300.0), warmed_up(800.0), seed=3, rate=2.0)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert ran.judgement.items.within_boundary > 0
    promised_at, (from_at, to_at) = ran.judgement.rpo.promised_point_at, ran.judgement.rpo.measured_point_at
    assert from_at <= promised_at + A_MINUTE_S
    assert to_at >= promised_at - A_MINUTE_S
    assert not from_at <= promised_at <= to_at, "the machine did skew it"


def test_a_name_that_is_taken_is_refused(drilled: Any) -> None:
    """S1-18, S4-23: a restore into a table that is there is refused, in DynamoDB's words: the drill fails."""

    def taken(plan: Plan) -> Plan:
        class Hasty(OnDemandBackup):
            def arm(self, tools: Any) -> None:
                """Make a table of the name that the restored one is to have."""
                keys = tools.control.describe_table(TableName=tools.table)["Table"]
                tools.control.create_table(
                    TableName=tools.new_table, BillingMode="PAY_PER_REQUEST",
                    **{name: keys[name] for name in ("KeySchema", "AttributeDefinitions")},
                )  # fmt: skip
                OnDemandBackup.arm(self, tools)

        return replace(plan, recovery=Hasty(), recovery_name="on_demand_backup")

    ran = drilled(taken, scenario="bad_batch_delete")
    assert ran.judgement.verdict is Outcome.FAIL
    assert "TableAlreadyExistsException" in ran.judgement.because
    assert ran.judgement.leftovers == []


def test_a_lost_region_takes_its_backups_with_it(drilled: Any) -> None:
    """Backups of DynamoDB's own stay in their Region: when it is lost the recovery fails, and says why."""
    ran = drilled(every(300.0), warmed_up(700.0), lambda plan: replace(plan, disaster=LoseHome()))
    assert ran.judgement.verdict is Outcome.FAIL
    assert "us-east-1, which is lost" in ran.judgement.because
    assert ran.judgement.leftovers == []


def test_a_dropped_table_comes_back(drilled: Any) -> None:
    """Backups outlive their table: a table that was dropped is restored from the newest good one."""
    ran = drilled(every(300.0), warmed_up(700.0), lambda plan: replace(plan, disaster=DropTable()))
    assert ran.judgement.items.intact == ran.judgement.items.expected > 150, ran.judgement.because
    assert ran.judgement.leftovers == []


@pytest.mark.parametrize(
    ("scenario", "rate", "outcome"),
    [
        ("backup_every_five_minutes", 0.5, Outcome.MISSED),
        ("hourly_backup", 0.5, Outcome.PASS),
        ("bad_deployment", 1.0, Outcome.PASS),
    ],
)
def test_the_presets_end_as_they_say(scenario: str, rate: float, outcome: Outcome, drilled: Any) -> None:
    """S0-05: every five minutes misses an RPO of five at the worst moment; every hour meets one of an hour."""
    ran = drilled(scenario=scenario, rpo=None, rto=None, notice=None, decide=None, rate=rate)
    assert ran.judgement.verdict is outcome, ran.judgement.because
    assert ran.judgement.items.intact == ran.judgement.items.expected
    assert ran.judgement.rto.measured_s < ran.judgement.rto.objective_s


@pytest.mark.parametrize(
    ("operation", "times"), [("CreateBackup", 1), ("RestoreTableFromBackup", 1), ("UpdateTimeToLive", 2)]
)
def test_killed_at_any_step_nothing_is_left(operation: str, times: int, killed: Any) -> None:
    """A drill that is killed right after a call of its recovery leaves no table and no backup behind."""
    folder = killed(operation, times, every(300.0), scenario="bad_batch_delete")
    assert read_record(folder).leftovers == []
