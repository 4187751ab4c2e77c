"""Requests to DynamoDB Streams that no SDK would send: from AWS's own model, with wrong members among right ones."""

from random import Random
from typing import Any

import orjson
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.streams.operations import STREAM_OPERATIONS

from ..support import START_AT, connect, put
from .reader import iterator, make_streaming, shards_of

MODEL = ServiceModel(Loader().load_service_model("dynamodbstreams", "service-2"), "dynamodbstreams")
WRONG = [None, 1, "x", [], {}, True, -1, 1e300, [1], {"a": 1}, "Ω" * 300, "9" * 30, ""]


def test_every_operation_of_the_service_is_there() -> None:
    """The machine has all operations that AWS's model of DynamoDB Streams has."""
    assert set(STREAM_OPERATIONS) == set(MODEL.operation_names)


@pytest.mark.parametrize("seed", range(4))
def test_no_request_makes_it_fall_over(seed: int) -> None:
    """Bad input: whatever is asked, the answer is 200, or 400 with the name of an exception; never a 500."""
    random = Random(seed)
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=seed)
    db, streams = connect(machine), connect(machine, service="dynamodbstreams")
    arn = make_streaming(db)
    put(db, "a")
    right: dict[str, list[Any]] = {
        "StreamArn": [arn],
        "ExclusiveStartStreamArn": [arn],
        "TableName": ["Orders", "Nope"],
        "ShardId": [shards_of(streams, arn)[0]["ShardId"]],
        "ExclusiveStartShardId": [shards_of(streams, arn)[0]["ShardId"]],
        "ShardIterator": [iterator(streams, arn), iterator(streams, arn)[:-3]],
        "ShardIteratorType": ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP"],
        "SequenceNumber": [shards_of(streams, arn)[0]["SequenceNumberRange"]["StartingSequenceNumber"]],
        "Timestamp": [START_AT, START_AT + 1e9, -1, 0, 1e300],
        "ShardFilter": [{"Type": "CHILD_SHARDS", "ShardId": "shardId-" + "0" * 30}, {"Type": "NONE"}],
        "Limit": [1, 100, 1000, 1001],
    }
    answers = {200: 0, 400: 0}
    for _ in range(2000):
        name = random.choice(list(STREAM_OPERATIONS))
        shape = MODEL.operation_model(name).input_shape
        members = {
            member: random.choice(WRONG if random.random() < 0.06 else right[member])
            for member in (shape.members if shape else ())
            if random.random() < (0.95 if member in shape.required_members else 0.3)
        }
        answer = machine.handle(f"DynamoDBStreams_20120810.{name}", orjson.dumps(members), region="us-east-1")
        assert answer.status in answers, (name, members, answer.body)
        answers[answer.status] += 1
        assert (answer.status == 400) == bool(answer.headers.get("x-amzn-ErrorType")), (name, members, answer)
    assert min(answers.values()) > 100


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b"\xff", b'{"StreamArn": null}', b'{"Unknown": 1}'])
def test_no_body_makes_it_fall_over(machine: TimeMachine, body: bytes) -> None:
    """Bad input: whatever the body is, each operation answers 200 or 400."""
    for name in STREAM_OPERATIONS:
        answer = machine.handle(f"DynamoDBStreams_20120810.{name}", body, region="us-east-1")
        assert answer.status in {200, 400}, (name, answer)
