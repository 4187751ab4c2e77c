"""Reading a stream from where one stopped: parents before children, page by page, and never past a gap in silence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from ..clock import Clock
from ..errors import RecoveryFailedError
from ..table_settings import error_code
from .records import ChangeRecord, record_of

RETENTION_S = 24 * 3600.0
"""After so long a record may be gone from its stream (Developer Guide, "Change data capture for DynamoDB Streams")."""

QUIET_PAGES = 3
"""So many empty pages of an open shard, one after the other, are taken for its end for now, unless told otherwise."""

BUSY = frozenset({"LimitExceededException", "ThrottlingException", "ProvisionedThroughputExceededException"})
BUSY_WAIT_S = 1.0
BUSY_TRIES = 60
GONE = frozenset({"TrimmedDataAccessException", "ResourceNotFoundException"})


@dataclass
class ShardPlace:
    """How far one shard was read: after which record, and whether nothing can follow any more.

    `iterator` is where the next page is asked for, while that is known: it grows old within 15 minutes (API Reference,
    GetShardIterator), and past pages without records it is further on than the last record is.
    """

    parent: str | None
    last: str | None = None
    ended: bool = False
    iterator: str | None = None


@dataclass
class Places:
    """How far a stream was read, by shard, and when last: what a reader needs to go on, as JSON."""

    stream_arn: str
    began_at: float
    read_at: float | None = None
    shards: dict[str, ShardPlace] = field(default_factory=dict)


Keep = Callable[[Sequence[ChangeRecord]], None]
"""Keeps a page of records for good before the reader goes on."""


class StreamReader:
    """Reads what is new in a stream.

    Args:
        client: of DynamoDB Streams.
        places: where to go on; changed as records are kept.
        key_attributes: the table's primary key.
        clock: target time, for waits and for the age of what was read.
        keep: is handed every page; where it raises, the page is read again the next time.

    Raises:
        RecoveryFailedError: records that were not read are gone: there is a gap.
    """

    def __init__(self, client: Any, places: Places, key_attributes: Sequence[str], clock: Clock, keep: Keep) -> None:
        self._client, self._places, self._key_attributes = client, places, key_attributes
        self._clock, self._keep = clock, keep

    def catch_up(self, quiet_pages: int = QUIET_PAGES) -> None:
        """Read all that there is now, shard after shard, each after its parent.

        Args:
            quiet_pages: so many empty pages of an open shard, one after the other, are taken for its end for now; no
                fewer than three where an iterator grew old, or turns far apart came to the same page each time.
        """
        began_at = self._clock.now()
        if self._places.read_at is not None and began_at - self._places.read_at > RETENTION_S:
            raise _gap(f"it was last read {began_at - self._places.read_at:.0f} s ago, and keeps 24 hours")
        while self._read_what_may_be_read(self._listed(), quiet_pages):
            pass  # a shard has ended: its children may be read now
        self._places.read_at = began_at

    @property
    def open_shards(self) -> frozenset[str]:
        """The shards in which more may come."""
        return frozenset(name for name, place in self._places.shards.items() if not place.ended)

    def _read_what_may_be_read(self, listed: Mapping[str, str | None], quiet_pages: int) -> bool:
        """Whether any shard came to its end."""
        self._take_in(listed)
        ended = False
        for shard, parent in listed.items():
            place = self._places.shards[shard]
            behind = parent in self._places.shards and not self._places.shards[parent].ended
            if not place.ended and not behind:
                self._read(shard, place, quiet_pages)
                ended = ended or place.ended
        return ended

    def _listed(self) -> dict[str, str | None]:
        """The stream's shards with their parents, oldest first."""
        shards: dict[str, str | None] = {}
        start: dict[str, str] = {}
        while True:
            page = self._ask(self._client.describe_stream, StreamArn=self._places.stream_arn, **start)
            described = page["StreamDescription"]
            shards |= {shard["ShardId"]: shard.get("ParentShardId") for shard in described["Shards"]}
            if not described.get("LastEvaluatedShardId"):
                return shards
            start = {"ExclusiveStartShardId": described["LastEvaluatedShardId"]}

    def _take_in(self, listed: Mapping[str, str | None]) -> None:
        """Begin with shards that are new; what they follow has to be known, or the first that there was."""
        known = self._places.shards
        for shard, place in known.items():
            if not place.ended and shard not in listed:
                raise _gap(f"shard {shard} is gone and was not read to its end")
        beginning = not known
        for shard, parent in listed.items():
            if shard not in known:
                if not beginning and parent is not None and parent not in known and parent not in listed:
                    raise _gap(f"shard {shard} follows {parent}, which was never seen")
                known[shard] = ShardPlace(parent)

    def _read(self, shard: str, place: ShardPlace, quiet_pages: int) -> None:
        quiet = 0
        while quiet < quiet_pages:
            page = self._page(shard, place)
            if page is None:
                quiet_pages = max(quiet_pages, QUIET_PAGES)  # what was passed before lies before it again
                continue
            read_at = self._clock.now()
            records = [record_of(shard, record, self._key_attributes, read_at) for record in page["Records"]]
            if records:
                self._keep(records)
                place.last = records[-1].sequence
            quiet = 0 if records else quiet + 1
            place.iterator = page.get("NextShardIterator")
            if not place.iterator:
                place.ended = True
                return

    def _page(self, shard: str, place: ShardPlace) -> Mapping[str, Any] | None:
        """A page of a shard; None where the iterator had grown too old: the next one is asked for afresh."""
        if place.iterator is None:
            where = (
                {"ShardIteratorType": "TRIM_HORIZON"}
                if place.last is None
                else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": place.last}
            )
            answer = self._ask(
                self._client.get_shard_iterator, StreamArn=self._places.stream_arn, ShardId=shard, **where
            )
            place.iterator = str(answer["ShardIterator"])
        try:
            page: Mapping[str, Any] = self._ask(self._client.get_records, ShardIterator=place.iterator)
        except ClientError as error:
            if error_code(error) != "ExpiredIteratorException":
                raise
            place.iterator = None
            return None
        return page

    def _ask(self, call: Callable[..., Any], **parameters: Any) -> Any:
        """Ask, and ask again while the service says that it is busy."""
        for _ in range(BUSY_TRIES):
            try:
                return call(**parameters)
            except ClientError as error:
                if error_code(error) in GONE:
                    raise _gap(str(error)) from error
                if error_code(error) not in BUSY:
                    raise
            self._clock.wait(BUSY_WAIT_S, "until the stream may be asked again")
        raise RecoveryFailedError(f"the stream {self._places.stream_arn} was too busy {BUSY_TRIES} times in a row")


def _gap(because: str) -> RecoveryFailedError:
    return RecoveryFailedError(
        f"the stream's changes have a gap: {because}",
        "Nothing can be rebuilt from a log with a gap; capture more often than every 24 hours, from one stream.",
    )
