"""Folders of S3, read as folders of this machine are: where exports lie."""

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from ..errors import UnverifiableError, UsageError
from ..exports.place import ExportPlace, FolderPlace
from .clients import Place, client_for_buckets

S3_NAME = re.compile(r"s3://(?P<bucket>[^/]+)/?(?P<prefix>.*)\Z", re.DOTALL)
NOT_THERE = frozenset({"404", "NoSuchKey"})
DOWNLOAD_ATTEMPTS = 3
HINT = "See the bucket's name and Region, and whether you may s3:GetObject and s3:ListBucket there."

T = TypeVar("T")


def export_place(name: str, place: Place) -> ExportPlace:
    """Where an export lies, by its name: `s3://bucket/prefix`, or a path.

    Args:
        name: as people write it.
        place: which S3, for a bucket.

    Raises:
        UsageError: it names no bucket.
    """
    if not name.startswith("s3://"):
        return FolderPlace(Path(name))
    found = S3_NAME.match(name)
    if found is None:
        raise UsageError(f"{name!r} names no bucket", "Write s3://BUCKET/PREFIX.")
    return BucketPlace(client_for_buckets(place), found["bucket"], found["prefix"].strip("/"))


class BucketPlace:
    """A folder of a bucket: the keys that begin with a prefix. Only reads.

    Args:
        client: of S3.
        bucket: its name.
        prefix: without a slash at its end; empty for the whole bucket.
    """

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @property
    def name(self) -> str:
        """`s3://bucket/prefix`."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def folder(self, name: str) -> "BucketPlace":
        """A folder in this one."""
        return BucketPlace(self._client, self._bucket, self._key(name))

    def parent(self) -> "BucketPlace":
        """The folder that this one is in; the whole bucket is in itself."""
        return BucketPlace(self._client, self._bucket, self._prefix.rpartition("/")[0])

    def folders(self) -> Sequence[str]:
        """The names of the folders in this one."""
        return _answered(self.name, self._list_folders)

    def has(self, name: str) -> bool:
        """Whether there is an object of this name."""
        try:
            _answered(self.name, lambda: self._client.head_object(Bucket=self._bucket, Key=self._key(name)))
        except FileNotFoundError:
            return False
        return True

    def open(self, name: str) -> BinaryIO:
        """An object, downloaded into a temporary file that goes when it is closed.

        A connection that breaks is tried again. What arrives is not checked here: its reader knows its checksum.
        """
        for attempt in range(1, DOWNLOAD_ATTEMPTS + 1):
            try:
                return _answered(f"{self.name}/{name}", lambda: self._download(name))
            except BrokenDownloadError as error:
                if attempt == DOWNLOAD_ATTEMPTS:
                    raise UnverifiableError(f"{self.name}/{name} cannot be read: {error}", HINT) from error
        raise AssertionError("the last attempt answers or raises")

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    def _list_folders(self) -> list[str]:
        start = f"{self._prefix}/" if self._prefix else ""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=start, Delimiter="/")
        return sorted(each["Prefix"][len(start) : -1] for page in pages for each in page.get("CommonPrefixes", ()))

    def _download(self, name: str) -> BinaryIO:
        answer = self._client.get_object(Bucket=self._bucket, Key=self._key(name))
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- handed out open
        try:
            shutil.copyfileobj(answer["Body"], file, 1 << 20)
        except (BotoCoreError, OSError) as error:
            file.close()
            raise BrokenDownloadError(str(error)) from error
        file.seek(0)
        return file


class BrokenDownloadError(Exception):
    """A download that ended before its end."""


def _answered(name: str, ask: Callable[[], T]) -> T:
    """What S3 answers.

    Raises:
        FileNotFoundError: there is no such object.
        UsageError: there is no such bucket.
        UnverifiableError: S3 refuses, or cannot be reached.
    """
    try:
        return ask()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "NoSuchBucket":
            raise UsageError(f"there is no bucket for {name}", HINT) from error
        if code in NOT_THERE:
            raise FileNotFoundError(name) from error
        raise UnverifiableError(f"{name} cannot be read: {error}", HINT) from error
    except BotoCoreError as error:
        raise UnverifiableError(f"{name} cannot be read: {type(error).__name__}: {error}", HINT) from error
