"""The restore point of a whole run: by its clue and by its history, against what the run itself lost."""

import json
from typing import Any

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.report import render
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome

THREE = 1_772_722_800.0
"""2026-03-05T15:00:00Z, when the orders begin to be deleted."""

AS_TOLD = {"notice": None, "decide": None}
"""The scenario's own times."""


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Any:
    """Ask `dynadrill find-point` about a run: answers the exit code, and the JSON."""

    def ask(ran: Any, *options: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["find-point", str(ran.folder.path), *options, "--json", "-"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_the_point_of_the_orders_and_what_each_other_one_costs(drill: Any, asked: Any) -> None:
    """S0-11, S0-12, S2-14: 14:59:59, by clue and history alike; 15:10 is refused, and the report draws the curve."""
    ran = drill("orders_deleted_slowly", items=120, rate=0.3, **AS_TOLD)
    code, found = asked(ran)
    assert (code, found["best_at"], found["damaged_keys"]) == (0, THREE - 1, 90)
    assert found["clue"]["best_at"] == found["best_at"]
    assert abs(found["clue"]["off_s"]) < 0.01
    by_second = {point["at"]: point for point in found["curve"]}
    best = by_second[THREE - 1]
    assert (best["recovered"], best["bad_kept"]) == (90, 0)
    lost = ran.judgement.rpo.lost_writes_before_strike + ran.judgement.rpo.lost_writes_after_strike
    assert lost <= best["good_lost"] <= 1.2 * lost
    code, found = asked(ran, "--at", "2026-03-05T15:10:00Z")
    assert code == 1
    assert found["asked"]["point"]["recovered"] == pytest.approx(30, abs=1)
    assert "bad writes had been made" in found["asked"]["refused_because"]
    report = render(ran.judgement, read_record(ran.folder), ran.folder.path)
    assert "14:59:59 best         90" in report
    assert "WHAT WOULD HAVE PREVENTED IT" in report


def test_a_merge_loses_nothing_where_going_back_loses_much(drill: Any) -> None:
    """S0-13: put back key by key, all 90 orders are there, and no good write is lost; going back costs 225."""
    ran = drill("orders_deleted_slowly", recovery="repair_in_place", items=1000, rate=0.2, seed=3, **AS_TOLD)
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike) == (0, 0)
    assert judgement.items.missing == judgement.items.contaminated == 0
    assert judgement.restore_points is not None
    best = next(point for point in judgement.restore_points.points if point.at == THREE - 1)
    assert best.recovered == 90
    assert best.good_lost is not None
    assert best.good_lost > 200


def test_a_disaster_that_writes_nothing_has_no_point(drill: Any, capsys: Any) -> None:
    """Of a dropped table nothing has to be gone back from: no second is proposed, and that is unknown."""
    ran = drill("table_drop_refused", items=40)
    assert ran.judgement.restore_points is None
    assert main(["find-point", str(ran.folder.path)]) == 2
    assert "wrote no items" in capsys.readouterr().err
