"""Judging: how what the claims say, how the drill ended, and what the controls found become one verdict."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills import books
from dynadrill.drills.evidence import Evidence
from dynadrill.drills.history import History, LoadCount, Told, Who, Write
from dynadrill.drills.judge import judge
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.marks import Mark
from dynadrill.drills.planted import ControlResult
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.runrecord import Ending, RunRecord
from dynadrill.drills.scenario import Validator
from dynadrill.drills.snapshot import Page, Snapshot, collect, read_snapshot, write_snapshot
from dynadrill.drills.values import Change, Item, digest, key_of
from dynadrill.drills.verdict import Outcome, Verdict

SOURCE, RESTORED = "source", "restored"
RECORD: dict[str, Any] = {
    "version": "0",
    "run": "r",
    "scenario": "s",
    "disaster": "d",
    "recovery": "point_in_time",
    "target": "embedded",
    "target_kind": "embedded",
    "pace": "real",
    "seed": 1,
    "items": 4,
    "users": 1,
    "rate_per_s": 1.0,
    "key_attributes": ["id"],
    "validators": [],
    "objectives": {"rpo_s": None, "rto_s": None, "max_lost_after": None},
    "tables": {"source": SOURCE, "restored": RESTORED, "in_service": RESTORED},
    "promise": {"kind": "rewind", "point_at": 50.0, "boundary_s": [0.0, 0.0], "found_from": "the test"},
    "settings_before": None,
    "settings_after": None,
    "forced_cutover": False,
    "leftovers": [],
    "ending": {"how": "completed", "because": "done"},
}


@dataclass(frozen=True)
class Says:
    """It says what it was told to say."""

    outcome: Outcome

    def check(self, evidence: Evidence) -> Verdict:
        """Look at nothing."""
        return Verdict(self.outcome, f"says {self.outcome.value}")


@dataclass(frozen=True)
class Crashes:
    """It trips over its own feet."""

    def check(self, evidence: Evidence) -> Verdict:
        """Raise what is no `DrillError`."""
        raise ZeroDivisionError("by zero")


def item(name: str, token: str = "1") -> Item:
    """An item of a key."""
    return {"id": {"S": name}, "token": {"S": token}, "n": {"N": "1"}}


def snapshot(*items: Item, table: str = RESTORED) -> Snapshot:
    """What a table held, at second 200."""
    return collect(table, ("id",), [Page(list(items), 200.0, 201.0)], complete=True)


def seeded(name: str, token: str = "1", at: float = 1.0, who: Who = Who.SEED) -> Write:
    """An acknowledged put."""
    key = key_of(item(name), ("id",))
    return Write(f"{token}@{at}", SOURCE, key, digest(item(name, token)), who, at, at + 0.1, Told.OK)


def evidence(restored: Snapshot | None = None, **record: Any) -> Evidence:
    """A drill that went well: two keys, a strike at second 60, and both are back."""
    return Evidence(
        RunRecord(**{**RECORD, **record}),
        History([seeded("a"), seeded("b")], marks={Mark.STRUCK: 60.0}),
        restored or snapshot(item("a"), item("b")),
        snapshot(item("a"), item("b")),
    )


ABOUT_DATA = "nothing_missing"


def judged(*says: Outcome | Validator, of: Evidence | None = None, first: str = ABOUT_DATA) -> Judgement:
    """What some claims come to together, of which the first is about data unless it is named otherwise."""
    names = [first, *(f"claim_{number}" for number in range(1, len(says)))]
    made = [Says(one) if isinstance(one, Outcome) else one for one in says]
    return judge(of or evidence(), dict(zip(names, made, strict=False)))


FAIL, UNKNOWN, MISSED, PASS = Outcome.FAIL, Outcome.UNKNOWN, Outcome.MISSED, Outcome.PASS
APART = Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("says", "outcome", "code"),
    [
        ([PASS, PASS], PASS, 0),
        ([PASS, MISSED], MISSED, 3),
        ([PASS, UNKNOWN, MISSED], UNKNOWN, 2),
        ([MISSED, MISSED], UNKNOWN, 2),
        ([PASS, FAIL, UNKNOWN, MISSED], FAIL, 1),
        ([PASS, APART], PASS, 0),
        ([APART, PASS], UNKNOWN, 2),
        ([APART], UNKNOWN, 2),
        ([], UNKNOWN, 2),
        ([PASS, Crashes()], UNKNOWN, 2),
        ([FAIL, Crashes()], FAIL, 1),
    ],
)
def test_the_worst_claim_decides(says: list[Outcome | Validator], outcome: Outcome, code: int) -> None:
    """Fail > unknown > missed > pass; a crash has said nothing; where no claim applies nothing was verified."""
    found = judged(*says)
    assert (found.verdict, found.exit_code) == (outcome, code)


def test_a_crashed_validator_is_unknown_and_named() -> None:
    """Whatever a claim trips over must not read as a pass."""
    found = judged(PASS, Crashes())
    (crashed,) = [claim for claim in found.validators if claim.name == "claim_1"]
    assert (crashed.verdict, crashed.claim) == (UNKNOWN, "It trips over its own feet.")
    assert crashed.because == "the validator crashed: ZeroDivisionError: by zero"
    assert found.because == crashed.because


def test_without_a_claim_about_data_nothing_was_verified() -> None:
    """A run to which no claim about data applies is unknown, however many others hold."""
    found = judged(PASS, PASS, of=evidence(), first="recovered_in_time")
    assert (found.verdict, found.because) == (UNKNOWN, "no claim about data applies, so nothing was verified")


def test_a_table_that_is_wrong_does_not_pass_for_want_of_a_claim() -> None:
    """What the diff found fails the run though no claim of the scenario is about it."""
    found = judged(PASS, of=evidence(snapshot(item("a"), item("b"), item("z"))))
    assert (found.verdict, found.exit_code) == (FAIL, 1)
    assert "1 keys of the restored table are wrong" in found.because


@pytest.mark.parametrize("says", [PASS, MISSED, FAIL])
def test_a_damaged_history_is_unknown_whatever_is_said(says: Outcome) -> None:
    """Where something of the history cannot be read, nothing can be verified, not even a failure."""
    torn = replace(evidence().history, damage=["load.jsonl:3: JSONDecodeError"])
    found = judged(PASS, says, of=replace(evidence(), history=torn))
    assert (found.verdict, found.exit_code) == (UNKNOWN, 2)
    assert "load.jsonl:3" in found.because


def test_what_is_not_applicable_is_listed() -> None:
    """A claim whose subject the scenario does not have is never a pass."""
    found = judged(PASS, APART)
    assert found.not_applicable == ["claim_1"]
    assert found.because.startswith("all 1 claims hold")


@pytest.mark.parametrize(
    ("how", "says", "outcome"),
    [
        ("recovery_failed", PASS, FAIL),
        ("unverifiable", PASS, UNKNOWN),
        ("gate_failed", PASS, UNKNOWN),
        ("interrupted", MISSED, UNKNOWN),
        ("crashed", PASS, UNKNOWN),
        ("crashed", FAIL, FAIL),
        ("refused", FAIL, Outcome.REFUSED),
        ("unsupported", FAIL, Outcome.UNSUPPORTED),
    ],
)
def test_a_drill_that_did_not_complete_never_passes(how: str, says: Outcome, outcome: Outcome) -> None:
    """The recovery did not complete: fail. We could not look: unknown. Refused and unsupported end the run."""
    found = judged(says, of=evidence(ending={"how": how, "because": "why it ended"}))
    assert found.verdict is outcome
    if outcome is not FAIL or says is not FAIL:
        assert found.because == "why it ended"


def test_a_killed_drill_is_unknown() -> None:
    """S0-08: a record without an ending is that of a drill that was killed; the caller may know better."""
    killed = evidence(ending=None)
    assert judged(PASS, of=killed).verdict is UNKNOWN
    assert "killed" in judged(PASS, of=killed).because
    so_far = Ending(how="completed", because="it came as far as its validation")
    assert judge(killed, {ABOUT_DATA: Says(PASS)}, so_far).verdict is PASS


def test_a_missed_control_turns_pass_and_missed_into_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A detector that was not shown to work has shown nothing; what it found all the same still stands."""
    shown = ControlResult(7, ["stale under k: the count rose by 0, not by 1"])
    monkeypatch.setattr(books, "prove_detector", lambda *given: shown)
    assert [judged(PASS, says).verdict for says in (PASS, MISSED, UNKNOWN, FAIL)] == [UNKNOWN, UNKNOWN, UNKNOWN, FAIL]
    assert "stale under k" in judged(PASS).because
    assert (judged(PASS).controls.planted, judged(PASS).controls.caught) == (7, 6)


def test_a_control_that_could_not_be_planted_proves_nothing() -> None:
    """Without a snapshot and a promise there is nothing to plant in, and no pass."""
    nothing = replace(evidence(promise=None), restored=None, in_service=None)
    found = judged(PASS, of=nothing)
    assert (found.verdict, found.controls.planted) == (UNKNOWN, 0)
    assert "no defect could be planted" in found.because


@pytest.mark.parametrize(("says", "code"), [(PASS, 6), (MISSED, 6), (UNKNOWN, 2), (FAIL, 1)])
def test_leftovers_are_exit_code_6_where_it_would_be_0_or_3(says: Outcome, code: int) -> None:
    """Something that could not be removed is told, but hides nothing worse; the verdict stays."""
    found = judged(PASS, says, of=evidence(leftovers=["table x"]))
    assert (found.verdict, found.exit_code, found.leftovers) == (says, code, ["table x"])


def test_the_counts_are_those_of_the_recovered_table() -> None:
    """Each class by its name, with samples that say what differs."""
    table = snapshot(item("a", "1"), item("b", "nobody's"), item("c"))
    found = judged(FAIL, of=replace(evidence(), restored=table))
    assert (found.items.intact, found.items.phantom, found.items.expected, found.items.restored) == (1, 2, 2, 3)
    assert found.in_service is not None
    assert (found.in_service.intact, found.in_service.phantom) == (2, 0)
    assert {sample.key for sample in found.samples} == {"b", "c"}


def test_a_run_of_which_nothing_was_seen_has_nulls_and_not_zeros() -> None:
    """What was not measured is null: RPO, RTO, every phase, the measured point, rates and latencies."""
    found = judged(UNKNOWN, of=Evidence(RunRecord(**{**RECORD, "promise": None}), History([]), None, None))
    told = orjson.loads(found.to_json())
    rpo, rto = told["rpo"], told["rto"]
    assert rpo["measured_point_at"] == [None, None]
    assert {name: rpo[name] for name in rpo if name.endswith("_s")} == dict.fromkeys(
        ["objective_s", "measured_s", "at_most_s", "spread_s", "lost_after_strike_s"]
    )
    assert (rto["measured_s"], rto["simulated_s"], told["struck_at"]) == (None, None, None)
    assert set(rto["phases_s"].values()) == {None}
    assert (told["load"]["rate_per_s"], told["load"]["p50_ms"], told["load"]["p99_ms"]) == (None, None, None)


def test_latencies_are_those_of_all_load_processes_together() -> None:
    """The percentile of the merged counts, not the mean of percentiles."""
    counts = [
        LoadCount(98, 98, 0, 0, 10.0, {"1": 50, "2": 48}, {}),
        LoadCount(2, 0, 1, 1, 8.0, {"30": 1, "40": 1}, {"Timeout": 1}),
    ]
    found = judged(PASS, of=replace(evidence(), history=replace(evidence().history, loads=counts))).load
    assert (found.ops, found.ok, found.fail, found.info, found.rate_per_s) == (100, 98, 1, 1, 10.0)
    assert (found.p50_ms, found.p99_ms) == (1.0, 30.0)


def stored(folder: Path) -> Evidence:
    """A run on disk, read back: written by two processes, one of which was killed before its answer."""
    if not folder.exists():
        with Recorder(folder / "history", "seed") as seed:
            changes = [Change(key_of(item(name), ("id",)), item(name)) for name in "abcd"]
            seed.told(seed.asked(Who.SEED, "batch", SOURCE, changes, 1.0), Told.OK, 1.5)
        with Recorder(folder / "history", "load") as load:
            for name, token, at in (("a", "2", 40.0), ("b", "2", 55.0)):
                change = [Change(key_of(item(name), ("id",)), item(name, token))]
                load.told(load.asked(Who.LOAD, "put", SOURCE, change, at), Told.OK, at + 0.5)
            load.asked(Who.LOAD, "put", SOURCE, [Change(key_of(item("c"), ("id",)), item("c", "2"))], 45.0)
            load.mark(Mark.STRUCK, 60.0)
        table = snapshot(item("a", "1"), item("b", "1"), item("c", "2"), item("z"))
        write_snapshot(table, folder / "restored.parquet")
    return Evidence(
        RunRecord(**RECORD), read_history(folder / "history"), read_snapshot(folder / "restored.parquet"), None
    )


def test_the_same_evidence_judged_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """Judging is pure and repeatable: a stored run gives the same verdict.json, byte for byte."""
    first = judged(FAIL, PASS, of=stored(tmp_path / "run")).to_json()
    second = judged(FAIL, PASS, of=stored(tmp_path / "run")).to_json()
    assert first == second
    told = orjson.loads(first)
    counts = {name: told["items"][name] for name in ("intact", "missing", "stale", "phantom", "undecided")}
    assert counts == {"intact": 2, "missing": 1, "stale": 1, "phantom": 1, "undecided": 1}
    stale = next(sample for sample in told["samples"] if sample["class"] == "stale")
    assert (stale["key"], stale["attributes"], stale["because"]) == ("a", ["token"], "overwritten since (seed-1)")
    assert (told["rpo"]["holes"], told["rpo"]["measured_s"]) == (True, None)


def test_the_order_of_parts_and_of_lines_changes_no_figure(tmp_path: Path) -> None:
    """A history is a set of writes: read in another order it says the same of every key."""
    found = stored(tmp_path / "run")
    backwards = replace(found, history=replace(found.history, writes=list(reversed(found.history.writes))))
    one, other = (orjson.loads(judged(FAIL, of=of).to_json()) for of in (found, backwards))
    assert [one[name] for name in ("items", "rpo", "rto", "controls")] == [
        other[name] for name in ("items", "rpo", "rto", "controls")
    ]


AGAIN = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("again", sys.argv[1])
module = importlib.util.module_from_spec(spec)
sys.modules["again"] = module
spec.loader.exec_module(module)
print(module.judged(module.FAIL, of=module.stored(Path(sys.argv[2]))).to_json(), end="")
"""


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing in a verdict hangs on the order in which a process happens to keep its sets."""
    stored(tmp_path / "run")
    command = [sys.executable, "-c", AGAIN, __file__, str(tmp_path / "run")]
    told = {
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert orjson.loads(told.pop())["items"]["stale"] == 1
