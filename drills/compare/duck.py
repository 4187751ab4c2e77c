"""DuckDB as the engine: in this process, within a limit of memory, spilling to a folder that is removed afterwards."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ..errors import UnverifiableError
from .engine import FOUND_COLUMNS, Halves, no_rows

MEMORY_LIMIT = "500MB"
"""What DuckDB may hold before it spills: 5,000,000 keys a side take less."""

ROWS_AT_ONCE = 1000


class DuckEngine:
    """One connection to a database in memory.

    Args:
        spill_in: the folder below which it may write what does not fit in memory; the system's temporary one if None.
        memory_limit: as DuckDB reads it.
    """

    name = "duckdb"

    def __init__(self, spill_in: Path | None = None, memory_limit: str = MEMORY_LIMIT) -> None:
        self._spill = tempfile.mkdtemp(prefix="dynadrill-spill-", dir=spill_in)
        self._connection = duckdb.connect()
        self._do("SET memory_limit = ?", [memory_limit])
        self._do("SET temp_directory = ?", [self._spill])
        self._do("SET preserve_insertion_order = false")
        self._in_files: set[str] = set()

    def show(self, view: str, files: Sequence[str]) -> None:
        """See `Engine.show`."""
        self._in_files.discard(view)
        source = f"{view}_none"
        if files:
            self._in_files.add(view)
            names = ", ".join(f"'{_quoted(file)}'" for file in files)
            source = f"read_parquet([{names}], filename = true, file_row_number = true)"
        else:
            self.lay(source, no_rows())
        self._do(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {source}")

    def lay(self, view: str, rows: pa.Table) -> None:
        """See `Engine.lay`."""
        self._connection.register("laid", rows)
        self.keep(view, "SELECT * FROM laid")
        self._connection.unregister("laid")

    def keep(self, view: str, sql: str) -> None:
        """See `Engine.keep`."""
        self._do(f"CREATE OR REPLACE TABLE {view} AS {sql}")

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """See `Engine.rows`; each has a cursor of its own, so that another can be asked meanwhile."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            while found := cursor.fetchmany(ROWS_AT_ONCE):
                yield from found
        except duckdb.Error as error:
            raise _cannot(error) from error
        finally:
            cursor.close()

    def find(self, view: str, keys: Sequence[Halves]) -> Iterator[tuple[Any, ...]]:
        """See `Engine.find`.

        Where the rows are comes first, by their keys alone, then the rows: DuckDB reads the items of a whole file for
        a condition on another column, but only the pages that are needed for one on the number of the row.
        """
        if not keys or view not in self._in_files:
            return
        highs = ", ".join(str(high) for high, _ in keys)
        places: dict[str, list[int]] = {}
        for file, number in self.rows(f"SELECT filename, file_row_number FROM {view} WHERE key_high IN ({highs})"):
            places.setdefault(file, []).append(number)
        for file, numbers in places.items():
            which = ", ".join(str(number) for number in numbers)
            yield from self.rows(
                f"SELECT {FOUND_COLUMNS} FROM read_parquet('{_quoted(file)}', file_row_number = true)"
                f" WHERE file_row_number IN ({which})"
            )

    def close(self) -> None:
        """See `Engine.close`."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def _do(self, sql: str, values: Sequence[str] = ()) -> None:
        try:
            self._connection.execute(sql, values)
        except duckdb.Error as error:
            raise _cannot(error) from error


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _cannot(error: duckdb.Error) -> UnverifiableError:
    return UnverifiableError(
        f"DuckDB could not compare: {type(error).__name__}: {error}",
        "Take the snapshots again if a file is damaged; see to it that there is room for what does not fit in memory.",
    )
