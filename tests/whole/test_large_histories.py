"""Whole runs judged from tables on disk, as large ones are: the same `verdict.json`, byte for byte."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills import stored
from dynadrill.drills.judge import judge
from dynadrill.drills.large.books import OnDisk
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import RunFolder, create, open_run, read_record
from dynadrill.drills.stored import load_evidence, load_validators
from dynadrill.drills.verdict import Outcome
from dynadrill.drills.watch import SilentWatch


@pytest.fixture
def both_forms(monkeypatch: pytest.MonkeyPatch) -> Callable[[RunFolder], str]:
    """Judge a run in memory and from disk, make sure that each was, and answer the one verdict of both."""

    def judged(folder: RunFolder) -> str:
        record = read_record(folder)
        verdicts = set()
        for comfortable in (10**12, 0):
            monkeypatch.setattr(stored, "COMFORTABLE_BYTES", comfortable)
            evidence = load_evidence(folder, record)
            assert isinstance(evidence.books, OnDisk) is (comfortable == 0)
            verdicts.add(judge(evidence, load_validators(record)).to_json())
        (verdict,) = verdicts
        return verdict

    return judged


@pytest.mark.parametrize(
    ("scenario", "options"),
    [
        ("bad_batch_delete", {"recovery": "on_demand_backup"}),
        ("bad_batch_delete", {"to": "strike+2s", "force_cutover": True}),
        ("bad_overwrite", {"recovery": "nothing"}),
        ("region_lost_without_loss", {}),
    ],
)
def test_a_run_is_judged_the_same_from_memory_and_from_disk(
    scenario: str, options: dict[str, Any], drill: Any, both_forms: Callable[[RunFolder], str]
) -> None:
    """Recovered, half recovered or not at all: both forms write the same verdict."""
    ran = drill(scenario, **options)
    assert both_forms(ran.folder) == ran.judgement.to_json()


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A stored drill that passed."""
    out = tmp_path_factory.mktemp("stored")
    asked = Asked("bad_batch_delete", seed=1, pace="virtual", items=200, rate=5.0, notice="20s", decide="30s")
    plan = make_plan(asked, lambda name, seed: create(out, name, seed, 0.0))
    assert run_drill(plan, SilentWatch()).verdict is Outcome.PASS
    return plan.folder


def test_a_drill_decides_and_ends_the_same_with_its_history_on_disk(
    drill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`run` uses the form on disk on its way as well: gate, cutover and verdict are those of the form in memory."""
    in_memory = drill().judgement.model_dump(exclude={"run"})
    monkeypatch.setattr(stored, "COMFORTABLE_BYTES", 0)
    assert drill().judgement.model_dump(exclude={"run"}) == in_memory


def cut_short(folder: Path) -> None:
    """A part file ends in the middle of a line."""
    part = folder / "history" / "load-0.jsonl"
    part.write_bytes(part.read_bytes()[:-20])


def cut_in_half(folder: Path) -> None:
    """Half of a part file is gone."""
    part = folder / "history" / "load-0.jsonl"
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])


def garbled(folder: Path) -> None:
    """A line in the middle cannot be read, and another says that something was told that nobody asked."""
    part = folder / "history" / "load-0.jsonl"
    lines = part.read_bytes().splitlines(keepends=True)
    lines[len(lines) // 2] = b'{"t": "asked", "op"\n'
    part.write_bytes(b"".join([*lines, b'{"t":"told","op":"nobody","outcome":"ok","at":1.0}\n']))


def unanswered(folder: Path) -> None:
    """The last writes were asked and never told, one of them with a digest that is none."""
    part = folder / "history" / "load-0.jsonl"
    lines = part.read_bytes().splitlines(keepends=True)
    asked = [line for line in lines if line.startswith(b'{"t":"asked"')]
    assert asked
    never = [asked[-1].replace(b'"op":"', b'"op":"never-'), asked[0].replace(b'"digest":"', b'"op":"no","digest":"00')]
    part.write_bytes(b"".join([*lines, *never]))


def snapshot_cut_short(folder: Path) -> None:
    """A snapshot is not whole."""
    file = folder / "snapshot-in_service.parquet"
    file.write_bytes(file.read_bytes()[:-30])


def no_snapshot(folder: Path) -> None:
    """A snapshot is gone."""
    (folder / "snapshot-restored.parquet").unlink()


DAMAGES = (cut_short, cut_in_half, garbled, unanswered, snapshot_cut_short, no_snapshot)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_said_by_both_forms(
    damage: Callable[[Path], None], whole_run: RunFolder, both_forms: Callable[[RunFolder], str], tmp_path: Path
) -> None:
    """Lost and garbled lines, unanswered writes and broken snapshots come to the same verdict, in the same words."""
    folder = tmp_path / "damaged"
    shutil.copytree(whole_run.path, folder)
    damage(folder)
    assert both_forms(open_run(folder)) != whole_run.verdict_json.read_text()
