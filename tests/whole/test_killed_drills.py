"""A drill that is killed, anywhere: sweeping leaves nothing of it, and nobody else's things are touched."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.timemachine.fault_forms import fault_of
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import served_machine

ACCOUNT = "210987654321"
HOME, OTHER = "us-east-2", "us-west-1"
SMALL = ["--pace", "virtual", "--items", "40", "--rate", "0.1", "--notice", "5s", "--decide", "5s", "--seed", "1", "-q"]
FAULTS = (
    {"effect": "error-after", "operation": "DeleteTable", "probability": 0.2},
    {"effect": "throttle", "operation": "PutItem", "probability": 0.1},
    {"effect": "unavailable", "operation": "ListTables", "probability": 0.02},
    {"effect": "throttle", "operation": "DescribeTable", "probability": 0.01},
)
FOREIGN = "orders"

POINTS: dict[tuple[str, str], list[tuple[str, int, bool]]] = {
    ("batch_delete", "point_in_time"): [
        ("dynamodb:CreateTable", 1, False),
        ("dynamodb:CreateTable", 1, True),
        ("dynamodb:BatchWriteItem", 1, True),
        ("dynamodb:UpdateTable", 2, True),
        ("dynamodb:UpdateContinuousBackups", 1, True),
        ("dynamodb:RestoreTableToPointInTime", 1, False),
        ("dynamodb:RestoreTableToPointInTime", 1, True),
        ("dynamodb:UpdateTable", 4, True),
        ("dynamodb:DeleteTable", 1, False),
        ("dynamodb:DeleteTable", 1, True),
        ("dynamodb:DeleteTable", 2, True),
    ],
    ("batch_delete", "on_demand_backup"): [
        ("dynamodb:CreateBackup", 1, False),
        ("dynamodb:CreateBackup", 1, True),
        ("dynamodb:RestoreTableFromBackup", 1, True),
        ("dynamodb:DeleteBackup", 1, True),
    ],
    ("batch_delete", "aws_backup"): [
        ("backup:CreateBackupVault", 1, True),
        ("backup:CreateBackupVault", 2, True),
        ("backup:StartBackupJob", 1, False),
        ("backup:StartBackupJob", 1, True),
        ("backup:DescribeBackupJob", 2, True),
        ("backup:StartCopyJob", 1, True),
        ("backup:DescribeCopyJob", 2, True),
        ("backup:StartRestoreJob", 1, True),
        ("backup:DescribeRestoreJob", 2, True),
        ("backup:DeleteRecoveryPoint", 1, True),
        ("backup:DeleteBackupVault", 1, True),
    ],
    ("batch_delete", "export_import"): [
        ("s3:CreateBucket", 1, True),
        ("dynamodb:ExportTableToPointInTime", 1, True),
        ("dynamodb:DescribeExport", 2, True),
        ("dynamodb:ImportTable", 1, False),
        ("dynamodb:ImportTable", 1, True),
        ("s3:DeleteObject", 3, True),
    ],
    ("key_disabled", "point_in_time"): [
        ("kms:CreateKey", 1, False),
        ("kms:CreateKey", 1, True),
        ("kms:DisableKey", 1, True),
    ],
    ("lost_region", "global_table_failover"): [
        ("dynamodb:UpdateTable", 3, True),
        ("dynamodb:TagResource", 2, True),
    ],
}


class Children:
    """Commands in children of one Python; see `killing`."""

    def __init__(self, folder: Path, address: str) -> None:
        self.log = folder / "log"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DYNADRILL_"))},
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            "KILLING_LOG": str(self.log),
        }
        program = [sys.executable, str(Path(__file__).with_name("killing.py"))]
        self.process = subprocess.Popen(
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=folder, text=True
        )

    def run(self, *arguments: str, **fate: Any) -> int:
        """Run a command; answers its exit code, negative for a signal."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"arguments": arguments, **fate}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> None:
        """Let it end."""
        self.process.communicate(timeout=20)


@pytest.fixture(scope="module")
def machine() -> Iterator[tuple[str, TimeMachine]]:
    """One served machine for all."""
    with served_machine() as served:
        yield served


@pytest.fixture(scope="module")
def children(machine: tuple[str, TimeMachine], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Children]:
    """One Python for all."""
    made = Children(tmp_path_factory.mktemp("killed"), machine[0])
    yield made
    made.end()


@pytest.fixture(scope="module")
def client(machine: tuple[str, TimeMachine]) -> Callable[[str, str], Any]:
    """Plain clients of the same account, made once each."""
    made: dict[tuple[str, str], Any] = {}

    def plain(service: str, region: str) -> Any:
        if (service, region) not in made:
            made[service, region] = boto3.client(
                service,  # type: ignore[call-overload] # whichever it is
                region_name=region,
                endpoint_url=machine[0],
                aws_access_key_id=ACCOUNT,
                aws_secret_access_key="any",
            )
        return made[service, region]

    return plain


def inventory(client: Callable[[str, str], Any]) -> list[str]:
    """Everything that a person with this account would find, by other code than dynadrill's own."""
    found = [f"bucket {bucket['Name']}" for bucket in client("s3", HOME).list_buckets()["Buckets"]]
    for region in (HOME, OTHER):
        dynamodb, backup, kms = client("dynamodb", region), client("backup", region), client("kms", region)
        found += [f"table {name}" for name in dynamodb.list_tables()["TableNames"] if name != FOREIGN]
        found += [f"backup {each['BackupArn']}" for each in dynamodb.list_backups(BackupType="ALL")["BackupSummaries"]]
        found += [f"vault {each['BackupVaultName']}" for each in backup.list_backup_vaults()["BackupVaultList"]]
        for key in kms.list_keys()["Keys"]:
            state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
            found += [] if state == "PendingDeletion" else [f"key {key['KeyId']}, {state}"]
    return found


@pytest.fixture(scope="module")
def foreign(client: Callable[[str, str], Any]) -> Any:
    """A table of somebody else's in the same account, with one item."""
    dynamodb = client("dynamodb", HOME)
    dynamodb.create_table(
        TableName=FOREIGN,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=FOREIGN, Item={"k": {"S": "theirs"}})
    return dynamodb


@pytest.mark.slow
@pytest.mark.parametrize(("disaster", "recovery"), POINTS, ids=str)
def test_a_killed_drill_is_swept(  # noqa: PLR0917 -- one machine, one Python, and who looks
    disaster: str,
    recovery: str,
    machine: tuple[str, TimeMachine],
    children: Children,
    client: Callable[[str, str], Any],
    foreign: Any,
    tmp_path: Path,
) -> None:
    """Killed at each of 37 points, with faults on: `sweep` leaves an empty inventory every time (S4-30)."""
    faults = [machine[1].fleet.faults.add(fault_of(fault)) for fault in FAULTS]
    for operation, number, answered in POINTS[disaster, recovery]:
        point = f"{operation} {number}, {'answered' if answered else 'not sent'}"
        out = tmp_path / point.replace(":", "-")
        options = ["--disaster", disaster, "--recovery", recovery, "--target", f"aws:{HOME}", "--out", str(out)]
        killed = children.run(
            "run", "bad_batch_delete", *options, *SMALL, operation=operation, number=number, answered=answered
        )
        assert killed == -signal.SIGKILL, f"{point}: {killed}\n{children.log.read_text()}"
        assert machine[1].fleet.tables(), f"{point}: there was nothing to sweep" if number > 1 else True
        swept = children.run("sweep", "--out", str(out), "--yes")
        machine[1].fleet.faults.clear()
        assert inventory(client) == [], f"{point}: {children.log.read_text()}"
        assert swept == 0, f"{point}: {children.log.read_text()}"
        assert not machine[1].fleet.outages
        for fault in faults:
            machine[1].fleet.faults.add(fault)
    machine[1].fleet.faults.clear()
    assert foreign.scan(TableName=FOREIGN)["Items"] == [{"k": {"S": "theirs"}}]
