"""Whole drills of a global table: users go to the replica of a lost Region, and bad writes are replicated."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.report import render
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.lost_region import LostRegion

SMALL = {"items": 200, "rate": 20.0, "notice": "20s", "decide": "30s"}


@pytest.mark.parametrize("seed", range(3))
def test_a_lost_region_is_survived(seed: int, drill: Any, scenario_of_tests: Any) -> None:
    """S1-25, S1-51: users work on in the other Region; what had not arrived is counted, and is within the lag."""
    ran = drill(scenario_of_tests("region_lost"), seed=seed, **SMALL)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert record.tables.in_service == f"{record.tables.source}@us-west-2"
    assert judgement.rpo.lost_writes_before_strike is not None
    assert judgement.rpo.lost_writes_before_strike > 0
    assert judgement.rpo.measured_s is not None
    assert 0.0 < judgement.rpo.measured_s <= 2.0
    assert judgement.rpo.at_most_s is not None
    assert judgement.rpo.at_most_s <= 3.0
    assert judgement.rto.measured_s is not None
    assert judgement.rto.measured_s < 60.0
    assert judgement.rpo.arrived_late is None
    assert judgement.leftovers == []
    assert record.promise is not None
    assert "heartbeat" in record.promise.found_from


@pytest.mark.parametrize("scenario", ["bad_batch_delete", "bad_overwrite"])
def test_bad_writes_are_replicated(scenario: str, drill: Any) -> None:
    """S1-26: a global table is no backup: what a bad job did is in the other Region too, and the drill fails."""
    judgement = drill(scenario, recovery="global_table_failover", **SMALL).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.missing + judgement.items.contaminated > 10
    assert judgement.leftovers == []


def test_a_promise_that_lag_has_broken_is_no_pass(drill: Any, scenario_of_tests: Any) -> None:
    """Writes that were lost although they were older than the measured lag are holes: no RPO, and a fail."""
    judgement = drill(scenario_of_tests("region_lost_while_behind"), **SMALL).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.rpo.holes
    assert judgement.rpo.measured_s is None


def test_replication_that_lags_too_much_ends_the_drill_before_it_begins(drill: Any, scenario_of_tests: Any) -> None:
    """A lag above the bound is protection that does not stand: the drill ends before the strike and says so."""
    judgement = drill(scenario_of_tests("replica_too_slow"), **SMALL).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "had not arrived" in judgement.because
    assert judgement.struck_at is None
    assert judgement.leftovers == []


@pytest.mark.parametrize("seed", range(3))
def test_what_arrives_late_is_counted_and_no_damage(seed: int, drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S1-25: when the Region is back, writes that had not arrived come late; they are counted, and no class is bad."""
    honest = run._run
    briefly = LostRegion(lasts_s=60.0)
    monkeypatch.setattr(run, "_run", lambda plan, *rest: honest(replace(plan, disaster=briefly), *rest))
    ran = drill("region_outage", recovery=None, seed=seed, **{**SMALL, "items": 1500, "rate": 10.0})
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.rpo.lost_writes_before_strike is not None
    assert judgement.rpo.arrived_late is not None
    assert 0 < judgement.rpo.arrived_late <= judgement.rpo.lost_writes_before_strike
    assert judgement.items.intact == judgement.items.expected
    assert "arrived late" in render(judgement, read_record(ran.folder), ran.folder.path)
    assert judgement.leftovers == []
