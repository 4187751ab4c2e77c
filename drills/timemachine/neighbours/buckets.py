"""S3 of one machine: moto's buckets and objects, in backends of this machine instead of moto's global ones.

Moto keeps all buckets of a process in one register, and its objects look it up by themselves. A bucket leaves that
register as soon as moto has put it there, and an object that moto made becomes one of ours, which does not look.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Self

from moto.s3.exceptions import BucketAlreadyExists, InvalidBucketName, MissingBucket
from moto.s3.models import (
    MAX_BUCKET_NAME_LENGTH,
    MIN_BUCKET_NAME_LENGTH,
    FakeBucket,
    FakeDeleteMarker,
    FakeKey,
    FakeMultipart,
    S3Backend,
    s3_backends,
)

Clock = Callable[[], float]


class Bucket(FakeBucket):
    """A bucket that moto's register does not know."""

    def __init__(self, name: str, account_id: str, region_name: str, bucket_namespace: str | None = None) -> None:
        register = s3_backends.bucket_accounts
        before = register.get(name)
        super().__init__(name, account_id, region_name, bucket_namespace)
        del register[name]
        if before is not None:
            register[name] = before


class StoredObject(FakeKey):
    """An object that looks nothing up in moto's global state. It is made by moto and then becomes this."""

    backend: "Buckets"

    @property
    def response_dict(self) -> dict[str, Any]:
        """The headers of an answer about it; its tags are those of this machine."""
        headers: dict[str, Any] = super().response_dict
        headers.pop("x-amz-tagging-count", None)
        tags = self.backend.tagger.get_tag_dict_for_resource(self.arn)
        return {**headers, "x-amz-tagging-count": str(len(tags))} if tags else headers

    def dispose(self, garbage: bool = False) -> None:  # noqa: FBT001, FBT002 - moto's signature
        """Let the content go; that an object was overwritten is nothing to warn of."""
        del garbage
        super().dispose()


class Buckets(S3Backend):
    """The buckets of one account.

    Args:
        account_id: whose they are.
        now: target time, for the stamps of buckets and objects.
        all_buckets: those of all accounts, whose names are in one namespace.
    """

    def __init__(self, account_id: str, now: Clock, all_buckets: Callable[[], Iterator[Bucket]]) -> None:
        super().__init__("aws", account_id)
        self._now = now
        self._all_buckets = all_buckets
        self.buckets: dict[str, Bucket] = {}  # type: ignore[assignment]  # only ours get in

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Moto copies objects to list their versions; they stay objects of this account."""
        return self

    def create_bucket(self, bucket_name: str, region_name: str, bucket_namespace: str | None = None) -> Bucket:
        """Create a bucket; names are taken for all accounts.

        Raises:
            ServiceException: the name is taken, too short or too long.
        """
        if any(bucket.name == bucket_name for bucket in self._all_buckets()):
            raise BucketAlreadyExists(bucket=bucket_name)
        if not MIN_BUCKET_NAME_LENGTH <= len(bucket_name) <= MAX_BUCKET_NAME_LENGTH:
            raise InvalidBucketName
        bucket = Bucket(  # type: ignore[abstract]  # only CloudFormation asks for what is missing
            bucket_name, self.account_id, region_name, bucket_namespace
        )
        bucket.creation_date = self._instant()
        self.buckets[bucket_name] = bucket
        return bucket

    def get_bucket(self, bucket_name: str) -> Bucket:
        """A bucket of any account.

        Raises:
            ServiceException: there is none of this name.
        """
        found = next((bucket for bucket in self._all_buckets() if bucket.name == bucket_name), None)
        if found is None:
            raise MissingBucket(bucket=bucket_name)
        return found

    def delete_bucket(self, bucket_name: str) -> Bucket | None:
        """Delete a bucket that is empty; None where it is not."""
        return None if self.get_bucket(bucket_name).keys else self.buckets.pop(bucket_name)

    def put_object(self, *args: Any, **kwargs: Any) -> FakeKey:
        """Store an object, stamped with target time."""
        return self._ours(super().put_object(*args, **kwargs))

    def upload_part(self, *args: Any, **kwargs: Any) -> FakeKey:
        """Store a part of an object."""
        return self._ours(super().upload_part(*args, **kwargs))

    def upload_part_copy(self, *args: Any, **kwargs: Any) -> FakeKey:
        """Store a part of an object that is there as a part of another."""
        return self._ours(super().upload_part_copy(*args, **kwargs))

    def delete_object(self, bucket_name: str, key_name: str, *args: Any, **kwargs: Any) -> Any:
        """Delete an object, or put a marker over it in a bucket that keeps versions."""
        deleted = super().delete_object(bucket_name, key_name, *args, **kwargs)
        left = self.get_bucket(bucket_name).keys.getlist(key_name, [])
        if left and isinstance(left[-1], FakeDeleteMarker):
            left[-1].last_modified = self._instant().replace(tzinfo=None)
        return deleted

    def _ours(self, made: FakeKey) -> FakeKey:
        made.__class__ = StoredObject
        assert isinstance(made, StoredObject)
        made.backend = self
        made.last_modified = self._instant().replace(tzinfo=None)
        return made

    def _instant(self) -> datetime:
        return datetime.fromtimestamp(self._now(), UTC)


def forget_tracked() -> None:
    """Moto keeps every object for its dashboard, for ever; those that are still stored are kept by their buckets."""
    for model in (FakeKey, FakeMultipart, FakeDeleteMarker, FakeBucket, Bucket, StoredObject):
        tracked: list[object] = model.__dict__["instances_tracked"]
        tracked.clear()
