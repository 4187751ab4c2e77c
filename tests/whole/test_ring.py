"""Whole drills on the ring: a restore brings back one ring, and a torn one is seen in the restored table alone."""

from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.verdict import Outcome

QUICK = {"items": 200, "rate": 20.0, "notice": "5s", "decide": "5s", "users": 4}


def ring(ran: Any) -> Any:
    """What the ring's claim came to."""
    return next(claim for claim in ran.judgement.validators if claim.name == "ring_whole")


def test_a_ring_comes_back_whole(drill: Any) -> None:
    """Users permute a ring in transactions throughout, and what is restored is one ring of all items."""
    ran = drill("broken_ring", **QUICK)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert "one ring of 200 items" in ring(ran).because


def test_a_torn_restore_breaks_the_ring(drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restore that holds a part of a transaction leaves no ring, which fails the drill without any history."""
    opened = run.open_target

    def with_fault(*asked: Any, **more: Any) -> Any:
        target: Any = opened(*asked, **more)
        target.world.add_fault("torn-transaction")
        return target

    monkeypatch.setattr(run, "open_target", with_fault)
    ran = drill("broken_ring", **QUICK)
    assert ran.judgement.verdict is Outcome.FAIL
    assert ring(ran).verdict is Outcome.FAIL
    assert "the restored table" in ring(ran).because
