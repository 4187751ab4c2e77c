"""Streams: the same records in the same order at every place."""

from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .places import Connect
from .tables import fill, placeholders, plain

A = {"id": {"S": "a"}}


@pytest.fixture
def streams(connect: Connect) -> Any:
    """A client of the streams."""
    return connect("dynamodbstreams")


def streamed(db: Any, view: str = "NEW_AND_OLD_IMAGES") -> str:
    """A table with a stream; its ARN."""
    make_table(db, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    return str(db.describe_table(TableName="Orders")["Table"]["LatestStreamArn"])


def records(streams: Any, arn: str, kind: str = "TRIM_HORIZON") -> list[Any]:
    """What is in a stream."""
    found: list[Any] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind)
        found += streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return found


def test_a_stream_is_described(db: Any, streams: Any) -> None:
    """DescribeStream gives the view, the keys and the status of a table's stream."""
    description = streams.describe_stream(StreamArn=streamed(db))["StreamDescription"]
    assert description["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert description["StreamStatus"] == "ENABLED"
    assert description["TableName"] == "Orders"
    assert description["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]


def test_a_stream_is_listed(db: Any, streams: Any) -> None:
    """ListStreams finds a table's stream, perhaps beside those of deleted tables of its name."""
    arn = streamed(db)
    assert arn in [each["StreamArn"] for each in streams.list_streams(TableName="Orders")["Streams"]]


def test_every_change_is_a_record(db: Any, streams: Any) -> None:
    """A first put is INSERT, a change MODIFY and a delete REMOVE, with the images before and after."""
    arn = streamed(db)
    fill(db, {"id": "a", "v": 1}, {"id": "a", "v": 2})
    db.delete_item(TableName="Orders", Key=A)
    found = [
        (each["eventName"], plain(each["dynamodb"].get("OldImage")), plain(each["dynamodb"].get("NewImage")))
        for each in records(streams, arn)
    ]
    assert found == [
        ("INSERT", {}, {"id": "a", "v": 1}),
        ("MODIFY", {"id": "a", "v": 1}, {"id": "a", "v": 2}),
        ("REMOVE", {"id": "a", "v": 2}, {}),
    ]


def test_what_changes_nothing_is_no_record(db: Any, streams: Any) -> None:
    """A put of the same item and a delete of a missing one leave no record."""
    arn = streamed(db)
    fill(db, {"id": "a", "v": 1}, {"id": "a", "v": 1})
    db.delete_item(TableName="Orders", Key={"id": {"S": "z"}})
    assert len(records(streams, arn)) == 1


def test_a_refused_write_is_no_record(db: Any, streams: Any) -> None:
    """A write whose condition fails leaves no record."""
    arn = streamed(db)
    refusal(db.put_item, TableName="Orders", Item=A, ConditionExpression="attribute_exists(id)")
    assert records(streams, arn) == []


VIEWS = {
    "KEYS_ONLY": set(),
    "NEW_IMAGE": {"NewImage"},
    "OLD_IMAGE": {"OldImage"},
    "NEW_AND_OLD_IMAGES": {"NewImage", "OldImage"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_views(db: Any, streams: Any, view: str) -> None:
    """A record shows the images that its stream's view type names, and always the keys."""
    arn = streamed(db, view)
    fill(db, {"id": "a", "v": 1}, {"id": "a", "v": 2})
    shown = records(streams, arn)[-1]["dynamodb"]
    assert shown["Keys"] == A
    assert {image for image in ("NewImage", "OldImage") if image in shown} == VIEWS[view]
    assert shown["StreamViewType"] == view


def test_records_are_in_order(db: Any, streams: Any) -> None:
    """Sequence numbers grow with the changes of an item."""
    arn = streamed(db)
    fill(db, *({"id": "a", "v": n} for n in range(5)))
    numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in records(streams, arn)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 5


def test_latest_begins_behind_what_is_there(db: Any, streams: Any) -> None:
    """A LATEST iterator sees what is written after it, and nothing before."""
    arn = streamed(db)
    fill(db, {"id": "a"})
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][-1]["ShardId"]
    asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "LATEST"}
    iterator = streams.get_shard_iterator(**asked)["ShardIterator"]
    fill(db, {"id": "b"})
    found = streams.get_records(ShardIterator=iterator)["Records"]
    assert [plain(each["dynamodb"]["Keys"]) for each in found] == [{"id": "b"}]


NUMBERED = {"AT_SEQUENCE_NUMBER": [1, 2], "AFTER_SEQUENCE_NUMBER": [2]}


@pytest.mark.parametrize("kind", NUMBERED)
def test_iterators_by_number(db: Any, streams: Any, kind: str) -> None:
    """An iterator begins at a record, or behind it."""
    arn = streamed(db)
    fill(db, *({"id": "a", "v": n} for n in range(3)))
    number = records(streams, arn)[1]["dynamodb"]["SequenceNumber"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": kind, "SequenceNumber": number}
    iterator = streams.get_shard_iterator(**asked)["ShardIterator"]
    found = streams.get_records(ShardIterator=iterator)["Records"]
    assert [plain(each["dynamodb"]["NewImage"])["v"] for each in found] == NUMBERED[kind]


def test_pages_of_records(db: Any, streams: Any) -> None:
    """Limit bounds a page, and the next iterator goes on behind it."""
    arn = streamed(db)
    fill(db, *({"id": "a", "v": n} for n in range(3)))
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    first = streams.get_records(ShardIterator=streams.get_shard_iterator(**asked)["ShardIterator"], Limit=2)
    rest = streams.get_records(ShardIterator=first["NextShardIterator"])
    assert [len(each["Records"]) for each in (first, rest)] == [2, 1]


def test_updates_and_transactions_are_recorded(db: Any, streams: Any) -> None:
    """Updates, batches and transactions leave the same records as single writes."""
    arn = streamed(db)
    db.update_item(
        TableName="Orders", Key=A, UpdateExpression="SET v = :v", ExpressionAttributeValues=placeholders(v=1)
    )
    db.batch_write_item(RequestItems={"Orders": [{"DeleteRequest": {"Key": A}}]})
    db.transact_write_items(TransactItems=[{"Put": {"TableName": "Orders", "Item": A}}])
    assert [each["eventName"] for each in records(streams, arn)] == ["INSERT", "REMOVE", "INSERT"]


def test_a_stream_that_is_not_there(streams: Any, db: Any) -> None:
    """A stream that does not exist is ResourceNotFoundException."""
    arn = streamed(db)
    name, _ = refusal(streams.describe_stream, StreamArn=arn[:-4] + "9999")
    assert name == "ResourceNotFoundException"
