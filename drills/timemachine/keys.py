"""Keys as bytes that sort as DynamoDB reads a table: by a hash of the partition key, then by the sort key.

A key is `hash(8) + length of the partition key(2) + partition key + sort key`. Keys of one partition stand together,
in the order of their sort keys (strings and binary by their bytes, numbers by value), and a segment of a parallel scan
is a range. How AWS orders partitions is not documented; only that it is not the order of the keys.
"""

from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from .attributes import Attributes, Typed, binary
from .errors import SchemaMismatchError, invalid

OrderKey: TypeAlias = bytes

HASH_BYTES = 8
LONGEST_PARTITION_KEY = 2048
LONGEST_SORT_KEY = 1024
END = b"\xff" * (LONGEST_SORT_KEY + 1)
"""Sorts after every sort key."""
EXPONENT_SHIFT = 0x4000
NINES_COMPLEMENT = bytes.maketrans(b"0123456789", b"9876543210")


class KeySchema(NamedTuple):
    """The key attributes of a table and their types (`S`, `N` or `B`); no sort key where `sort` is None."""

    partition: str
    partition_type: str
    sort: str | None = None
    sort_type: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The key attributes, partition key first."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)

    def of_item(self, item: Attributes) -> OrderKey:
        """The key of a whole item.

        Raises:
            AwsError: a key attribute is missing, of the wrong type, empty or too long.
        """
        for name in self.names:
            if name not in item:
                raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
        return self._encoded(item, "One or more parameter values were invalid: Type mismatch for key")

    def prefix(self, partition: Typed) -> OrderKey:
        """What the keys of a partition begin with."""
        return partition_prefix(raw(partition))

    def place(self, sort: Typed) -> tuple[bytes, bytes]:
        """The stretch behind the prefix that one sort key takes: its start, and where it is over."""
        start = sort_bytes(sort)
        return start, start + b"\x00"

    def beginning(self, sort: Typed) -> bytes:
        """What the sort keys that begin with this one have in common, behind the prefix."""
        return raw(sort)

    def of_key(self, key: Attributes) -> OrderKey:
        """The key that a request names, which must be the key attributes and no others."""
        if len(key) != len(self.names) or any(name not in key for name in self.names):
            raise invalid("The provided key element does not match the schema")
        return self._encoded(key, None)

    def _encoded(self, values: Attributes, mismatch: str | None) -> OrderKey:
        partition = self._part(values[self.partition], self.partition, self.partition_type, mismatch)
        if len(partition) > LONGEST_PARTITION_KEY:
            raise invalid(
                "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit "
                f"of{LONGEST_PARTITION_KEY} bytes"
            )
        if self.sort is None:
            return partition_prefix(partition)
        sort_value = values[self.sort]
        sort = self._part(sort_value, self.sort, self.sort_type, mismatch)
        if len(sort) > LONGEST_SORT_KEY:
            raise invalid(
                "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the "
                f"size limit of {LONGEST_SORT_KEY} bytes"
            )
        return partition_prefix(partition) + (sortable_number(sort_value["N"]) if self.sort_type == "N" else sort)

    def _part(self, typed: Typed, name: str, expected: str, mismatch: str | None) -> bytes:
        if expected not in typed:
            if mismatch is None:
                raise invalid("The provided key element does not match the schema")
            raise SchemaMismatchError(f"{mismatch} {name} expected: {expected} actual: {next(iter(typed))}")
        part = raw(typed)
        if not part:
            kind = "binary" if expected == "B" else "string"
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
                f"an empty {kind} value. Key: {name}"
            )
        return part


def raw(typed: Typed) -> bytes:
    """The bytes of a key attribute's value; equal exactly for equal stored values."""
    ((kind, value),) = typed.items()
    return binary(value) if kind == "B" else bytes(value, "utf-8")


def partition_prefix(partition: bytes) -> OrderKey:
    """What all keys of a partition begin with, and no others."""
    spread = blake2b(partition, digest_size=HASH_BYTES).digest()
    return spread + len(partition).to_bytes(2, "big") + partition


def sortable_number(text: str) -> bytes:
    """Bytes that sort as numbers do. The number is in its stored form."""
    value = Decimal(text)
    if not value:
        return b"\x01"
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0").encode()
    exponent = value.adjusted() + EXPONENT_SHIFT
    if value > 0:
        return b"\x02" + exponent.to_bytes(2, "big") + digits
    mirrored = 2 * EXPONENT_SHIFT - exponent
    # The closing byte sorts -1 after -1.5: of two negative numbers the one with fewer digits is the larger.
    return b"\x00" + mirrored.to_bytes(2, "big") + digits.translate(NINES_COMPLEMENT) + b"\xff"


def sort_bytes(typed: Typed) -> bytes:
    """A sort key's bytes as they stand in an order key."""
    return sortable_number(typed["N"]) if "N" in typed else raw(typed)


def segment_start(segment: int, total: int) -> OrderKey:
    """The smallest key that a segment of a parallel scan may hold; the next one's is where it ends."""
    if segment >= total:
        return END
    start = -(-segment * (1 << 64) // total)
    return start.to_bytes(HASH_BYTES, "big")
