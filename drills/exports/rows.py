"""Rows on their way into the parts of a snapshot: as many at a time as fit well in memory."""

from pathlib import Path
from types import TracebackType

from ..snapshots.columns import StoredRow, columns_of
from ..snapshots.folder import PartWriter

MOST_ROWS, MOST_BYTES = 20_000, 16 << 20
"""So much is held before it is written, whichever comes first: items have up to 400 KB."""


class RowWriter:
    """Writes the rows of one part; what is written stays only if the block in which it was made ends well."""

    def __init__(self, folder: Path, name: str) -> None:
        self._part = PartWriter(folder, name)
        self._rows: list[StoredRow] = []
        self._bytes = 0

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._part.give_up()
            return
        self._flush()
        self._part.finish()

    @property
    def count(self) -> int:
        """How many rows there are so far."""
        return self._part.rows + len(self._rows)

    def add(self, row: StoredRow) -> None:
        """Write a row."""
        self._rows.append(row)
        self._bytes += len(row.item or b"")
        if len(self._rows) >= MOST_ROWS or self._bytes >= MOST_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._part.add(columns_of(self._rows))
        self._rows, self._bytes = [], 0
