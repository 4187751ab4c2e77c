"""CTRL+C once more while it cleans up: what is left is said, with the command that removes it."""

from pathlib import Path
from typing import Any, NoReturn

import boto3
import pytest
from dynadrill.drills import batch, run
from dynadrill.drills.checking import acting
from dynadrill.drills.cli import main

from tests.drills.targets.served import go_there, make_orders, served_machine

TARGET = ["--target", "aws:eu-west-1", "--out", "runs"]


def interrupt(*_: object) -> NoReturn:
    """Be interrupted there."""
    raise KeyboardInterrupt


def test_ctrl_c_twice_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A drill and a check that are interrupted, and interrupted again while they clean up, name what is left."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "noted", lambda: True)
    for module in (run, acting):
        monkeypatch.setattr(module, "clean_up", interrupt)
    monkeypatch.setattr(acting, "await_restored", interrupt)
    with served_machine() as (url, machine):
        go_there(monkeypatch, url)
        assert main(["run", "table_drop_refused", "--pace", "virtual", "--items", "5", *TARGET]) == 130
        (made,) = [table.name for table in machine.fleet.tables()]
        said = capsys.readouterr().out
        assert made in said
        assert "dynadrill sweep runs/table_drop_refused/" in said
        machine.reset()

        db: Any = boto3.client("dynamodb", region_name="eu-west-1")
        make_orders(db)
        machine.clock.set_forward(machine.clock.now() + 60)
        on = {"PointInTimeRecoveryEnabled": True}
        db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
        machine.clock.set_forward(machine.clock.now() + 900)
        assert main(["restore-check", "orders", *TARGET]) == 130
        (made,) = [table.name for table in machine.fleet.tables() if table.name != "orders"]
        said = capsys.readouterr().out
        assert made in said
        assert "dynadrill sweep runs/restore-check/" in said
