"""Streams: a table's change log from when a stream was switched on until it was switched off.

A stream holds no records: they are made from the change log when somebody reads. So the log is kept for 24 hours while
there is a stream, and a stream that was switched off, or whose table was deleted, can be read for 24 hours more
(Developer Guide, "Change data capture for DynamoDB Streams"). Every four hours a shard closes and its child opens,
which AWS does too, without promising when. A stream has one open shard: how many AWS has is not documented.
"""

from copy import deepcopy
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING

from ..changelog import ChangeLog
from ..errors import AwsError
from ..journal import Journal
from .shards import Shard, new_shard_id

if TYPE_CHECKING:
    from ..table import Table

RETENTION_S = 86_400
"""Records can be read for so long (Developer Guide: "24 hours")."""
SHARD_S = 14_400
"""A shard is open for so long."""


class Stream:
    """One stream of one incarnation of a table; call with the journal's lock.

    It knows what of the table its records need, and not the table: the rows of one that was deleted can go.
    """

    def __init__(self, table: "Table", view_type: str) -> None:
        self._journal = table.journal
        self.log = table.log
        self.view_type = view_type
        self.created_at = table.journal.now()
        self.label = _label(table.journal.take_millisecond())
        self.arn = f"{table.table_arn}/stream/{self.label}"
        self.region = table.region_name
        self.table_name = table.name
        self.key_schema = deepcopy(table.schema)
        self.key_names = table.keys.names
        self.ended_at: float | None = None
        self.settled_at = self.created_at
        """Until then it is being switched on or off: records are made, or not, from the request on."""
        self.shards: list[Shard] = []
        self._open(None)

    @property
    def status(self) -> str:
        """StreamStatus, at this instant."""
        is_settled = self._journal.now() >= self.settled_at
        if self.ended_at is None:
            return "ENABLED" if is_settled else "ENABLING"
        return "DISABLED" if is_settled else "DISABLING"

    def shard(self, shard_id: str) -> Shard | None:
        """A shard that can still be read; None when there is none of that id."""
        return next((shard for shard in self.listed() if shard.shard_id == shard_id), None)

    def listed(self) -> list[Shard]:
        """The shards that can be read, oldest first: those of which something may not be trimmed."""
        horizon_at = self._journal.now() - RETENTION_S
        return [shard for shard in self.shards if shard.closed_at is None or shard.closed_at > horizon_at]

    def kept_from_at(self, now: float) -> float:
        """From when on the change log is needed."""
        return max(self.created_at, now - RETENTION_S)

    def trimmed_through(self) -> int:
        """The last sequence that cannot be read any more; it may be older than the stream."""
        return self.log.sequence_before(self._journal.now() - RETENTION_S)

    def end(self) -> None:
        """Switch off: the open shard closes."""
        self.ended_at = self._journal.now()
        self._close()

    def _open(self, parent: str | None) -> None:
        now = self._journal.now()
        shard_id = new_shard_id(self.arn, round(now * 1_000_000) // 1000)
        self.shards.append(Shard(shard_id, parent, first=self._journal.take_sequence()))
        self._journal.agenda.add(self._turn_at(now), self._turn_over)

    def _turn_at(self, now: float) -> float:
        """When the open shard closes. Over a long jump, shards that are trimmed when it is over are left out."""
        horizon_at = self._journal.clock.now() - RETENTION_S
        return now + SHARD_S * max(1, (horizon_at - now) // SHARD_S)

    def _close(self) -> Shard:
        closed = self.shards[-1]._replace(last=self._journal.take_sequence(), closed_at=self._journal.now())
        self.shards[-1] = closed
        return closed

    def _turn_over(self) -> None:
        if self.ended_at is None:
            parent = self._close()
            self.shards = self.listed()
            self._open(parent.shard_id)


class TableStreams:
    """The streams that one incarnation of a table has had, as far as they can still be read.

    Call with the journal's lock. It outlives its table by as long as somebody may read.
    """

    def __init__(self, journal: Journal, log: ChangeLog) -> None:
        self.log = log
        self.readable: tuple[Stream, ...] = ()
        self._journal = journal

    @property
    def on(self) -> Stream | None:
        """The stream that is on; None where none is."""
        return self.readable[-1] if self.readable and self.readable[-1].ended_at is None else None

    def kept_from_at(self, now: float) -> float:
        """From when on the change log is needed for streams."""
        return min((stream.kept_from_at(now) for stream in self.readable), default=inf)

    def switch_on(self, table: "Table", view_type: str) -> Stream:
        """Begin a new stream, which has an ARN that no other had."""
        stream = Stream(table, view_type)
        self.readable = (*self.readable, stream)
        return stream

    def switch_off(self) -> None:
        """End the stream that is on, if one is; it can be read for 24 hours."""
        ended = self.on
        if ended is not None:
            ended.end()
            self._journal.agenda.add(self._journal.now() + RETENTION_S, lambda: self._forget(ended))

    def settle(self, at: float) -> None:
        """Say until when the stream that was switched on or off last is still being so."""
        if self.readable:
            self.readable[-1].settled_at = at

    def _forget(self, ended: Stream) -> None:
        self.readable = tuple(stream for stream in self.readable if stream is not ended)


def stream_not_found(arn: str) -> AwsError:
    """There is no such stream, or it ended more than 24 hours ago."""
    return AwsError("ResourceNotFoundException", f"Requested resource not found: Stream: {arn} not found")


def _label(millisecond: int) -> str:
    """`2026-11-21T06:30:00.250`."""
    seconds, rest = divmod(millisecond, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}"
