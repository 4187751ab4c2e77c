"""Signatures: equal exactly for tables that hold the same, whatever the order; and the buckets that differ."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.snapshots import signature as signatures
from dynadrill.drills.snapshots.about import About
from dynadrill.drills.snapshots.columns import StoredRow, columns_of, digest_of, halves, key_digest
from dynadrill.drills.snapshots.folder import PartWriter, StoredSnapshot, open_snapshot, write_about
from dynadrill.drills.snapshots.signature import (
    BUCKETS,
    Signature,
    differing_buckets,
    read_signature,
    rows_in_buckets,
    signature_of,
    write_signature,
)
from dynadrill.drills.values import digest, key_of
from hypothesis import given, settings
from hypothesis import strategies as st

Table = list[tuple[str, str]]
"""Rows of a table: key and value; a key can be there twice, as a defect has it."""

TABLES = st.lists(st.tuples(st.sampled_from([f"k{n}" for n in range(12)]), st.sampled_from("uvw")), max_size=20)


def stored(folder: Path, table: Table, parts: int = 1, **fields: Any) -> StoredSnapshot:
    """A snapshot of a table, in so many parts."""
    rows = [row(key, value) for key, value in table]
    names: dict[str, int] = {}
    for number in range(parts):
        mine = rows[number::parts]
        if mine:
            part = PartWriter(folder, f"{number:04d}-0000.parquet")
            part.add(columns_of(mine))
            part.finish()
            names[part.name] = part.rows
    about: dict[str, Any] = {
        "source": "orders",
        "key_attributes": ("id",),
        "key_types": ("S",),
        "began_at": 1.0,
        "ended_at": 2.0,
        "complete": True,
        "holds": "items",
        "parts": names,
    }
    write_about(folder, About(**{**about, **fields}))
    return open_snapshot(folder)


def row(key: str, value: str) -> StoredRow:
    """One item."""
    item = {"id": {"S": key}, "v": {"S": value}}
    return StoredRow(key_of(item, ("id",)), digest(item), 1.0, 2.0, b"{}")


def in_halves(digest: bytes) -> tuple[bytes, bytes]:
    """Sixteen bytes as two times eight."""
    return digest[:8], digest[8:]


def bucket_of(key: str) -> int:
    """The first ten bits of the key's digest, as Python has them."""
    return int.from_bytes(key_digest(key_of({"id": {"S": key}}, ("id",)))) >> 118


@settings(max_examples=40)
@given(left=TABLES, right=TABLES, parts=st.integers(1, 3))
def test_signatures_are_equal_exactly_for_equal_tables(
    tmp_path_factory: pytest.TempPathFactory, left: Table, right: Table, parts: int
) -> None:
    """Two multisets of rows have the same buckets exactly if they are the same, and those that differ are named."""
    folder = tmp_path_factory.mktemp("signatures")
    one = signature_of(stored(folder / "left", left))
    other = signature_of(stored(folder / "right", right, parts))
    found = differing_buckets(one, other)
    different = (Counter(left) - Counter(right)) + (Counter(right) - Counter(left))
    assert found == {bucket_of(key) for key, _ in different}
    assert signature_of(stored(folder / "again", left[::-1], parts)) == one


@settings(max_examples=40)
@given(table=TABLES)
def test_a_bucket_is_counted_and_summed_as_its_words_say(
    tmp_path_factory: pytest.TempPathFactory, table: Table
) -> None:
    """Python's own MD5 and sum, modulo 2^128, come to the same."""
    sums: dict[int, tuple[int, int]] = {}
    for key, value in table:
        each = row(key, value)
        numbers = [half[0].as_py() for of in (key_digest(each.key), each.digest) for half in halves([of])]
        text = ",".join(map(str, numbers)).encode()
        count, total = sums.get(bucket_of(key), (0, 0))
        upper, lower = (int.from_bytes(half, "little") for half in in_halves(hashlib.md5(text).digest()))
        sums[bucket_of(key)] = (count + 1, (total + (upper << 64) + lower) % 2**128)
    found = signature_of(stored(tmp_path_factory.mktemp("signature") / "s", table))
    assert found.buckets == {bucket: (count, f"{total:032x}") for bucket, (count, total) in sums.items()}
    assert found.rows == len(table)


def test_a_row_that_is_there_twice_does_not_vanish(tmp_path: Path) -> None:
    """XOR would take a pair of equal rows for none."""
    twice = signature_of(stored(tmp_path / "twice", [("k", "v"), ("k", "v"), ("other", "v")]))
    none = signature_of(stored(tmp_path / "none", [("other", "v")]))
    assert differing_buckets(twice, none) == {bucket_of("k")}


def test_values_that_changed_places_are_seen(tmp_path: Path) -> None:
    """The same keys and the same values, each under the other's key, are not the same table."""
    keys = [f"k{number}" for number in range(3000)]
    same = next((a, b) for a in keys for b in keys if a < b and bucket_of(a) == bucket_of(b))
    left = [(same[0], "u"), (same[1], "v")]
    right = [(same[0], "v"), (same[1], "u")]
    found = differing_buckets(signature_of(stored(tmp_path / "l", left)), signature_of(stored(tmp_path / "r", right)))
    assert found == {bucket_of(same[0])}


def test_only_the_rows_of_some_buckets_are_read(tmp_path: Path) -> None:
    """All rows of these buckets, with all their columns, and no others."""
    table = [(f"k{number}", "v") for number in range(500)]
    snapshot = stored(tmp_path, table, 3)
    wanted = frozenset({bucket_of("k1"), bucket_of("k2")})
    rows = [row for batch in rows_in_buckets(snapshot, wanted) for row in batch.to_pylist()]
    assert sorted(row["key"] for row in rows) == sorted(
        key_of({"id": {"S": key}}, ("id",)) for key, _ in table if bucket_of(key) in wanted
    )
    for each in rows:
        assert digest_of(each["key_high"], each["key_low"]) == key_digest(each["key"])
    assert not list(rows_in_buckets(snapshot, frozenset()))


def test_it_takes_kilobytes(tmp_path: Path) -> None:
    """A signature in which every bucket is used is read back as it was written, and is less than 50 kB."""
    table = [(f"k{number}", "v") for number in range(20_000)]
    signature = signature_of(stored(tmp_path / "s", table, 2))
    assert len(signature.buckets) == BUCKETS
    write_signature(signature, tmp_path / "signature.json")
    assert (tmp_path / "signature.json").stat().st_size < 50_000
    assert read_signature(tmp_path / "signature.json") == signature


def test_an_incomplete_snapshot_has_no_signature(tmp_path: Path) -> None:
    """A sum over some of a table's rows would be taken for damage."""
    with pytest.raises(UnverifiableError, match="is not complete"):
        signature_of(stored(tmp_path / "s", [("k", "v")], complete=False))


@pytest.mark.parametrize(
    "fields", [{"key_attributes": ("key",)}, {"key_types": ("B",)}, {"holds": "keys"}], ids=["names", "types", "holds"]
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, fields: dict[str, Any]) -> None:
    """Other keys, or digests of other things, would differ everywhere and say nothing."""
    one = signature_of(stored(tmp_path / "one", [("k", "v")]))
    other = signature_of(stored(tmp_path / "other", [("k", "v")], **fields))
    with pytest.raises(UsageError):
        differing_buckets(one, other)


def test_a_signature_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    """A missing one is a usage error; one that is cut short or has lost a bucket cannot be verified."""
    signature = signature_of(stored(tmp_path / "s", [("a", "v"), ("b", "v"), ("c", "v")]))
    with pytest.raises(UsageError, match="there is no signature"):
        read_signature(tmp_path / "s")
    path = tmp_path / "s" / signatures.SIGNATURE
    write_signature(signature, path)
    assert read_signature(tmp_path / "s") == signature
    lost = dict(list(signature.buckets.items())[1:])
    write_signature(Signature(**{**signature.model_dump(), "buckets": lost}), path)
    with pytest.raises(UnverifiableError, match="has buckets of 2 rows, and says 3"):
        read_signature(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UnverifiableError, match="no whole signature"):
        read_signature(path)
