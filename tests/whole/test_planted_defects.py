"""Defects planted into the snapshot of a stored run: judging names the class, the key and the exact count."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.history import GOOD, Told, Who, Write
from dynadrill.drills.ledger import Ledger
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.run import run_drill
from dynadrill.drills.snapshot import Row, Snapshot, read_snapshot, write_snapshot
from dynadrill.drills.store import RunFolder, create, read_record
from dynadrill.drills.stored import judge_folder, load_evidence
from dynadrill.drills.values import ABSENT, Item, digest, key_label
from dynadrill.drills.verdict import Outcome
from dynadrill.drills.watch import SilentWatch

HOW_MANY = 3
CLASSES = ("missing", "contaminated", "premature", "resurrected", "stale", "phantom")

Changes = dict[str, Item | None]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A stored drill that passed, with every kind of past that a class needs."""
    out = tmp_path_factory.mktemp("stored")
    asked = Asked("bad_overwrite", seed=4, pace="virtual", items=200, rate=20.0, notice="20s", decide="30s", rpo="5m")
    plan = make_plan(asked, lambda name, seed: create(out, name, seed, 0.0))
    assert run_drill(plan, SilentWatch()).verdict is Outcome.PASS
    return plan.folder


class Past:
    """What the history of a stored drill says about each key of its source table."""

    def __init__(self, folder: RunFolder) -> None:
        evidence = load_evidence(folder, read_record(folder))
        assert evidence.restored is not None
        assert evidence.promised is not None
        self.restored, self.point_at = evidence.restored, evidence.promised[0]
        self.by_key = Ledger.of(evidence.history).physical(evidence.run.tables.source)
        digests = frozenset(w.digest for writes in self.by_key.values() for w in writes) - {ABSENT}
        self.items = evidence.history.values(digests)

    def told(self, key: str, *who: Who, before: bool) -> list[Write]:
        """The acknowledged writes of a key that were over before the point, or asked after it."""
        return [
            write
            for write in self.by_key.get(key, ())
            if write.who in who
            and write.outcome is Told.OK
            and (
                write.told_at is not None and write.told_at < self.point_at
                if before
                else write.asked_at > self.point_at
            )
        ]


def missing(past: Past, key: str) -> Item | str | None:
    """Nothing is there, where something was written before the point."""
    return None if key in past.restored.rows else "unfit"


def contaminated(past: Past, key: str) -> Item | str | None:
    """The disaster's value is there."""
    bad = past.told(key, Who.DISASTER, before=False)
    return past.items[bad[0].digest] if bad and key in past.restored.rows else "unfit"


def premature(past: Past, key: str) -> Item | str | None:
    """A user's value from after the point is there."""
    later = [w for w in past.told(key, *GOOD, before=False) if w.digest]
    return past.items[later[0].digest] if later else "unfit"


def resurrected(past: Past, key: str) -> Item | str | None:
    """An item is there that a user had deleted before the point."""
    early = past.told(key, *GOOD, before=True)
    if key in past.restored.rows or not early or early[0].digest == ABSENT:
        return "unfit"
    return past.items[early[0].digest]


def stale(past: Past, key: str) -> Item | str | None:
    """The value that was seeded is there, though users had written another one before the point."""
    early = [w for w in past.told(key, *GOOD, before=True) if w.digest]
    row = past.restored.rows.get(key)
    if row is None or len(early) < 2 or early[0].digest == row.digest:
        return "unfit"
    return past.items[early[0].digest]


def phantom(past: Past, key: str) -> Item | str | None:
    """A value is there that nobody wrote."""
    item = past.restored.item(key)
    return "unfit" if item is None else {**item, "token": {"S": "nobody's"}}


def planted(past: Past, choose: Callable[[Past, str], Item | str | None]) -> Changes:
    """The first keys that fit a class, and what is to be found under them."""
    fitting = {key: item for key in past.by_key if (item := choose(past, key)) != "unfit"}
    changes = {key: item for key, item in list(fitting.items())[:HOW_MANY] if not isinstance(item, str)}
    assert len(changes) == HOW_MANY, f"only {len(fitting)} keys fit"
    return changes


def changed(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """A snapshot with some rows changed, added or taken out."""
    rows, items = dict(snapshot.rows), dict(snapshot.items)
    for key, item in changes.items():
        rows.pop(key, None)
        items.pop(key, None)
        if item is not None:
            rows[key] = Row(digest(item), snapshot.began_at, snapshot.ended_at)
            items[key] = orjson.dumps(item)
    return replace(snapshot, rows=rows, items=items)


@pytest.mark.parametrize("item_class", CLASSES)
def test_a_planted_class_is_named_and_counted(item_class: str, stored: RunFolder, tmp_path: Path) -> None:
    """S2-02: three defects of a class, laid into the restored table, are three of that class and of no other."""
    folder = RunFolder(Path(shutil.copytree(stored.path, tmp_path / "run")))
    changes = planted(Past(folder), globals()[item_class])
    write_snapshot(changed(read_snapshot(folder.snapshot("restored")), changes), folder.snapshot("restored"))
    judgement = judge_folder(folder.path)
    assert judgement.verdict is Outcome.FAIL
    assert judgement.exit_code == 1
    assert {name: getattr(judgement.items, name) for name in CLASSES} == {
        name: HOW_MANY if name == item_class else 0 for name in CLASSES
    }
    named = {s.key for s in judgement.samples if s.class_ == item_class and s.snapshot == "restored"}
    assert named == {key_label(key) for key in changes}


def test_a_defect_in_the_table_in_service_is_found_too(stored: RunFolder, tmp_path: Path) -> None:
    """A key that users lose only after the cutover breaks the same claims."""
    folder = RunFolder(Path(shutil.copytree(stored.path, tmp_path / "run")))
    snapshot = read_snapshot(folder.snapshot("in_service"))
    write_snapshot(changed(snapshot, {next(iter(snapshot.rows)): None}), folder.snapshot("in_service"))
    judgement = judge_folder(folder.path)
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.missing == 0
    assert judgement.in_service is not None
    assert judgement.in_service.missing == 1


def test_half_a_restore_is_found(stored: RunFolder, tmp_path: Path) -> None:
    """A restore of which some keys are from seconds later is no single instant: the spread says so, and it fails."""
    folder = RunFolder(Path(shutil.copytree(stored.path, tmp_path / "run")))
    changes = planted(Past(folder), premature)
    write_snapshot(changed(read_snapshot(folder.snapshot("restored")), changes), folder.snapshot("restored"))
    judgement = judge_folder(folder.path)
    assert judgement.rpo.spread_s
    claims = {claim.name: claim.verdict for claim in judgement.validators}
    assert claims["consistent_cut"] is Outcome.FAIL


def _break_a_line(part: Path) -> None:
    lines = part.read_bytes().splitlines(keepends=True)
    lines[5] = lines[5][:20] + b"\n"
    part.write_bytes(b"".join(lines))


def _shorten(part: Path, lines: int) -> None:
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[:-lines]))


def _append(part: Path, line: bytes) -> None:
    part.write_bytes(part.read_bytes() + line + b"\n")


def _without_ending(folder: RunFolder) -> None:
    record = orjson.loads(folder.run_json.read_bytes())
    folder.run_json.write_bytes(orjson.dumps({**record, "ending": None}))


SPOILED: dict[str, Callable[[RunFolder], Any]] = {
    "the snapshot is cut short": lambda f: f.snapshot("restored").write_bytes(
        f.snapshot("restored").read_bytes()[:-100]
    ),
    "the snapshot is gone": lambda f: f.snapshot("restored").unlink(),
    "the snapshot in service is gone": lambda f: f.snapshot("in_service").unlink(),
    "a line of the history is broken": lambda f: _break_a_line(next(f.history.glob("drill.jsonl"))),
    "the record has no ending": _without_ending,
    "the users' part of the history is gone": lambda f: (f.history / "load-0.jsonl").unlink(),
    "all of the history is gone": lambda f: shutil.rmtree(f.history),
    "the history ends early": lambda f: _shorten(f.history / "drill.jsonl", 2),
    "the users' count is gone": lambda f: _shorten(f.history / "load-0.jsonl", 1),
    "a count is no number": lambda f: _append(f.history / "load-0.jsonl", b'{"t":"load","ops":"x"}'),
}


@pytest.mark.parametrize("what", SPOILED)
def test_damaged_evidence_is_never_a_pass(what: str, stored: RunFolder, tmp_path: Path) -> None:
    """What cannot be read cannot be verified: damaged evidence judges as unknown, with the reason."""
    folder = RunFolder(Path(shutil.copytree(stored.path, tmp_path / "run")))
    SPOILED[what](folder)
    judgement = judge_folder(folder.path)
    assert judgement.verdict is Outcome.UNKNOWN, judgement.because
    assert judgement.exit_code == 2
    assert judgement.because


def test_a_pass_needs_a_claim_about_data(stored: RunFolder, tmp_path: Path) -> None:
    """A run whose claims say nothing about data is unknown; one whose table is wrong fails, whatever is claimed."""
    folder = RunFolder(Path(shutil.copytree(stored.path, tmp_path / "run")))
    record = orjson.loads(folder.run_json.read_bytes())
    folder.run_json.write_bytes(orjson.dumps({**record, "validators": ["damage_done", "recovered_in_time"]}))
    judgement = judge_folder(folder.path)
    assert judgement.verdict is Outcome.UNKNOWN
    assert "no claim about data" in judgement.because
    changes = planted(Past(folder), missing)
    write_snapshot(changed(read_snapshot(folder.snapshot("restored")), changes), folder.snapshot("restored"))
    assert judge_folder(folder.path).verdict is Outcome.FAIL
