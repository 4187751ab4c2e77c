"""The write-ahead journal: on disk before the call, whole after a kill, and locked while its run lives."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.targets.clocks import VirtualClock
from dynadrill.drills.targets.journal import Header, Journal, lives, read_journal
from dynadrill.drills.targets.making import Thing, made_in, tagged, tags_of_run

from .conftest import PREFIX, RUN, Answers

HEADER = Header(RUN, "aws:eu-west-1", "aws", "eu-west-1", "111111111111")
TABLE = Thing("dynamodb", "eu-west-1", "table", f"{PREFIX}orders")
KEY = "arn:aws:kms:us-east-2:111111111111:key/1"


def opened(path: Path) -> Journal:
    """A journal."""
    return Journal(path, HEADER, VirtualClock(1000.0, lambda *_: None))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Header, things, names and troubles come back; a name is told once, with the Region of its ARN."""
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    journal.making(TABLE)
    for _ in range(3):
        journal.learned("kms", "eu-west-1", KEY)
    journal.troubling("outage", "eu-west-1")
    journal.mended()
    journal.troubling("fault", "7")
    assert lives(path)
    journal.close()
    journal.close()
    assert not lives(path)
    told = read_journal(path)
    assert told is not None
    assert (told.header, told.things, told.names) == (HEADER, (TABLE,), frozenset({KEY}))
    assert told.troubles == (("fault", "7"),)
    assert told.places == {("dynamodb", "eu-west-1"), ("kms", "us-east-2")}
    assert len(path.read_text().splitlines()) == 6


def test_one_trouble_is_put_right_and_the_others_stay(tmp_path: Path) -> None:
    """A Region that was brought back is no trouble any more, until it is lost again; what else is wrong still is."""
    path = tmp_path / "journal.jsonl"
    journal = opened(path)
    troubles = []
    for write in (
        lambda: journal.troubling("outage", "eu-west-1"),
        lambda: journal.troubling("fault", "7"),
        lambda: journal.mended("outage", "eu-west-1"),
        lambda: journal.troubling("outage", "eu-west-1"),
        journal.mended,
    ):
        write()
        told = read_journal(path)
        assert told is not None
        troubles.append([name for _, name in told.troubles])
    journal.close()
    assert troubles == [["eu-west-1"], ["eu-west-1", "7"], ["7"], ["7", "eu-west-1"], []]


def test_a_torn_last_line_is_nothing_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    """The call after a torn line was never sent; a line in the middle that cannot be read is no silence."""
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"t":"run"')
    assert read_journal(path) is None
    opened(path.with_name("other")).making(TABLE)
    whole = path.with_name("other").read_bytes()
    path.write_bytes(whole + b'{"t":"mak')
    told = read_journal(path)
    assert told is not None
    assert told.things == (TABLE,)
    path.write_bytes(whole + b"garbage\n" + whole)
    with pytest.raises(UnverifiableError, match="line 3"):
        read_journal(path)


def test_a_journal_has_one_writer(tmp_path: Path) -> None:
    """A second process that opens the journal of a living run is refused."""
    journal = opened(tmp_path / "journal.jsonl")
    with pytest.raises(UnverifiableError, match="another process"):
        opened(tmp_path / "journal.jsonl")
    journal.close()


def test_each_thing_is_on_disk_before_its_call_is_sent(answers: Answers, tmp_path: Path) -> None:
    """When the request leaves, the journal names what it makes already; a refused call leaves no line."""
    access = answers.access(tmp_path)
    journal = access._hooks.journal = opened(tmp_path / "journal.jsonl")
    seen: list[list[str]] = []

    def says(operation: str, _sent: object) -> tuple[int, bytes]:
        lines = [orjson.loads(line) for line in (tmp_path / "journal.jsonl").read_bytes().splitlines()]
        seen.append([operation, *(line["name"] for line in lines if line["t"] == "making")])
        return 200, b"{}"

    answers.says = says
    shape: Any = {
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    }
    access.control().create_table(TableName=f"{PREFIX}a", **shape)
    with pytest.raises(Exception, match="was not sent"):
        access.control().create_table(TableName="theirs", **shape)
    access.control("eu-west-1").restore_table_from_backup(
        TargetTableName=f"{PREFIX}b",
        BackupArn=f"arn:aws:dynamodb:eu-west-1:1:table/{PREFIX}a/backup/01489602797149-73d8d5bc",
    )
    assert seen == [["CreateTable", f"{PREFIX}a"], ["RestoreTableFromBackup", f"{PREFIX}a", f"{PREFIX}b"]]
    journal.close()
    told = read_journal(tmp_path / "journal.jsonl")
    assert told is not None
    assert [thing.region for thing in told.things] == ["us-east-1", "eu-west-1"]
    access.close()


@pytest.mark.parametrize(
    ("call", "things"),
    [
        (("dynamodb", "UpdateTable", {"TableName": "t", "ReplicaUpdates": [{"Create": {"RegionName": "r2"}}]}),
         [("r2", "replica", "t")]),
        (("dynamodb", "ImportTable", {"TableCreationParameters": {"TableName": "t"}}), [("r1", "table", "t")]),
        (("dynamodb", "CreateBackup", {"TableName": "t", "BackupName": "b"}), [("r1", "backup", "b")]),
        (("backup", "StartRestoreJob", {"Metadata": {"targetTableName": "t"}}), [("r1", "table", "t")]),
        (("backup", "StartCopyJob", {"DestinationBackupVaultArn": "arn:aws:backup:r2:1:backup-vault:v"}),
         [("r2", "recovery-point", "v")]),
        (("kms", "CreateKey", {}), [("r1", "key", "")]),
        (("s3", "CreateBucket", {"Bucket": "b"}), [("r1", "bucket", "b")]),
        (("dynamodb", "UpdateTable", {"TableName": "t", "DeletionProtectionEnabled": True}), []),
        (("dynamodb", "PutItem", {"TableName": "t"}), []),
    ],
)  # fmt: skip
def test_what_a_call_makes_is_known_before(
    call: tuple[str, str, dict[str, object]], things: list[tuple[str, str, str]]
) -> None:
    """By service, Region, kind and name, also where it is made in another Region or by another service's job."""
    assert [thing[1:] for thing in made_in(*call, "r1")] == things


def test_tags_are_asked_for_with_the_thing_itself() -> None:
    """Each operation gets them in its own form, beside what it was asked; what takes none is left as it is."""
    tags = tags_of_run("4138ad2e", "story", 0.0, {"team": "storage"})
    assert tags == {
        "team": "storage", "dynadrill:run": "4138ad2e", "dynadrill:scenario": "story",
        "dynadrill:expires": "1970-01-02T00:00:00Z",
    }  # fmt: skip
    one = {"dynadrill:run": "4138ad2e"}
    own = {"Tags": [{"Key": "a", "Value": "b"}]}
    assert tagged("dynamodb", "CreateTable", own, one) == {
        "Tags": [{"Key": "a", "Value": "b"}, {"Key": "dynadrill:run", "Value": "4138ad2e"}]
    }
    assert tagged("kms", "CreateKey", {}, one) == {"Tags": [{"TagKey": "dynadrill:run", "TagValue": "4138ad2e"}]}
    assert tagged("backup", "CreateBackupVault", {}, one) == {"BackupVaultTags": one}
    where = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    assert tagged("s3", "CreateBucket", where, one)["CreateBucketConfiguration"] == {
        "LocationConstraint": "eu-west-1", "Tags": [{"Key": "dynadrill:run", "Value": "4138ad2e"}],
    }  # fmt: skip
    assert tagged("dynamodb", "RestoreTableToPointInTime", {}, one) == {}
    assert tagged("dynamodb", "CreateTable", own, {}) == {}
