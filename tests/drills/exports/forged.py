"""Exports written by hand, as the guide shows them, with anything about them changed: what no time machine writes."""

import gzip
from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

import orjson

EXPORT_ID = "01693685827463-2d8752fd"
SUMMARY = {
    "version": "2020-06-30",
    "exportArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog/export/{EXPORT_ID}",
    "startTime": "2023-09-02T20:17:07.463Z",
    "endTime": "2023-09-02T20:22:13.141Z",
    "tableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog",
    "tableId": "12345a12-abcd-123a-ab12-1234abc12345",
    "exportTime": "2023-09-02T20:17:07.463Z",
    "s3Bucket": "exports",
    "s3Prefix": "prefix",
    "s3SseAlgorithm": "AES256",
    "s3SseKmsKeyId": None,
    "manifestFilesS3Key": f"prefix/AWSDynamoDB/{EXPORT_ID}/manifest-files.json",
    "billedSizeBytes": 0,
    "outputFormat": "DYNAMODB_JSON",
}
"""A full export's, without the count of its items. Old ones had no `exportType`."""

Entry = dict[str, Any]
"""A line of manifest-files.json."""


def item(key: str, value: str = "v") -> bytes:
    """A line of a full export."""
    return orjson.dumps({"Item": {"id": {"S": key}, "value": {"S": value}}}) + b"\n"


def same(entry: Entry, _content: bytes) -> Entry:
    """A manifest's line as it should be."""
    return entry


def checksum(content: bytes) -> bytes:
    """MD5 in base64."""
    return b64encode(md5(content).digest())


def write_export(
    folder: Path,
    files: Sequence[bytes],
    *,
    entry: Callable[[Entry, bytes], Entry] = same,
    packed: Callable[[bytes], bytes] = gzip.compress,
    **summary: Any,
) -> Path:
    """An export's own folder.

    Args:
        folder: where to put it.
        files: the lines of each data file.
        entry: makes what the manifest says of a file out of what it should say, and the file's bytes.
        packed: how lines become a file's bytes.
        summary: members of manifest-summary.json that are to be others; None leaves one out.
    """
    (folder / "data").mkdir(parents=True)
    entries = []
    for number, lines in enumerate(files):
        content = packed(lines)
        name = f"{number:026}.json.gz"
        (folder / "data" / name).write_bytes(content)
        right = {
            "itemCount": lines.count(b"\n"),
            "md5Checksum": checksum(content).decode(),
            "etag": md5(md5(content).digest()).hexdigest() + "-1",
            "dataFileS3Key": f"AWSDynamoDB/{EXPORT_ID}/data/{name}",
        }
        entries.append(entry(right, content))
    members = {**SUMMARY, "itemCount": sum(each["itemCount"] for each in entries), **summary}
    manifest(folder, "manifest-files", b"".join(orjson.dumps(each) + b"\n" for each in entries))
    manifest(folder, "manifest-summary", orjson.dumps({k: v for k, v in members.items() if v is not None}))
    return folder


def manifest(folder: Path, name: str, content: bytes) -> None:
    """A manifest with its checksum, as real exports have them."""
    (folder / f"{name}.json").write_bytes(content)
    (folder / f"{name}.md5").write_bytes(checksum(content))
