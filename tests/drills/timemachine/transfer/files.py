"""What tests of transfers read and write in S3."""

import gzip
import json
from typing import Any

from ..support import DAY_S

BUCKET = "transfers"
ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"

__all__ = ["ARN", "BUCKET", "DAY_S", "content", "export", "keys", "lines", "load", "manifest"]


def keys(s3: Any, prefix: str = "") -> list[str]:
    """The keys that begin with a prefix."""
    return [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]


def content(s3: Any, key: str) -> bytes:
    """One object."""
    body: bytes = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body


def export(db: Any, table: str = "Orders", **members: Any) -> Any:
    """Ask for an export; what is said about it at once."""
    asked = {"TableArn": ARN + table, "S3Bucket": BUCKET, **members}
    return db.export_table_to_point_in_time(**asked)["ExportDescription"]


def manifest(s3: Any, described: Any) -> tuple[Any, list[Any]]:
    """Both manifests of an export that is complete."""
    summary = json.loads(content(s3, described["ExportManifest"]))
    return summary, [json.loads(line) for line in content(s3, summary["manifestFilesS3Key"]).splitlines()]


def lines(s3: Any, described: Any) -> list[Any]:
    """All records of an export in DynamoDB JSON that is complete."""
    _, files = manifest(s3, described)
    return [
        json.loads(line) for each in files for line in gzip.decompress(content(s3, each["dataFileS3Key"])).splitlines()
    ]


def load(s3: Any, key: str, records: list[Any], *, packed: bool = False) -> None:
    """Put records as lines of JSON."""
    text = b"".join(json.dumps(each).encode() + b"\n" for each in records)
    s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(text) if packed else text)
