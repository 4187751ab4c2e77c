"""A drill's single file as a stored snapshot."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.snapshot import Page, collect, write_snapshot
from dynadrill.drills.snapshots.columns import SCHEMA, digest_of, key_digest
from dynadrill.drills.snapshots.folder import open_snapshot
from dynadrill.drills.values import digest

from .support import rows_of

ITEMS = [{"n": {"N": f"{number}"}, "id": {"S": f"k{number}"}, "v": {"N": "1.50"}} for number in range(5)]


def written(path: Path, items: list[dict[str, dict[str, str]]], *, complete: bool = True) -> Path:
    """A drill's snapshot of a table keyed by `id` and the number `n`."""
    write_snapshot(collect("orders", ("id", "n"), [Page(items, 10.0, 10.5)], complete=complete), path)
    return path


@pytest.mark.parametrize("complete", [True, False])
def test_a_drills_snapshot_can_be_compared(tmp_path: Path, *, complete: bool) -> None:
    """It opens as any other, with its keys, instants, digests and items, and says whether it is complete."""
    stored = open_snapshot(written(tmp_path / "snapshot-gate.parquet", ITEMS, complete=complete))
    about = stored.about
    assert (about.source, about.key_attributes, about.key_types) == ("orders", ("id", "n"), ("S", "N"))
    assert (about.began_at, about.ended_at, about.rows, about.complete) == (10.0, 10.5, 5, complete)
    rows = rows_of(stored)
    for item, (key, key_high, key_low, digest_high, digest_low, text) in zip(ITEMS, rows, strict=True):
        assert digest_of(key_high, key_low) == key_digest(key)
        assert digest_of(digest_high, digest_low) == digest(item)
        assert item["id"]["S"] in text


def test_an_empty_table_opens_too(tmp_path: Path) -> None:
    """No row is a table that held nothing."""
    stored = open_snapshot(written(tmp_path / "snapshot-gate.parquet", []))
    assert (stored.about.rows, stored.about.key_types) == (0, ("S", "S"))


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    """Another Parquet file, one without its description, and half a file are no snapshots."""
    path = written(tmp_path / "s.parquet", ITEMS)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UnverifiableError, match="not a whole snapshot"):
        open_snapshot(path)
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(UnverifiableError, match="has the columns a"):
        open_snapshot(path)
    pq.write_table(SCHEMA.empty_table(), path)
    with pytest.raises(UnverifiableError, match="not a whole snapshot"):
        open_snapshot(path)
