"""Whole drills on DynamoDB Local: what needs only streams, scans and writes works on Amazon's own engine."""

from pathlib import Path

import pytest
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import RunFolder, create
from dynadrill.drills.verdict import Outcome
from dynadrill.drills.watch import SilentWatch


@pytest.mark.parametrize("scenario", ["bad_batch_delete", "bad_overwrite"])
def test_a_stream_is_replayed(scenario: str, local: str, tmp_path: Path) -> None:
    """On DynamoDB Local a table comes back from a base copy and its stream, to the second before the damage."""
    asked = Asked(
        scenario=scenario,
        recovery="stream_replay",
        target=local,
        seed=1,
        pace="virtual",
        items=150,
        rate=20.0,
        notice="1s",
        decide="1s",
        rpo="5m",
    )

    def folder(name: str, seed: int) -> RunFolder:
        return create(tmp_path, name, seed, 0.0)

    judgement = run_drill(make_plan(asked, folder), SilentWatch())
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.leftovers == []
    assert judgement.items.intact == judgement.items.expected > 100
    assert judgement.rpo.at_most_s is not None
    assert judgement.rpo.at_most_s < 10.0


@pytest.mark.parametrize("recovery", ["point_in_time_with_changes", "repair_in_place", "global_table_failover"])
def test_what_it_cannot_do_is_told_before_anything_is_touched(recovery: str, local: str, tmp_path: Path) -> None:
    """Recoveries that need what DynamoDB Local does not have are unsupported there, and no table is made."""
    asked = Asked(scenario="bad_overwrite", recovery=recovery, target=local, seed=1, pace="virtual", items=20)
    plan = make_plan(asked, lambda name, seed: create(tmp_path, name, seed, 0.0))
    judgement = run_drill(plan, SilentWatch())
    assert judgement.verdict is Outcome.UNSUPPORTED
    assert "cannot do" in judgement.because
    assert "CreateTable" not in (plan.folder.calls.read_text() if plan.folder.calls.exists() else "")
