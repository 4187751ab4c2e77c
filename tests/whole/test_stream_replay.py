"""Whole drills of a base copy and a stream's log: a table is rebuilt to a second, also one that is gone."""

from typing import Any

import pytest
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome

SMALL = {"items": 200, "rate": 10.0, "notice": "20s", "decide": "30s", "rpo": "5s"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scenario", ["bad_batch_delete", "bad_overwrite"])
def test_a_table_is_rebuilt_to_a_second(scenario: str, seed: int, drill: Any) -> None:
    """Without any of AWS's backups a table comes back as it was in the second before the damage."""
    ran = drill(scenario, recovery="stream_replay", seed=seed, **SMALL)
    judgement = ran.judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.items.intact == judgement.items.expected > 150
    assert judgement.rpo.at_most_s is not None
    assert 0.0 < judgement.rpo.at_most_s <= 3.0
    assert judgement.leftovers == []
    calls = ran.folder.calls.read_text()
    assert "RestoreTable" not in calls
    assert "UpdateContinuousBackups" not in calls


def test_a_table_that_is_gone_is_rebuilt(drill: Any, scenario_of_tests: Any) -> None:
    """A dropped table is made again in its shape, with its settings, from what was read of its stream."""
    ran = drill(scenario_of_tests("table_dropped"), **SMALL)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert record.settings_before == record.settings_after
    assert judgement.leftovers == []


def test_a_point_before_the_copy_is_refused(drill: Any) -> None:
    """What was there before the base copy cannot be told by time, and the recovery says so instead of guessing."""
    judgement = drill(recovery="stream_replay", to="2026-03-05T14:00:00Z", **SMALL).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "before the end of the base copy" in judgement.because
