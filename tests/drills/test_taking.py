"""`dynadrill snapshot`, from the command line to the folder; the table is a time machine's in this process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from dynadrill.drills import taking
from dynadrill.drills.cli import main
from dynadrill.drills.clock import Clock
from dynadrill.drills.errors import UsageError
from dynadrill.drills.schemas import stored
from dynadrill.drills.snapshots.folder import open_snapshot
from dynadrill.drills.snapshots.reading import Reading, read_table
from dynadrill.drills.snapshots.signature import read_signature, signature_of
from dynadrill.drills.targets.finding import place_of
from dynadrill.drills.targets.live_table import RemoteTable
from dynadrill.drills.targets.time_machines import LocalTimeMachine
from dynadrill.drills.waits.counting import Counter

from .snapshots.support import PagedTable, StillClock, files_in, remote, rows_of

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def orders(time_machine: LocalTimeMachine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of thirty items, which is what every command finds."""
    db = time_machine.client("dynamodb")
    db.create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for number in range(30):
        db.put_item(TableName="Orders", Item={"id": {"S": f"k{number}"}, "secret": {"S": f"s{number}"}})

    def found(name: str, clock: Clock, **_: object) -> RemoteTable:
        return remote(time_machine, name)

    monkeypatch.setattr(taking, "open_table", found)
    monkeypatch.chdir(tmp_path)


def test_the_command_says_what_it_read(capsys: pytest.CaptureFixture[str]) -> None:
    """Rows, seconds, rows/s and read units in one line, nothing else in a pipe, and the folder holds the table."""
    assert main(["snapshot", "Orders", "--out", "s"]) == 0
    said, progress = capsys.readouterr()
    assert said.startswith("s: 30 rows of arn:aws:dynamodb:us-east-1:")
    assert "strongly consistent" in said
    assert "rows/s" in said
    assert "read units\n" in said
    assert progress == ""
    assert open_snapshot(Path("s")).about.rows == 30


def test_json_alone_is_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """With `--json -` standard output is that JSON and nothing else; all JSON is as the published schemas say."""
    assert main(["snapshot", "Orders", "--out", "s", "--json", "-", "--signature"]) == 0
    said, rest = capsys.readouterr()
    found = json.loads(said)
    assert found["schema"] == "dynadrill.taken/1"
    assert (found["rows"], found["rows_read"], found["holds"]) == (30, 30, "items")
    assert found["signature"] == "s/signature.json"
    assert "30 rows" in rest
    files = {"taken": said, "snapshot": Path("s/snapshot.json"), "signature": Path("s/signature.json")}
    for name, file in files.items():
        content = json.loads(file if isinstance(file, str) else file.read_text())
        assert content["schema"] == f"dynadrill.{name}/1"
        jsonschema.Draft202012Validator(json.loads(stored(f"{name}-1.schema.json"))).validate(content)


def test_the_signature_is_the_snapshots(tmp_path: Path) -> None:
    """`--signature` writes what is computed from the snapshot; digests alone give the same."""
    assert main(["snapshot", "Orders", "--out", "s", "--signature"]) == 0
    assert main(["snapshot", "Orders", "--out", "d", "--signature", "--digests-only", "--segments", "3"]) == 0
    signature = read_signature(Path("s"))
    assert signature == signature_of(open_snapshot(Path("s")))
    assert read_signature(Path("d")).buckets == signature.buckets
    assert not any(b"s17" in file.read_bytes() for file in Path("d").iterdir())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--keys-only", "--digests-only"], "at once"),
        (["--segments", "0"], "0 segments"),
        (["--rcu", "0"], "reads nothing"),
        (["--resume"], "no snapshot that was begun"),
        (["--json", "no/such/folder.json"], "there is no folder"),
    ],
)
def test_wrong_usage_is_64(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that makes no sense is said before anything is written."""
    assert main(["snapshot", "Orders", "--out", "s", *arguments]) == 64
    assert told in capsys.readouterr().err
    assert not Path("s").exists()


def test_a_table_that_cannot_be_read_is_2(time_machine: LocalTimeMachine, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be read to its end is not verified; it goes on with --resume, and then all is there."""
    time_machine.fault("throttle", operation="Scan")
    assert main(["snapshot", "Orders", "--out", "s"]) == 2
    assert "--resume" in capsys.readouterr().err
    assert not open_snapshot(Path("s")).about.complete
    for fault in list(time_machine.faults.listed()):
        time_machine.faults.remove(fault.number)
    assert main(["snapshot", "Orders", "--out", "s", "--resume"]) == 0
    assert open_snapshot(Path("s")).about.rows == 30


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.drills.snapshots.support import PagedTable, StillClock
from dynadrill.drills.snapshots import segment
from dynadrill.drills.snapshots.reading import Reading, read_table
segment.BATCH_ROWS, segment.PART_ROWS = 4, 8
def before(number, given):
    if number == 1 and given >= 30:
        os.kill(os.getpid(), signal.SIGKILL)
items = [[{{"id": {{"S": f"k{{number}}-{{n}}"}}}} for n in range(40)] for number in range(2)]
read_table(PagedTable(items, 3, before), Path({into!r}), StillClock(), Reading(2))
"""


def test_a_killed_reading_goes_on(tmp_path: Path) -> None:
    """After SIGKILL in the middle of a segment `resume` ends with exactly the rows of a reading that was not killed."""
    script = KILLED.format(root=str(ROOT), into=str(tmp_path / "s"))
    killed = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    assert not open_snapshot(tmp_path / "s").about.complete
    (tmp_path / "s" / "0001-0009.parquet.unfinished").write_bytes(b"half a part")
    (tmp_path / "s" / ".segment-0001.json-half").write_bytes(b"{")
    table = PagedTable([[{"id": {"S": f"k{number}-{n}"}} for n in range(40)] for number in range(2)], 3)
    stored = read_table(table, tmp_path / "s", StillClock(), Reading(2, resume=True))
    assert min(given for number, given in table.asked if number == 1) > 0
    assert rows_of(stored) == rows_of(read_table(table, tmp_path / "whole", StillClock(), Reading(2)))
    assert len(rows_of(stored)) == 80
    assert files_in(tmp_path / "s") == sorted(["snapshot.json", *stored.about.parts])


class Seen:
    """A watch that remembers."""

    def __init__(self) -> None:
        self.counts: list[tuple[int, int]] = []
        self.notes: list[str] = []

    def phase(self, name: str, detail: str = "") -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Remember."""
        self.notes.append(text)

    def count(self, done: int, of: int) -> None:
        """Remember."""
        self.counts.append((done, of))

    def close(self) -> None:
        """Nothing."""


def test_no_end_is_foretold_beyond_what_is_known() -> None:
    """How long it takes is told from what this sitting read and DescribeTable's count, and not once that is passed."""
    seen, seconds = Seen(), iter([0.0, 10.0, 20.0, 30.0])
    counter = Counter(seen, lambda: next(seconds), 1000)
    for rows in (100, 300, 1001):
        counter.tell(rows)
    assert seen.counts == [(100, 1000), (300, 1000), (1001, 1001)]
    assert "10 rows/s; about 1m 10s left" in seen.notes[0]
    assert "nobody knows" in seen.notes[1]


ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ALLOWED = {"DYNADRILL_ALLOW_AWS": "1"}


@pytest.mark.parametrize(
    ("asked", "environment", "place"),
    [
        (("orders", None, "http://127.0.0.1:1/"), {}, ("http://127.0.0.1:1", "us-east-1")),
        (("orders", None, None), {"AWS_ENDPOINT_URL": "http://a"}, ("http://a", "us-east-1")),
        (
            ("orders", None, None),
            {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_DYNAMODB": "http://b", "AWS_REGION": "eu-north-1"},
            ("http://b", "eu-north-1"),
        ),
        ((ARN, None, "http://a"), {"AWS_REGION": "eu-north-1"}, ("http://a", "eu-west-1")),
        ((ARN, None, None), ALLOWED, (None, "eu-west-1")),
        (("orders", "eu-west-2", None), {**ALLOWED, "AWS_REGION": "eu-north-1"}, (None, "eu-west-2")),
    ],
)
def test_where_a_table_is(asked: tuple[str, Any, Any], environment: dict[str, str], place: Any) -> None:
    """The option before the ARN before the environment; an endpoint before AWS."""
    found = place_of(*asked, environment)
    assert (found.endpoint_url, found.region) == place


@pytest.mark.parametrize(
    ("name", "region", "environment", "told"),
    [
        ("orders", "eu-west-1", {}, "nothing says that calls may go to a real account"),
        (ARN, "eu-west-2", ALLOWED, "is in eu-west-1, and the region asked for is eu-west-2"),
        ("orders", "nowhere", ALLOWED, "is not a region"),
        ("arn:aws:s3:::bucket", None, ALLOWED, "is not the ARN of a table"),
    ],
)
def test_a_table_that_is_nowhere(name: str, region: str | None, environment: dict[str, str], told: str) -> None:
    """AWS is asked only where it was said that it may be, and in a region that is one."""
    with pytest.raises(UsageError, match=told):
        place_of(name, region, None, environment)
