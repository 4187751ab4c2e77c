"""The AWS CLI restores tables on the machine by the commands that runbooks print, word for word.

The commands and the table are those of the AWS walk-throughs of DynamoDB backups of 2018: table `employee`, key
`employeeId`, and restores into `employee-restore` and `employee-restore-pit`.
"""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .places import client
from .served import Served, served
from .tables import fill
from .wanted import Counterpart, need

RESTORE_AT = 1534285294.754
"""2018-08-14 22:21:34.754 UTC, as the walk-through names it."""
RESTORE_LATEST = (
    "aws dynamodb restore-table-to-point-in-time --source-table-name employee --target-table-name employee-restore "
    "--use-latest-restorable-time"
)
RESTORE_TO_A_TIME = (
    "aws dynamodb restore-table-to-point-in-time --source-table-name employee --target-table-name employee-restore-pit "
    "--no-use-latest-restorable-time --restore-date-time 1534285294.754"
)
CREATE_BACKUP = "aws dynamodb create-backup --table-name employee --backup-name employee-backup"
RESTORE_BACKUP = "aws dynamodb restore-table-from-backup --target-table-name {target} --backup-arn {arn}"

pytestmark = pytest.mark.slow


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Served]:
    """A machine whose clock stands in August 2018, ten minutes before the time that is restored to."""
    need(Counterpart.CLI)
    with served(tmp_path, RESTORE_AT - 600) as machine:
        yield machine


@pytest.fixture
def db(machine: Served) -> Any:
    """A boto3 client of the machine, with the table `employee` in it."""
    db = client("dynamodb", machine.address)
    db.create_table(
        TableName="employee",
        KeySchema=[{"AttributeName": "employeeId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "employeeId", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 20},
    )
    machine.advance(30)
    return db


def run(machine: Served, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command line of the AWS CLI."""
    program, *arguments = shlex.split(command)
    assert program == "aws"
    return subprocess.run(
        [sys.executable, "-m", "awscli", *arguments],
        env=machine.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answer(machine: Served, command: str) -> Any:
    """What a command prints; it must succeed."""
    ran = run(machine, command)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def employees(db: Any, table: str) -> set[str]:
    """The keys of a table."""
    return {item["employeeId"]["S"] for item in db.scan(TableName=table)["Items"]}


def hire(db: Any, name: str) -> None:
    """Put an item."""
    fill(db, {"employeeId": name}, table="employee")


def protect(db: Any) -> None:
    """Switch point-in-time recovery on."""
    db.update_continuous_backups(
        TableName="employee", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def test_restored_to_the_latest_time(machine: Served, db: Any) -> None:
    """--use-latest-restorable-time brings back what was there five minutes ago, with its capacity (S4-05, S4-07)."""
    protect(db)
    hire(db, "early")
    machine.advance(301)
    hire(db, "late")
    description = answer(machine, RESTORE_LATEST)["TableDescription"]
    assert (description["TableName"], description["TableStatus"]) == ("employee-restore", "CREATING")
    assert description["RestoreSummary"]["RestoreInProgress"]
    machine.advance(600)
    restored = db.describe_table(TableName="employee-restore")["Table"]
    assert restored["TableStatus"] == "ACTIVE"
    assert restored["ProvisionedThroughput"]["ReadCapacityUnits"] == 10
    assert restored["ProvisionedThroughput"]["WriteCapacityUnits"] == 20
    assert employees(db, "employee-restore") == {"early"}


def test_restored_to_a_time_with_a_fraction(machine: Served, db: Any) -> None:
    """--restore-date-time takes epoch seconds with a fraction, and restores to that second (S4-06, S4-07)."""
    protect(db)
    machine.advance_to(RESTORE_AT - 60)
    hire(db, "before")
    machine.advance_to(RESTORE_AT + 60)
    hire(db, "after")
    machine.advance_to(RESTORE_AT + 600)
    summary = answer(machine, RESTORE_TO_A_TIME)["TableDescription"]["RestoreSummary"]
    assert str(summary["RestoreDateTime"]).startswith(("1534285294", "2018-08-14T22:21:34"))
    machine.advance(600)
    assert employees(db, "employee-restore-pit") == {"before"}


def test_two_backups_of_one_name(machine: Served, db: Any) -> None:
    """Backups of one name have an ARN each, and each brings back its own items (S4-19, S4-20, S4-22)."""
    restored = []
    for name in ("first", "second"):
        hire(db, name)
        machine.advance(120)
        details = answer(machine, CREATE_BACKUP)["BackupDetails"]
        assert details["BackupName"] == "employee-backup"
        restored.append((f"employee-{name}", details["BackupArn"]))
        machine.advance(120)
    assert len({arn for _, arn in restored}) == 2
    for target, arn in restored:
        description = answer(machine, RESTORE_BACKUP.format(target=target, arn=arn))["TableDescription"]
        assert description["RestoreSummary"]["SourceBackupArn"] == arn
    machine.advance(600)
    assert employees(db, "employee-first") == {"first"}
    assert employees(db, "employee-second") == {"first", "second"}


def test_a_target_that_is_there(machine: Served, db: Any) -> None:
    """A restore over a table that exists fails with TableAlreadyExistsException (S4-23)."""
    arn = db.create_backup(TableName="employee", BackupName="employee-backup")["BackupDetails"]["BackupArn"]
    ran = run(machine, RESTORE_BACKUP.format(target="employee", arn=arn))
    assert ran.returncode == 255
    assert "(TableAlreadyExistsException)" in ran.stderr
    assert "Table already exists: employee" in ran.stderr
