"""The run store."""

import json
import os
from pathlib import Path

import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.store import RunFolder, create, discard, open_run, read_record, write_atomically, write_record

from .samples import record

AT = 1_795_273_200.9


def test_a_run_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """A run's folder is named by UTC time and seed; a second one within the second gets a suffix."""
    folders = [create(tmp_path / "runs", "bad_batch_delete", 7, AT).path for _ in range(3)]
    assert [path.name for path in folders] == ["20261121T150000Z-7", "20261121T150000Z-7-2", "20261121T150000Z-7-3"]
    assert {path.parent for path in folders} == {tmp_path / "runs" / "bad_batch_delete"}


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Where a file is in the way the error names it and says what to do."""
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(UsageError, match="runs") as caught:
        create(tmp_path / "runs", "bad_batch_delete", 7, AT)
    assert "--out" in caught.value.hint
    (tmp_path / "bad_batch_delete").write_text("in the way")
    with pytest.raises(UsageError, match="not a folder"):
        create(tmp_path, "bad_batch_delete", 7, AT)


def test_a_record_survives(tmp_path: Path) -> None:
    """What is written is read back, and the first record makes the run the scenario's latest."""
    first, second = (create(tmp_path, "x", seed, AT) for seed in (1, 2))
    write_record(first, record(seed=1))
    write_record(second, record(seed=2))
    write_record(first, record(seed=1, leftovers=["a table"]))
    assert read_record(first) == record(seed=1, leftovers=["a table"])
    assert read_record(RunFolder(tmp_path / "x" / "latest")) == record(seed=2)
    assert (tmp_path / "x" / "latest").readlink() == Path(second.path.name)


def test_something_else_called_latest_is_left_alone(tmp_path: Path) -> None:
    """A folder that happens to be called latest stays, and the record is written all the same."""
    folder = create(tmp_path, "x", 1, AT)
    (tmp_path / "x" / "latest").mkdir()
    write_record(folder, record())
    assert read_record(folder) == record()
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == [folder.path.name, "latest"]


def test_a_run_without_a_record_is_discarded(tmp_path: Path) -> None:
    """A run that ended before it began leaves nothing; one with a record stays; discarding twice is no error."""
    begun, empty = create(tmp_path, "x", 1, AT), create(tmp_path, "y", 2, AT)
    write_record(begun, record())
    empty.history.mkdir()
    (empty.history / "drill.jsonl").write_text("")
    for folder in (begun, empty, empty):
        discard(folder)
    assert begun.run_json.exists()
    assert not (tmp_path / "y").exists()


def test_what_is_no_run_folder_is_refused(tmp_path: Path) -> None:
    """A path that is missing, a file, or a folder without a record is wrong usage."""
    (tmp_path / "file").write_text("")
    for path, says in (
        (tmp_path / "gone", "there is no run folder"),
        (tmp_path, "no run.json"),
        (tmp_path / "file", "no run.json"),
    ):
        with pytest.raises(UsageError, match=says):
            open_run(path)


def test_the_folder_above_points_to_the_latest(tmp_path: Path) -> None:
    """Naming a scenario's folder instead of a run's is answered with the latest run."""
    write_record(create(tmp_path, "x", 1, AT), record())
    with pytest.raises(UsageError) as caught:
        open_run(tmp_path / "x")
    assert str(tmp_path / "x" / "latest") in caught.value.hint


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text[: len(text) // 2], "not whole"),
        (lambda text: "", "not whole"),
        (lambda text: "[1, 2]", "found schema None, expected 'dynadrill.run/1'"),
        (
            lambda text: text.replace("dynadrill.run/1", "dynadrill.run/9"),
            "found schema 'dynadrill.run/9', expected 'dynadrill.run/1'",
        ),
        (lambda text: json.dumps({**json.loads(text), "items": "many"}), "items"),
        (lambda text: json.dumps({**json.loads(text), "itmes": 3}), "itmes"),
        (lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "tables"}), "tables"),
    ],
)
def test_a_record_that_cannot_be_trusted(spoil: object, says: str, tmp_path: Path) -> None:
    """A record of another version, half written or misspelt cannot be verified: what was found is said."""
    folder = create(tmp_path, "x", 1, AT)
    write_record(folder, record())
    folder.run_json.write_text(spoil(folder.run_json.read_text()))  # type: ignore[operator]  # a lambda of the list above
    with pytest.raises(UnverifiableError, match=says) as caught:
        read_record(folder)
    assert str(folder.run_json) in caught.value.message


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that is cut short leaves the old file as it was, and no temporary one."""
    path = tmp_path / "verdict.json"
    write_atomically(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["verdict.json"]
