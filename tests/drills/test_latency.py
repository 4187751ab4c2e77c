"""Latencies of users' writes by what went on, and how the report sets them beside each other."""

from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.history import History, Told, Who, Write
from dynadrill.drills.judgement import LatenciesFigures, LatencyFigures
from dynadrill.drills.latency import measure_latencies
from dynadrill.drills.marks import Mark
from dynadrill.drills.report import render

from .samples import judgement, record

STRUCK_AT = 100.0
MARKS = {Mark.STRUCK: STRUCK_AT, Mark.DECIDED: 110.0, Mark.CUT_OVER: 120.0}


def write(op: str, asked_at: float, took_s: float | None = 0.005, who: Who = Who.LOAD) -> Write:
    """One acknowledged write, or one that nobody was told of."""
    told_at = None if took_s is None else asked_at + took_s
    outcome = Told.INFO if took_s is None else Told.OK
    return Write(op=op, table="t", key=op, digest=b"", who=who, asked_at=asked_at, told_at=told_at, outcome=outcome)


def counts(*writes: Write, protecting: tuple[tuple[float, float], ...] = ()) -> tuple[int, int, int]:
    """How many writes were before the strike, while protecting, and while recovering."""
    found = measure_latencies(History(writes=writes, marks=MARKS), protecting, STRUCK_AT)
    return found.before.total(), found.protecting.total(), found.recovering.total()


@pytest.mark.parametrize(
    ("asked_at", "where"),
    [(10.0, (1, 0, 0)), (105.0, (0, 0, 0)), (110.0, (0, 0, 1)), (120.0, (0, 0, 1)), (121.0, (0, 0, 0))],
)
def test_a_write_counts_where_it_was_asked(asked_at: float, where: tuple[int, int, int]) -> None:
    """S1-17: before the strike, or from the decision until the last mark; what is in between is neither."""
    assert counts(write("a", asked_at)) == where


@pytest.mark.parametrize(
    ("asked_at", "took_s", "met"),
    [(9.0, 0.5, False), (9.0, 1.5, True), (10.5, 0.1, True), (9.0, 5.0, True), (11.5, 0.1, False), (20.5, 0.1, True)],
)
def test_a_write_in_flight_while_protection_is_at_work(asked_at: float, took_s: float, met: bool) -> None:
    """S2-21: whatever part of its time it shares with a stretch of protecting, it counts as that, and only once."""
    found = counts(write("a", asked_at, took_s), protecting=((10.0, 11.0), (20.0, 21.0)))
    assert found == ((0, 1, 0) if met else (1, 0, 0))


def test_only_users_answered_operations_count_each_once() -> None:
    """A transaction of two keys is one, and neither the disaster's writes nor unanswered ones count."""
    both = [write("t", 10.0), replace_key(write("t", 10.0), "other")]
    others = [write("d", 10.0, who=Who.DISASTER), write("s", 10.0, who=Who.SEED), write("u", 10.0, None)]
    assert counts(*both, *others) == (1, 0, 0)


def replace_key(changed: Write, key: str) -> Write:
    """The same write's part of another key."""
    return changed._replace(key=key)


def test_the_report_sets_them_beside_each_other(tmp_path: Path) -> None:
    """S1-17, S2-21: p50 and p99 of each part with any write, with how many they are."""
    figures = LatenciesFigures(
        before=LatencyFigures(ops=500, p50_ms=3.0, p99_ms=9.0),
        protecting=LatencyFigures(ops=12, p50_ms=4.0, p99_ms=11.0),
        recovering=LatencyFigures(ops=0, p50_ms=None, p99_ms=None),
    )
    found: Any = judgement()
    shown = render(
        found.model_copy(update={"load": found.load.model_copy(update={"latencies": figures})}), record(), tmp_path
    )
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "before strike p50 3 ms, p99 9 ms of 500 writes" in lines
    assert "protecting p50 4 ms, p99 11 ms of 12 writes" in lines
    assert not [line for line in lines if line.startswith("recovering")]
