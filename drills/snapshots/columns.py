"""The columns of a stored snapshot, and how rows become them."""

import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import pyarrow as pa

from ..values import DIGEST_BYTES, Item, Key, key_writer, short_digest, with_texts
from .about import Holds

SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("key_high", pa.int64()),
        ("key_low", pa.int64()),
        ("digest_high", pa.int64()),
        ("digest_low", pa.int64()),
        ("asked_at", pa.float64()),
        ("told_at", pa.float64()),
        ("item", pa.string()),
    ]
)
"""One row an item: its key as canonical JSON text; 16 bytes that stand for the key and 16 that stand for its value,
each as two signed integers of 8 bytes, the high half first (they join three times as fast as text, in memory that does
not depend on the keys' length, in every SQL engine); the instants between which it was read (null where nobody knows);
its JSON as the wire had it, names in order (null where only keys and digests are kept)."""


class StoredRow(NamedTuple):
    """One item of a stored snapshot, before it becomes columns."""

    key: Key
    digest: bytes
    asked_at: float | None
    told_at: float | None
    item: bytes | None


class Columns:
    """Rows that are on their way to the disk, by column: pages in, one batch out, and no object a row between.

    Args:
        key_attributes: partition key first.
        holds: where it is not `items` no row keeps its JSON, and where it is `keys` its digest is that of its key.
    """

    def __init__(self, key_attributes: tuple[str, ...], holds: Holds) -> None:
        self.rows = 0
        self._write_key = key_writer(key_attributes)
        self._holds = holds
        self._keys, self._key_ends = bytearray(), array("i", [0])
        self._texts, self._text_ends = bytearray(), array("i", [0])
        self._key_digests, self._digests = bytearray(), bytearray()
        self._asked_at, self._told_at = array("d"), array("d")

    @property
    def size_bytes(self) -> int:
        """So much text is held."""
        return len(self._keys) + len(self._texts)

    def add(self, items: Sequence[Item], asked_at: float, told_at: float) -> None:
        """Take a page."""
        # This is done for every item of a table: what is called for each is here, not in functions of its own.
        write_key, with_value, with_item = self._write_key, self._holds != "keys", self._holds == "items"
        keys, key_ends, key_digests = self._keys, self._key_ends, self._key_digests
        values, value_ends, digests = self._texts, self._text_ends, self._digests
        for item, text, canonical in with_texts(items) if with_value else ((item, b"", b"") for item in items):
            key = write_key(item)
            keys += key
            key_ends.append(len(keys))
            key_digests += blake2b(key, digest_size=DIGEST_BYTES).digest()
            if with_value:
                digests += blake2b(canonical, digest_size=DIGEST_BYTES).digest()
            if with_item:
                values += text
                value_ends.append(len(values))
        self.rows += len(items)
        self._asked_at.extend([asked_at] * len(items))
        self._told_at.extend([told_at] * len(items))

    def batch(self) -> pa.RecordBatch:
        """All rows so far; nothing can be added after."""
        with_item = self._holds == "items"
        columns = [
            _text_column(self._key_ends, self._keys),
            *_halves(self._key_digests),
            *_halves(self._key_digests if self._holds == "keys" else self._digests),
            _column(pa.float64(), self._asked_at),
            _column(pa.float64(), self._told_at),
            _text_column(self._text_ends, self._texts) if with_item else pa.nulls(self.rows, pa.string()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def key_digest(key: Key) -> bytes:
    """16 bytes that stand for a key."""
    return short_digest(key.encode())


def columns_of(rows: Sequence[StoredRow]) -> pa.RecordBatch:
    """Rows as one batch of columns."""
    key_high, key_low = halves([key_digest(row.key) for row in rows])
    digest_high, digest_low = halves([row.digest for row in rows])
    columns = [
        pa.array([row.key for row in rows], pa.string()),
        key_high,
        key_low,
        digest_high,
        digest_low,
        pa.array([row.asked_at for row in rows], pa.float64()),
        pa.array([row.told_at for row in rows], pa.float64()),
        pa.array([row.item for row in rows], pa.binary()).cast(pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def halves(digests: Sequence[bytes]) -> tuple[pa.Array, pa.Array]:
    """Digests of 16 bytes as two columns of signed integers, the high half first."""
    return _halves(b"".join(digests))


def _halves(digests: bytes | bytearray) -> tuple[pa.Array, pa.Array]:
    whole = array("q")
    whole.frombytes(digests)
    if sys.byteorder == "little":
        whole.byteswap()
    return _column(pa.int64(), whole[0::2]), _column(pa.int64(), whole[1::2])


def _column(kind: pa.DataType, values: "array[Any]") -> pa.Array:
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _text_column(ends: "array[int]", text: bytearray) -> pa.Array:
    """Texts that stand one after the other; UTF-8, since orjson made them."""
    return pa.Array.from_buffers(pa.string(), len(ends) - 1, [None, pa.py_buffer(ends), pa.py_buffer(text)])


def halves_of(digest: bytes) -> tuple[int, int]:
    """A digest of 16 bytes as its two signed halves, the high one first."""
    return int.from_bytes(digest[:8], "big", signed=True), int.from_bytes(digest[8:], "big", signed=True)


def digest_of(high: int, low: int) -> bytes:
    """The 16 bytes of which these are the halves."""
    return high.to_bytes(8, "big", signed=True) + low.to_bytes(8, "big", signed=True)
