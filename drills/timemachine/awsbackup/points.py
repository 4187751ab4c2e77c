"""A recovery point: what a table held when its backup job began to run, in a vault.

The copy of a point in another Region or account shares the versions of the first, and keeps its creation date.
"""

from dataclasses import dataclass

from ..backup import Backup
from ..blueprint import Shape
from .lifecycle import Lifecycle

RESOURCE_TYPE = "DynamoDB"


@dataclass(frozen=True, eq=False)
class RecoveryPoint:
    """One recovery point; `is_managed` where AWS Backup has it and not DynamoDB."""

    arn: str
    vault_name: str
    vault_arn: str
    content: Backup
    lifecycle: Lifecycle
    is_managed: bool
    iam_role_arn: str
    encryption_key_arn: str
    created_by: Shape | None
    initiated_at: float
    """When its backup job was asked for."""
    source_vault_arn: str | None = None
    completed_at: float | None = None
    restored_at: float | None = None

    @property
    def created_at(self) -> float:
        """The instant whose state the point holds."""
        return self.content.created_at

    @property
    def resource_arn(self) -> str:
        """The table that was backed up."""
        return self.content.table_arn

    @property
    def status(self) -> str:
        """CREATING while its backup job runs, then COMPLETED."""
        return "CREATING" if self.completed_at is None else "COMPLETED"

    @property
    def size_bytes(self) -> int:
        """What the items take, keys and values."""
        return self.content.size_bytes

    def is_cold(self, now: float) -> bool:
        """Whether it is in cold storage, which only points that AWS Backup manages can be."""
        return self.is_managed and now >= self.lifecycle.cold_at(self.created_at)

    def shape(self) -> Shape:
        """RecoveryPointByBackupVault of the API."""
        return {
            "RecoveryPointArn": self.arn,
            "BackupVaultName": self.vault_name,
            "BackupVaultArn": self.vault_arn,
            "SourceBackupVaultArn": self.source_vault_arn,
            "ResourceArn": self.resource_arn,
            "ResourceType": RESOURCE_TYPE,
            "ResourceName": self.content.table_name,
            "CreatedBy": self.created_by,
            "IamRoleArn": self.iam_role_arn,
            "Status": self.status,
            "CreationDate": self.created_at,
            "InitiationDate": self.initiated_at,
            "CompletionDate": self.completed_at,
            "BackupSizeInBytes": self.size_bytes,
            "CalculatedLifecycle": self.lifecycle.calculated(self.created_at),
            "Lifecycle": self.lifecycle.shape(),
            "EncryptionKeyArn": self.encryption_key_arn if self.is_managed else None,
            "IsEncrypted": True,
            "LastRestoreTime": self.restored_at,
            "IsParent": False,
            "VaultType": "BACKUP_VAULT",
        }

    def described(self, now: float) -> Shape:
        """What DescribeRecoveryPoint says."""
        return {**self.shape(), "StorageClass": "COLD" if self.is_cold(now) else "WARM"}

    def by_resource(self) -> Shape:
        """RecoveryPointByResource of the API."""
        return {
            "RecoveryPointArn": self.arn,
            "CreationDate": self.created_at,
            "Status": self.status,
            "EncryptionKeyArn": self.encryption_key_arn if self.is_managed else None,
            "BackupSizeBytes": self.size_bytes,
            "BackupVaultName": self.vault_name,
            "IsParent": False,
            "ResourceName": self.content.table_name,
            "VaultType": "BACKUP_VAULT",
        }
