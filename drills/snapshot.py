"""A snapshot: what a table held, row by row, with the instants between which each row was read. Kept as Parquet."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import UnverifiableError
from .garbage import uncollected
from .snapshots.columns import SCHEMA, StoredRow, columns_of
from .values import Item, Key, digest, key_of


class Row(NamedTuple):
    """One item as it was seen.

    `digest` stands for its value; its page was asked for and answered at these instants of target time.
    """

    digest: bytes
    asked_at: float
    told_at: float


@dataclass(frozen=True)
class Snapshot:
    """All items of a table as one scan saw them.

    `rows` by key; `began_at` and `ended_at` are the scan's first request and last answer: a key that is not there
    was absent somewhere between them. `complete` is False where the scan did not come to its end.
    """

    table: str
    rows: Mapping[Key, Row]
    began_at: float
    ended_at: float
    complete: bool
    items: Mapping[Key, bytes] = field(default_factory=dict)
    """Each item's JSON text, by key."""
    key_attributes: tuple[str, ...] = ()
    """Partition key first; none where nobody said."""

    def item(self, key: Key) -> Item | None:
        """The item that was seen under a key."""
        text = self.items.get(key)
        return orjson.loads(text) if text is not None else None


class Page(NamedTuple):
    """One page of a scan, with the instants just before asking and just after the answer."""

    items: list[Item]
    asked_at: float
    told_at: float


def collect(table: str, key_attributes: tuple[str, ...], pages: Iterable[Page], *, complete: bool) -> Snapshot:
    """Make a snapshot of the pages of a scan. No page at all is not a snapshot: it says nothing."""
    rows: dict[Key, Row] = {}
    items: dict[Key, bytes] = {}
    began_at, ended_at = float("inf"), float("-inf")
    for page in pages:
        began_at, ended_at = min(began_at, page.asked_at), max(ended_at, page.told_at)
        for item in page.items:
            key = key_of(item, key_attributes)
            rows[key] = Row(digest(item), page.asked_at, page.told_at)
            items[key] = orjson.dumps(item)
    if began_at > ended_at:
        raise UnverifiableError(f"the scan of table {table} answered no page", "See log.txt in the run folder.")
    return Snapshot(table, rows, began_at, ended_at, complete, items, key_attributes)


ROWS_AT_ONCE = 2000
"""How many rows are held twice while a snapshot is written or read."""
METADATA = b"dynadrill"
"""The name of the footer's description of the snapshot."""


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot as a Parquet file with the columns of all stored snapshots, one row an item."""
    about = {
        "table": snapshot.table,
        "key_attributes": snapshot.key_attributes,
        "began_at": snapshot.began_at,
        "ended_at": snapshot.ended_at,
        "complete": snapshot.complete,
    }
    schema = SCHEMA.with_metadata({METADATA: orjson.dumps(about)})
    keys = list(snapshot.rows)
    with pq.ParquetWriter(path, schema) as file:
        for first in range(0, len(keys), ROWS_AT_ONCE):
            batch = columns_of([_stored(snapshot, key) for key in keys[first : first + ROWS_AT_ONCE]])
            file.write_batch(batch.replace_schema_metadata(schema.metadata))


def _stored(snapshot: Snapshot, key: Key) -> StoredRow:
    row = snapshot.rows[key]
    return StoredRow(key, row.digest, row.asked_at, row.told_at, snapshot.items[key])


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot back.

    Digests are computed again from the items: the file's own are for people and for SQL, not for judging.

    Raises:
        UnverifiableError: the file is missing, cut short, or not a snapshot.
    """
    with opened(path) as file:
        rows: dict[Key, Row] = {}
        items: dict[Key, bytes] = {}
        for key, row, text in stored_rows(file):
            rows[key], items[key] = row, text.encode()
        return replace(stored_about(file), rows=rows, items=items)


@contextmanager
def opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A snapshot's file, to be read.

    Raises:
        UnverifiableError: the file is missing, cut short, or not a snapshot, which may show only while it is read.
    """
    try:
        with pq.ParquetFile(path) as file, uncollected():
            yield file
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnverifiableError(
            f"{path} is not a whole snapshot: {type(error).__name__}: {error}",
            "Run the drill again; a snapshot cannot be mended.",
        ) from error


def stored_about(file: pq.ParquetFile) -> Snapshot:
    """What a stored snapshot is of, without its rows."""
    about = orjson.loads(file.schema_arrow.metadata[METADATA])
    names = tuple(about.get("key_attributes", ()))
    return Snapshot(about["table"], {}, about["began_at"], about["ended_at"], about["complete"], {}, names)


def stored_rows(file: pq.ParquetFile) -> Iterator[tuple[Key, Row, str]]:
    """The rows of a stored snapshot, each with its item's JSON text."""
    for batch in file.iter_batches(ROWS_AT_ONCE, columns=["key", "asked_at", "told_at", "item"]):
        for key, asked_at, told_at, text in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield key, Row(digest(orjson.loads(text)), asked_at, told_at), text
