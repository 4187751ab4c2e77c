"""Shards: their lineage, how they are listed, and the order in which their records are to be read."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock

from ..support import START_AT, put, refusal
from .reader import (
    DAY_S,
    HOUR_S,
    OFF,
    iterator,
    keys,
    latest_arn,
    make_streaming,
    read_all,
    read_from,
    shards_of,
    switch,
)


def test_a_stream_begins_with_one_open_shard(db: Any, streams: Any) -> None:
    """It has a first sequence number and no last one, and no parent."""
    (shard,) = shards_of(streams, make_streaming(db))
    assert 28 <= len(shard["ShardId"]) <= 65
    assert set(shard) == {"ShardId", "SequenceNumberRange"}
    assert list(shard["SequenceNumberRange"]) == ["StartingSequenceNumber"]
    assert len(shard["SequenceNumberRange"]["StartingSequenceNumber"]) >= 21


def test_a_shard_closes_and_its_child_opens(db: Any, streams: Any, clock: ManualClock) -> None:
    """Every four hours of target time, in one line of descent whose ids sort by age."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + 12 * HOUR_S)
    shards = shards_of(streams, arn)
    ids = [shard["ShardId"] for shard in shards]
    assert len(ids) == 4
    assert ids == sorted(ids)
    assert [shard.get("ParentShardId") for shard in shards] == [None, *ids[:-1]]
    assert ["EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in shards] == [True, True, True, False]


def test_ranges_of_shards_follow_each_other(db: Any, streams: Any, clock: ManualClock) -> None:
    """Each record's number lies in the range of its own shard, and the ranges do not overlap."""
    arn = make_streaming(db)
    for hour in range(0, 12, 2):
        clock.set_forward(START_AT + hour * HOUR_S)
        put(db, f"{hour}")
    shards = shards_of(streams, arn)
    ends = [
        int(shard["SequenceNumberRange"][name])
        for shard in shards
        for name in ("StartingSequenceNumber", "EndingSequenceNumber")
        if name in shard["SequenceNumberRange"]
    ]
    assert ends == sorted(set(ends))
    for number in range(len(shards)):
        for record in read_from(streams, iterator(streams, arn, number)):
            spread = shards[number]["SequenceNumberRange"]
            assert int(spread["StartingSequenceNumber"]) <= int(record["dynamodb"]["SequenceNumber"])
            assert int(record["dynamodb"]["SequenceNumber"]) <= int(spread.get("EndingSequenceNumber", 10**40))


def test_parents_before_children_is_the_order_of_the_writes(db: Any, streams: Any, clock: ManualClock) -> None:
    """An item's changes come in the order of its writes, across shards too."""
    arn = make_streaming(db)
    for hour in range(20):
        clock.set_forward(START_AT + hour * HOUR_S)
        put(db, "a", f"{hour}")
    records = read_all(streams, arn)
    assert [record["dynamodb"]["NewImage"]["value"]["S"] for record in records] == [f"{hour}" for hour in range(20)]


def test_a_closed_shard_has_an_end(db: Any, streams: Any, clock: ManualClock) -> None:
    """At the end of a closed shard there is no NextShardIterator, at that of an open one there is."""
    arn = make_streaming(db)
    put(db, "a")
    clock.set_forward(START_AT + 5 * HOUR_S)
    closed = streams.get_records(ShardIterator=iterator(streams, arn, 0))
    assert (keys(closed["Records"]), "NextShardIterator" in closed) == (["a"], False)
    opened = streams.get_records(ShardIterator=iterator(streams, arn, 1))
    assert (opened["Records"], "NextShardIterator" in opened) == ([], True)


def test_a_page_that_is_not_the_last_of_a_closed_shard_goes_on(db: Any, streams: Any, clock: ManualClock) -> None:
    """A limit does not hide the rest of a closed shard, and its last record ends it."""
    arn = make_streaming(db)
    put(db, "a")
    put(db, "b")
    clock.set_forward(START_AT + 5 * HOUR_S)
    first = streams.get_records(ShardIterator=iterator(streams, arn, 0), Limit=1)
    second = streams.get_records(ShardIterator=first["NextShardIterator"], Limit=1)
    assert (keys(first["Records"]), keys(second["Records"])) == (["a"], ["b"])
    assert "NextShardIterator" not in second


def test_a_reader_meets_the_end_of_a_shard_that_closes_meanwhile(db: Any, streams: Any, clock: ManualClock) -> None:
    """An iterator of an open shard ends with it; what comes later is in the child."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + 4 * HOUR_S - 60)
    place = iterator(streams, arn)
    put(db, "before")
    clock.set_forward(START_AT + 4 * HOUR_S + 60)
    put(db, "after")
    page = streams.get_records(ShardIterator=place)
    assert (keys(page["Records"]), "NextShardIterator" in page) == (["before"], False)
    assert keys(read_from(streams, iterator(streams, arn, 1))) == ["after"]


def test_shards_are_listed_by_pages(db: Any, streams: Any, clock: ManualClock) -> None:
    """DescribeStream: Limit, LastEvaluatedShardId and ExclusiveStartShardId give every shard once."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + 20 * HOUR_S)
    every = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    assert len(every) == 6
    assert shards_of(streams, arn) == every
    last = every[-1]["ShardId"]
    assert streams.describe_stream(StreamArn=arn, ExclusiveStartShardId=last)["StreamDescription"]["Shards"] == []


def test_the_children_of_a_shard_can_be_asked_for(db: Any, streams: Any, clock: ManualClock) -> None:
    """ShardFilter CHILD_SHARDS."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + 12 * HOUR_S)
    ids = [shard["ShardId"] for shard in shards_of(streams, arn)]
    for parent, children in zip(ids, [*([child] for child in ids[1:]), []], strict=True):
        wanted = {"Type": "CHILD_SHARDS", "ShardId": parent}
        described = streams.describe_stream(StreamArn=arn, ShardFilter=wanted)["StreamDescription"]
        assert [shard["ShardId"] for shard in described["Shards"]] == children


@pytest.mark.parametrize("wanted", [{"Type": "PARENTS", "ShardId": "s" * 30}, {"Type": "CHILD_SHARDS"}, {}])
def test_a_filter_that_is_none_is_refused(db: Any, streams: Any, wanted: dict[str, str]) -> None:
    """Bad input: a ShardFilter of another type, or without a shard."""
    arn = make_streaming(db)
    assert refusal(streams.describe_stream, StreamArn=arn, ShardFilter=wanted)[0] == "ValidationException"


def test_shards_are_trimmed_after_a_day(db: Any, streams: Any, clock: ManualClock) -> None:
    """A shard that closed 24 hours ago is listed no more; its child still names it as its parent."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + 4 * HOUR_S)
    ids = [shard["ShardId"] for shard in shards_of(streams, arn)]
    clock.set_forward(START_AT + 4 * HOUR_S + DAY_S - 1)
    assert [shard["ShardId"] for shard in shards_of(streams, arn)][:2] == ids
    clock.set_forward(START_AT + 4 * HOUR_S + DAY_S)
    oldest = shards_of(streams, arn)[0]
    assert (oldest["ShardId"], oldest["ParentShardId"]) == (ids[1], ids[0])
    assert refusal(
        streams.get_shard_iterator, StreamArn=arn, ShardId=ids[0], ShardIteratorType="TRIM_HORIZON"
    )[0] == "ResourceNotFoundException"  # fmt: skip


def test_switching_off_closes_the_open_shard(db: Any, streams: Any, clock: ManualClock) -> None:
    """And no child opens, however long one waits."""
    arn = make_streaming(db)
    switch(db, OFF)
    clock.set_forward(START_AT + 20 * HOUR_S)
    (shard,) = shards_of(streams, arn)
    assert "EndingSequenceNumber" in shard["SequenceNumberRange"]


@pytest.mark.parametrize("days", [1, 2, 365, 2_000_000])
def test_a_jump_leaves_what_waiting_leaves(db: Any, streams: Any, clock: ManualClock, days: int) -> None:
    """A jump of days or millennia leaves the shards of its last day, each four hours long."""
    arn = make_streaming(db)
    clock.set_forward(START_AT + days * DAY_S)
    put(db, "a")
    shards = shards_of(streams, arn)
    opened = [int(shard["ShardId"].split("-")[1]) // 1000 for shard in shards]
    newest = int(START_AT + days * DAY_S)
    assert opened == [newest - number * 4 * HOUR_S for number in range(6, -1, -1)]
    assert keys(read_all(streams, latest_arn(db))) == ["a"]


def test_waiting_step_by_step_leaves_the_same_shards(db: Any, streams: Any, clock: ManualClock) -> None:
    """Hour by hour, a shard is listed as long as its last record can be read."""
    arn = make_streaming(db)
    for hour in range(1, 73):
        clock.set_forward(START_AT + hour * HOUR_S)
        opened = [int(shard["ShardId"].split("-")[1]) // 1000 - int(START_AT) for shard in shards_of(streams, arn)]
        first = max(0, hour - 24) // 4 * 4
        assert opened == [at * HOUR_S for at in range(first, hour + 1, 4)]
