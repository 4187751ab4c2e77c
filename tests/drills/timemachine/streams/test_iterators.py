"""Shard iterators: their five types, how long they live, and what was trimmed meanwhile."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, protect, put, refusal
from .reader import DAY_S, HOUR_S, OFF, iterator, keys, make_streaming, read_from, shards_of, switch

MINUTE_S = 60


def written(db: Any, streams: Any, arn: str) -> list[str]:
    """Write a, b and c, and give their sequence numbers."""
    for key in "abc":
        put(db, key)
    return [record["dynamodb"]["SequenceNumber"] for record in read_from(streams, iterator(streams, arn))]


def test_trim_horizon_is_the_oldest_record(db: Any, streams: Any) -> None:
    """TRIM_HORIZON reads a shard from its beginning."""
    arn = make_streaming(db)
    written(db, streams, arn)
    assert keys(read_from(streams, iterator(streams, arn))) == ["a", "b", "c"]


def test_latest_is_what_comes_next(db: Any, streams: Any) -> None:
    """LATEST reads nothing that is there, and all that comes."""
    arn = make_streaming(db)
    written(db, streams, arn)
    place = iterator(streams, arn, kind="LATEST")
    assert streams.get_records(ShardIterator=place)["Records"] == []
    put(db, "d")
    assert keys(read_from(streams, place)) == ["d"]


def test_latest_of_a_closed_shard_is_its_end(db: Any, streams: Any) -> None:
    """Nothing comes, and it says so at once."""
    arn = make_streaming(db)
    put(db, "a")
    switch(db, OFF)
    page = streams.get_records(ShardIterator=iterator(streams, arn, kind="LATEST"))
    assert (page["Records"], "NextShardIterator" in page) == ([], False)


def test_at_and_after_a_sequence_number(db: Any, streams: Any) -> None:
    """AT includes the record that is named, AFTER does not."""
    arn = make_streaming(db)
    second = written(db, streams, arn)[1]
    assert keys(read_from(streams, iterator(streams, arn, 0, "AT_SEQUENCE_NUMBER", SequenceNumber=second))) == [*"bc"]
    assert keys(read_from(streams, iterator(streams, arn, 0, "AFTER_SEQUENCE_NUMBER", SequenceNumber=second))) == ["c"]


def test_a_shards_first_number_reads_it_all(db: Any, streams: Any) -> None:
    """DescribeStream's StartingSequenceNumber is a place to read from, as TRIM_HORIZON is."""
    arn = make_streaming(db)
    written(db, streams, arn)
    first = shards_of(streams, arn)[0]["SequenceNumberRange"]["StartingSequenceNumber"]
    place = iterator(streams, arn, 0, "AT_SEQUENCE_NUMBER", SequenceNumber=first)
    assert keys(read_from(streams, place)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("after_s", "expected"),
    [(-10, [*"abc"]), (0, [*"abc"]), (0.001, [*"bc"]), (0.5, [*"bc"]), (0.501, ["c"]), (1, ["c"]), (1.001, [])],
)
def test_at_a_timestamp_to_the_millisecond(
    db: Any, streams: Any, clock: ManualClock, after_s: float, expected: list[str]
) -> None:
    """The first record made at the instant or later; before the stream began that is its first one."""
    arn = make_streaming(db)
    start_at = int(START_AT) + 60.0
    for key, at in (("a", start_at), ("b", start_at + 0.5), ("c", start_at + 1)):
        clock.set_forward(at)
        put(db, key)
    clock.set_forward(start_at + 30)
    place = iterator(streams, arn, 0, "AT_TIMESTAMP", Timestamp=start_at + after_s)
    assert keys(read_from(streams, place)) == expected


def test_a_timestamp_may_be_now_and_not_later(db: Any, streams: Any) -> None:
    """A Timestamp in the future is a ValidationException."""
    arn = make_streaming(db)
    place = iterator(streams, arn, 0, "AT_TIMESTAMP", Timestamp=datetime.fromtimestamp(START_AT, UTC))
    put(db, "a")
    assert keys(read_from(streams, place)) == ["a"]
    shard_id = shards_of(streams, arn)[0]["ShardId"]
    members = {"StreamArn": arn, "ShardId": shard_id, "ShardIteratorType": "AT_TIMESTAMP"}
    name, text = refusal(streams.get_shard_iterator, **members, Timestamp=START_AT + 0.001)
    assert name == "ValidationException"
    assert "future" in text


def test_a_timestamp_that_is_trimmed_means_the_oldest_record(db: Any, streams: Any, clock: ManualClock) -> None:
    """Older than the trim horizon is TRIM_HORIZON, not an error; outside a shard it is the nearer end."""
    arn = make_streaming(db)
    put(db, "trimmed")
    clock.set_forward(START_AT + 2 * HOUR_S)
    put(db, "kept")
    clock.set_forward(START_AT + DAY_S + HOUR_S)
    place = iterator(streams, arn, 0, "AT_TIMESTAMP", Timestamp=START_AT)
    assert keys(read_from(streams, place)) == ["kept"]
    late = streams.get_records(ShardIterator=iterator(streams, arn, 0, "AT_TIMESTAMP", Timestamp=START_AT + DAY_S))
    assert (late["Records"], "NextShardIterator" in late) == ([], False)


def test_a_client_that_knows_no_timestamp_can_send_one(db: Any, streams: Any, machine: TimeMachine) -> None:
    """AT_TIMESTAMP is looked at here, whatever model of the service is installed."""
    arn = make_streaming(db)
    put(db, "a")
    body = {
        "StreamArn": arn,
        "ShardId": shards_of(streams, arn)[0]["ShardId"],
        "ShardIteratorType": "AT_TIMESTAMP",
        "Timestamp": START_AT,
    }
    answer = machine.handle("DynamoDBStreams_20120810.GetShardIterator", orjson.dumps(body), region="us-east-1")
    assert keys(read_from(streams, orjson.loads(answer.body)["ShardIterator"])) == ["a"]
    wrong = orjson.dumps({**body, "Timestamp": "2026-11-21"})
    answer = machine.handle("DynamoDBStreams_20120810.GetShardIterator", wrong, region="us-east-1")
    assert answer.headers["x-amzn-ErrorType"] == "SerializationException"


@pytest.mark.parametrize(
    "members",
    [{"ShardIteratorType": "AT_SEQUENCE_NUMBER"}, {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER"},
     {"ShardIteratorType": "AT_TIMESTAMP"}, {"ShardIteratorType": "SOMEWHERE"},
     {"ShardIteratorType": "LATEST", "SequenceNumber": "1" * 21},
     {"ShardIteratorType": "TRIM_HORIZON", "SequenceNumber": "1" * 21},
     {"ShardIteratorType": "TRIM_HORIZON", "Timestamp": START_AT},
     {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "x" * 21},
     {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "1"},
     {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "9" * 30}],
)  # fmt: skip
def test_members_that_do_not_fit_the_type_are_refused(db: Any, streams: Any, members: dict[str, Any]) -> None:
    """Bad input: a type that is none, a member that its type lacks, has no use for, or cannot place in the shard."""
    arn = make_streaming(db)
    shard_id = shards_of(streams, arn)[0]["ShardId"]
    refused = refusal(streams.get_shard_iterator, StreamArn=arn, ShardId=shard_id, **members)
    assert refused[0] == "ValidationException"


def test_a_number_of_another_shard_is_refused(db: Any, streams: Any, clock: ManualClock) -> None:
    """Bad input: a sequence number names a place in its own shard only."""
    arn = make_streaming(db)
    (_, _, number) = written(db, streams, arn)
    clock.set_forward(START_AT + 5 * HOUR_S)
    child = shards_of(streams, arn)[1]["ShardId"]
    members = {"StreamArn": arn, "ShardId": child, "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
    assert refusal(streams.get_shard_iterator, **members, SequenceNumber=number)[0] == "ValidationException"


def test_a_shard_that_is_not_there(db: Any, streams: Any) -> None:
    """Bad input: ResourceNotFoundException."""
    members = {"StreamArn": make_streaming(db), "ShardId": "shardId-" + "0" * 30, "ShardIteratorType": "LATEST"}
    assert refusal(streams.get_shard_iterator, **members)[0] == "ResourceNotFoundException"


def test_an_iterator_lives_fifteen_minutes(db: Any, streams: Any, clock: ManualClock) -> None:
    """Then ExpiredIteratorException; each page brings a fresh one."""
    arn = make_streaming(db)
    place = iterator(streams, arn)
    clock.set_forward(START_AT + 15 * MINUTE_S)
    fresh = streams.get_records(ShardIterator=place)["NextShardIterator"]
    clock.set_forward(START_AT + 15 * MINUTE_S + 1)
    assert refusal(streams.get_records, ShardIterator=place)[0] == "ExpiredIteratorException"
    clock.set_forward(START_AT + 30 * MINUTE_S)
    assert streams.get_records(ShardIterator=fresh)["Records"] == []


def test_a_number_older_than_a_day_is_trimmed(db: Any, streams: Any, clock: ManualClock) -> None:
    """TrimmedDataAccessException for it, while TRIM_HORIZON gives the oldest record that is left."""
    arn = make_streaming(db)
    first, second, _ = written(db, streams, arn)
    shard_id = shards_of(streams, arn)[0]["ShardId"]
    clock.set_forward(START_AT + HOUR_S)
    put(db, "kept")
    clock.set_forward(START_AT + DAY_S)
    assert keys(read_from(streams, iterator(streams, arn, 0))) == ["a", "b", "c", "kept"]
    clock.set_forward(START_AT + DAY_S + 1)
    for kind, number in (("AT_SEQUENCE_NUMBER", first), ("AFTER_SEQUENCE_NUMBER", second)):
        members = {"StreamArn": arn, "ShardId": shard_id, "ShardIteratorType": kind, "SequenceNumber": number}
        assert refusal(streams.get_shard_iterator, **members)[0] == "TrimmedDataAccessException"
    assert keys(read_from(streams, iterator(streams, arn, 0))) == ["kept"]


def test_what_an_iterator_points_at_may_be_trimmed_meanwhile(db: Any, streams: Any, clock: ManualClock) -> None:
    """GetRecords answers TrimmedDataAccessException, though the iterator is young."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + 60)
    put(db, "a")
    clock.set_forward(START_AT + DAY_S)
    place = iterator(streams, arn, 0)
    clock.set_forward(START_AT + 60 + DAY_S)
    assert keys(read_from(streams, place)) == ["a"]
    clock.set_forward(START_AT + 60 + DAY_S + 1)
    assert refusal(streams.get_records, ShardIterator=place)[0] == "TrimmedDataAccessException"


def test_recovery_keeps_the_log_and_not_the_stream(db: Any, streams: Any, clock: ManualClock) -> None:
    """Records are trimmed after 24 hours although point-in-time recovery keeps what they are made of."""
    arn = make_streaming(db)
    protect(db)
    put(db, "a")
    clock.set_forward(START_AT + 60)
    put(db, "b")
    clock.set_forward(START_AT + DAY_S + 30)
    assert keys(read_from(streams, iterator(streams, arn, 0))) == ["b"]


def test_the_log_is_kept_for_a_reader_and_not_longer(
    db: Any, streams: Any, machine: TimeMachine, clock: ManualClock
) -> None:
    """Without recovery the log holds the last day of changes, and never more than twice as many."""
    arn = make_streaming(db)
    table = machine.fleet.at("123456789012", "us-east-1").tables["Orders"]
    for hour in range(96):
        clock.set_forward(START_AT + hour * HOUR_S)
        for start in range(0, 100, 25):
            requests = [
                {"PutRequest": {"Item": {"id": {"S": f"{start + n}"}, "h": {"N": f"{hour}"}}}} for n in range(25)
            ]
            db.batch_write_item(RequestItems={"Orders": requests})
    assert 2500 <= len(table.log.changes) <= 2 * 2500 + 1024
    counts = [len(read_from(streams, iterator(streams, arn, number))) for number in range(len(shards_of(streams, arn)))]
    assert sum(counts) == 2500


def test_what_the_log_has_let_go_of_is_trimmed_too(db: Any, streams: Any, clock: ManualClock) -> None:
    """A trimmed number is refused, not passed over, when nothing is left of what it named."""
    arn = make_streaming(db)
    protect(db)
    first, _, _ = written(db, streams, arn)
    clock.set_forward(START_AT + HOUR_S)
    put(db, "kept")
    clock.set_forward(START_AT + DAY_S + 1)
    db.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    shard_id = shards_of(streams, arn)[0]["ShardId"]
    members = {"StreamArn": arn, "ShardId": shard_id, "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
    assert refusal(streams.get_shard_iterator, **members, SequenceNumber=first)[0] == "TrimmedDataAccessException"
    assert keys(read_from(streams, iterator(streams, arn, 0))) == ["kept"]


def test_a_timestamp_before_a_shard_is_its_beginning(db: Any, streams: Any, clock: ManualClock) -> None:
    """A child gives its own records only, however old the instant is."""
    arn = make_streaming(db)
    put(db, "parents")
    clock.set_forward(START_AT + 5 * HOUR_S)
    put(db, "childs")
    assert keys(read_from(streams, iterator(streams, arn, 1, "AT_TIMESTAMP", Timestamp=START_AT))) == ["childs"]


@pytest.mark.parametrize(
    "text",
    ["x", "|1|", "arn|1|", "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/stream/x|1|e30=", "{arn}",
     "{arn}|1|", "{arn}|1|W10=", "{arn}|1|WyJzIix0cnVlLDFd", "{arn}|1|Ω", "{arn}|1|bnVsbA=="],
)  # fmt: skip
def test_a_text_that_is_no_iterator_is_refused(db: Any, streams: Any, text: str) -> None:
    """Bad input: ValidationException, whatever the text is."""
    arn = make_streaming(db)
    assert refusal(streams.get_records, ShardIterator=text.format(arn=arn))[0] == "ValidationException"


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_is_of_1_to_1000(db: Any, streams: Any, limit: int) -> None:
    """Another Limit is a ValidationException."""
    place = iterator(streams, make_streaming(db))
    assert refusal(streams.get_records, ShardIterator=place, Limit=limit)[0] == "ValidationException"


def test_reading_twice_gives_the_same(db: Any, streams: Any) -> None:
    """An iterator is a place, not a cursor: two readers of one shard do not disturb each other."""
    arn = make_streaming(db)
    written(db, streams, arn)
    place = iterator(streams, arn)
    first, second = (read_from(streams, place, limit=limit) for limit in (1, 1000))
    assert first == second
