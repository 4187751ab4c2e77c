"""The policy that a plan prints: enough, and not one action too much."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.iam.writing import actions_in, without
from dynadrill.drills.planning import agreeing, command
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.iam.reference import wrong

from .exact_policies import (
    REGION,
    REHEARSED,
    SIMULATOR,
    TARGET,
    inventory,
    limited_user,
    planned,
    refused_without_any,
)

SMALL = ("--items", "40", "--rate", "0.5")
RECOVERIES: dict[str, tuple[str, ...]] = {
    "export_import": ("bad_batch_delete",),
    "global_table_failover": ("region_outage", "--rate", "0.3"),
    "point_in_time_with_changes": ("bad_batch_delete",),
    "repair_in_place": ("bad_batch_delete",),
    "strong_global_table_failover": ("region_lost_without_loss", "--rate", "0.3"),
}
"""The drills whose policies are tried on every run of the tests, by their recovery."""

MORE_RECOVERIES: dict[str, tuple[str, ...]] = {
    "aws_backup": ("backups_deleted",),
    "deleted_table_backup": ("dropped_table",),
    "deletion_protection": ("table_drop_refused",),
    "hybrid": ("bad_batch_delete",),
    "incremental_rollback": ("wrong_environment",),
    "key_enabled_again": ("key_disabled",),
    "on_demand_backup": ("bad_batch_delete",),
    "point_in_time": ("bad_batch_delete",),
    "stream_replay": ("bad_batch_delete",),
}
"""Those that are tried by `make soak`."""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, TimeMachine]]:
    """A served machine, on which boto3 is a user who can be held to a policy."""
    monkeypatch.chdir(tmp_path)
    with limited_user(monkeypatch) as found:
        yield found


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


def test_what_cannot_be_asked_is_unknown(
    machine: tuple[str, TimeMachine], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """S3-19: where the simulator is denied, calls that only read are tried, and all else is said to be unknown.

    A run goes on, and says so; what a call that only reads was denied is missing, and refuses it.
    """
    _, held = machine
    monkeypatch.setattr(command, "rehearse_drill", agreeing.rehearse_drill)
    policy = planned("table_drop_refused")
    asked = ["plan", "table_drop_refused", "--target", TARGET, "--check", "--json", "-"]
    run = ["run", "table_drop_refused", "--target", TARGET, "--pace", "virtual", *SMALL, "--out", "runs"]
    held.fleet.rights.hold("limited", policy)
    assert main(asked) == 0
    held.fleet.rights.hold("limited", without(policy, SIMULATOR))
    capsys.readouterr()
    assert main(asked) == 2
    found = json.loads(capsys.readouterr().out)["permissions"]
    assert "AccessDenied" in found["how"]
    assert not found["missing"]
    assert "dynamodb:CreateTable" in {each["action"] for each in found["unknown"]}
    assert main(run) == 0
    said = capsys.readouterr().err
    assert f"whether {len(found['unknown'])} permissions are there is not known beforehand" in said
    assert said.count("note: IAM's policy simulator could not be asked (AccessDenied)") == 1
    held.fleet.rights.hold("limited", without(without(policy, SIMULATOR), "dynamodb:DescribeTable"))
    assert main(asked) == 5
    found = json.loads(capsys.readouterr().out)["permissions"]
    assert {each["action"] for each in found["missing"]} == {"dynamodb:DescribeTable"}
    assert main(run) == 5
    assert inventory(held) == []


@pytest.mark.parametrize(
    "recovery", [*RECOVERIES, *(pytest.param(name, marks=pytest.mark.soak) for name in MORE_RECOVERIES)]
)
def test_each_recovery_needs_its_policy_and_no_less(
    recovery: str, machine: tuple[str, TimeMachine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1-38, S3-19: with its printed policy each recovery recovers, and its calls need every action that is in it."""
    _, held = machine
    monkeypatch.setattr(command, "rehearse_drill", agreeing.rehearse_drill)
    drill = (*SMALL, *{**RECOVERIES, **MORE_RECOVERIES}[recovery], "--recovery", recovery)
    policy = planned(*drill)
    # No call says that the table which it deletes is a replica.
    used = {SIMULATOR, *({"dynamodb:DeleteTableReplica"} if recovery == "global_table_failover" else ())}
    held.fleet.rights.hold("limited", policy)
    held.fleet.rights.watcher = lambda _asked, needs, _answer: used.update(need.action for need in needs)
    asked = ["run", *drill, "--target", TARGET, "--pace", "virtual", "--seed", "1", "--quiet", "--out", "runs"]
    # What is left is AWS's own backup of a dropped table, which nobody can delete.
    assert main(asked) == (6 if recovery == "deleted_table_backup" else 0)
    assert (REHEARSED[-1].verdict, inventory(held), wrong(REHEARSED[-1].needs)) == ("pass", [], [])
    assert set(actions_in(policy)) == used
    refused_without_any(held, policy, asked, (), Path.cwd())


def test_every_recovery_is_tried() -> None:
    """No recovery is left out but the negative control."""
    named = {file.stem for file in (Path(__file__).parents[2] / "scenarios" / "recoveries").glob("[a-z]*.py")}
    assert {*RECOVERIES, *MORE_RECOVERIES} == named - {"nothing"}
