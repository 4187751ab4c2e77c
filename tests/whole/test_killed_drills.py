"""A drill that is killed, anywhere: sweeping leaves nothing of it, and nobody else's things are touched."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

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

Points = dict[tuple[str, str], list[tuple[str, int, bool]]]

POINTS: Points = {
    ("batch_delete", "point_in_time"): [
        ("dynamodb:CreateTable", 1, False),
        ("dynamodb:CreateTable", 1, True),
        ("dynamodb:BatchWriteItem", 1, True),
        ("dynamodb:UpdateTable", 1, True),
        ("dynamodb:UpdateTimeToLive", 1, True),
        ("dynamodb:UpdateTable", 2, True),
        ("dynamodb:UpdateContinuousBackups", 1, True),
        ("dynamodb:RestoreTableToPointInTime", 1, True),
        ("dynamodb:DeleteTable", 1, True),
    ],
    ("batch_delete", "on_demand_backup"): [
        ("dynamodb:CreateBackup", 1, False),
        ("dynamodb:CreateBackup", 1, True),
        ("dynamodb:CreateBackup", 2, True),
        ("dynamodb:RestoreTableFromBackup", 1, True),
    ],
    ("batch_delete", "aws_backup"): [
        ("backup:CreateBackupVault", 1, False),
        ("backup:CreateBackupVault", 1, True),
        ("backup:CreateBackupVault", 2, True),
        ("backup:StartBackupJob", 1, False),
        ("backup:StartBackupJob", 1, True),
        ("backup:StartCopyJob", 1, True),
        ("backup:StartRestoreJob", 1, True),
    ],
    ("batch_delete", "export_import"): [
        ("s3:CreateBucket", 1, False),
        ("s3:CreateBucket", 1, True),
        ("dynamodb:ExportTableToPointInTime", 1, True),
        ("dynamodb:ImportTable", 1, False),
        ("dynamodb:ImportTable", 1, True),
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
"""Where a drill is killed: disaster and recovery; which call, the how many-th of it, and whether it was answered."""

LATER: Points = {
    ("batch_delete", "point_in_time"): [
        ("dynamodb:RestoreTableToPointInTime", 1, False),
        ("dynamodb:UpdateTable", 4, True),
        ("dynamodb:DeleteTable", 1, False),
        ("dynamodb:DeleteTable", 2, True),
    ],
    ("batch_delete", "on_demand_backup"): [("dynamodb:DeleteBackup", 1, True)],
    ("batch_delete", "aws_backup"): [
        ("backup:DescribeBackupJob", 2, True),
        ("backup:DescribeCopyJob", 2, True),
        ("backup:DescribeRestoreJob", 2, True),
        ("backup:DeleteRecoveryPoint", 1, True),
        ("backup:DeleteBackupVault", 1, True),
    ],
    ("batch_delete", "export_import"): [("dynamodb:DescribeExport", 2, True), ("s3:DeleteObject", 3, True)],
}
"""Points late in a drill: each costs as much as a whole one."""


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


class Place(NamedTuple):
    """Where drills are killed, and who looks afterwards."""

    machine: TimeMachine
    children: Children
    client: Callable[[str, str], Any]
    foreign: Any


@pytest.fixture(scope="module")
def place(
    machine: tuple[str, TimeMachine], children: Children, client: Callable[[str, str], Any], foreign: Any
) -> Place:
    """All of it."""
    return Place(machine[1], children, client, foreign)


def kill_and_sweep(place: Place, way: tuple[str, str], point: tuple[str, int, bool], out: Path) -> None:
    """Kill a drill at a point, with faults on; sweep; and see that nothing is left, and nothing else gone."""
    (disaster, recovery), (operation, number, answered) = way, point
    for fault in FAULTS:
        place.machine.fleet.faults.add(fault_of(fault))
    options = ["--disaster", disaster, "--recovery", recovery, "--target", f"aws:{HOME}", "--out", str(out)]
    fate = {"operation": operation, "number": number, "answered": answered}
    killed = place.children.run("run", "bad_batch_delete", *options, *SMALL, **fate)
    assert killed == -signal.SIGKILL, f"{point}: {killed}\n{place.children.log.read_text()}"
    swept = place.children.run("sweep", "--out", str(out), "--yes")
    place.machine.fleet.faults.clear()
    assert inventory(place.client) == [], f"{point}: {place.children.log.read_text()}"
    assert swept == 0, f"{point}: {place.children.log.read_text()}"
    assert not place.machine.fleet.outages
    assert place.foreign.scan(TableName=FOREIGN)["Items"] == [{"k": {"S": "theirs"}}]


def test_there_are_thirty_points() -> None:
    """What the test below shows, it shows at 30 points or more, each another."""
    assert len({(way, point) for way, points in POINTS.items() for point in points}) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("way", POINTS, ids=str)
def test_a_killed_drill_is_swept(way: tuple[str, str], place: Place, tmp_path: Path) -> None:
    """Killed at any of the points, with faults on, `sweep` leaves an empty inventory every time (S4-30)."""
    for number, point in enumerate(POINTS[way]):
        kill_and_sweep(place, way, point, tmp_path / str(number))
    assert place.machine.fleet.tables()


@pytest.mark.soak
@pytest.mark.parametrize("way", LATER, ids=str)
def test_a_drill_killed_late_is_swept(way: tuple[str, str], place: Place, tmp_path: Path) -> None:
    """So it does after points at which most of the drill is over, in the middle of its own cleaning up too."""
    for number, point in enumerate(LATER[way]):
        kill_and_sweep(place, way, point, tmp_path / str(number))
    assert place.machine.fleet.tables()


@pytest.mark.slow
def test_two_drills_side_by_side_do_not_touch_each_other(place: Place, tmp_path: Path) -> None:
    """A drill that cleans up, and a sweep, leave another's tables alone: items, settings and backups."""
    options = ["--target", f"aws:{HOME}", "--out"]
    fate = {"operation": "dynamodb:CreateBackup", "number": 1, "answered": True}
    first = place.children.run(
        "run", "bad_overwrite", "--recovery", "on_demand_backup", *options, str(tmp_path / "first"), *SMALL, **fate
    )
    assert first == -signal.SIGKILL
    before = state(place.client)
    second = place.children.run("run", "bad_batch_delete", *options, str(tmp_path / "second"), *SMALL)
    assert second in {0, 1, 2, 3}, place.children.log.read_text()
    assert place.children.run("sweep", "--out", str(tmp_path / "second"), "--yes", "-q") == 0
    assert state(place.client) == before
    assert len(before) == 3
    assert place.children.run("sweep", "--out", str(tmp_path / "first"), "--yes", "-q") == 0
    assert inventory(place.client) == []


def state(client: Callable[[str, str], Any]) -> list[Any]:
    """Each table with its items and its protection, and each backup."""
    dynamodb = client("dynamodb", HOME)
    tables = dynamodb.list_tables()["TableNames"]
    described = {name: dynamodb.describe_table(TableName=name)["Table"] for name in tables}
    return [
        *(
            (name, dynamodb.scan(TableName=name)["Items"], described[name]["DeletionProtectionEnabled"])
            for name in tables
        ),
        *sorted(each["BackupArn"] for each in dynamodb.list_backups(BackupType="ALL")["BackupSummaries"]),
    ]
