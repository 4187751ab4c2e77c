"""Whole drills of a global table with strong consistency: nothing is lost with its Region, and a lag would be seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.disaster import Clue, Strike
from dynadrill.drills.plan import Plan
from dynadrill.drills.store import read_record
from dynadrill.drills.timemachine.changelog import Version
from dynadrill.drills.timemachine.journal import Journal
from dynadrill.drills.timemachine.table import Table
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.lost_region import LostRegion
from dynadrill.scenarios.recoveries.strong_global_table_failover import StrongGlobalTableFailover

SMALL: dict[str, Any] = {"recovery": None, "items": 200, "rate": 10.0, "notice": "20s", "decide": "30s"}
Change = Callable[[Plan], Plan]


@pytest.fixture
def changed(drill: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a drill whose plan is changed before."""
    honest = run._run

    def drilled(scenario: str, change: Change, **options: Any) -> Any:
        monkeypatch.setattr(run, "_run", lambda plan, *rest: honest(change(plan), *rest))
        return drill(scenario, **{**SMALL, **options})

    return drilled


class LaggingReplicas:
    """A machine whose strong replicas are not: a write in one is in the others two seconds later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lagging = False
        self.lost = False
        honest = Journal.carry

        def carry(journal: Journal, table: Table, version: Version) -> None:
            def arrive() -> None:
                if not self.lost:
                    honest(journal, table, version._replace(at=journal.now()))

            if self.lagging:
                journal.agenda.add(version.at + 2.0, arrive)
            else:
                honest(journal, table, version)

        monkeypatch.setattr(Journal, "carry", carry)


@dataclass(frozen=True)
class LosesWhatLags:
    """A Region that is lost while its strong replicas lag, unseen by any heartbeat."""

    replicas: LaggingReplicas

    @property
    def needs(self) -> Any:
        """As the loss of a Region."""
        return LostRegion().needs

    def strike(self, strike: Strike) -> Clue:
        """Let replicas lag, users work on for a while, and take the Region down with what was on its way."""
        self.replicas.lagging = True
        strike.clock.live(5.0)
        self.replicas.lost = True
        return LostRegion().strike(strike)


@pytest.mark.parametrize("witness", [True, False])
def test_nothing_is_lost_with_a_region(witness: bool, changed: Any) -> None:
    """S1-25, S1-51: every acknowledged write is in the other Region, with a witness or a replica in the third."""
    recovery = StrongGlobalTableFailover(witness=witness)
    ran = changed("region_lost_without_loss", lambda plan: replace(plan, recovery=recovery))
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert record.tables.restored == f"{record.tables.source}@us-east-2"
    assert (judgement.rpo.objective_s, judgement.rpo.measured_s, judgement.rpo.at_most_s) == (0.0, 0.0, 0.0)
    assert (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike) == (0, 0)
    assert judgement.rto.measured_s is not None
    assert judgement.rto.measured_s < 60.0
    assert record.failback is not None
    assert record.failback.at is not None, record.failback.refused
    assert record.promise is not None
    assert "6 of 6 heartbeats were seen in us-east-2 at once" in record.promise.found_from
    assert record.settings_before is not None
    assert record.settings_before.replicas == (("us-east-2",) if witness else ("us-east-2", "us-west-2"))
    assert judgement.leftovers == []


def test_a_replica_that_lags_is_not_relied_on(changed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A strong replica that does not see a write at once is protection that does not stand: the drill ends there."""
    LaggingReplicas(monkeypatch).lagging = True
    judgement = changed("region_lost_without_loss", lambda plan: plan).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "did not see it at once" in judgement.because
    assert judgement.struck_at is None
    assert judgement.leftovers == []


def test_what_a_lag_has_lost_is_found(changed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where replicas begin to lag when nobody looks, the acknowledged writes that are lost turn the drill red."""
    disaster = LosesWhatLags(LaggingReplicas(monkeypatch))
    judgement = changed("region_lost_without_loss", lambda plan: replace(plan, disaster=disaster)).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.because.startswith("the cutover was refused")
    assert judgement.rpo.measured_s is not None
    assert 0.5 < judgement.rpo.measured_s <= 2.1
    assert judgement.items.missing + judgement.items.stale > 5
    assert judgement.leftovers == []


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ("regional_us_east_2", "it has a local secondary index"),
        ("region_outage", "it has time to live"),
        ("quarterly_archive", "its users write in transactions"),
    ],
)
def test_a_table_that_cannot_have_it_is_not_touched(scenario: str, why: str, drill: Any) -> None:
    """What AWS does not let a strong table have makes a drill unsupported, before anything is made, with the reason."""
    ran = drill(scenario, recovery="strong_global_table_failover", items=20)
    assert ran.judgement.verdict is Outcome.UNSUPPORTED
    assert ran.judgement.exit_code == 4
    assert f": {why}, which a strong global table" in ran.judgement.because
    assert "CreateTable" not in (ran.folder.calls.read_text() if ran.folder.calls.exists() else "")


def test_bad_writes_are_replicated(drill: Any) -> None:
    """S1-26: strong consistency is no backup: what a bad job did is in every Region at once, and the drill fails."""
    judgement = drill("region_lost_without_loss", **{**SMALL, "disaster": "overwrite"}).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.contaminated > 10
    assert judgement.leftovers == []
