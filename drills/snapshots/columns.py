"""The columns of a stored snapshot, and how rows become them."""

import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import pyarrow as pa

from ..values import DIGEST_BYTES, Key

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
its JSON as the wire had it (null where only keys and digests are kept)."""


class StoredRow(NamedTuple):
    """One item of a stored snapshot, before it becomes columns."""

    key: Key
    digest: bytes
    asked_at: float | None
    told_at: float | None
    item: bytes | None


def key_digest(key: Key) -> bytes:
    """16 bytes that stand for a key."""
    return blake2b(key.encode(), digest_size=DIGEST_BYTES).digest()


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
    whole = array("q")
    whole.frombytes(b"".join(digests))
    if sys.byteorder == "little":
        whole.byteswap()
    high, low = (pa.py_buffer(whole[half::2]) for half in (0, 1))
    return _column(len(digests), high), _column(len(digests), low)


def _column(length: int, integers: pa.Buffer) -> pa.Array:
    return pa.Array.from_buffers(pa.int64(), length, [None, integers])


def digest_of(high: int, low: int) -> bytes:
    """The 16 bytes of which these are the halves."""
    return high.to_bytes(8, "big", signed=True) + low.to_bytes(8, "big", signed=True)
