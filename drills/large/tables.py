"""The tables that a large history and its snapshots become, and how they get there in batches."""

import shutil
import tempfile
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

import duckdb
import pyarrow as pa

from ..errors import UnverifiableError
from ..history import Read, Write
from ..snapshot import Row
from ..values import Key

MEMORY_LIMIT = "600MB"
"""What DuckDB may hold in memory; the rest is in its file, and in temporary ones."""

AT_ONCE = 20_000
"""So many writes, reads or rows are in Python's memory while they are read."""

RAW_WRITES = pa.schema(
    [
        ("number", pa.int64()),
        ("op", pa.string()),
        ("place", pa.string()),
        ("key", pa.string()),
        ("digest", pa.binary()),
        ("who", pa.string()),
        ("asked", pa.float64()),
        ("told", pa.float64()),
        ("outcome", pa.string()),
        ("expires", pa.float64()),
        ("tx", pa.bool_()),
    ]
)
RAW_READS = pa.schema(
    [
        ("number", pa.int64()),
        ("place", pa.string()),
        ("key", pa.string()),
        ("digest", pa.binary()),
        ("asked", pa.float64()),
        ("told", pa.float64()),
    ]
)
"""The fields of `history.Write` and `history.Read`, in their order, after a number that says which came first."""

RAW_ROWS = pa.schema([("snapshot", pa.string()), *RAW_READS])
RAW_ROWS = RAW_ROWS.remove(RAW_ROWS.get_field_index("place"))

KEYED = """
create table keys as
    select row_number() over (order by first) :: integer as id, key from (
        select key, min(number) as first from (
            select key, number from raw_writes union all select key, number + (1 :: bigint << 40) from raw_rows
        ) group by key
    );
create table writes as
    select number, id, op, place, digest, who, asked, told, outcome, expires, tx, who in ('seed', 'load') as good,
        false as planted
    from raw_writes join keys using (key);
create table rows as
    select snapshot, id, digest, asked, told from raw_rows join keys using (key)
    qualify row_number() over (partition by snapshot, id order by number desc) = 1;
drop table raw_writes;
drop table raw_rows;
"""
"""Keys become numbers: joins and groups are then of 4 bytes, whatever the keys look like."""

Entry = TypeVar("Entry", bound=tuple[Any, ...])


class Tables:
    """A DuckDB database in a temporary folder, which goes when nobody holds it any more."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dynadrill-books-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(self.folder / "spilled"),
        }
        self.connection = duckdb.connect(str(self.folder / "books.duckdb"), config=settings)
        self.run("set preserve_insertion_order = false")
        for name, schema in (("raw_writes", RAW_WRITES), ("reads", RAW_READS), ("raw_rows", RAW_ROWS)):
            self.connection.register("given", schema.empty_table())
            self.run(f"create table {name} as select * from given")

    def writes(self) -> "Batches[Write]":
        """A list of which the writes that are added end up in the database."""
        return Batches(self, "raw_writes", RAW_WRITES)

    def reads(self) -> "Batches[Read]":
        """The same for reads."""
        return Batches(self, "reads", RAW_READS)

    def take_rows(self, snapshot: str, rows: Iterable[tuple[Key, Row]]) -> None:
        """Take in what a snapshot holds; of two rows of one key the later counts."""
        batches: Batches[tuple[Any, ...]] = Batches(self, "raw_rows", RAW_ROWS, (snapshot,))
        for key, row in rows:
            batches.append((key, *row))
        batches.flush()

    def finish(self) -> None:
        """Number the keys; nothing can be added any more."""
        self.run(KEYED)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        self.connection.register("given", rows)
        self.run(f"insert into {table} select * from given")

    def run(self, sql: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Run statements of SQL, and answer what the last of them gives.

        Raises:
            UnverifiableError: the database ran out of space.
        """
        try:
            return self.connection.execute(sql, parameters)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise UnverifiableError(
                f"the tables of a large history could not be kept in {self.folder}: {error}",
                "They need about a third of the history's size: make room there, or let TMPDIR name another folder.",
            ) from error

    def query(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """All rows that a query answers."""
        return self.run(sql, parameters).fetchall()

    def one(self, sql: str, parameters: object = None) -> Any:
        """The only value that a query answers."""
        ((value,),) = self.query(sql, parameters)
        return value


class Batches(list[Entry], Generic[Entry]):
    """A list that empties itself into a table of the database when it is long; what is in it is not there yet."""

    def __init__(self, tables: Tables, table: str, schema: pa.Schema, first: tuple[Any, ...] = ()) -> None:
        super().__init__()
        self._tables, self._table, self._schema, self._first = tables, table, schema, first
        self._written = 0

    def append(self, entry: Entry) -> None:
        """Add one."""
        super().append(entry)
        if len(self) >= AT_ONCE:
            self.flush()

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add some."""
        super().extend(entries)
        if len(self) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write down what is in the list, and empty it."""
        if not self:
            return
        numbers = range(self._written, self._written + len(self))
        columns = [[value] * len(self) for value in self._first] + [list(numbers), *zip(*self, strict=True)]
        fields = zip(columns, self._schema, strict=True)
        arrays = [pa.array(column, field.type) for column, field in fields]
        self._tables.insert(self._table, pa.Table.from_arrays(arrays, schema=self._schema))
        self._written += len(self)
        self.clear()
