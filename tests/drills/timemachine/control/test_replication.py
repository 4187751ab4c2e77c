"""Replication over the control API, on a global table of two Regions."""

from typing import Any

import orjson
import pytest
from dynadrill.drills.targets.controls import within
from dynadrill.drills.timemachine.calls import Call
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

START_AT = 1_700_000_000.0
HERE, THERE = "us-east-1", "eu-west-1"


def send(machine: TimeMachine, operation: str, region: str = HERE, **members: Any) -> Any:
    """An operation of DynamoDB's, which succeeds."""
    answer = machine.handle(f"DynamoDB_20120810.{operation}", orjson.dumps(members), region=region)
    assert answer.status == 200, answer
    return orjson.loads(answer.body)


@pytest.fixture
def machine() -> TimeMachine:
    """A machine with the global table Orders in two Regions."""
    machine = TimeMachine(ManualClock(START_AT), durations={"replica": 5.0, "replica_with_items": 5.0})
    send(
        machine,
        "CreateTable",
        TableName="Orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    send(machine, "UpdateTable", TableName="Orders", ReplicaUpdates=[{"Create": {"RegionName": THERE}}])
    within(machine).advance(60)
    return machine


def put(machine: TimeMachine, key: str) -> None:
    """Write an item in the one Region."""
    send(machine, "PutItem", TableName="Orders", Item={"id": {"S": key}})


def arrived(machine: TimeMachine) -> set[str]:
    """The keys that the other Region has."""
    return {item["id"]["S"] for item in send(machine, "Scan", THERE, TableName="Orders")["Items"]}


def ask(machine: TimeMachine, method: str, members: object = None, *, status: int = 200) -> Any:
    """One request to the control API's replication."""
    body = b"" if members is None else orjson.dumps(members)
    answer = machine.respond(Call(method, "h", "/dynadrill/replication", {}, body))
    assert answer.status == status, answer
    return orjson.loads(answer.body)


def test_a_lag_can_be_set(machine: TimeMachine) -> None:
    """A write is pending for as long as was asked, and then it is there."""
    ask(machine, "POST", {"lag_s": 30, "source": HERE})
    put(machine, "a")
    (pending,) = ask(machine, "GET")["pending"]
    assert (pending["table"], pending["source"], pending["destination"]) == ("Orders", HERE, THERE)
    assert pending["key"] == {"id": {"S": "a"}}
    assert pending["arrives_at"] == pending["written_at"] + 30
    within(machine).advance(29)
    assert arrived(machine) == set()
    within(machine).advance(1)
    assert arrived(machine) == {"a"}
    assert ask(machine, "GET")["pending"] == []


def test_replication_can_be_paused_and_resumed(machine: TimeMachine) -> None:
    """What is written during a pause arrives after it; a pause of another way holds nothing."""
    ask(machine, "POST", {"paused": True, "table": "Users"})
    put(machine, "a")
    within(machine).advance(60)
    assert arrived(machine) == {"a"}
    way = {"table": "Orders", "source": HERE, "destination": THERE}
    assert way in ask(machine, "POST", {"paused": True, **way})["paused"]
    put(machine, "b")
    within(machine).advance(3600)
    assert arrived(machine) == {"a"}
    assert ask(machine, "GET")["pending"][0]["arrives_at"] is None
    ask(machine, "POST", {"paused": False, **way})
    within(machine).advance(60)
    assert arrived(machine) == {"a", "b"}


def test_replication_is_as_usual_again(machine: TimeMachine) -> None:
    """DELETE ends every pause and every lag that was set."""
    ask(machine, "POST", {"paused": True, "lag_s": [1000, 2000]})
    assert ask(machine, "DELETE") == {}
    assert ask(machine, "GET")["paused"] == []
    put(machine, "a")
    within(machine).advance(2)
    assert arrived(machine) == {"a"}


def test_controls_reach_replication(machine: TimeMachine) -> None:
    """A disaster sets lags, pauses, and sees what would be lost now, through the target's controls."""
    controls = within(machine)
    controls.set_lag(1, 2, table="Orders")
    controls.pause_replication(source=HERE)
    put(machine, "a")
    assert [write["key"] for write in controls.pending_writes()] == [{"id": {"S": "a"}}]
    controls.resume_replication(source=HERE)
    controls.advance(10)
    assert controls.pending_writes() == []


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({}, "neither lag_s nor paused"),
        ({"table": "Orders"}, "neither lag_s nor paused"),
        ({"paused": "yes"}, "paused is 'yes'"),
        ({"lag_s": -1}, "lag_s is -1"),
        ({"lag_s": [2, 1]}, "lag of 2"),
        ({"lag_s": [1, 2, 3]}, "lag_s is [1, 2, 3]"),
        ({"lag_s": 1, "from": HERE}, "'from'"),
        ({"lag_s": 1, "source": 5}, "source is 5"),
    ],
)
def test_a_wrong_body_is_refused(machine: TimeMachine, members: object, found: str) -> None:
    """400 with what was found and what was expected."""
    answer = ask(machine, "POST", members, status=400)
    assert found in answer["message"]
    assert answer["hint"]
