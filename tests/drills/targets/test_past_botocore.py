"""Within this process operations on items go past botocore, and say and fail as they do through it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.targets.clients import STREAMS, Place, control_client, data_client
from dynadrill.drills.targets.guard import Guard
from dynadrill.drills.targets.hooks import Hooks
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.inventory import Inventory
from dynadrill.drills.targets.past_botocore import METHODS, ItemsInside, StreamsInside
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

TABLE = "dynadrill-1-Orders"
ITEM = {"id": {"S": "a"}, "photo": {"B": "AAEC"}, "sizes": {"NS": ["1", "2"]}}


@pytest.fixture
def machine() -> TimeMachine:
    """A machine of its own."""
    return TimeMachine(ManualClock(1_795_000_000.0))


@pytest.fixture
def client(machine: TimeMachine) -> Any:
    """The data client of a run that has a table there, in another Region than a call without a signature is for."""
    place = Place("http://embedded.invalid", "eu-west-1", Answering(machine))
    inside: Any = data_client(place, Hooks(Guard(Inventory("dynadrill-1-")), None))
    inside.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return inside


def both(client: Any, method: str, **parameters: Any) -> list[Any]:
    """What a call says, or how it fails, past botocore and through it; without what no two calls have alike."""
    said = []
    for way in (client, client._client):
        try:
            answer = dict(getattr(way, method)(**parameters))
        except ClientError as error:
            answer = {"failed": type(error).__name__, **error.response}
        answer.pop("ResponseMetadata", None)
        said.append(answer)
    return said


def test_items_go_past_botocore(client: Any) -> None:
    """It is the client that drills write with in virtual pace, and tables are made through botocore as ever."""
    assert isinstance(client, ItemsInside)
    assert "put_item" in METHODS
    assert "create_table" not in METHODS
    assert client.list_tables()["TableNames"] == [TABLE]
    assert client.meta.region_name == "eu-west-1"


def test_every_answer_is_the_same(client: Any) -> None:
    """Items, binary values among them, come back in wire form, with the same members around them."""
    client.put_item(TableName=TABLE, Item=ITEM)
    assert client.get_item(TableName=TABLE, Key={"id": {"S": "a"}})["Item"] == ITEM
    for method, parameters in (
        ("get_item", {"TableName": TABLE, "Key": {"id": {"S": "a"}}, "ReturnConsumedCapacity": "TOTAL"}),
        ("scan", {"TableName": TABLE}),
        ("put_item", {"TableName": TABLE, "Item": ITEM, "ReturnValues": "ALL_OLD"}),
        ("batch_write_item", {"RequestItems": {TABLE: [{"PutRequest": {"Item": ITEM}}]}}),
    ):
        past, through = both(client, method, **parameters)
        assert past == through


def test_every_error_is_the_same(client: Any) -> None:
    """A refused condition, a table that is not there and a cancelled transaction raise what the client raises."""
    client.put_item(TableName=TABLE, Item=ITEM)
    put = {
        "TableName": TABLE,
        "Item": ITEM,
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    for method, parameters, code in (
        ("put_item", put, "ConditionalCheckFailedException"),
        ("get_item", {"TableName": "None", "Key": {"id": {"S": "a"}}}, "ResourceNotFoundException"),
        ("transact_write_items", {"TransactItems": [{"Put": put}]}, "TransactionCanceledException"),
    ):
        past, through = both(client, method, **parameters)
        assert past["failed"] == through["failed"] == code
        assert past == through


def test_the_guard_sees_these_calls_too(client: Any) -> None:
    """An item of somebody else's table is not written."""
    with pytest.raises(RefusedError):
        client.put_item(TableName="orders", Item=ITEM)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [(Fault(Effect.DROP_BEFORE), ConnectionClosedError), (Fault(Effect.LATENCY, seconds=90.0), ReadTimeoutError)],
)
def test_what_gets_lost_is_lost(client: Any, machine: TimeMachine, fault: Fault, raised: type[Exception]) -> None:
    """An answer that a fault drops, or holds back for too long, is botocore's own error."""
    machine.fleet.faults.add(fault)
    with pytest.raises(raised):
        client.get_item(TableName=TABLE, Key={"id": {"S": "a"}})


@pytest.fixture
def streams(client: Any, machine: TimeMachine) -> Any:
    """A client of the streams there, and a stream in which an item was put."""
    client.update_table(
        TableName=TABLE, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    )
    client.put_item(TableName=TABLE, Item=ITEM)
    place = Place("http://embedded.invalid", "eu-west-1", Answering(machine))
    return control_client(place, Hooks(Guard(Inventory("dynadrill-1-")), None), STREAMS)


def test_a_stream_is_read_as_through_botocore(client: Any, streams: Any) -> None:
    """Shards, iterators and records, with their times and binary values, are the same; and so is what is refused."""
    assert isinstance(streams, StreamsInside)
    arn = client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    past, through = both(streams, "describe_stream", StreamArn=arn)
    assert past == through
    shard = past["StreamDescription"]["Shards"][0]["ShardId"]
    where = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
    past, through = both(streams, "get_shard_iterator", **where)
    assert past["ShardIterator"]
    past, through = both(streams, "get_records", ShardIterator=past["ShardIterator"])
    assert past["Records"] == through["Records"]
    assert past["Records"][0]["dynamodb"]["NewImage"]["photo"]["B"] == b"\x00\x01\x02"
    past, through = both(streams, "get_records", ShardIterator="none")
    assert past == through
    assert past["failed"]


def test_a_stream_that_fails_is_asked_again(client: Any, streams: Any, machine: TimeMachine) -> None:
    """What is dropped once is retried as botocore would: a reader is told of no error."""
    arn = client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    machine.fleet.faults.add(Fault(Effect.DROP_BEFORE, times=1))
    assert streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]


def test_a_stream_is_asked_once_for_what_is_refused(client: Any, streams: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What botocore would not retry is not asked again: an answer that says so, such as that of a gap, is the last."""
    asked: list[str] = []
    honest = Answering.answer

    def answer(answering: Answering, call: Any, url: str) -> Any:
        asked.append(call.headers["x-amz-target"])
        return honest(answering, call, url)

    monkeypatch.setattr(Answering, "answer", answer)
    none = "arn:aws:dynamodb:eu-west-1:123456789012:table/dynadrill-1-None/stream/2026-11-21T00:00:00.000"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        streams.describe_stream(StreamArn=none)
    assert asked == ["DynamoDBStreams_20120810.DescribeStream"]
