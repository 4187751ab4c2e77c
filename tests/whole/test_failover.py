"""Whole drills of a global table: users go to the replica of a lost Region, and bad writes are replicated."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.history import Told, Who
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recovery import RecoveryTools
from dynadrill.drills.report import render
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.lost_region import LostRegion
from dynadrill.scenarios.recoveries.global_table_failover import GlobalTableFailover

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


@pytest.fixture
def with_plan(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes what drills from now on set out to do."""
    honest = run._run

    def change(**fields: Any) -> None:
        monkeypatch.setattr(run, "_run", lambda plan, *rest: honest(replace(plan, **fields), *rest))

    return change


@pytest.mark.parametrize("seed", range(3))
def test_users_fail_back_and_what_arrives_late_is_no_damage(seed: int, drill: Any, with_plan: Any) -> None:
    """S1-25: when the Region is back, late writes are counted, users go back to it, and nothing is lost in the end."""
    with_plan(disaster=LostRegion(lasts_s=60.0))
    ran = drill("region_outage", recovery=None, seed=seed, **{**SMALL, "items": 1500, "rate": 10.0})
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    lost = judgement.rpo.lost_writes_before_strike
    assert lost is not None
    assert judgement.rpo.arrived_late is not None
    assert 0 < judgement.rpo.arrived_late <= lost
    assert judgement.rpo.lost_writes_after_strike == 0
    assert judgement.rto.measured_s is not None
    assert judgement.rto.measured_s < 60.0, "it ends when users work in the other Region"
    assert record.tables.in_service == f"{record.tables.source}@us-east-1"
    assert judgement.failback is not None
    assert judgement.failback.first_good_s is not None
    claims = {claim.name: claim.verdict for claim in judgement.validators}
    assert claims["users_went_back"] is Outcome.PASS
    for counts in (judgement.items, judgement.in_service, judgement.left):
        assert counts is not None
        assert counts.intact == counts.expected
    written = [write for write in read_history(ran.folder.history).writes if write.table == record.tables.in_service]
    assert any(write.outcome is Told.OK and write.who is Who.LOAD for write in written)
    told = render(judgement, record, ran.folder.path)
    assert "arrived late" in told
    assert "failed back" in told
    assert judgement.leftovers == []


def test_users_are_not_taken_back_to_a_region_that_is_behind(drill: Any, scenario_of_tests: Any) -> None:
    """Where writes do not arrive at home, users stay where they are, and the drill fails and says why."""
    ran = drill(scenario_of_tests("region_back_but_behind"), recovery=None, items=200, rate=20.0)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.FAIL
    assert "could not be taken back" in judgement.because
    assert "had not arrived in us-east-1" in judgement.because
    assert record.tables.in_service == f"{record.tables.source}@us-west-2"
    assert judgement.left is None
    assert judgement.in_service is not None
    assert judgement.in_service.intact == judgement.in_service.expected
    assert "users stayed where they were" in render(judgement, record, ran.folder.path)
    assert judgement.leftovers == []


@dataclass(frozen=True)
class HastyFailback(GlobalTableFailover):
    """What nobody should do: users go back as soon as the Region answers."""

    def before_failback(self, tools: RecoveryTools) -> None:
        """Look at nothing."""

    def at_failback(self, tools: RecoveryTools) -> None:
        """Show nothing."""


def test_a_hasty_failback_is_found_out(drill: Any, scenario_of_tests: Any, with_plan: Any) -> None:
    """Negative control: users who are taken back to a Region that is behind lose writes, and the drill fails."""
    with_plan(recovery=HastyFailback())
    judgement = drill(scenario_of_tests("region_back_but_behind"), recovery=None, items=200, rate=20.0).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.in_service is not None
    assert (judgement.in_service.missing or 0) + (judgement.in_service.stale or 0) > 5
    assert judgement.rpo.lost_writes_after_cutover
    assert judgement.leftovers == []
