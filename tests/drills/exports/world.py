"""A table with a past, exported by the time machine into a bucket, and what tests ask of that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
from dynadrill.drills.exports.place import ExportPlace, FolderPlace
from dynadrill.drills.snapshots.columns import digest_of, key_digest
from dynadrill.drills.snapshots.folder import StoredSnapshot, open_snapshot
from dynadrill.drills.targets.buckets import export_place
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.time_machines import LocalTimeMachine
from dynadrill.drills.values import Item, Key, digest, key_of

BUCKET = "exports"
TABLE = "Orders"
DURATIONS = {"export": 60, "restore": 60}


class World:
    """A protected table keyed by the text `id`, and by the number `n` where it is to have a sort key.

    Tables of one seed have one id: a machine draws it.
    """

    def __init__(self, *, sort: bool = False, seed: int = 0) -> None:
        self.machine = LocalTimeMachine(seed=seed, durations=DURATIONS)
        self.db: Any = self.machine.client("dynamodb")
        self.s3: Any = self.machine.client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        self.key = ("id", "n") if sort else ("id",)
        types = {"id": "S", "n": "N"}
        self.db.create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": types[name]} for name in self.key],
            KeySchema=[
                {"AttributeName": name, "KeyType": kind}
                for name, kind in zip(self.key, ("HASH", "RANGE"), strict=False)
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        self.machine.advance(60.25)
        self.db.update_continuous_backups(
            TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        self.machine.advance(60)

    def put(self, name: str, value: str = "v", **attributes: Any) -> None:
        """Put an item, in boto3's form."""
        item = {"id": {"S": name}, "value": {"S": value}, **attributes}
        if "n" in self.key:
            item.setdefault("n", {"N": "1"})
        self.db.put_item(TableName=TABLE, Item=item)

    def delete(self, name: str) -> None:
        """Delete an item of a table without a sort key."""
        self.db.delete_item(TableName=TABLE, Key={"id": {"S": name}})

    def full(self, prefix: str = "", **asked: Any) -> str:
        """Export the table as it is now; the prefix of the export's own folder."""
        return self.full_at(self.second(), prefix, **asked)

    def full_at(self, at: int, prefix: str = "", **asked: Any) -> str:
        """Export the table as it was."""
        self.machine.advance(max(0.0, at + 400 - self.machine.now()))
        return self._export(prefix, ExportTime=at, **asked)

    def second(self) -> int:
        """A whole second after all that was written so far, and before all that will be: time moves on a little."""
        return int(self.machine.advance(1))

    def incremental(self, from_at: float, to_at: float, prefix: str = "", view: str = "NEW_AND_OLD_IMAGES") -> str:
        """Export what changed in a stretch of time; the prefix of the export's own folder."""
        self.machine.advance(max(0.0, to_at + 400 - self.machine.now()))
        window = {"ExportFromTime": from_at, "ExportToTime": to_at, "ExportViewType": view}
        return self._export(prefix, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=window)

    def _export(self, prefix: str, **asked: Any) -> str:
        arn = self.db.describe_table(TableName=TABLE)["Table"]["TableArn"]
        answer = self.db.export_table_to_point_in_time(TableArn=arn, S3Bucket=BUCKET, S3Prefix=prefix, **asked)
        self.machine.advance(60)
        described = self.db.describe_export(ExportArn=answer["ExportDescription"]["ExportArn"])["ExportDescription"]
        assert described["ExportStatus"] == "COMPLETED", described
        manifest: str = described["ExportManifest"]
        return manifest.rpartition("/")[0]

    def scanned(self) -> dict[Key, bytes]:
        """What the table holds now: key to the digest of the value."""
        pages = self.db.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return rows_of(self.key, (item for page in pages for item in page["Items"]))

    @property
    def place(self) -> Place:
        """Where clients of dynadrill's own find it."""
        return Place("http://127.0.0.1:1", "us-east-1", Answering(self.machine.machine))

    def in_bucket(self, prefix: str) -> ExportPlace:
        """A folder of the bucket."""
        return export_place(f"s3://{BUCKET}/{prefix}", self.place)

    def download(self, into: Path, prefix: str = "") -> Path:
        """All objects below a prefix as files; the folder that the prefix became."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
            for each in page.get("Contents", ()):
                path = into / each["Key"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read())
        return into / prefix


def folder(path: Path) -> ExportPlace:
    """A downloaded folder as reading has it."""
    return FolderPlace(path)


def rows_of(key: tuple[str, ...], items: Iterator[Item]) -> dict[Key, bytes]:
    """Key to the digest of the value."""
    return {key_of(item, key): digest(item) for item in items}


def rows(stored: StoredSnapshot) -> dict[Key, bytes]:
    """What a stored snapshot of one instant holds: key to the digest of the value."""
    for file in stored.files:
        times = pq.read_table(file, columns=["asked_at", "told_at"])
        assert set(times["asked_at"].to_pylist()) | set(times["told_at"].to_pylist()) == {stored.about.ended_at}
    return table_of(stored)


def table_of(stored: StoredSnapshot) -> dict[Key, bytes]:
    """What a stored snapshot holds: key to the digest of the value, each column having been compared with the item."""
    assert open_snapshot(stored.path) == stored
    found: dict[Key, bytes] = {}
    for file in stored.files:
        for row in pq.read_table(file).to_pylist():
            item = orjson.loads(row["item"])
            assert row["key"] == key_of(item, stored.about.key_attributes)
            assert digest_of(row["key_high"], row["key_low"]) == key_digest(row["key"])
            assert digest_of(row["digest_high"], row["digest_low"]) == digest(item)
            assert row["key"] not in found
            found[row["key"]] = digest(item)
    return found
