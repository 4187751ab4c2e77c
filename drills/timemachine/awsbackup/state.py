"""AWS Backup of one account in one Region: moto's vaults, locks and tags in target time, and what moto has not.

Moto's plans are not used: they take their identifiers from a generator of the whole process, and know no versions.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from moto.backup.models import BackupBackend, Vault

from ..backend import Backend
from ..faults import Effect
from ..windows import DAY_S
from .points import RecoveryPoint
from .refusals import invalid_request, not_found
from .turns import Turns

STARTS_AFTER_S = 1.0
"""A job of any kind begins so long after it was asked for, where nothing keeps it waiting; ours."""

if TYPE_CHECKING:
    from .backup_jobs import BackupJob
    from .copy_jobs import CopyJob
    from .plans import Plan
    from .restore_jobs import RestoreJob
    from .testing_plans import TestingPlan


class AwsBackup(BackupBackend):
    """Vaults, recovery points, jobs and plans; guarded by the journal's lock.

    Args:
        backend: the tables of the same account and Region.
    """

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend.region_name, backend.account_id)
        self.backend = backend
        self.fleet = backend.fleet
        self.journal = backend.journal
        self.is_opted_in = True
        """Whether AWS Backup protects DynamoDB at all."""
        self.is_managing = True
        """Whether new points are AWS Backup's own, with all its features, and not DynamoDB's."""
        self.policies: dict[str, str] = {}
        """Access policies by the vault's name."""
        self.points: dict[str, RecoveryPoint] = {}
        """By ARN, those of all vaults."""
        self.backup_jobs: dict[str, BackupJob] = {}
        self.copy_jobs: dict[str, CopyJob] = {}
        self.restore_jobs: dict[str, RestoreJob] = {}
        self.backup_plans: dict[str, Plan] = {}
        """By identifier, also those that were deleted."""
        self.testing_plans: dict[str, TestingPlan] = {}
        """Plans of restore testing by name."""
        self.turns = Turns(backend.journal)
        """One backup of a table at a time, and one copy of it into each account and Region."""
        self._done: dict[tuple[str, str], str] = {}

    @property
    def is_down(self) -> bool:
        """Whether the Region is down."""
        return self.region_name in self.fleet.outages

    def failure(self, operation: str, table: str) -> str | None:
        """Why work that begins now is to fail at its end: a fault that was asked for; None where none strikes."""
        where = {"service": self.SERVICE_NAMESPACE, "operation": operation, "table": table, "region": self.region_name}
        return None if self.fleet.faults.strike(Effect.FAIL, **where) is None else "a fault that was asked for"

    def now(self) -> float:
        """This instant in target time."""
        return self.journal.now()

    def new_id(self) -> str:
        """An identifier as AWS Backup writes those of jobs and recovery points."""
        return self.fleet.new_id().upper()

    def arn(self, kind: str, name: str) -> str:
        """The ARN of something of AWS Backup's in this account and Region."""
        return f"arn:{self.partition}:backup:{self.region_name}:{self.account_id}:{kind}:{name}"

    def key_arn(self) -> str:
        """The AWS managed key `aws/backup` of this account and Region."""
        key_id = uuid5(NAMESPACE_URL, f"alias/aws/backup/{self.account_id}/{self.region_name}")
        return f"arn:{self.partition}:kms:{self.region_name}:{self.account_id}:key/{key_id}"

    def vault(self, name: str) -> Vault:
        """A vault by name.

        Raises:
            AwsError: ResourceNotFoundException.
        """
        vault = self.vaults.get(name)
        if vault is None:
            raise not_found(f"Backup vault {name}")
        return vault

    def points_in(self, vault_name: str) -> list[RecoveryPoint]:
        """The recovery points of a vault, oldest first."""
        return [point for point in self.points.values() if point.vault_name == vault_name]

    def point(self, vault_name: str, arn: str) -> RecoveryPoint:
        """A recovery point in a vault.

        Raises:
            AwsError: ResourceNotFoundException.
        """
        self.vault(vault_name)
        point = self.points.get(arn)
        if point is None or point.vault_name != vault_name:
            raise not_found(f"Recovery point {arn}")
        return point

    def once(self, kind: str, token: str | None, start: Callable[[], str]) -> str:
        """The identifier of a job that is started, or that an earlier request with the same token has started."""
        known = self._done.get((kind, token)) if token else None
        if known is not None:
            return known
        started = start()
        if token:
            self._done[kind, token] = started
        return started

    def create_backup_vault(
        self,
        backup_vault_name: str,
        backup_vault_tags: dict[str, str],
        encryption_key_arn: str | None,
        creator_request_id: str | None,
    ) -> Vault:
        """Make a vault; moto would stamp it with the wall clock, and keep it for ever."""
        vault = super().create_backup_vault(
            backup_vault_name, backup_vault_tags, encryption_key_arn or "", creator_request_id or ""
        )
        vault.creation_date = self.now()
        tracked: list[object] = Vault.__dict__["instances_tracked"]
        tracked.clear()
        return vault

    def put_backup_vault_lock_configuration(
        self,
        backup_vault_name: str,
        min_retention_days: int | None,
        max_retention_days: int | None,
        changeable_for_days: int | None,
    ) -> None:
        """Lock a vault; for ever once the days in which that can be changed are over."""
        vault = self._changeable(backup_vault_name)
        lock_date, vault.lock_date = vault.lock_date, None
        try:
            super().put_backup_vault_lock_configuration(
                backup_vault_name, min_retention_days, max_retention_days, changeable_for_days
            )
        except Exception:
            vault.lock_date = lock_date
            raise
        vault.lock_date = None if changeable_for_days is None else self.now() + changeable_for_days * DAY_S

    def delete_backup_vault_lock_configuration(self, backup_vault_name: str) -> None:
        """Take the lock off a vault."""
        self._changeable(backup_vault_name).lock_date = None
        super().delete_backup_vault_lock_configuration(backup_vault_name)

    def _changeable(self, name: str) -> Vault:
        """A vault whose lock can still be changed. Moto would ask the wall clock."""
        vault = self.vault(name)
        if vault.lock_date is not None and self.now() >= vault.lock_date:
            raise invalid_request("Vault Lock configuration is immutable: it can no longer be changed or deleted")
        return vault


def aws_backup(backend: Backend) -> AwsBackup:
    """AWS Backup beside the tables of an account and Region; call with the journal's lock."""
    if backend.aws_backup is None:
        backend.aws_backup = AwsBackup(backend)
    return backend.aws_backup
