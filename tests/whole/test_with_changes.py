"""Whole drills of recoveries that keep what users wrote after the damage: nothing good is lost, nothing bad is kept."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.history import Told, Who
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.report import render
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import create, read_record
from dynadrill.drills.values import ABSENT
from dynadrill.drills.verdict import Outcome
from dynadrill.drills.watch import SilentWatch
from dynadrill.scenarios.recoveries.repair_in_place import RepairInPlace

from .with_changes import DEFECTS, BesideAnother

BUSY = {"items": 150, "rate": 3.0, "notice": "20s", "decide": "30s", "rpo": "1s", "max_lost_after": 0}

DrillWith = Callable[[Recovery], Judgement]


@pytest.fixture
def drill_with(tmp_path: Path, scenario_of_tests: Any) -> DrillWith:
    """Drill a table of large items, whose batches are processed in part, with a recovery of the tests' own."""

    def run(recovery: Recovery) -> Judgement:
        asked = Asked(scenario=scenario_of_tests("large_items"), seed=3, pace="virtual", rate=0.5)
        plan = make_plan(asked, lambda name, seed: create(tmp_path, name, seed, 0.0))
        return run_drill(dataclasses.replace(plan, recovery=recovery), SilentWatch())

    return run


def test_large_items_come_over(drill: Any, scenario_of_tests: Any) -> None:
    """S3-10: items of 264, 266 and 399 KB are replayed, also where batches are processed in part only."""
    judgement = drill(scenario_of_tests("large_items"), items=60, seed=3, rate=0.5).judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.rpo.lost_writes_after_strike == 0
    assert judgement.leftovers == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_of_a_published_way_is_caught(defect: str, drill_with: DrillWith) -> None:
    """Of each thing that a near-zero-downtime restore can do wrong the drill says that it did, and does not pass."""
    recovery, said = DEFECTS[defect]
    judgement = drill_with(recovery)
    assert judgement.verdict is Outcome.FAIL
    claims = " ".join(claim.because for claim in judgement.validators)
    assert said in f"{judgement.because} {claims}", (judgement.because, claims)
    assert judgement.leftovers == []


def test_another_tables_restore_is_none_of_its_business(drill_with: DrillWith) -> None:
    """S3-06: while somebody else restores the table elsewhere, changes go to the table that this recovery restored."""
    judgement = drill_with(BesideAnother())
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.leftovers == []


def test_no_good_write_is_lost_and_no_bad_one_replayed(drill: Any) -> None:
    """S3-01, S3-02, S3-08, S3-09, S3-12, S3-20: users work on, and lack nothing; no CloudTrail is needed, it polls."""
    ran = drill("bad_overwrite", recovery="point_in_time_with_changes", **BUSY)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike) == (0, 0)
    assert judgement.rpo.lost_writes_after_cutover == 0
    assert judgement.rpo.at_most_s == 0.0
    assert judgement.items.contaminated == 0
    assert record.tables.in_service == record.tables.restored != record.tables.source
    assert record.held_s is not None
    assert record.held_s < 1.0
    assert judgement.controls.planted == judgement.controls.caught >= 6
    assert "users held" in render(judgement, record, ran.folder.path)
    calls = [orjson.loads(line) for line in ran.folder.calls.read_bytes().splitlines()]
    services = {call["operation"].rpartition(":")[0] for call in calls}
    assert services == {"", "dynamodbstreams", "lambda"}
    polled = [call["parameters"]["TableName"] for call in calls if call["operation"] == "DescribeTable"]
    assert polled.count(str(record.tables.restored)) > 3


def test_damaged_keys_are_put_back_in_place(drill: Any) -> None:
    """Of the damaged keys each is repaired or was written to since, by a list on disk; users keep their table."""
    ran = drill("bad_overwrite", recovery="repair_in_place", **{**BUSY, "items": 1000, "rate": 1.0})
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert record.tables.in_service == record.tables.source
    assert (judgement.rpo.lost_writes_before_strike, judgement.rpo.lost_writes_after_strike) == (0, 0)
    assert judgement.leftovers == []
    done = [orjson.loads(line) for line in (ran.folder.recovery / "repair.jsonl").read_bytes().splitlines()]
    bad = {write.key for write in read_history(ran.folder.history).writes if write.who is Who.DISASTER}
    assert {each["key"] for each in done} == bad
    fates = [each["fate"] for each in done]
    assert fates.count("repaired") > 50
    assert fates.count("skipped") > 10
    assert fates.count("open") == 0
    told = f"{fates.count('repaired')} repaired, {fates.count('skipped')} skipped, 0 open"
    assert told in " ".join(render(judgement, record, ran.folder.path).split())


def test_a_dry_run_repairs_nothing(drill_with: DrillWith, tmp_path: Path) -> None:
    """With `dry_run` the plan is on disk, the table is as it was, and the drill does not pass."""
    judgement = drill_with(RepairInPlace(dry_run=True))
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.contaminated > 0
    (plan,) = tmp_path.rglob("repair-plan.jsonl")
    lines = [orjson.loads(line) for line in plan.read_bytes().splitlines()]
    assert len(lines) == judgement.items.contaminated
    (history,) = tmp_path.rglob("history")
    assert not [w for w in read_history(history).writes if w.who is Who.RECOVERY and "marker" not in w.key]


@pytest.mark.parametrize("recovery", ["repair_in_place", "point_in_time_with_changes"])
def test_users_deletions_after_the_damages_are_told_apart(recovery: str, drill: Any) -> None:
    """Users delete what the damage had deleted, and are refused, or what they wrote there since: all stays right."""
    ran = drill("bad_batch_delete", recovery=recovery, **BUSY)
    assert ran.judgement.verdict is Outcome.PASS
    writes = read_history(ran.folder.history).writes
    damaged = {write.key: write.asked_at for write in writes if write.who is Who.DISASTER}
    theirs = Counter(
        write.outcome
        for write in writes
        if write.who is Who.LOAD and write.digest == ABSENT and write.asked_at > damaged.get(write.key, inf)
    )
    assert theirs[Told.FAIL] > 0
    assert theirs[Told.OK] > 0


@pytest.mark.parametrize("recovery", ["repair_in_place", "point_in_time_with_changes"])
def test_a_restore_that_fails_ends_the_drill(recovery: str, drill: Any, scenario_of_tests: Any) -> None:
    """S3-07: a restore that does not come to a good end is a fail, and no wait without end; users keep their table."""
    ran = drill(scenario_of_tests("restore_fails"), recovery=recovery, items=100, rate=1.0)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.FAIL
    assert record.tables.in_service == record.tables.source
    assert judgement.leftovers == []


def test_protection_that_is_off_is_named(drill: Any, scenario_of_tests: Any) -> None:
    """S3-13: where point-in-time recovery is off when it is needed, the recoveries that build on it say so."""
    judgement = drill(scenario_of_tests("pitr_off"), recovery="point_in_time_with_changes").judgement
    assert judgement.verdict is Outcome.FAIL
    assert "switched off" in judgement.because
