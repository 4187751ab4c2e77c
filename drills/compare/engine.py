"""What a comparison asks of whoever does its SQL."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import pyarrow as pa

from ..snapshots.columns import SCHEMA

Halves = tuple[int, int]
"""A digest of 16 bytes as two signed integers."""

ABSENT_HALVES: Halves = (0, 0)
"""What stands for every value where only keys are compared; see `sql.NO_DIGEST`."""

KEY_SCHEMA = pa.schema([("key_high", pa.int64()), ("key_low", pa.int64())])


class Engine(Protocol):
    """A place where SQL is done: DuckDB in this process, or Spark."""

    name: str

    def show(self, view: str, files: Sequence[str]) -> None:
        """Make the rows of Parquet files, with the columns of a stored snapshot, visible as a view; none is no row."""
        ...

    def lay(self, view: str, rows: pa.Table) -> None:
        """Make a few rows visible as a view, in place of an earlier one of that name."""
        ...

    def keep(self, view: str, sql: str) -> None:
        """Do a query once and keep what it answers as a view, in place of an earlier one of that name."""
        ...

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """What a query answers, row by row."""
        ...

    def find(self, view: str, keys: Sequence[Halves]) -> Iterator[tuple[Any, ...]]:
        """The rows of a few keys: key and digest as halves, the key's text, the item; and maybe rows of other keys."""
        ...

    def close(self) -> None:
        """Let go of memory and of temporary files."""
        ...


FOUND_COLUMNS = "key_high, key_low, digest_high, digest_low, key, item"


def no_rows(schema: pa.Schema = SCHEMA) -> pa.Table:
    """A table without a row."""
    return schema.empty_table()
