"""Whole drills of a base copy and a stream's log: a table is rebuilt to a second, also one that is gone."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.changes.base import BaseCopy
from dynadrill.drills.changes.log import ChangeLog
from dynadrill.drills.changes.markers import is_marker
from dynadrill.drills.recovery import Recovered, RecoveryTools
from dynadrill.drills.snapshot import read_snapshot
from dynadrill.drills.store import read_record
from dynadrill.drills.values import digest
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.recoveries.stream_replay import StreamReplay

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


def test_the_restored_table_is_the_fold_of_the_log(drill: Any) -> None:
    """S4-02: base copy and log, put together by hand up to the point, are the restored table, key by key."""
    ran = drill(recovery="stream_replay", **SMALL)
    record = read_record(ran.folder)
    assert record.promise is not None
    assert record.promise.point_at is not None
    held = {change.key: change.value for change in BaseCopy(ran.folder.recovery).changes(tuple(record.key_attributes))}
    changes = [each for each in ChangeLog(ran.folder.recovery).changes() if not is_marker(each.key)]
    assert {each.at < record.promise.point_at for each in changes} == {True, False}
    for each in changes:
        if each.at < record.promise.point_at:
            held[each.key] = each.new
    restored = read_snapshot(ran.folder.snapshot("restored"))
    assert {key: row.digest for key, row in restored.rows.items()} == {
        key: digest(value) for key, value in held.items() if value is not None
    }


@dataclass(frozen=True)
class WithAGap(StreamReplay):
    """The same, after the log of changes has lost the first of two changes of one item."""

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Lose it, then recover."""
        log = tools.folder / "changes.jsonl"
        changes = ChangeLog(tools.folder).changes()
        keys = [each.key for each in changes]
        lost = next(number for number, key in enumerate(keys) if key in keys[number + 1 :] and not is_marker(key))
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join(lines[:lost] + lines[lost + 1 :]))
        return super().recover(tools)


def test_a_log_with_a_gap_rebuilds_nothing(drill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S4-02: where a change is missing in the log the recovery ends, and says which one it misses."""
    honest = run._run
    monkeypatch.setattr(run, "_run", lambda plan, *rest: honest(replace(plan, recovery=WithAGap()), *rest))
    judgement = drill(recovery="stream_replay", **SMALL).judgement
    assert judgement.verdict is Outcome.FAIL
    assert "a change is missing in the log" in judgement.because
    assert judgement.leftovers == []
