"""Where a shard iterator begins: the five types of GetShardIterator as a sequence."""

from ..blueprint import Shape
from ..errors import AwsError, invalid, not_one_of
from ..journal import Journal
from ..wire import instant_in, optional
from .shards import Shard, sequence_of
from .stream import Stream

BY_NUMBER = frozenset({"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"})
TYPES = ("TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP")


def first_position(stream: Stream, shard: Shard, body: Shape, journal: Journal) -> int:
    """The smallest sequence that an iterator of the type asked for may read; call with the journal's lock.

    Raises:
        AwsError: ValidationException for a type that is none, or a member that its type lacks or does not take;
            TrimmedDataAccessException for a sequence number older than 24 hours.
    """
    kind = optional(body, "ShardIteratorType", str)
    number = optional(body, "SequenceNumber", str)
    asked_at = instant_in(body, "Timestamp")
    _check_members(kind, number, asked_at)
    if kind in BY_NUMBER:
        sequence = _checked(stream, shard, number or "", journal)
        return sequence + 1 if kind == "AFTER_SEQUENCE_NUMBER" else sequence
    if kind == "TRIM_HORIZON":
        return _within(stream, shard, shard.first)
    latest = journal.last_sequence + 1
    if kind == "LATEST":
        return _within(stream, shard, latest)
    return _within(stream, shard, _sequence_at(stream, asked_at or 0.0, journal))


def trimmed() -> AwsError:
    """Something is asked for that is older than 24 hours."""
    return AwsError("TrimmedDataAccessException", "The data you are trying to access has been trimmed.")


def _check_members(kind: str | None, number: str | None, asked_at: float | None) -> None:
    if kind not in TYPES:
        raise not_one_of("shardIteratorType", kind, TYPES)
    for member, value, takes in (
        ("SequenceNumber", number, kind in BY_NUMBER),
        ("Timestamp", asked_at, kind == "AT_TIMESTAMP"),
    ):
        if takes and value is None:
            raise invalid(f"One or more parameter values were invalid: {member} must be specified for {kind}")
        if not takes and value is not None:
            raise invalid(f"One or more parameter values were invalid: {member} cannot be specified for {kind}")


def _checked(stream: Stream, shard: Shard, number: str, journal: Journal) -> int:
    """The sequence that is named, which the shard must be able to hold and must not have trimmed."""
    sequence = sequence_of(number)
    largest = journal.last_sequence if shard.last is None else shard.last
    if sequence is None or not shard.first <= sequence <= largest:
        raise invalid(f"Invalid SequenceNumber: {number} is not one of shard {shard.shard_id}")
    if sequence <= stream.trimmed_through():
        raise trimmed()
    return sequence


def _sequence_at(stream: Stream, asked_at: float, journal: Journal) -> int:
    """The first change made at an instant or later, to the millisecond, as the parameter is given.

    A record's ApproximateCreationDateTime shows only its second; the comparison is with the instant behind it.
    """
    milliseconds = round(asked_at * 1000)
    if milliseconds / 1000 > journal.now():
        raise invalid("One or more parameter values were invalid: Timestamp cannot be in the future")
    return stream.log.sequence_before(milliseconds / 1000) + 1


def _within(stream: Stream, shard: Shard, sequence: int) -> int:
    """The same, or the nearest that the shard has and that is not trimmed."""
    position = max(sequence, shard.first, stream.trimmed_through() + 1)
    return position if shard.end is None else min(position, shard.end)
