"""What was broken off: a check goes on at each of its waits, a drill ends as unknown; nothing passes by luck."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.model import OperationModel
from dynadrill.drills.cli import main
from dynadrill.drills.targets.hooks import Hooks
from dynadrill.drills.timemachine.errors import AwsError
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, make_orders, served_machine

REGION = "eu-west-1"
CHECK = ["restore-check", "orders", "--target", f"aws:{REGION}", "--quiet", "--out", "runs", "--against", "export"]
DRILL = ["run", "table_drop_refused", "--target", f"aws:{REGION}", "--pace", "virtual", "--items", "20", "--rate", "2"]
DRILL += ["--seed", "1", "--quiet", "--out", "runs"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TimeMachine]:
    """A served machine with a table of somebody's, a backup of it and a recovery point."""
    monkeypatch.chdir(tmp_path)
    with served_machine() as (url, found):
        go_there(monkeypatch, url, "123456789012")
        db: Any = boto3.client("dynamodb", region_name=REGION)
        make_orders(db)
        found.clock.set_forward(found.clock.now() + 60)
        on = {"PointInTimeRecoveryEnabled": True}
        db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
        for number in range(5):
            db.put_item(TableName="orders", Item={"id": {"S": str(number)}})
        db.create_backup(TableName="orders", BackupName="mine")
        backup: Any = boto3.client("backup", region_name=REGION)
        backup.create_backup_vault(BackupVaultName="mine")
        backup.start_backup_job(
            BackupVaultName="mine",
            ResourceArn=f"arn:aws:dynamodb:{REGION}:123456789012:table/orders",
            IamRoleArn="arn:aws:iam::123456789012:role/any",
        )
        found.clock.set_forward(found.clock.now() + 9000)
        yield found


def kill_at(operation: str, number: int, command: list[str]) -> None:
    """Run a command in a process that dies, with nothing told and nothing removed, when it asks for an operation."""
    program = f"""
import os, sys
from dynadrill.drills.cli import main
from dynadrill.drills.targets.hooks import Hooks
look, left = Hooks.asked, [{number}]
def asked(self, params, model, context, **others):
    look(self, params=params, model=model, context=context, **others)
    left[0] -= model.name == {operation!r}
    if left[0] == 0:
        os._exit(9)
Hooks.asked = asked
sys.exit(main(sys.argv[1:]))
"""
    ended = subprocess.run([sys.executable, "-c", program, *command], check=False, env={**os.environ})
    assert ended.returncode == 9


def leftovers(machine: TimeMachine) -> list[str]:
    """What is there beside the person's own."""
    tables = [table.name for table in machine.fleet.tables() if table.name != "orders"]
    return tables + list(machine.fleet.neighbours.s3("123456789012").buckets)


@pytest.mark.parametrize(
    ("operation", "number", "options"),
    [
        ("RestoreTableToPointInTime", 1, []),
        ("DescribeExport", 1, []),
        ("DescribeRestoreJob", 1, ["--method", "aws-backup"]),
        ("DeleteTable", 1, []),
    ],
)
def test_a_check_goes_on_at_its_waits(machine: TimeMachine, operation: str, number: int, options: list[str]) -> None:
    """Killed at a wait, a check goes on, restores and exports nothing twice, ends as it would have, and cleans up."""
    kill_at(operation, number, [*CHECK, *options])
    restored = [table.name for table in machine.fleet.tables()]
    code = main(["resume", "runs/restore-check/latest", "--quiet", "--json", "verdict.json"])
    verdict = json.loads(Path("verdict.json").read_text())
    expected = {"items_agree": "pass", "settings_came_back": "pass"}
    assert {each["name"]: each["verdict"] for each in verdict["validators"] if each["name"] in expected} == expected
    assert (code, verdict["items"]["equal"]) == (0, 5)
    assert leftovers(machine) == []
    assert len({name for name in restored if name.startswith("dynadrill-")}) <= 1


def test_money_spent_before_counts(machine: TimeMachine) -> None:
    """What a check had used when it was killed is on disk, and counts: it ends where the budget of both does."""
    kill_at("DescribeExport", 1, [*CHECK, "--yes-spend", "0.0004"])
    kept = Path("runs/restore-check/latest/spent.json")
    before = json.loads(kept.read_text())
    assert (0 < before["used_usd"] < 0.0004, before["agreed_usd"]) == (True, 0.0004)
    kept.write_text(json.dumps({**before, "used_usd": 0.0005}))
    assert main(["resume", "runs/restore-check/latest", "--quiet", "--json", "verdict.json"]) == 2
    verdict = json.loads(Path("verdict.json").read_text())
    assert "the budget of 0.0004 USD is used up: about 0.0005 USD were used" in verdict["because"]
    assert (leftovers(machine), verdict["spent"]) == ([], {"used_usd": 0.0005, "agreed_usd": 0.0004})


def test_more_can_be_agreed_to(machine: TimeMachine) -> None:
    """With more than was agreed to at first a check goes on, and tells what all of it used."""
    kill_at("DescribeExport", 1, [*CHECK, "--yes-spend", "0.0004"])
    kept = Path("runs/restore-check/latest/spent.json")
    kept.write_text(json.dumps({**json.loads(kept.read_text()), "used_usd": 0.0005}))
    more = ["--yes-spend", "0.003", "--quiet", "--json", "verdict.json"]
    assert main(["resume", "runs/restore-check/latest", *more]) == 0
    spent = json.loads(Path("verdict.json").read_text())["spent"]
    assert (0.0005 < spent["used_usd"] < 0.003, spent["agreed_usd"]) == (True, 0.003)
    assert leftovers(machine) == []


def test_a_drill_does_not_go_on(machine: TimeMachine) -> None:
    """A drill whose process died is ended as unknown, and what it made is removed."""
    kill_at("DeleteTable", 1, DRILL)
    assert [name for name in leftovers(machine) if name.startswith("dynadrill-")]
    assert main(["resume", "runs/table_drop_refused/latest", "--quiet"]) == 2
    assert leftovers(machine) == []
    record = json.loads(Path("runs/table_drop_refused/latest/run.json").read_text())
    assert "users who died with it" in record["ending"]["because"]
    assert main(["resume", "runs/table_drop_refused/latest", "--quiet"]) == 2


@pytest.mark.parametrize("code", ["ExpiredTokenException", "down"])
def test_what_breaks_in_the_middle_is_no_pass(machine: TimeMachine, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Expired credentials and a network that is gone leave a check unknown, and what it left is removed later."""
    rights, asked_at = machine.fleet.rights, Hooks.asked
    left = [1]

    def asked(self: Hooks, params: Any, model: OperationModel, context: Any, **others: Any) -> None:
        asked_at(self, params=params, model=model, context=context, **others)
        if model.name == "DescribeExport":
            left[0] -= 1
        if left[0] <= 0 and code == "down":
            machine.fleet.outages.add(REGION, "refuse")

    def check(*_: Any) -> None:
        if left[0] <= 0:
            raise AwsError(code, "The security token included in the request is expired", status=400)

    monkeypatch.setattr(Hooks, "asked", asked)
    if code != "down":
        monkeypatch.setattr(type(rights), "check", check)
        rights.hold("nobody", {"Version": "2012-10-17", "Statement": []})
    ended = main([*CHECK, "--json", "verdict.json"])
    verdict = json.loads(Path("verdict.json").read_text())
    assert (ended, verdict["verdict"]) == (2, "unknown")
    assert verdict["leftovers"]
    left[0] = 1_000_000
    machine.fleet.outages.discard(REGION)
    assert main(["resume", "runs/restore-check/latest", "--quiet"]) == 2
    assert leftovers(machine) == []
