"""A page of records: what GetRecords finds from an iterator on."""

from typing import NamedTuple

from ..changelog import Change
from ..journal import Journal
from .positions import trimmed
from .records import Record, is_recorded, record_of
from .shards import Shard
from .stream import Stream

LARGEST_PAGE = 1024 * 1024
"""So many bytes of records are in an answer at most (API reference of GetRecords).

No record is larger: it has two images of 400 KB at most.
"""


class Page(NamedTuple):
    """Records in order, and where the next page begins; None at the end of a closed shard."""

    records: list[bytes]
    next_position: int | None


def read_page(journal: Journal, stream: Stream, shard_id: str, position: int, most: int) -> Page:
    """Up to so many records of a shard from a position on.

    The lock is held only to take changes out of the log, never while records are made.

    Raises:
        AwsError: TrimmedDataAccessException: what the position points at is older than 24 hours.
    """
    records: list[bytes] = []
    room = LARGEST_PAGE
    while True:
        with journal.lock:
            shard, changes = _taken(stream, shard_id, position, most - len(records))
        for change in changes:
            if is_recorded(change):
                record: Record = record_of(stream, change)
                if record.size > room:
                    return Page(records, position)
                records.append(record.wire)
                room -= record.size
            position = change.new.sequence + 1
        if len(records) < most and changes:
            continue
        with journal.lock:
            shard, changes = _taken(stream, shard_id, position, 1)
        return Page(records, None if shard.last is not None and not changes else position)


def _taken(stream: Stream, shard_id: str, position: int, most: int) -> tuple[Shard, list[Change]]:
    """A shard, and its next changes."""
    shard = stream.shard(shard_id)
    if shard is None:
        raise trimmed()
    if position <= stream.trimmed_through():
        raise trimmed()
    changes = stream.log.read(position, most)
    if shard.last is not None:
        changes = [change for change in changes if change.new.sequence < shard.last]
    return shard, changes
