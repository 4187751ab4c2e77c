"""Requests that no SDK would send: drawn from AWS's own model of DynamoDB, with wrong members among right ones."""

from random import Random
from typing import Any

import orjson
import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.operations import OPERATIONS

from .support import START_AT

MODEL = ServiceModel(Loader().load_service_model("dynamodb", "service-2"), "dynamodb")
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
WRONG = [None, 1, "x", [], {}, True, -1, 1e300, [1], {"a": 1}, "Ω" * 300]
EXPRESSIONS = [
    "a = :v", "#a = :v", "attribute_exists(a)", "size(a) > :n", "id = :v AND n > :n", "id = :v AND n BETWEEN :n AND :n",
    "SET a = :v", "SET #a = a + :n", "ADD a :n", "REMOVE a, b[0]", "DELETE a :s", "SET a.b.c = :v", "SET id = :v",
    "SET l[0] = if_not_exists(x, :v)", "(((", "", "a", "a.b, #a, l[0]", "id, id", "NOT a = :v", "a IN (:v, :n)",
    "contains(a, :v) OR b <> :n", "and", "a..b", "SET a = :v, a = :n",
]  # fmt: skip
VALUES = [
    {"S": "x"}, {"S": ""}, {"N": "1"}, {"N": "abc"}, {"N": 5}, {"B": "eA=="}, {"B": "*"}, {"BOOL": True},
    {"NULL": True}, {"SS": ["a"]}, {"SS": []}, {"NS": ["1", "1.0"]}, {"BS": ["eA=="]}, {"L": [{"S": "x"}]},
    {"M": {"k": {"N": "1"}}}, {}, {"Q": 1}, {"S": "a", "N": "1"}, None, "x",
]  # fmt: skip
STATEMENTS = ["SELECT * FROM Orders", "SELECT * FROM Nope", "junk", "INSERT INTO Orders VALUE {'id': 'a', 'n': 1}"]
PLACEHOLDERS = [{":v": {"S": "x"}, ":n": {"N": "1"}}, {":s": {"SS": ["a"]}}, {":v": {}}, {"v": {"S": "x"}}, {}]
BY_NAME: dict[str, list[Any]] = {
    "Key": [{"id": {"S": "a"}, "n": {"N": "1"}}, {"id": {"S": "a"}}],
    "Item": [{"id": {"S": "a"}, "n": {"N": "1"}, "a": value} for value in VALUES],
    "ExclusiveStartKey": [{"id": {"S": "a"}, "n": {"N": "1"}}],
    "TableName": ["Orders", "Nope", ARN],
    "SourceTableName": ["Orders", "Nope"],
    "SourceTableArn": [ARN, "x" * 30],
    "ResourceArn": [ARN, "x" * 30],
    "IndexName": ["by-g", "nope"],
    "Statement": STATEMENTS,
    "ExpressionAttributeNames": [{"#a": "a"}, {"#b": "b"}, {}],
    "ExpressionAttributeValues": PLACEHOLDERS,
}
LEAVES: dict[str, list[Any]] = {
    "integer": [1, 5, 0, -1, 100],
    "long": [1, 5, 0, -1],
    "boolean": [True, False],
    "timestamp": [START_AT, 0],
    "double": [1.5],
    "string": ["abc"],
    "blob": ["eA=="],
}


def drawn(random: Random, shape: Shape, name: str = "") -> Any:
    """A value of a shape, or now and then one that is none."""
    if random.random() < 0.04:
        return random.choice(WRONG)
    if name in BY_NAME:
        return random.choice(BY_NAME[name])
    if name.endswith("Expression"):
        return random.choice(EXPRESSIONS)
    return random.choice(VALUES) if shape.name == "AttributeValue" else drawn_shape(random, shape)


def drawn_shape(random: Random, shape: Shape) -> Any:
    """A value of a shape."""
    match shape:
        case StructureShape():
            return {
                member: drawn(random, each, member)
                for member, each in shape.members.items()
                if random.random() < (0.9 if member in shape.required_members else 0.3)
            }
        case ListShape():
            return [drawn(random, shape.member) for _ in range(random.randint(0, 2))]
        case MapShape():
            keys = random.sample(["Orders", "id", "n", "a"], random.randint(0, 2))
            return {key: drawn(random, shape.value) for key in keys}
        case StringShape() if shape.enum and random.random() < 0.9:
            return random.choice(shape.enum)
    return random.choice(LEAVES[shape.type_name])


@pytest.mark.parametrize("seed", range(4))
def test_no_request_makes_it_fall_over(seed: int) -> None:
    """Bad input: whatever is asked, the answer is 200, or 400 with the name of an exception; never a 500."""
    random = Random(seed)
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=seed, durations={"restore": 1})
    schema = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]
    table = {
        "TableName": "Orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in (("id", "S"), ("n", "N"), ("g", "S"))
        ],
        "KeySchema": schema,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    }
    answers = {200: 0, 400: 0}
    for _ in range(4000):
        assert machine.handle("DynamoDB_20120810.CreateTable", orjson.dumps(table), region="us-east-1").status < 500
        operation = random.choice(list(OPERATIONS))
        shape = MODEL.operation_model(operation).input_shape
        members = drawn(random, shape) if shape is not None else {}
        clock.set_forward(clock.now() + random.random())
        answer = machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region="us-east-1")
        assert answer.status in answers, (operation, members, answer.body)
        answers[answer.status] += 1
        assert (answer.status == 400) == bool(answer.headers.get("x-amzn-ErrorType")), (operation, members, answer)
    assert min(answers.values()) > 100
