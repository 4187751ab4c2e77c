"""What is kept on disk reads as the sequences and mappings that are in memory elsewhere."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dynadrill.drills.large import tables
from dynadrill.drills.large.keeping import Kept, keep
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.snapshot import Snapshot, read_snapshot

from ..test_judge import evidence, stored


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stored run, with one key twice in its snapshot, of which some lines are taken at a time."""
    folder = tmp_path / "run"
    stored(folder)
    monkeypatch.setattr(tables, "AT_ONCE", 2)
    file = folder / "restored.parquet"
    whole = pq.read_table(file)
    later = whole.slice(1, 1).set_column(0, whole.schema.field("key"), whole["key"].slice(0, 1))
    pq.write_table(pa.concat_tables([whole, later]), file)
    return folder


def taken(run: Path) -> tuple[Kept, Snapshot]:
    """The same run on disk."""
    kept = keep(run / "history", None)
    snapshot = kept.take("restored", run / "restored.parquet")
    kept.books(evidence().run, {"restored": snapshot})
    return kept, snapshot


def test_writes_are_the_same_sequence(run: Path) -> None:
    """Their number, their order, single ones and slices are those of the history in memory."""
    expected, found = read_history(run / "history").writes, taken(run)[0].history.writes
    assert len(found) == len(expected) > 4
    assert list(found) == list(expected)
    assert (found[2], found[-1]) == (expected[2], expected[-1])
    assert (list(found[1:4]), list(found[::-1])) == (list(expected[1:4]), list(expected[::-1]))
    with pytest.raises(IndexError):
        found[len(expected)]


def test_rows_and_items_are_the_same_mappings(run: Path) -> None:
    """Of two rows of one key the later counts; what is not there is no key."""
    expected, found = read_snapshot(run / "restored.parquet"), taken(run)[1]
    assert (found.table, found.began_at, found.ended_at, found.complete) == (
        expected.table,
        expected.began_at,
        expected.ended_at,
        expected.complete,
    )
    for mapping, of in ((found.rows, expected.rows), (found.items, expected.items)):
        assert len(mapping) == len(of) == 4
        assert set(mapping) == set(of)
        assert dict(mapping.items()) == {key: mapping[key] for key in of} == dict(of)
        assert "nothing" not in mapping
    key = next(iter(expected.rows))
    assert found.item(key) == expected.item(key)
