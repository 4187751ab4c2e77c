"""Shards: the stretches of a stream, one after the other, each the child of the one before."""

from hashlib import blake2b
from typing import NamedTuple

FIRST_NUMBER = 10**20
"""Sequence numbers have at least 21 digits (API reference); clients compare them as numbers."""


class Shard(NamedTuple):
    """One stretch. Its records have sequences between `first` and `last`, which are no record's own.

    The shard is open while `last` is None. Children are read after their parents: so every item's changes are met in
    the order of its writes.
    """

    shard_id: str
    parent: str | None
    first: int
    last: int | None = None
    closed_at: float | None = None

    @property
    def end(self) -> int | None:
        """Where a reader has nothing more to wait for; None while the shard is open."""
        return None if self.last is None else self.last + 1


def new_shard_id(stream: str, millisecond: int) -> str:
    """A shard's id: `shardId-00000001700000000250-1f0c7a3e`; those of one stream sort by age."""
    return f"shardId-{millisecond:020d}-{blake2b(f'{stream} {millisecond}'.encode(), digest_size=4).hexdigest()}"


def number_of(sequence: int) -> str:
    """A sequence number as clients see it: decimal digits."""
    return str(FIRST_NUMBER + sequence)


def sequence_of(number: str) -> int | None:
    """The sequence behind a sequence number; None for what is none."""
    if not (number.isascii() and number.isdecimal() and 21 <= len(number) <= 40):
        return None
    return int(number) - FIRST_NUMBER
