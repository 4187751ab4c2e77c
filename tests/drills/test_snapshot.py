"""Snapshots on disk: whole, or not at all."""

from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dynadrill.drills import snapshot as snapshots
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.snapshot import Page, Row, Snapshot, collect, read_snapshot, write_snapshot
from dynadrill.drills.values import digest, key_of

ITEMS = [{"id": {"S": f"k{number}"}, "n": {"N": f"{number}.50"}} for number in range(5)]
KEYS = [key_of(item, ("id",)) for item in ITEMS]


def taken(*, complete: bool = True) -> Snapshot:
    """Two pages of a table."""
    pages = [Page(ITEMS[:3], 10.0, 10.5), Page(ITEMS[3:], 11.0, 12.5)]
    return collect("table", ("id",), pages, complete=complete)


def test_every_row_has_the_instants_of_its_own_page() -> None:
    """A value is right if it was at any instant between its page's asking and answer; absence, of the whole scan."""
    found = taken()
    assert found.rows[KEYS[0]] == Row(digest(ITEMS[0]), 10.0, 10.5)
    assert found.rows[KEYS[4]] == Row(digest(ITEMS[4]), 11.0, 12.5)
    assert (found.began_at, found.ended_at, len(found.rows)) == (10.0, 12.5, 5)
    assert found.item(KEYS[1]) == ITEMS[1]
    assert found.item("nobody's") is None


def test_an_empty_page_is_a_snapshot_of_an_empty_table() -> None:
    """An empty table was looked at; a scan that answered no page says nothing."""
    assert collect("table", ("id",), [Page([], 1.0, 2.0)], complete=True).rows == {}
    with pytest.raises(UnverifiableError, match="answered no page"):
        collect("table", ("id",), [], complete=True)


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("at_once", [2, 2000])
def test_it_is_read_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, *, complete: bool
) -> None:
    """Rows, instants, items, and whether the scan came to its end."""
    monkeypatch.setattr(snapshots, "ROWS_AT_ONCE", at_once)
    write_snapshot(taken(complete=complete), tmp_path / "s.parquet")
    assert read_snapshot(tmp_path / "s.parquet") == taken(complete=complete)


def test_an_empty_table_is_read_back_too(tmp_path: Path) -> None:
    """No row is not no snapshot."""
    empty = collect("table", ("id",), [Page([], 1.0, 2.0)], complete=True)
    write_snapshot(empty, tmp_path / "s.parquet")
    assert read_snapshot(tmp_path / "s.parquet") == empty


def test_digests_are_computed_again_from_the_items(tmp_path: Path) -> None:
    """The file's own are for people: a wrong one there cannot make a wrong value right."""
    good = taken()
    lying = replace(good, rows={key: row._replace(digest=b"something else..") for key, row in good.rows.items()})
    write_snapshot(lying, tmp_path / "s.parquet")
    assert read_snapshot(tmp_path / "s.parquet").rows == good.rows


def test_a_file_cut_short_anywhere_is_no_snapshot(tmp_path: Path) -> None:
    """A half written file is an error that says what to do, never a smaller table."""
    path = tmp_path / "s.parquet"
    write_snapshot(taken(), path)
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(UnverifiableError, match="not a whole snapshot") as error:
            read_snapshot(path)
        assert error.value.hint


@pytest.mark.parametrize(
    ("metadata", "column", "text"),
    [
        ({}, "item", "{}"),
        ({"dynadrill": b"{}"}, "item", "{}"),
        ({"dynadrill": b"nonsense"}, "item", "{}"),
        (None, "item", "nonsense"),
        (None, "item", '{"n":{"N":"one"}}'),
        (None, "item", None),
        (None, "other", "{}"),
    ],
)
def test_another_parquet_file_is_no_snapshot(
    tmp_path: Path, metadata: dict[str, bytes] | None, column: str, text: str | None
) -> None:
    """What lacks the description, a column, or a readable item is refused."""
    about = {"table": "t", "began_at": 1.0, "ended_at": 2.0, "complete": True}
    table = pa.table({"key": ["k"], "asked_at": [1.0], "told_at": [2.0], column: pa.array([text], pa.string())})
    given = {"dynadrill": orjson.dumps(about)} if metadata is None else metadata
    pq.write_table(table.replace_schema_metadata(given), tmp_path / "s.parquet")
    with pytest.raises(UnverifiableError, match="not a whole snapshot"):
        read_snapshot(tmp_path / "s.parquet")


def test_a_missing_file_is_no_snapshot(tmp_path: Path) -> None:
    """A file that is not there is the same kind of error."""
    with pytest.raises(UnverifiableError):
        read_snapshot(tmp_path / "none.parquet")
