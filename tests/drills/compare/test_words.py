"""What a word is taken for: one meaning, or an error that says how to be explicit."""

from pathlib import Path

import pytest
from dynadrill.drills.compare.words import Word, read_word
from dynadrill.drills.errors import UsageError

from .tables import stored


def no_export(_: Path) -> bool:
    """Nothing is an export."""
    return False


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one of each."""
    monkeypatch.chdir(tmp_path)
    stored(tmp_path / "before", [])
    for name in ("export", "runs/a/1", "empty"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("runs/a/1/run.json", "signature.json", "runs/a/1/snapshot-restored.parquet", "notes.txt"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("word", "taken_for", "name", "at"),
    [
        ("orders", "table", "orders", None),
        ("table:before", "table", "before", None),
        ("orders/index/by_email", "table", "orders/index/by_email", None),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders", "table", None, None),
        ("table:arn:aws:dynamodb:eu-west-1:123456789012:table/orders", "table", None, None),
        ("./before", "snapshot", "before", None),
        ("before/", "snapshot", "before", None),
        ("path:before", "snapshot", "before", None),
        ("signature.json", "signature", "signature.json", None),
        ("runs/a/1/snapshot-restored.parquet", "run_snapshot", "runs/a/1/snapshot-restored.parquet", None),
        ("./export", "export", "export", None),
        ("s3://bucket/prefix", "export", "s3://bucket/prefix", None),
        ("runs/a/1@2026-11-20T15:00:00Z", "ledger", "runs/a/1", 1795186800.0),
        ("runs/a/1@1795186800.5", "ledger", "runs/a/1", 1795186800.5),
    ],
)
def test_a_word_has_one_meaning(word: str, taken_for: str, name: str | None, at: float | None) -> None:
    """Each form of a side is known by its form, and by what lies there."""
    found = read_word(word, lambda path: path.name == "export")
    expected = name or word.removeprefix("table:")
    assert found == Word(word, taken_for, expected, at)  # type: ignore[arg-type] -- one of the forms


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("before", "path:before or ./before"),
        ("empty", "path:empty"),
        ("./empty", "neither a snapshot nor an export"),
        ("runs/a/1", "snapshot-restored.parquet"),
        ("runs/a@2026-11-20T15:00:00Z", "no run.json"),
        ("runs/a/1@yesterday", "is no time"),
        ("runs/a/1@2026-11-20T15:00:00", "local time"),
        ("./notes.txt", "neither a .parquet"),
        ("path:nowhere", "there is no nowhere"),
        ("./nowhere", "neither there nor the name of a table"),
        ("s", "neither there nor the name of a table"),
        ("table:no such table", "neither there nor the name of a table"),
    ],
)
def test_what_means_nothing_or_two_things_is_wrong_usage(word: str, message: str) -> None:
    """A folder and a table of one name, and whatever is neither, are errors that say how to write it."""
    with pytest.raises(UsageError) as caught:
        read_word(word, no_export)
    assert message in str(caught.value)
