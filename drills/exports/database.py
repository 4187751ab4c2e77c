"""DuckDB over the Parquet of snapshots: within bounded memory, spilling to a folder that is gone afterwards."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "500MB"


@contextmanager
def database(beside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills into a folder of its own below `beside`."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".spill-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        with duckdb.connect(config=settings) as connection:
            yield connection


def relation(files: Sequence[Path], columns: str) -> str:
    """Parquet files of one schema as SQL has them; `columns` (`key VARCHAR, n BIGINT`) where there is no file."""
    if not files:
        empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in (each.split() for each in columns.split(", ")))
        return f"(SELECT {empty} WHERE false)"
    return f"read_parquet([{', '.join(map(quoted, files))}])"


def quoted(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
