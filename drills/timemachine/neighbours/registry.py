"""What the neighbours of one machine keep: buckets, parameters, keys. Nothing of it is in moto's global state."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..journal import Journal

if TYPE_CHECKING:
    from moto.ssm.models import SimpleSystemManagerBackend

    from .buckets import Bucket, Buckets
    from .kms import KmsKeys


class Neighbours:
    """The backends of S3, SSM and KMS, by account and Region.

    Each is made, and moto's part of it read, when the first call needs it: most machines are asked for DynamoDB only.
    """

    def __init__(self, journal: Journal) -> None:
        self.lock = threading.RLock()
        """Moto is not safe to use from several threads. Who has it must not wait for the journal's lock."""
        self._journal = journal
        self._s3: dict[str, Buckets] = {}
        self._ssm: dict[tuple[str, str], SimpleSystemManagerBackend] = {}
        self._kms: dict[tuple[str, str], KmsKeys] = {}

    def s3(self, account: str) -> "Buckets":
        """The buckets of an account, in all Regions."""
        from .buckets import Buckets  # noqa: PLC0415 - see the class

        with self.lock:
            if account not in self._s3:
                self._s3[account] = Buckets(account, self._journal.now, self._all_buckets)
            return self._s3[account]

    def ssm(self, account: str, region: str) -> "SimpleSystemManagerBackend":
        """The parameters of an account in a Region."""
        from moto.ssm.models import SimpleSystemManagerBackend  # noqa: PLC0415 - see the class

        with self.lock:
            if (account, region) not in self._ssm:
                self._ssm[account, region] = SimpleSystemManagerBackend(region, account)
            return self._ssm[account, region]

    def kms(self, account: str, region: str) -> "KmsKeys":
        """The keys of an account in a Region."""
        from .kms import KmsKeys  # noqa: PLC0415 - see the class

        with self.lock:
            if (account, region) not in self._kms:
                self._kms[account, region] = KmsKeys(region, account, self._journal.now)
            return self._kms[account, region]

    def _all_buckets(self) -> "Iterator[Bucket]":
        return (bucket for owner in list(self._s3.values()) for bucket in owner.buckets.values())
