"""The changes of incremental exports, as columns: what each key held before a window, and what after it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import UnverifiableError
from ..snapshots.columns import halves_of, key_digest
from ..values import Key, digest
from .keys import KeySchema
from .lines import Line, lines_of
from .manifest import AGAIN_HINT, Export
from .progress import Tally
from .rows import MOST_BYTES, MOST_ROWS, NOT_TYPED, not_typed

SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("key_high", pa.int64()),
        ("key_low", pa.int64()),
        ("micros", pa.int64()),
        ("line", pa.int64()),
        ("part", pa.int64()),
        ("new_high", pa.int64()),
        ("new_low", pa.int64()),
        ("old_high", pa.int64()),
        ("old_low", pa.int64()),
        ("item", pa.string()),
    ]
)
"""One row a change: the key and its digest as in a snapshot; when it was last written, in microseconds since the epoch;
the line's number over all windows, and the window's; digests of what it holds after the window and held before (null
for nothing); the item after it."""

MEMBERS = frozenset({"Metadata", "Keys", "NewImage", "OldImage"})


class Change(NamedTuple):
    """What a window did to one key."""

    key: Key
    micros: int
    new: dict[str, Any] | None
    old: dict[str, Any] | None


def write_changes(exports: Sequence[Export], keys: KeySchema, path: Path, tally: Tally) -> None:
    """Read the changes of some windows, in order, into one Parquet file.

    Raises:
        UnverifiableError: a data file is missing or damaged, or a line is not a change of this table.
    """
    number = 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1) as file:
        rows: list[tuple[Any, ...]] = []
        size = 0
        for part, export in enumerate(exports):
            for place, data in export.data():
                for line in lines_of(place, data, kms=export.kms):
                    row = _row(line, keys, number, part)
                    number += 1
                    rows.append(row)
                    size += len(row[-1] or b"")
                    tally.count()
                    if len(rows) >= MOST_ROWS or size >= MOST_BYTES:
                        file.write_batch(_batch(rows))
                        rows, size = [], 0
        file.write_batch(_batch(rows))


def changes_in(export: Export, keys: KeySchema) -> Iterator[Change]:
    """The changes of one window, in no order.

    Raises:
        UnverifiableError: a data file is missing or damaged, or a line is not a change of this table.
    """
    for place, data in export.data():
        for line in lines_of(place, data, kms=export.kms):
            try:
                yield _change(line, keys)
            except NOT_TYPED as error:
                raise not_typed(line.where, error) from error


def key_attributes_in(export: Export) -> tuple[str, ...]:
    """The key attributes that the first line of an incremental export shows, in its order; none if it has no line."""
    for place, data in export.data():
        for line in lines_of(place, data, kms=export.kms):
            keys = line.record.get("Keys")
            return tuple(keys) if isinstance(keys, dict) else ()
    return ()


def _change(line: Line, keys: KeySchema) -> Change:
    record = line.record
    found = record.get("Keys")
    if not isinstance(found, dict) or not {"Metadata", "Keys"} <= record.keys() <= MEMBERS:
        raise _not_a_change(line, f"its members are {', '.join(record) or 'none'}")
    if set(found) != set(keys.attributes):
        raise _not_a_change(
            line, f"its key is {', '.join(found)}, where that of the table is {', '.join(keys.attributes)}"
        )
    key = keys.key_of(found, line.where)
    images = {name: record.get(name) for name in ("NewImage", "OldImage")}
    for name, image in images.items():
        if image is not None and not _is_of(image, key, keys, line):
            raise _not_a_change(line, f"its {name} has another key than its Keys")
    return Change(key, _micros(line), images["NewImage"], images["OldImage"])


def _is_of(image: Any, key: Key, keys: KeySchema, line: Line) -> bool:
    """Whether an image is an item with this key."""
    return isinstance(image, dict) and image.keys() >= set(keys.attributes) and keys.key_of(image, line.where) == key


def _micros(line: Line) -> int:
    """The write's time: a typed number in real exports, a bare text in the guide."""
    metadata = line.record["Metadata"]
    written = metadata.get("WriteTimestampMicros") if isinstance(metadata, dict) else None
    text = written.get("N") if isinstance(written, dict) else written
    if not str(text).isdecimal():
        raise _not_a_change(line, f"its Metadata has no WriteTimestampMicros: {metadata!r}")
    return int(str(text))


def _row(line: Line, keys: KeySchema, number: int, part: int) -> tuple[Any, ...]:
    try:
        return _columns(_change(line, keys), number, part)
    except NOT_TYPED as error:
        raise not_typed(line.where, error) from error


def _columns(change: Change, number: int, part: int) -> tuple[Any, ...]:
    new, old = ((None, None) if image is None else halves_of(digest(image)) for image in (change.new, change.old))
    item = None if change.new is None else orjson.dumps(change.new)
    return (change.key, *halves_of(key_digest(change.key)), change.micros, number, part, *new, *old, item)


def _batch(rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns[:-1], list(SCHEMA)[:-1], strict=True)]
    return pa.RecordBatch.from_arrays([*arrays, pa.array(columns[-1], pa.binary()).cast(pa.string())], schema=SCHEMA)


def _not_a_change(line: Line, found: str) -> UnverifiableError:
    return UnverifiableError(f"{line.where} is not a change of this table: {found}", AGAIN_HINT)
