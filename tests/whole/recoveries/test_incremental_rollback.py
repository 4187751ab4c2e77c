"""Bad writes taken back in place: what users wrote since stays, and every key is accounted for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.disaster import Clue, Strike
from dynadrill.drills.history import Told, Who
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.store import read_record
from dynadrill.drills.values import key_of
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.overwrite import Overwrite

BUSY = {"recovery": "incremental_rollback", "rate": 0.4, "items": 300, "rpo": "5m"}


class Unlogged(Overwrite):
    """A bad job that kept no log of what it wrote."""

    def strike(self, strike: Strike) -> Clue:
        """Leave only the time."""
        return replace(Overwrite.strike(self, strike), log=())


class Marked(Overwrite):
    """A bad job without a log, whose writes all have the wrong total."""

    def strike(self, strike: Strike) -> Clue:
        """Leave the time, and what everything that it wrote has in common."""
        return replace(Overwrite.strike(self, strike), log=(), marker={"total": {"N": "0"}})


@pytest.mark.parametrize("disaster", [Overwrite(), Marked()])
def test_all_bad_writes_are_undone_and_no_good_one_is(disaster: Overwrite, drilled: Any) -> None:
    """By the job's log or a marker: no bad value is left, no good write is lost, and users keep their table."""
    ran = drilled(lambda plan: replace(plan, disaster=disaster), **BUSY)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert record.tables.restored is None
    assert record.tables.in_service == record.tables.source
    assert (judgement.rpo.measured_s, judgement.rpo.lost_writes_before_strike) == (0.0, 0)
    assert judgement.rpo.lost_writes_after_strike == 0
    assert judgement.leftovers == []


def test_every_key_is_listed(drilled: Any) -> None:
    """Each key of the job's log is listed as written back or skipped; those that users wrote since are skipped."""
    ran = drilled(**BUSY)
    history = read_history(ran.folder.history)
    bad = {write.key for write in history.writes if write.who is Who.DISASTER}
    listed = {key_of(line["key"], ("CustomerId", "OrderId")): line["done"] for line in ran.kept("rollback.jsonl")}
    assert set(listed) == bad
    back = {write.key for write in history.writes if write.who is Who.RECOVERY and write.outcome is Told.OK}
    assert back == {key for key, done in listed.items() if done == "written back"}
    assert {"written back", "skipped"} == set(listed.values())
    counted = f"{len(back)} written back"
    assert counted in read_record(ran.folder).promise.found_from


def test_the_window_is_fifteen_minutes_at_least(drilled: Any) -> None:
    """Noticed at once, the damage is taken back when the shortest window that can be exported is over, not before."""
    ran = drilled(**BUSY)
    (asked,) = [call for call in ran.calls("ExportTableToPointInTime") if call["outcome"] == "ok"]
    assert asked["asked_at"] - ran.judgement.struck_at >= 900.0
    assert ran.judgement.rto.measured_s > 900.0


def test_without_a_log_it_says_what_it_takes(drilled: Any) -> None:
    """Where nothing tells bad writes from good ones nothing is written back: it fails, and says why."""
    ran = drilled(lambda plan: replace(plan, disaster=Unlogged()), **BUSY)
    assert ran.judgement.verdict is Outcome.FAIL
    assert "bad writes cannot be told from good ones" in ran.judgement.because
    assert not any(write.who is Who.RECOVERY for write in read_history(ran.folder.history).writes)


def test_nothing_is_written_back_from_a_damaged_export(drilled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data file that is not what its manifest says leaves the table as it is, and the drill unknown."""
    honest = Path.write_bytes

    def spoiled(self: Path, content: bytes) -> int:
        return honest(self, content[:-1] + b"?" if self.parent.name == "data" else content)

    monkeypatch.setattr(Path, "write_bytes", spoiled)
    ran = drilled(**BUSY)
    assert ran.judgement.verdict is Outcome.UNKNOWN
    assert "MD5" in ran.judgement.because
    assert not any(write.who is Who.RECOVERY for write in read_history(ran.folder.history).writes)


def test_deleted_items_come_back(drilled: Any) -> None:
    """S0-19: items that a bad job deleted are put back in place, and the interrupted batch is taken either way."""
    ran = drilled(scenario="bad_batch_delete", **{**BUSY, "rate": 0.2})
    assert ran.judgement.items.missing == 0, ran.judgement.because
    done = {line["done"] for line in ran.kept("rollback.jsonl")}
    assert "written back" in done


def test_killed_at_any_step_nothing_is_left(killed: Any) -> None:
    """Killed when the export was asked for, a drill leaves no bucket and no table behind."""
    assert read_record(killed("ExportTableToPointInTime", 1, **BUSY)).leftovers == []
