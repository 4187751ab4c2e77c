"""A snapshot's folder: writing its parts, and opening it (or a drill's single file) to be compared."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from ..errors import UnverifiableError, UsageError
from ..store import write_atomically
from .about import About
from .columns import SCHEMA
from .single import about_file

MANIFEST = "snapshot.json"
AGAIN_HINT = "Take the snapshot again."
COMPRESSIONS = {
    name: "none" if "digest" in name or name in {"key_high", "key_low"} else "zstd" for name in SCHEMA.names
}
"""By column; digests look like chance, and nothing makes them smaller."""
PRIVATE = 0o600
"""The mode of files that hold what somebody's table holds."""


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot on disk: its Parquet files, of the columns of `columns.SCHEMA`, and what they are of."""

    path: Path
    about: About

    @property
    def files(self) -> Sequence[Path]:
        """The Parquet files; none where the table held nothing."""
        return [self.path / name for name in self.about.parts]


class PartWriter:
    """Writes one part: batches of columns into a file that gets its name when it is whole.

    Args:
        folder: of the snapshot; made if need be.
        name: of the part: `0003-0001.parquet`.
    """

    def __init__(self, folder: Path, name: str) -> None:
        make_folder(folder)
        self.name = name
        self.rows = 0
        self._path = folder / name
        self._unfinished = folder / f"{name}.unfinished"
        self._unfinished.touch(PRIVATE, exist_ok=True)
        self._file = pq.ParquetWriter(
            self._unfinished,
            SCHEMA,
            compression=COMPRESSIONS,
            compression_level={name: 1 for name, how in COMPRESSIONS.items() if how == "zstd"},
            use_dictionary=["asked_at", "told_at"],
            write_statistics=["key_high", "asked_at", "told_at"],
        )

    def add(self, batch: pa.RecordBatch) -> None:
        """Write some rows."""
        self._file.write_batch(batch)
        self.rows += batch.num_rows

    def finish(self) -> None:
        """Make the part whole: from now on it has its name."""
        self._file.close()
        with self._unfinished.open("rb") as written:
            os.fsync(written.fileno())
        self._unfinished.replace(self._path)

    def give_up(self) -> None:
        """Leave nothing of the part."""
        self._file.close()
        self._unfinished.unlink(missing_ok=True)


def write_about(folder: Path, about: About) -> None:
    """Write the manifest, whole or not at all."""
    make_folder(folder)
    write_atomically(folder / MANIFEST, about.model_dump_json(indent=1) + "\n", PRIVATE)


def make_folder(folder: Path) -> None:
    """Make a snapshot's folder, for its owner alone: what is in it is what the table holds.

    Raises:
        UsageError: it cannot be made there.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make {folder}: {error.strerror}", "Name another folder.") from error


def open_snapshot(path: Path) -> StoredSnapshot:
    """Open a snapshot's folder, or a drill's `snapshot-*.parquet`.

    Raises:
        UsageError: there is none.
        UnverifiableError: it is not whole: its manifest cannot be read, a part is gone or has other rows.
    """
    if path.is_file():
        return StoredSnapshot(path.parent, about_file(path))
    manifest = path / MANIFEST
    if not manifest.is_file():
        raise UsageError(f"{path} is no snapshot: it has no {MANIFEST}", "`dynadrill snapshot TABLE` makes one.")
    try:
        about = About.model_validate(orjson.loads(manifest.read_bytes()))
    except (ValidationError, orjson.JSONDecodeError) as error:
        raise UnverifiableError(f"{manifest} cannot be read: {error}", AGAIN_HINT) from error
    stored = StoredSnapshot(path, about)
    for file in stored.files:
        _check_part(file, about.parts[file.name])
    return stored


def _check_part(file: Path, rows: int) -> None:
    try:
        found = pq.read_metadata(file).num_rows
    except (OSError, pa.ArrowException) as error:
        raise UnverifiableError(f"{file} is not a whole part: {type(error).__name__}: {error}", AGAIN_HINT) from error
    if found != rows:
        raise UnverifiableError(f"{file} has {found:,} rows, where {rows:,} were written", AGAIN_HINT)
