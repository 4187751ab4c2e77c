"""Waits in which real time passes tell how long: every loop that waits, through the clock and the hooks alone."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.targets.clocks import RealClock
from dynadrill.drills.timemachine.clock_kind import ClockKind
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, make_orders, served_machine

REGION = "eu-west-1"
TARGET = ["--target", f"aws:{REGION}"]
CHECK = ["restore-check", "orders", *TARGET, "--out", "runs"]
RESTORE = r"waiting until dynadrill-[0-9a-f]{8}-orders is ACTIVE: [0-9ms ]+ so far, "


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TimeMachine]:
    """A machine whose clock nobody moves, with a table of somebody's; here alone waiting takes no time."""
    monkeypatch.chdir(tmp_path)
    with served_machine(ClockKind.WALL) as (url, found):

        def set_forward(clock: RealClock, to_at: float) -> None:
            found.clock.set_forward(found.clock.now() + max(0.0, to_at - clock.now()))
            clock.shared.set_forward(to_at)

        monkeypatch.setattr(RealClock, "set_forward", set_forward)
        go_there(monkeypatch, url, "123456789012")
        db: Any = boto3.client("dynamodb", region_name=REGION)
        make_orders(db)
        on = {"PointInTimeRecoveryEnabled": True}
        db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
        db.put_item(TableName="orders", Item={"id": {"S": "1"}})
        found.clock.set_forward(found.clock.now() + 3600)
        yield found


def test_a_check_tells_of_its_waits(machine: TimeMachine, capsys: pytest.CaptureFixture[str]) -> None:
    """A check in a pipe says what it waits for and about how long; the next one goes by how long the first took."""
    machine.fleet.durations.fixed["restore"] = 130.0
    assert main(CHECK) == 2
    told = capsys.readouterr().err
    assert re.search(RESTORE + r"about \d to \d+ min left, by dynadrill's model \(AWS promises nothing\)\n", told)
    kept = json.loads(Path("runs/restore-check/latest/waits.jsonl").read_text())
    assert (kept["kind"], kept["of"]) == ("restore", "orders")
    assert kept["place"].startswith(f"aws:{REGION} at http://")
    assert kept["seconds"] >= 130.0
    machine.fleet.durations.fixed["restore"] = 900.0
    assert main(CHECK) == 2
    told = capsys.readouterr().err
    assert re.search(RESTORE + r"about \d min left, by the last restore of orders here\n", told)
    late = r"longer than \d min, expected by the last restore of orders here: how much longer is not known\n"
    assert re.search(RESTORE + late, told)


def test_a_sweep_tells_of_its_waits(machine: TimeMachine, capsys: pytest.CaptureFixture[str]) -> None:
    """A restore cannot be cancelled: a sweep in a pipe that waits for one says so, and about how long."""
    machine.fleet.durations.fixed["restore"] = 130.0
    db: Any = boto3.client("dynamodb", region_name=REGION)
    name = "dynadrill-0123abcd-orders"
    db.restore_table_to_point_in_time(SourceTableName="orders", TargetTableName=name, UseLatestRestorableTime=True)
    assert main(["sweep", *TARGET, "--older-than", "0s", "--yes"]) == 0
    said = r"waiting until dynadrill-0123abcd-orders can be removed: [0-9ms ]+ so far, about \d to \d+ min left, by dyn"
    assert re.search(said, capsys.readouterr().err)


def test_a_drill_tells_of_its_waits(machine: TimeMachine, capsys: pytest.CaptureFixture[str]) -> None:
    """A drill does too: of the time until somebody decides, exactly, and of its restore, as an estimate."""
    words = ["run", "bad_batch_delete", *TARGET, "--pace", "virtual", "--items", "40", "--rate", "1", "--seed", "1"]
    assert main([*words, "--notice", "5s", "--decide", "2m", "--out", "runs"]) == 0
    told = capsys.readouterr().err
    assert "waiting until somebody decides what to do: 0 s so far, 1m 59s left\n" in told
    assert re.search(
        r"waiting until \S+-restored is ACTIVE: [0-9ms ]+ so far, about \d to \d+ min left, by dynadrill", told
    )
