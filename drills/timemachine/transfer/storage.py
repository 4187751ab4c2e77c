"""The objects that transfers read and write, in the S3 of the same machine."""

from typing import TYPE_CHECKING, NamedTuple

from ..fleet import Fleet

if TYPE_CHECKING:
    from ..neighbours.buckets import Bucket


class StorageError(Exception):
    """S3 or KMS refuses a transfer; `code` is what the work's FailureCode says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


FAULT = StorageError("UNKNOWN", "a fault that was asked for")
"""Why work fails that a fault has struck."""


class Location(NamedTuple):
    """A bucket as one account uses it.

    Args:
        account: who reads or writes.
        bucket: its name.
        owner: who must own it; the account itself where nothing is said.
        prefix: what keys begin with.
        sse_algorithm: how objects are encrypted: `AES256` or `KMS`.
        kms_key: the key's ARN, id or alias.
    """

    account: str
    bucket: str
    owner: str | None = None
    prefix: str = ""
    sse_algorithm: str | None = None
    kms_key: str | None = None


class StoredFile(NamedTuple):
    """One object's key and content."""

    key: str
    content: bytes


def read(fleet: Fleet, location: Location) -> list[StoredFile]:
    """All objects whose keys begin with the prefix, in the order of their keys.

    Raises:
        StorageError: there is no such bucket, or it may not be read.
    """
    neighbours = fleet.neighbours
    with neighbours.lock:
        bucket = _bucket(fleet, location)
        found = neighbours.s3(location.account).list_objects(bucket, location.prefix, None, None, None)[0]
        keys = sorted(found, key=lambda each: each.name.encode())
        for each in keys:
            _check_allowed(bucket, "s3:GetObject", each.name)
        return [StoredFile(each.name, each.value) for each in keys]


def write(fleet: Fleet, location: Location, file: StoredFile) -> None:
    """Put an object, encrypted as the location says.

    Raises:
        StorageError: there is no such bucket or key, or it may not be written.
    """
    neighbours = fleet.neighbours
    with neighbours.lock:
        bucket = _bucket(fleet, location)
        _check_allowed(bucket, "s3:PutObject", file.key)
        if location.kms_key is not None:
            _check_key(fleet, bucket, location.kms_key)
        neighbours.s3(location.account).put_object(
            location.bucket,
            file.key,
            file.content,
            encryption={"AES256": "AES256", "KMS": "aws:kms"}.get(location.sse_algorithm or ""),
            kms_key_id=location.kms_key,
        )


def _bucket(fleet: Fleet, location: Location) -> "Bucket":
    from moto.s3.exceptions import MissingBucket  # noqa: PLC0415 - moto's S3 is read when it is asked for

    try:
        bucket = fleet.neighbours.s3(location.account).get_bucket(location.bucket)
    except MissingBucket:
        raise StorageError("S3NoSuchBucket", "The specified bucket does not exist") from None
    if bucket.account_id != (location.owner or location.account):
        raise StorageError("S3AccessDenied", "Access Denied")
    return bucket


def _check_allowed(bucket: "Bucket", action: str, key: str) -> None:
    from moto.iam.access_control import PermissionResult  # noqa: PLC0415 - as above

    if bucket.get_permission(action, f"arn:aws:s3:::{bucket.name}/{key}") == PermissionResult.DENIED:
        raise StorageError("S3AccessDenied", "Access Denied")


def _check_key(fleet: Fleet, bucket: "Bucket", key: str) -> None:
    keys = fleet.neighbours.kms(bucket.account_id, bucket.region_name)
    alias = keys.get_alias_name(key)
    found = keys.get_key_id_from_alias(alias) if alias.startswith("alias/") else keys.get_key_id(key)
    if found not in keys.keys:
        raise StorageError("KmsNotFoundException", f"Key '{key}' does not exist")
