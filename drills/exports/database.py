"""DuckDB over the Parquet of snapshots: within bounded memory, spilling to a folder that is gone afterwards."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ..errors import UnverifiableError

MEMORY = "500MB"


@contextmanager
def database(beside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills into a folder of its own below `beside`.

    Raises:
        UnverifiableError: a query failed: a Parquet file is damaged, or there is no room left.
    """
    with tempfile.TemporaryDirectory(dir=beside, prefix=".spill-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        try:
            with duckdb.connect(config=settings) as connection:
                yield connection
        except duckdb.Error as error:
            raise UnverifiableError(
                f"DuckDB could not work it out: {type(error).__name__}: {error}",
                "Take the snapshot again if a file is damaged; see to it that there is room for what it writes.",
            ) from error


def relation(files: Sequence[Path], columns: str) -> str:
    """Parquet files of one schema as SQL has them; `columns` (`key VARCHAR, n BIGINT`) where there is no file."""
    if not files:
        empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in (each.split() for each in columns.split(", ")))
        return f"(SELECT {empty} WHERE false)"
    return f"read_parquet([{', '.join(map(quoted, files))}])"


def quoted(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
