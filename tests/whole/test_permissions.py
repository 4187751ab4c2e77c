"""The policy that a plan prints: enough, and not one action too much."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.iam.writing import actions_in, without
from dynadrill.drills.planning import agreeing
from dynadrill.drills.planning.agreeing import needs_on
from dynadrill.drills.planning.permitted import ask_permissions
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.targets.terms import Terms
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, served_machine

REGION = "eu-west-1"
TARGET = f"aws:{REGION}"
SIMULATOR = "iam:SimulatePrincipalPolicy"
REHEARSED: list[Any] = []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, TimeMachine]]:
    """A served machine, on which boto3 is the user `limited`; rehearsals of one thing are made once."""
    monkeypatch.chdir(tmp_path)
    REHEARSED.clear()
    for name in ("rehearse_drill", "rehearse_check"):
        monkeypatch.setattr(agreeing, name, once(getattr(agreeing, name)))
    with served_machine() as (url, found):
        go_there(monkeypatch, url, "limited")
        monkeypatch.setenv("AWS_REGION", REGION)
        yield url, found


def once(make: Any) -> Any:
    """What is made the first time, every time."""

    def made(*given: Any) -> Any:
        if not REHEARSED:
            REHEARSED.append(make(*given))
        return REHEARSED[0]

    return made


def inventory(machine: TimeMachine) -> list[tuple[str, str]]:
    """The tables and buckets that there are."""
    tables = [(each.region_name, name) for each in machine.fleet.backends() for name in each.tables]
    return tables + [("", name) for name in machine.fleet.neighbours.s3("123456789012").buckets]


def refused_without_any(
    machine: TimeMachine, policy: dict[str, Any], command: list[str], tried: tuple[str, ...], folder: Path
) -> None:
    """What is asked before anything is made is missing with any action but the simulator's removed.

    With some of them removed the command itself is tried: it is refused, and what is there is what was before.
    """
    before = inventory(machine)
    target = open_target(
        TARGET, run_id="none", folder=folder, pace="virtual", starts_at=0.0, seed=0, on_jump=lambda *_: None,
        terms=Terms(writes=False),
    )  # fmt: skip
    needs = needs_on(target, REHEARSED[-1], "dynadrill-none-")
    for action in actions_in(policy):
        if action != SIMULATOR:
            machine.fleet.rights.hold("limited", without(policy, action))
            assert {need.action for need in ask_permissions(target, needs).missing} == {action}
    target.close()
    for action in tried:
        machine.fleet.rights.hold("limited", without(policy, action))
        assert (main(command), action) == (5, action)
    assert inventory(machine) == before


def planned(*what: str) -> dict[str, Any]:
    """The policy that a plan prints."""
    assert main(["plan", *what, "--target", TARGET, "--policy", "policy.json", "--quiet"]) == 0
    policy: dict[str, Any] = json.loads(Path("policy.json").read_text())
    return policy


def test_a_drill_needs_its_policy_and_no_less(machine: tuple[str, TimeMachine]) -> None:
    """S1-38, S3-19: with the printed policy a drill passes; without any one action of it nothing is touched."""
    _, held = machine
    policy = planned("bad_batch_delete")
    held.fleet.rights.hold("limited", policy)
    command = ["run", "bad_batch_delete", "--target", TARGET, "--pace", "virtual", "--items", "40", "--rate", "0.5"]
    command += ["--decide", "5s", "--seed", "1", "--quiet", "--out", "runs"]
    assert main(command) == 0
    assert inventory(held) == []
    refused_without_any(held, policy, command, ("dynamodb:ListTables", "dynamodb:Query"), Path.cwd())


def test_a_check_needs_its_policy_and_no_less(machine: tuple[str, TimeMachine]) -> None:
    """S1-38: the same of a restore-check, which only reads the person's table and restores from it."""
    url, held = machine
    db: Any = boto3.client(
        "dynamodb", endpoint_url=url, region_name=REGION, aws_access_key_id="admin", aws_secret_access_key="any"
    )
    db.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    held.clock.set_forward(held.clock.now() + 60)
    on = {"PointInTimeRecoveryEnabled": True}
    db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
    db.put_item(TableName="orders", Item={"id": {"S": "1"}})
    held.clock.set_forward(held.clock.now() + 900)
    policy = planned("restore-check", "orders", "--against", "export")
    held.fleet.rights.hold("limited", policy)
    command = ["restore-check", "orders", "--target", TARGET, "--against", "export", "--quiet", "--out", "runs"]
    assert main(command) == 0
    assert inventory(held) == [(REGION, "orders")]
    on_orders = [each["Action"] for each in policy["Statement"] if str(each["Resource"]).endswith(":table/orders")]
    allowed = {action.partition(":")[2] for actions in on_orders for action in actions}
    assert {name for name in allowed if not name.startswith(("Describe", "Get", "List"))} == {
        "ExportTableToPointInTime",
        "RestoreTableToPointInTime",
    }
    tried = ("dynamodb:DescribeTable", "s3:PutObject", "dynamodb:DeleteTable")
    refused_without_any(held, policy, command, tried, Path.cwd())


def test_what_cannot_be_asked_is_unknown(machine: tuple[str, TimeMachine], capsys: pytest.CaptureFixture[str]) -> None:
    """Where the simulator may not be asked, calls that only read are tried, and all else is said to be unknown."""
    _, held = machine
    policy = planned("table_drop_refused")
    asked = ["plan", "table_drop_refused", "--target", TARGET, "--check", "--json", "-"]
    held.fleet.rights.hold("limited", policy)
    assert main(asked) == 0
    held.fleet.rights.hold("limited", without(policy, SIMULATOR))
    capsys.readouterr()
    assert main(asked) == 2
    found = json.loads(capsys.readouterr().out)["permissions"]
    assert not found["missing"]
    assert "dynamodb:CreateTable" in {each["action"] for each in found["unknown"]}
    held.fleet.rights.hold("limited", without(without(policy, SIMULATOR), "dynamodb:DescribeTable"))
    assert main(asked) == 5
    found = json.loads(capsys.readouterr().out)["permissions"]
    assert {each["action"] for each in found["missing"]} == {"dynamodb:DescribeTable"}
