"""The complete list of differences, streamed to a file: JSON lines, or Parquet."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import UsageError
from ..store import put_in_place
from .result import DifferenceRecord

CHANGE = pa.struct([(name, pa.string()) for name in ("path", "change", "left_type", "right_type", "left", "right")])
SCHEMA = pa.schema([("class", pa.string()), ("key", pa.string()), ("changes", pa.list_(CHANGE))])
"""As in JSON; the values of a change, where they are shown, are typed JSON as text."""

ROWS_AT_ONCE = 5000


class Lines(Protocol):
    """Where differences go, one after the other."""

    def add(self, record: DifferenceRecord) -> None:
        """Write one."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class JsonLines:
    """One JSON object a line."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, record: DifferenceRecord) -> None:
        """See `Lines.add`."""
        self._stream.write(record.model_dump_json().encode() + b"\n")

    def close(self) -> None:
        """See `Lines.close`."""
        self._stream.flush()


class ParquetRows:
    """One row a difference."""

    def __init__(self, stream: BinaryIO) -> None:
        self._file = pq.ParquetWriter(stream, SCHEMA, compression="zstd")
        self._rows: list[DifferenceRecord] = []

    def add(self, record: DifferenceRecord) -> None:
        """See `Lines.add`."""
        self._rows.append(record)
        if len(self._rows) == ROWS_AT_ONCE:
            self._write()

    def close(self) -> None:
        """See `Lines.close`."""
        self._write()
        self._file.close()

    def _write(self) -> None:
        rows = [{"class": row.class_, "key": row.key, "changes": _changes(row)} for row in self._rows]
        self._file.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
        self._rows = []


def _changes(record: DifferenceRecord) -> list[dict[str, str | None]] | None:
    if record.changes is None:
        return None
    return [
        {**change.model_dump(), **{side: _text(getattr(change, side)) for side in ("left", "right")}}
        for change in record.changes
    ]


def _text(typed: object) -> str | None:
    return None if typed is None else orjson.dumps(typed).decode()


FORMS: dict[str, Callable[[BinaryIO], Lines]] = {".jsonl": JsonLines, ".parquet": ParquetRows}


class ListingFile:
    """A file that gets its name when the list is whole: by its ending JSON lines (`.jsonl`) or Parquet (`.parquet`).

    Raises:
        UsageError: it has another ending, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        form = FORMS.get(path.suffix)
        if form is None:
            raise UsageError(f"--out {path} is neither .jsonl nor .parquet", "The ending says how it is written.")
        self._path = path
        self._unfinished = path.with_name(f".{path.name}.unfinished")
        try:
            self._stream = self._unfinished.open("wb")
        except OSError as error:
            raise UsageError(f"--out {path}: {error.strerror}", "Name a file that can be written.") from error
        self._unfinished.chmod(0o600)
        self._lines: Lines = form(self._stream)

    def __enter__(self) -> Self:
        return self

    def add(self, record: DifferenceRecord) -> None:
        """See `Lines.add`."""
        self._lines.add(record)

    def close(self) -> None:
        """See `Lines.close`; the file gets its name when it is left."""
        self._lines.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stream.close()
        if kind is None:
            put_in_place(self._unfinished, self._path)
        else:
            self._unfinished.unlink(missing_ok=True)
