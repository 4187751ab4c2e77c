"""A snapshot's signature: kilobytes by which two tables are compared without their items leaving their Regions.

Keys fall into 1,024 buckets by their digest. A bucket's sign is the number of its rows and the sum, modulo 2^128, of
the MD5 of each row's key digest and value digest (both halves of it as little-endian numbers): it does not depend on
the order of rows, and unlike XOR a sum does not let a row that is there twice vanish. Buckets that differ hold a
difference for certain. Buckets that agree hold the same rows but for a chance of about 2^-128 each: a protection
against accidents, not against somebody who makes up items so that sums agree. 1,024 buckets take less than 50 kB,
and of a few differences leave a few thousandths of a table to be read.
"""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Literal

import duckdb
import orjson
import pyarrow as pa
from pydantic import ValidationError

from ..errors import UnverifiableError, UsageError
from ..json_model import JsonModel
from ..store import write_atomically
from .about import Holds, KeyType
from .columns import SCHEMA
from .folder import PRIVATE, StoredSnapshot

SIGNATURE = "signature.json"
BUCKET_BITS = 10
BUCKETS = 1 << BUCKET_BITS
BUCKET = f"((key_high >> {64 - BUCKET_BITS}) & {BUCKETS - 1})"
"""SQL: the bucket of a row, the first ten bits of its key's digest."""
ROW = "concat_ws(',', key_high, key_low, digest_high, digest_low)"
"""SQL: what of a row goes into the sum."""
SIGNS = f"""
    SELECT {BUCKET} AS bucket, count(*), sum(md5_number_upper({ROW})), sum(md5_number_lower({ROW}))
    FROM read_parquet($files) GROUP BY bucket
"""  # noqa: S608 -- of the texts above
MODULUS = 1 << 128
ROWS_AT_ONCE = 5000
HINT = "`dynadrill snapshot TABLE --signature` makes one."


class Signature(JsonModel):
    """The content of `signature.json`.

    `source`, `began_at`, `ended_at` and `holds` are the snapshot's. `buckets` has, by number, the rows of each bucket
    that has any, and its sum as 32 hexadecimal digits.
    """

    schema_: Literal["dynadrill.signature/1"] = "dynadrill.signature/1"
    source: str
    key_attributes: tuple[str, ...]
    key_types: tuple[KeyType, ...]
    began_at: float
    ended_at: float
    holds: Holds
    rows: int
    buckets: dict[int, tuple[int, str]]


def signature_of(snapshot: StoredSnapshot, memory_limit: str = "500MB") -> Signature:
    """The signature of a snapshot, from its digests alone.

    Raises:
        UnverifiableError: the snapshot is not complete: a sum over some of the rows says nothing.
    """
    about = snapshot.about
    if not about.complete:
        raise UnverifiableError(
            f"{snapshot.path} is not complete, and has no signature", "Go on with `dynadrill snapshot --resume`."
        )
    return Signature(
        source=about.source,
        key_attributes=about.key_attributes,
        key_types=about.key_types,
        began_at=about.began_at,
        ended_at=about.ended_at,
        holds=about.holds,
        rows=about.rows,
        buckets=dict(sorted(_buckets(snapshot, memory_limit).items())),
    )


def differing_buckets(left: Signature, right: Signature) -> frozenset[int]:
    """The buckets whose rows differ.

    Raises:
        UsageError: the two cannot be compared: other keys, or digests of other things.
    """
    for what in ("key_attributes", "key_types"):
        if getattr(left, what) != getattr(right, what):
            raise UsageError(
                f"the tables have other keys: {getattr(left, what)} and {getattr(right, what)}",
                "Signatures of tables with the same key schema can be compared.",
            )
    if (left.holds == "keys") != (right.holds == "keys"):
        raise UsageError("one signature is of keys only, the other of whole items", "Make both the same way.")
    return frozenset(
        bucket
        for bucket in left.buckets.keys() | right.buckets
        if left.buckets.get(bucket) != right.buckets.get(bucket)
    )


def in_buckets(buckets: Set[int]) -> str:
    """SQL: the condition that a row is in one of some buckets."""
    return f"{BUCKET} IN ({', '.join(map(str, sorted(buckets)))})" if buckets else "FALSE"


def rows_in_buckets(snapshot: StoredSnapshot, buckets: Set[int]) -> Iterator[pa.RecordBatch]:
    """The rows of some buckets, in batches of `columns.SCHEMA`; of the others no more than the key's digest is read."""
    if not buckets or not snapshot.files:
        return
    names = ", ".join(SCHEMA.names)
    with duckdb.connect() as database:
        sql = f"SELECT {names} FROM read_parquet($files) WHERE {in_buckets(buckets)}"  # noqa: S608 -- of numbers
        found = database.execute(sql, {"files": _names(snapshot)})
        while rows := found.fetchmany(ROWS_AT_ONCE):
            yield pa.RecordBatch.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)


def write_signature(signature: Signature, path: Path) -> None:
    """Write a signature, whole or not at all."""
    write_atomically(path, signature.model_dump_json() + "\n", PRIVATE)


def read_signature(path: Path) -> Signature:
    """Read a signature: the file, or the one of a snapshot's folder.

    Raises:
        UsageError: there is none.
        UnverifiableError: it is not whole.
    """
    file = path / SIGNATURE if path.is_dir() else path
    try:
        signature = Signature.model_validate(orjson.loads(file.read_bytes()))
    except FileNotFoundError:
        raise UsageError(f"there is no signature {file}", HINT) from None
    except (OSError, ValidationError, orjson.JSONDecodeError) as error:
        raise UnverifiableError(f"{file} is no whole signature: {error}", HINT) from error
    found = sum(count for count, _ in signature.buckets.values())
    if found != signature.rows:
        raise UnverifiableError(f"{file} has buckets of {found:,} rows, and says {signature.rows:,}", HINT)
    return signature


def _buckets(snapshot: StoredSnapshot, memory_limit: str) -> Mapping[int, tuple[int, str]]:
    if not snapshot.files:
        return {}
    with duckdb.connect(config={"memory_limit": memory_limit}) as database:
        found = database.execute(SIGNS, {"files": _names(snapshot)}).fetchall()
    return {
        int(bucket): (int(count), f"{((int(upper) << 64) + int(lower)) % MODULUS:032x}")
        for bucket, count, upper, lower in found
    }


def _names(snapshot: StoredSnapshot) -> list[str]:
    return [str(file) for file in snapshot.files]
