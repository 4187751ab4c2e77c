"""Requests about replicas that no SDK would send, to several Regions, some of them down."""

from random import Random

import orjson
import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .. import test_bad_requests as bad
from ..support import START_AT

REGIONS = ["us-east-1", "us-east-2", "us-west-2", "eu-west-1"]
OPERATIONS = [
    "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable", "PutItem", "RestoreTableFromBackup",
    "RestoreTableToPointInTime", "TransactWriteItems", "UpdateContinuousBackups", "UpdateTable", "UpdateTable",
    "UpdateTable", "UpdateTimeToLive",
]  # fmt: skip
TABLE = {
    "TableName": "Orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
REPLICAS = [
    [{"Create": {"RegionName": "us-east-2"}}, {"Create": {"RegionName": "us-west-2"}}],
    *([{action: {"RegionName": region}}] for action in ("Create", "Delete") for region in REGIONS),
]
MODES = ["STRONG", "EVENTUAL", None]


@pytest.mark.parametrize("seed", range(3))
def test_no_request_about_replicas_makes_it_fall_over(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad input: the answer is 200, or 400 with an exception's name, or 503 where a Region is down; never a 500."""
    random = Random(seed)
    clock = ManualClock(START_AT)
    quick = {"replica": 2, "replica_with_items": 2, "replica_delete": 2, "restore": 1}
    machine = TimeMachine(clock, seed=seed, durations=quick)
    monkeypatch.setitem(bad.BY_NAME, "RegionName", [*REGIONS, "nowhere"])
    monkeypatch.setitem(bad.BY_NAME, "SourceTableArn", [bad.ARN, bad.ARN.replace("us-east-1", "us-east-2")])
    answers: dict[int, int] = {}
    for step in range(3000):
        region = random.choice(REGIONS)
        if step % 50 == 0:
            machine.handle("DynamoDB_20120810.CreateTable", orjson.dumps(TABLE), region="us-east-1")
        if step % 100 == 0:
            machine.fleet.outages.clear()
            machine.fleet.outages.add(random.choice(REGIONS))
        operation = random.choice(OPERATIONS)
        shape = bad.MODEL.operation_model(operation).input_shape
        members = bad.drawn(random, shape) if shape is not None else {}
        if operation == "UpdateTable" and random.random() < 0.7:
            members = {
                "TableName": "Orders",
                "ReplicaUpdates": random.choice(REPLICAS),
                "MultiRegionConsistency": random.choice(MODES),
            }
            members = {name: value for name, value in members.items() if value is not None}
        clock.set_forward(clock.now() + random.choice([0, 0.1, 3, 100_000]))
        answer = machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region=region)
        answers[answer.status] = answers.get(answer.status, 0) + 1
        assert answer.status in {200, 400, 503}, (operation, members, answer.body)
    assert min(answers[status] for status in (200, 400, 503)) > 50
