"""The items of a stored snapshot, from its files, one after the other: they need not fit in memory."""

from collections.abc import Iterator

import orjson
import pyarrow.parquet as pq

from ..snapshots.folder import StoredSnapshot
from ..values import Item

ROWS_AT_ONCE = 2000


def items_of(stored: StoredSnapshot) -> Iterator[Item]:
    """Every item, in the order of the files."""
    for file in stored.files:
        with pq.ParquetFile(file) as part:
            for batch in part.iter_batches(ROWS_AT_ONCE, columns=["item"]):
                yield from (orjson.loads(text) for text in batch.column(0).to_pylist())
