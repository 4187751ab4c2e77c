"""One change of one item, as a stream's record tells it."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from ..values import Change, Item, Key, digest, key_of


class ChangeRecord(NamedTuple):
    """One record of a stream.

    `sequence` orders the records of one item; `at` is ApproximateCreationDateTime, epoch seconds, which DynamoDB
    rounds down to the second (API reference, StreamRecord); at `read_at` it was there to be read. `new` is the item
    after the change, None where it was deleted; `old` the item before it, None where there was none or the stream
    does not show it (`shows_old`).
    """

    shard: str
    sequence: str
    at: float
    read_at: float
    key: Key
    new: Item | None
    old: Item | None
    shows_old: bool

    @property
    def change(self) -> Change:
        """What the change left under its key."""
        return Change(self.key, self.new)


def record_of(shard: str, record: Mapping[str, Any], key_attributes: Sequence[str], read_at: float) -> ChangeRecord:
    """A record as GetRecords answered it at an instant, with its values in wire form."""
    told = record["dynamodb"]
    return ChangeRecord(
        shard=shard,
        sequence=str(told["SequenceNumber"]),
        at=float(told["ApproximateCreationDateTime"].timestamp()),
        read_at=read_at,
        key=key_of(in_wire_form(told["Keys"]), key_attributes),
        new=in_wire_form(told["NewImage"]) if "NewImage" in told else None,
        old=in_wire_form(told["OldImage"]) if "OldImage" in told else None,
        shows_old=told["StreamViewType"] == "NEW_AND_OLD_IMAGES",
    )


def in_wire_form(value: Any) -> Any:
    """A part of an item that boto3 has read, with binary as base64 text again."""
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: in_wire_form(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [in_wire_form(member) for member in value]
    return value


def to_line(record: ChangeRecord) -> bytes:
    """A record as one line of a log."""
    return orjson.dumps(list(record)) + b"\n"


def of_line(line: bytes) -> ChangeRecord:
    """The record that a line of a log keeps."""
    return ChangeRecord(*orjson.loads(line))


def last_of_each(changes: Iterable[Change]) -> list[Change]:
    """What changes leave when they are applied in their order: one change per key."""
    return [Change(key, value) for key, value in {change.key: change.value for change in changes}.items()]


def first_break(records: Iterable[ChangeRecord], before: Mapping[Key, bytes] | None = None) -> ChangeRecord | None:
    """The first record that does not go on from what was left on its key before it: one is missing between.

    Only a stream that shows old images can tell; None where nothing is missing, or nothing shows it.

    Args:
        records: each item's in the order of its writes.
        before: digests of what was there before the first of them, by key, as far as that is known.
    """
    left = dict(before or {})
    for record in records:
        if record.shows_old and left.get(record.key, digest(record.old)) != digest(record.old):
            return record
        left[record.key] = digest(record.new)
    return None
