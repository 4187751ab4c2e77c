"""What is in the tables and files, as the sequences and mappings that a history and a snapshot are made of.

Nothing of it is in memory: it is for what looks at everything once, and for single keys.
"""

from collections.abc import Callable, ItemsView, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, overload

import duckdb

from ..history import Write
from ..snapshot import Row
from ..values import Key
from .parts import WRITES, write_of
from .tables import AT_ONCE, Tables

Value = TypeVar("Value")


def fetched(answer: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """All rows of an answer, some of them at a time."""
    while rows := answer.fetchmany(AT_ONCE):
        yield from rows


@dataclass(frozen=True)
class KeptWrites(Sequence[Write]):
    """The writes of a history, in the order in which they were read."""

    tables: Tables

    def __len__(self) -> int:
        return int(self.tables.one("select count(*) from writes"))

    def __iter__(self) -> Iterator[Write]:
        answer = self.tables.connection.cursor().execute(f"{WRITES} order by number")
        return (write_of(*fields) for fields in fetched(answer))

    @overload
    def __getitem__(self, index: int) -> Write: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Write]: ...

    def __getitem__(self, index: int | slice) -> Write | Sequence[Write]:
        numbers = range(len(self))[index]
        wanted = [numbers] if isinstance(numbers, int) else list(numbers)
        found = self.tables.query(
            f"{WRITES} join (select unnest(?) as number) using (number) order by number", [wanted]
        )
        writes = [write_of(*fields) for fields in found]
        return writes[0] if isinstance(index, int) else writes if index.step is None or index.step > 0 else writes[::-1]


@dataclass(frozen=True)
class KeptRows(Mapping[Key, Row]):
    """The rows of a snapshot, without their items."""

    tables: Tables
    snapshot: str

    def __getitem__(self, key: Key) -> Row:
        found = self.tables.query(
            "select digest, asked, told from rows join keys using (id) where snapshot = ? and key = ?",
            [self.snapshot, key],
        )
        if not found:
            raise KeyError(key)
        return Row(*found[0])

    def __len__(self) -> int:
        return int(self.tables.one("select count(*) from rows where snapshot = ?", [self.snapshot]))

    def __iter__(self) -> Iterator[Key]:
        return (key for key, _ in self._all())

    def items(self) -> ItemsView[Key, Row]:
        """All of them, without looking for each."""
        return _Pairs(self, self._all)

    def _all(self) -> Iterator[tuple[Key, Row]]:
        answer = self.tables.connection.cursor().execute(
            "select key, digest, asked, told from rows join keys using (id) where snapshot = ? order by id",
            [self.snapshot],
        )
        return ((key, Row(*fields)) for key, *fields in fetched(answer))


@dataclass(frozen=True)
class KeptItems(Mapping[Key, bytes]):
    """The JSON text of a snapshot's items, from its file."""

    tables: Tables
    rows: KeptRows
    file: Path

    def __getitem__(self, key: Key) -> bytes:
        found = self.tables.query(
            "select item from read_parquet(?, file_row_number = true) where key = ?"
            " order by file_row_number desc limit 1",
            [str(self.file), key],
        )
        if not found:
            raise KeyError(key)
        return str(found[0][0]).encode()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.rows)

    def items(self) -> ItemsView[Key, bytes]:
        """All of them, without looking for each."""
        return _Pairs(self, self._all)

    def _all(self) -> Iterator[tuple[Key, bytes]]:
        answer = self.tables.connection.cursor().execute(
            "select key, item from read_parquet(?, file_row_number = true)"
            " qualify row_number() over (partition by key order by file_row_number desc) = 1 order by file_row_number",
            [str(self.file)],
        )
        return ((key, item.encode()) for key, item in fetched(answer))


class _Pairs(ItemsView[Key, Value]):
    """What `items()` answers, read in one go."""

    def __init__(self, mapping: Mapping[Key, Value], pairs: Callable[[], Iterator[tuple[Key, Value]]]) -> None:
        super().__init__(mapping)
        self._pairs = pairs

    def __iter__(self) -> Iterator[tuple[Key, Value]]:
        return self._pairs()
