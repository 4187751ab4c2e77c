"""Whole drills of a Region that is lost: what was elsewhere in time brings the table back, and nothing else does."""

from typing import Any

import pytest
from dynadrill.drills.marks import Mark
from dynadrill.drills.store import read_record
from dynadrill.drills.stored import load_evidence
from dynadrill.drills.verdict import Outcome

AS_TOLD = {"notice": None, "decide": None, "recovery": None, "rate": 0.3, "items": 150}
"""The scenario's own times and recovery, with few users."""


def test_us_east_2_is_recovered_in_us_west_1(drill: Any) -> None:
    """S1-42 to S1-46: hourly backups, copied at once, restored in us-west-1: within RPO 1 h and RTO 4 h."""
    ran = drill("regional_us_east_2", **AS_TOLD)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert record.tables.in_service == f"{record.tables.source}-restored@us-west-1"
    assert record.tables.source == record.tables.source.partition("@")[0]
    assert judgement.rpo.objective_s == 3600
    assert judgement.rpo.measured_s is not None
    assert 1000 < judgement.rpo.measured_s <= 3600
    assert judgement.rto.objective_s == 4 * 3600
    assert judgement.rto.measured_s is not None
    assert 2100 < judgement.rto.measured_s <= 4 * 3600
    assert judgement.rpo.lost_writes_before_strike
    assert judgement.leftovers == []
    marks = load_evidence(ran.folder, record).history.marks
    assert marks[Mark.VALIDATED] <= marks[Mark.CUT_OVER]


def test_copies_that_failed_unnoticed_cost_more_than_an_hour(drill: Any) -> None:
    """S1-32, S1-45: with the first copy alone complete, the table comes back as of then: right, and the RPO missed."""
    judgement = drill("copies_that_failed", **AS_TOLD).judgement
    assert judgement.verdict is Outcome.MISSED, judgement.because
    assert judgement.exit_code == 3
    assert judgement.rpo.measured_s is not None
    assert judgement.rpo.measured_s > 3600 + 600
    assert judgement.items.intact == judgement.items.expected


@pytest.mark.parametrize("scenario", ["lost_region_without_copies", "lost_region_with_recovery"])
def test_what_was_kept_in_the_lost_region_restores_nothing(scenario: str, drill: Any) -> None:
    """S1-22, S1-46: a restore asked for in the Region that is lost gets no answer: fail, with the cause, and swept."""
    judgement = drill(scenario, **AS_TOLD).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.because.startswith("the recovery needs us-east-2, which is lost")
    assert judgement.leftovers == []


def test_users_of_a_lost_region_are_left_without_their_table(drill: Any) -> None:
    """With nothing done the drill ends, says that the Region is lost, and none of the users' writes got through."""
    judgement = drill("regional_us_east_2", **{**AS_TOLD, "recovery": "nothing"}).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "cannot be reached: Region us-east-2 is lost" in judgement.because
    assert judgement.load.info


def test_backups_that_an_intruder_deleted_restore_nothing(drill: Any) -> None:
    """Backups that whoever hurts the table may delete are no way back: fail; point-in-time recovery still is one."""
    judgement = drill("backups_deleted", **AS_TOLD).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "there is no good backup" in judgement.because
    assert drill("backups_deleted", **{**AS_TOLD, "recovery": "point_in_time"}).judgement.verdict is Outcome.PASS


def test_a_target_that_cannot_lose_a_region_is_unsupported(drill: Any, moto_server: str) -> None:
    """Where nobody can take a Region down the drill is unsupported before anything is touched, and names what lacks."""
    ran = drill("lost_region_with_recovery", target=moto_server, recovery="nothing")
    assert ran.judgement.verdict is Outcome.UNSUPPORTED
    assert ran.judgement.exit_code == 4
    assert "outages" in ran.judgement.because
    assert "CreateTable" not in (ran.folder.calls.read_text() if ran.folder.calls.exists() else "")
