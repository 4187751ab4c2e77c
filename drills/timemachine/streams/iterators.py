"""Shard iterators: where a reader stands in a shard, and when it was told so.

An iterator holds all that it stands for, as text: the machine remembers none.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import NamedTuple

import orjson

from ..errors import AwsError, invalid

LIFE_S = 900
"""An iterator lives for 15 minutes (API reference of GetShardIterator)."""


class ShardIterator(NamedTuple):
    """A place in a shard: the next record is the first whose sequence is `position` or larger."""

    stream_arn: str
    shard_id: str
    position: int
    issued_at: float

    def text(self) -> str:
        """The iterator as clients see it, in AWS's form: `ARN|1|...`."""
        place = orjson.dumps([self.shard_id, self.position, self.issued_at])
        return f"{self.stream_arn}|1|{b64encode(place).decode()}"

    def check_life(self, now: float) -> None:
        """Refuse an iterator that is too old.

        Raises:
            AwsError: ExpiredIteratorException.
        """
        if now - self.issued_at > LIFE_S:
            raise AwsError(
                "ExpiredIteratorException",
                f"The shard iterator has expired: it is {now - self.issued_at:.0f} seconds old, and lives for {LIFE_S}",
            )


def iterator_of(text: str) -> ShardIterator:
    """The iterator behind a text.

    Raises:
        AwsError: it is none that was given out.
    """
    arn, _, rest = text.partition("|1|")
    try:
        place = orjson.loads(b64decode(rest, validate=True))
    except (NotBase64, ValueError):
        raise _not_an_iterator() from None
    match place:
        case [str(shard_id), int(position), float(issued_at) | int(issued_at)] if not isinstance(position, bool):
            return ShardIterator(arn, shard_id, position, float(issued_at))
    raise _not_an_iterator()


def _not_an_iterator() -> AwsError:
    return invalid("Invalid ShardIterator: it is not one that GetShardIterator or GetRecords has answered")
