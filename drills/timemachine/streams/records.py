"""Stream records: what a change of the log looks like to who reads a stream."""

from hashlib import blake2b
from math import floor
from typing import Any, NamedTuple

import orjson

from ...values import canonical
from ..attributes import checked_item
from ..changelog import Cause, Change, Version
from .shards import number_of
from .stream import Stream

EXPIRY_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
"""Who deletes items that have expired (API reference of the streams' Identity)."""
NEW_SHOWN = frozenset({"NEW_IMAGE", "NEW_AND_OLD_IMAGES"})
OLD_SHOWN = frozenset({"OLD_IMAGE", "NEW_AND_OLD_IMAGES"})


class Record(NamedTuple):
    """One record as JSON, and its `SizeBytes`."""

    wire: bytes
    size: int


def is_recorded(change: Change) -> bool:
    """Whether a change makes a record: a write that leaves the item as it was makes none (Developer Guide)."""
    old, new = change.old, change.new
    if old is None or new.wire is None or old.wire is None or old.size != new.size:
        return True
    if old.wire == new.wire:
        return False
    return canonical(orjson.loads(old.wire)) != canonical(orjson.loads(new.wire))


def record_of(stream: Stream, change: Change) -> Record:
    """A change as a record of a stream.

    `SizeBytes` counts the keys and the images that are shown. The time is rounded down to the second, and `awsRegion`
    is the stream's (API reference of Record and StreamRecord).
    """
    old, new = change.old, change.new
    item = orjson.loads((new if new.wire is not None else old or new).wire or b"{}")
    keys = {name: item[name] for name in stream.key_names}
    new_image = new if stream.view_type in NEW_SHOWN and new.wire is not None else None
    old_image = old if stream.view_type in OLD_SHOWN else None
    size = checked_item(keys)[1] + sum(image.size for image in (new_image, old_image) if image)
    number = number_of(new.sequence)
    record: dict[str, Any] = {
        "eventID": blake2b(f"{stream.arn} {number}".encode(), digest_size=16).hexdigest(),
        "eventName": _event_name(old, new),
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": stream.region,
        "dynamodb": {
            "ApproximateCreationDateTime": floor(new.at),
            "Keys": keys,
            **_image("NewImage", new_image),
            **_image("OldImage", old_image),
            "SequenceNumber": number,
            "SizeBytes": size,
            "StreamViewType": stream.view_type,
        },
    }
    if change.cause is Cause.EXPIRY:
        record["userIdentity"] = EXPIRY_IDENTITY
    return Record(orjson.dumps(record), size)


def _event_name(old: Version | None, new: Version) -> str:
    if new.wire is None:
        return "REMOVE"
    return "INSERT" if old is None else "MODIFY"


def _image(member: str, version: Version | None) -> dict[str, orjson.Fragment]:
    """An image as it is stored: it is JSON already."""
    return {} if version is None or version.wire is None else {member: orjson.Fragment(version.wire)}
