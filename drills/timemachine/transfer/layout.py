"""The files of an export: where they lie, the manifests that name them, and their checksums.

The guide shows both `.checksum` and `.md5` beside the manifests, listings of real exports `.md5`; here there are both.
Keys in manifests are whole keys, with the prefix: in the guide's examples one has it and one has not.
"""

import gzip
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import md5
from random import Random
from string import ascii_lowercase, digits
from typing import Any, NamedTuple

import orjson

from .records import Line, by_partition
from .storage import StoredFile

NAME_LENGTH = 26
FULL, INCREMENTAL = "FULL_EXPORT", "INCREMENTAL_EXPORT"
ENDINGS = {"DYNAMODB_JSON": "json", "ION": "ion"}
VERSIONS = {FULL: "2020-06-30", INCREMENTAL: "2023-08-01"}


class DataFile(NamedTuple):
    """One data file and how many records are in it."""

    file: StoredFile
    item_count: int


class Folder(NamedTuple):
    """Where the files of one export lie: below a prefix, in a folder of its own."""

    prefix: str
    export_id: str

    @property
    def root(self) -> str:
        """What every key begins with."""
        return f"{self.prefix.rstrip('/')}/AWSDynamoDB" if self.prefix else "AWSDynamoDB"

    def own(self, name: str) -> str:
        """The key of a file in the export's own folder."""
        return f"{self.root}/{self.export_id}/{name}"

    def data(self, export_type: str) -> str:
        """The folder of its data: its own for a full export, one for all incremental ones."""
        return self.own("data") if export_type == FULL else f"{self.root}/data"


def started(folder: Folder) -> StoredFile:
    """The empty file that shows that the bucket can be written."""
    return StoredFile(folder.own("_started"), b"")


def data_files(folder: Folder, export_type: str, export_format: str, lines: Iterable[Line]) -> list[DataFile]:
    """One file for each partition, also for one that has nothing; their names are drawn from the export's."""
    random = Random(folder.export_id)
    files = []
    for part in by_partition(lines):
        name = "".join(random.choices(ascii_lowercase + digits, k=NAME_LENGTH))
        key = f"{folder.data(export_type)}/{name}.{ENDINGS[export_format]}.gz"
        content = gzip.compress(b"".join(line.text for line in part), compresslevel=1, mtime=0)
        files.append(DataFile(StoredFile(key, content), len(part)))
    return files


def manifests(folder: Folder, summary: dict[str, Any], files: Sequence[DataFile]) -> list[StoredFile]:
    """Both manifests and their checksums, the list of files first: who sees the summary sees all."""
    listed = b"".join(orjson.dumps(_entry(each)) + b"\n" for each in files)
    content = orjson.dumps(summary, option=orjson.OPT_INDENT_2)
    return [*_with_checksums(folder, "manifest-files", listed), *_with_checksums(folder, "manifest-summary", content)]


def _entry(each: DataFile) -> dict[str, Any]:
    digest = md5(each.file.content, usedforsecurity=False)
    return {
        "itemCount": each.item_count,
        "md5Checksum": b64encode(digest.digest()).decode(),
        "etag": digest.hexdigest(),
        "dataFileS3Key": each.file.key,
    }


def _with_checksums(folder: Folder, name: str, content: bytes) -> list[StoredFile]:
    checksum = b64encode(md5(content, usedforsecurity=False).digest())
    return [
        StoredFile(folder.own(f"{name}.json"), content),
        StoredFile(folder.own(f"{name}.md5"), checksum),
        StoredFile(folder.own(f"{name}.checksum"), checksum),
    ]


def milliseconds(at: float) -> str:
    """An instant as manifests write it: `2020-11-04T07:28:34.028Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
