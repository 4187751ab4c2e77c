"""Requests for transfers that no SDK would send, and objects that nobody would put: never a 500."""

from random import Random
from typing import Any

import orjson
import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, connect, make_table, protect
from ..test_bad_requests import EXPRESSIONS, MODEL, VALUES, WRONG
from .files import ARN, BUCKET

OPERATIONS = [
    "ExportTableToPointInTime", "DescribeExport", "ListExports", "ImportTable", "DescribeImport", "ListImports",
    "StartBulkPutItems", "DescribeBulkOperation", "CancelBulkOperation", "ListBulkOperations",
]  # fmt: skip
TIMES = [START_AT, START_AT + 1000, START_AT + 2000, 0, -1, 1e18, START_AT + 5e5]
BY_NAME: dict[str, list[Any]] = {
    "TableArn": [ARN + "Orders", ARN + "Nope", "x"],
    "TableName": ["Orders", "Imported", ARN + "Orders", "Nope"],
    "S3Bucket": [BUCKET, "nowhere", "-"],
    "S3BucketOwner": ["123456789012", "222222222222", "x"],
    "S3Prefix": ["", "p", "p/"],
    "S3KeyPrefix": ["", "in/", "in/b", "nope"],
    "S3SseKmsKeyId": ["alias/nope", "k", ARN],
    "ClientToken": ["a", "b", "$"],
    "MaxWriteRequestUnits": [1024, 5000, 1],
    "NextToken": ["0" * 112, "zz", ""],
    "Delimiter": [",", ";", "x", ""],
    "KeySchema": [[{"AttributeName": "id", "KeyType": "HASH"}], []],
    "AttributeDefinitions": [[{"AttributeName": "id", "AttributeType": kind}] for kind in "SNB"],
}
TIME_NAMES = {"ExportTime", "ExportFromTime", "ExportToTime"}


def drawn(random: Random, shape: Shape, name: str = "") -> Any:
    """A value of a shape, or now and then one that is none."""
    if random.random() < 0.02:
        return random.choice(WRONG)
    if name in BY_NAME:
        return random.choice(BY_NAME[name])
    if name in TIME_NAMES:
        return random.choice(TIMES)
    match shape:
        case StructureShape():
            return {
                member: drawn(random, each, member)
                for member, each in shape.members.items()
                if random.random() < (0.95 if member in shape.required_members else 0.2)
            }
        case ListShape():
            return [drawn(random, shape.member) for _ in range(random.randint(0, 2))]
        case MapShape():
            return {"a": drawn(random, shape.value)}
        case StringShape() if shape.enum:
            return random.choice(shape.enum)
    return {"integer": 3, "long": 5, "boolean": True, "timestamp": START_AT}.get(shape.type_name, "abc")


def junk(random: Random) -> bytes:
    """An object that is hardly one."""
    lines = []
    for _ in range(random.randint(0, 8)):
        record: Any = {"Item": {"id": random.choice(VALUES), "n": random.choice(VALUES)}}
        if random.random() < 0.5:
            record["ConditionExpression"] = random.choice(EXPRESSIONS)
            record["ExpressionAttributeValues"] = random.choice([{":v": random.choice(VALUES)}, {}, 5])
        lines.append(orjson.dumps(random.choice([record, record, random.choice(WRONG)])))
    return b"\n".join(lines) + random.choice([b"", b"{", b"\xff", b"\n\n"])


@pytest.mark.parametrize("seed", range(4))
def test_no_request_makes_it_fall_over(seed: int) -> None:
    """Bad input: the answer is 200, or 400 with the name of an exception, and what was accepted comes to an end."""
    random = Random(seed)
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=seed, durations={"export": 5, "import": 5, "bulk": 5})
    db, s3 = connect(machine), connect(machine, service="s3")
    make_table(db)
    protect(db)
    s3.create_bucket(Bucket=BUCKET)
    clock.set_forward(START_AT + 3000)
    answers = {200: 0, 400: 0}
    ended = set()
    for number in range(600):
        if number % 20 == 0:
            s3.put_object(Bucket=BUCKET, Key=f"in/{random.choice('abc')}", Body=junk(random))
        operation = random.choice(OPERATIONS)
        shape = MODEL.operation_model(operation).input_shape
        members = drawn(random, shape) if shape is not None else {}
        clock.set_forward(clock.now() + random.random())
        answer = machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region="us-east-1")
        assert answer.status in answers, (operation, members, answer.body)
        answers[answer.status] += 1
        assert (answer.status == 400) == bool(answer.headers.get("x-amzn-ErrorType")), (operation, members, answer)
        db.describe_table(TableName="Orders")
    clock.set_forward(clock.now() + 100)
    transfers = machine.fleet.at("123456789012", "us-east-1").transfers
    db.list_tables()
    for kind in (transfers.exports, transfers.imports, transfers.bulk_operations):
        ended |= {each.status for each in kind.values()}
    assert min(answers.values()) > 50
    assert ended - {"FAILED"}
    assert "IN_PROGRESS" not in ended
