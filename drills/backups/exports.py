"""Exports to S3 as a recovery uses them: a bucket of the drill's own, an export that is waited for, its files read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..errors import RecoveryFailedError
from ..exports.lines import lines_of
from ..exports.manifest import read_manifests
from ..exports.place import FolderPlace
from ..marks import Mark
from ..table_settings import error_code
from ..values import Item
from .jobs import Stage, await_done
from .window import until_not_too_new

if TYPE_CHECKING:
    from ..recovery import RecoveryTools

LONGEST_NAME = 63
ENDING = "-exports"
WITHOUT_CONSTRAINT = "us-east-1"
"""The one Region in which CreateBucket takes no LocationConstraint (S3 API Reference, CreateBucket)."""

ALREADY = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


@dataclass(frozen=True)
class Changed:
    """What an incremental export says of one key: what it held before and after, None for nothing."""

    keys: Item
    old: Item | None
    new: Item | None


def bucket_name(tools: "RecoveryTools") -> str:
    """The drill's bucket."""
    return bucket_for(tools.table)


def bucket_for(name: str) -> str:
    """A bucket's name: 3 to 63 lower-case letters, digits and hyphens (S3 User Guide, "Bucket naming rules")."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return plain[: LONGEST_NAME - len(ENDING)] + ENDING


def open_bucket(tools: "RecoveryTools") -> None:
    """Make the drill's bucket, or find it made."""
    make_bucket(tools.service("s3"), bucket_name(tools), tools.region)


def make_bucket(s3: Any, bucket: str, region: str) -> None:
    """Make a bucket in a Region, or find it made."""
    where = {} if region == WITHOUT_CONSTRAINT else {"LocationConstraint": region}
    configuration: dict[str, Any] = {"CreateBucketConfiguration": where} if where else {}
    try:
        s3.create_bucket(Bucket=bucket, **configuration)
    except ClientError as error:
        if error_code(error) not in ALREADY:
            raise


def export(tools: "RecoveryTools", **specification: Any) -> dict[str, Any]:
    """Export the table into the drill's bucket, and wait for it; answers what DescribeExport says.

    Where the time asked for is not in the window yet, it is asked again; each asking is marked as the restore's.

    Args:
        tools: what the recovery has at hand.
        specification: of the export: ExportTime, or ExportType and IncrementalExportSpecification.

    Raises:
        RecoveryFailedError: it was refused, failed or did not end.
    """
    arn = _ask(tools, specification)
    described: dict[str, Any] = {}

    def look() -> Stage:
        described.update(tools.control.describe_export(ExportArn=arn)["ExportDescription"])
        return Stage(described["ExportStatus"], described.get("FailureMessage", ""))

    tools.progress("waiting for the export")
    await_done(tools, "the export", look)
    return described


def _ask(tools: "RecoveryTools", specification: dict[str, Any]) -> str:
    table_arn = tools.control.describe_table(TableName=tools.table)["Table"]["TableArn"]

    def ask() -> Any:
        tools.mark(Mark.RESTORE_ASKED)
        return tools.control.export_table_to_point_in_time(
            TableArn=table_arn,
            S3Bucket=bucket_name(tools),
            ExportFormat="DYNAMODB_JSON",
            ClientToken=f"{tools.table}-{tools.clock.now():.6f}"[-64:],
            **specification,
        )

    try:
        answer = until_not_too_new(tools, ask)
    except ClientError as error:
        raise RecoveryFailedError(f"the export was refused: {error}") from error
    return str(answer["ExportDescription"]["ExportArn"])


def data_folder(described: dict[str, Any]) -> str:
    """Where the data of a full export lies: beside its manifests (Developer Guide, "Table export output format")."""
    return str(described["ExportManifest"]).rpartition("/")[0] + "/data/"


def changes(tools: "RecoveryTools", described: dict[str, Any]) -> Iterator[Changed]:
    """What an incremental export holds, file after file as its manifest lists them.

    Raises:
        UnverifiableError: a manifest or a data file is not what it should be.
    """
    kept = _downloaded(tools)
    found = read_manifests(FolderPlace(kept / str(described["ExportManifest"]).rpartition("/")[0]))
    for place, file in found.data():
        for line in lines_of(place, file, kms=found.kms):
            yield Changed(line.record["Keys"], line.record.get("OldImage"), line.record.get("NewImage"))


def _downloaded(tools: "RecoveryTools") -> Path:
    """The drill's bucket as files in the recovery's folder: what was written back can be looked up there."""
    s3, kept = tools.service("s3"), tools.folder / "exports"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket_name(tools)):
        for stored in page.get("Contents", []):
            path = kept / stored["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket_name(tools), Key=stored["Key"])["Body"].read())
    return kept
