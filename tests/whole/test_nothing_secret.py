"""What commands say of credentials, accounts and items: nothing, unless somebody asks for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.cli import app, main
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, make_orders, served_machine

ACCOUNT, SECRET, VALUE = "210987654321", "s3cr3t-that-nobody-shows", "value-that-nobody-shows"
REGION = "eu-west-1"
TARGET = f"aws:{REGION}"
FOR_PEOPLE = {".txt", ".xml", ".md", ".log"}

SAYS_NOTHING_OF_TARGETS = {"list", "show", "matrix", "advise", "snippet", "serve"}
"""The commands that ask no target of anybody's."""

COMMANDS = [
    "plan restore-check orders --against export --target {target}",
    "plan restore-check orders --target {target} --json -",
    "plan table_drop_refused --target {target} --check",
    "restore-check orders --target {target} --against export",
    "restore-check nothing-there --target {target}",
    "run table_drop_refused --target {target} --pace virtual --items 20 --rate 2 --seed 1 --json verdict.json",
    "run table_drop_refused --target {target} --pace virtual --seed 1 --yes-spend 0",
    "judge runs/table_drop_refused/latest",
    "summary runs/table_drop_refused/latest --format markdown",
    "last --max-age 90d",
    "resume runs/table_drop_refused/latest",
    "snapshot orders --region {region} --out before",
    "snapshot orders --region {region} --out after",
    "compare before after",
    "compare before orders --region {region}",
    "find-point orders --region {region} --bad-deletes",
    "audit --all --region {region}",
    "doctor --target {target}",
    "canary orders --target {target} --yes --for 1s --rate 5/s --items 2",
    "canary orders --target {target} --remove",
    "restore-testing no-such-job --dry-run",
    "sweep --target {target}",
]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TimeMachine]:
    """A served machine with a table, an item of which must not be shown."""
    monkeypatch.chdir(tmp_path)
    with served_machine() as (url, found):
        go_there(monkeypatch, url, ACCOUNT)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        monkeypatch.setenv("AWS_REGION", REGION)
        db: Any = boto3.client("dynamodb", region_name=REGION)
        make_orders(db)
        found.clock.set_forward(found.clock.now() + 60)
        on = {"PointInTimeRecoveryEnabled": True}
        db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
        db.put_item(TableName="orders", Item={"id": {"S": "o-1"}, "secret": {"S": VALUE}})
        found.clock.set_forward(found.clock.now() + 900)
        yield found


def test_nothing_secret_is_shown(machine: TimeMachine, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """No command shows the secret key, the account's number or an item's value, nor do files that people read."""
    names = {str(command.name or command.callback.__name__) for command in app.registered_commands if command.callback}
    assert names - SAYS_NOTHING_OF_TARGETS == {command.split()[0] for command in COMMANDS}
    shown: list[tuple[str, object]] = []
    for command in COMMANDS:
        code = main(command.format(target=TARGET, region=REGION).split())
        said = capfd.readouterr()
        assert code in {0, 1, 2, 3, 5, 6, 64}, said.err
        shown += [(command, said) for word in (ACCOUNT, SECRET, VALUE) if word in said.out + said.err]
    assert not shown
    read = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix in FOR_PEOPLE]
    assert len(read) > 3
    for path in read:
        text = path.read_text(errors="replace")
        assert not [word for word in (ACCOUNT, SECRET, VALUE) if word in text], path
    assert [table.name for table in machine.fleet.tables()] == ["orders"]
