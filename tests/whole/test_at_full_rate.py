"""Whole drills at the rates and sizes that are promised of the recoveries that keep every good write."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.plan import Plan
from dynadrill.drills.timemachine.durations import NOTHING, Durations
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.overwrite import Overwrite

BUSY = {"rpo": "1s", "max_lost_after": 0, "notice": "10s", "decide": "10s"}


def nothing_is_lost(judgement: Any) -> bool:
    """Whether no good write is lost, before or after the strike or the cutover, and nothing of the damage is left."""
    lost = (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike)
    return lost == (0, 0) and judgement.items.contaminated == 0 and judgement.rpo.lost_writes_after_cutover in (0, None)


@pytest.mark.soak
def test_at_300_writes_a_second_in_virtual_pace(drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3-20: at 300 writes per second of target time no good write is lost and no bad one replayed."""
    lasts = Durations.of
    monkeypatch.setattr(Durations, "of", lambda self, kind, load=NOTHING: min(lasts(self, kind, load), 60.0))
    operations = 300 / 0.6  # three operations of five are writes
    ran = drill("bad_overwrite", recovery="point_in_time_with_changes", items=2000, rate=operations, **BUSY)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert nothing_is_lost(ran.judgement)
    assert ran.judgement.load.rate_per_s > 0.95 * operations


@pytest.mark.soak
def test_at_50_writes_a_second_in_real_pace(drill: Any) -> None:
    """S3-20: at 50 writes per second of users in their own processes no good write is lost and no bad one replayed."""
    operations = 50 / 0.6
    ran = drill(
        "bad_overwrite", recovery="point_in_time_with_changes", pace="real", items=1000, rate=operations, **BUSY
    )
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert nothing_is_lost(ran.judgement)
    assert ran.judgement.load.rate_per_s > 0.8 * operations


@pytest.mark.soak
def test_5000_bad_writes_among_100000_items_are_put_back(drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of about 5,000 bad writes among 100,000 good items all are undone in place, and no good write is lost."""
    honest = run._run

    def with_fewer(plan: Plan, *rest: Any) -> None:
        honest(replace(plan, disaster=Overwrite(share=0.05)), *rest)

    monkeypatch.setattr(run, "_run", with_fewer)
    ran = drill("bad_overwrite", recovery="repair_in_place", items=100_000, rate=20.0, **BUSY)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert nothing_is_lost(ran.judgement)
    done = (ran.folder.recovery / "repair.jsonl").read_bytes().splitlines()
    assert 4_500 < len(done) < 5_500
    assert not any(b'"open"' in line for line in done)


@pytest.mark.soak
def test_one_item_among_a_million(drill: Any) -> None:
    """S2-04: the one item that somebody deleted by hand is found among 1,000,000, and put back where it was."""
    ran = drill("single_delete", recovery="repair_in_place", items=1_000_000, rate=1.0)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert nothing_is_lost(ran.judgement)
    assert ran.judgement.items.expected >= 1_000_000
    assert ran.judgement.items.intact == ran.judgement.items.expected
