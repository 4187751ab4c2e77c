"""Vaults: made, described and deleted, locked, tagged, and opened to other accounts by a policy."""

import re
from math import inf

from moto.backup.models import Vault

from ..blueprint import Shape
from .lifecycle import Lifecycle
from .listing import listed
from .policies import checked_policy
from .refusals import already_exists, invalid_request, invalid_value, limit_exceeded, missing_value, not_found
from .state import AwsBackup

MOST_VAULTS = 300
"""Vaults of an account in a Region (AWS Backup Developer Guide, "Quotas")."""
LONGEST_LOCK_DAYS = 36_500
KEY_ARN = re.compile(r"arn:[^:]+:kms:([^:]+):(\d{12}):key/.+")


def create_backup_vault(state: AwsBackup, members: Shape) -> Shape:
    """CreateBackupVault; a second request with the same CreatorRequestId answers the same vault."""
    name, request_id = members["BackupVaultName"], members.get("CreatorRequestId")
    found = state.vaults.get(name)
    if found is not None:
        if request_id and found.creator_request_id == request_id:
            return _created(found)
        raise already_exists("Backup vault with the same name already exists")
    if len(state.vaults) >= MOST_VAULTS:
        raise limit_exceeded(f"an account can have {MOST_VAULTS} backup vaults in a Region")
    key = members.get("EncryptionKeyArn")
    if key is not None and not KEY_ARN.fullmatch(key):
        raise invalid_value(f"EncryptionKeyArn is not the ARN of a KMS key: {key}")
    return _created(state.create_backup_vault(name, members.get("BackupVaultTags", {}), key, request_id))


def _created(vault: Vault) -> Shape:
    return dict(vault.to_dict())


def describe_backup_vault(state: AwsBackup, members: Shape) -> Shape:
    """DescribeBackupVault."""
    return _described(state, state.vault(members["BackupVaultName"]))


def _described(state: AwsBackup, vault: Vault) -> Shape:
    key = vault.encryption_key_arn
    return {
        **vault.to_list_dict(),
        "VaultType": "BACKUP_VAULT",
        "VaultState": "AVAILABLE",
        "CreatorRequestId": vault.creator_request_id or None,
        "EncryptionKeyArn": key or state.key_arn(),
        "EncryptionKeyType": "CUSTOMER_MANAGED_KMS_KEY" if key else None,
        "NumberOfRecoveryPoints": len(state.points_in(vault.backup_vault_name)),
    }


def list_backup_vaults(state: AwsBackup, members: Shape) -> Shape:
    """ListBackupVaults, by name."""
    shapes = (_described(state, vault) for _, vault in sorted(state.vaults.items()))
    return listed(shapes, members, "BackupVaultList")


def delete_backup_vault(state: AwsBackup, members: Shape) -> None:
    """DeleteBackupVault: only one that is empty."""
    name = members["BackupVaultName"]
    vault = state.vault(name)
    if state.points_in(name):
        raise invalid_request("Backup vault cannot be deleted because it contains recovery points")
    state.tagger.delete_all_tags_for_resource(vault.backup_vault_arn)
    state.policies.pop(name, None)
    state.delete_backup_vault(name)


def put_backup_vault_lock_configuration(state: AwsBackup, members: Shape) -> None:
    """PutBackupVaultLockConfiguration: governance mode, or compliance mode where ChangeableForDays is given."""
    changeable = members.get("ChangeableForDays")
    if changeable is not None and changeable > LONGEST_LOCK_DAYS:
        raise invalid_value(f"ChangeableForDays must be at most {LONGEST_LOCK_DAYS}, but is {changeable}")
    state.put_backup_vault_lock_configuration(
        members["BackupVaultName"], members.get("MinRetentionDays"), members.get("MaxRetentionDays"), changeable
    )


def delete_backup_vault_lock_configuration(state: AwsBackup, members: Shape) -> None:
    """DeleteBackupVaultLockConfiguration: not once a compliance lock is immutable."""
    state.delete_backup_vault_lock_configuration(members["BackupVaultName"])


def lock_refusal(vault: Vault, lifecycle: Lifecycle) -> str | None:
    """Why a vault's lock fails a backup or copy job with such a retention; None where it does not.

    A point that is kept for ever is kept longer than any maximum (API reference, PutBackupVaultLockConfiguration).
    """
    if not vault.locked:
        return None
    days = inf if lifecycle.delete_after_days is None else lifecycle.delete_after_days
    if vault.min_retention_days is not None and days < vault.min_retention_days:
        return f"the vault keeps points for at least {vault.min_retention_days} days, but the job asks for {days}"
    if vault.max_retention_days is not None and days > vault.max_retention_days:
        asked = "for ever" if days == inf else f"for {days}"
        return f"the vault keeps points for at most {vault.max_retention_days} days, but the job asks {asked}"
    return None


def put_backup_vault_access_policy(state: AwsBackup, members: Shape) -> None:
    """PutBackupVaultAccessPolicy: kept and shown; what it says of copies from other accounts is enforced."""
    name = members["BackupVaultName"]
    state.vault(name)
    if "Policy" not in members:
        raise missing_value("Policy")
    state.policies[name] = checked_policy(members["Policy"])


def get_backup_vault_access_policy(state: AwsBackup, members: Shape) -> Shape:
    """GetBackupVaultAccessPolicy."""
    vault = state.vault(members["BackupVaultName"])
    policy = state.policies.get(vault.backup_vault_name)
    if policy is None:
        raise not_found(f"The access policy of backup vault {vault.backup_vault_name}")
    return {
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        "Policy": policy,
    }


def delete_backup_vault_access_policy(state: AwsBackup, members: Shape) -> None:
    """DeleteBackupVaultAccessPolicy; none is no error."""
    state.policies.pop(state.vault(members["BackupVaultName"]).backup_vault_name, None)
