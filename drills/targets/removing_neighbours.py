"""How what a run has made of the services beside DynamoDB is removed; each answers why it could not be, if so."""

from typing import Any

from botocore.exceptions import ClientError

from ..target import Target
from .patience import GONE_WITHIN_S, NOT_THERE, Progress, code_of, patiently, region_in

SHORTEST_PENDING_DAYS = 7
"""KMS removes no key sooner (API Reference, ScheduleKeyDeletion)."""

BUSY_POINT = frozenset({"InvalidRequestException", "InvalidResourceStateException"})


def is_vault(name: str) -> bool:
    """Whether a name is the ARN of a vault."""
    return name.startswith("arn:") and ":backup-vault:" in name


def remove_point(target: Target, arn: str, progress: Progress) -> str:
    """A recovery point, from whichever of the run's vaults it lies in; why it could not be, or nothing."""
    progress(f"removing recovery point {arn}")
    backup = target.service("backup", region_in(arn))
    vaults = [name.rpartition(":")[2] for name in target.leftovers() if is_vault(name)]
    deleted = patiently(
        target,
        lambda: all(_deletes_point(backup, vault, arn) for vault in vaults),
        GONE_WITHIN_S,
        "until the recovery point can be deleted",
    )
    return "" if deleted else f"was in use for {GONE_WITHIN_S / 60:g} min"


def _deletes_point(backup: Any, vault: str, arn: str) -> bool:
    """Delete a recovery point from a vault, which may be another's; False while a job is at work on it."""
    try:
        backup.delete_recovery_point(BackupVaultName=vault, RecoveryPointArn=arn)
    except ClientError as error:
        if code_of(error) not in BUSY_POINT | NOT_THERE:
            raise
        return code_of(error) in NOT_THERE
    return True


def remove_vault(target: Target, arn: str, progress: Progress) -> str:
    """A vault, which has to be empty."""
    progress(f"removing vault {arn}")
    target.service("backup", region_in(arn)).delete_backup_vault(BackupVaultName=arn.rpartition(":")[2])
    return ""


def remove_bucket(target: Target, arn: str, progress: Progress) -> str:
    """A bucket with all that is in it."""
    progress(f"removing bucket {arn}")
    s3, bucket = target.service("s3"), arn.rpartition(":")[2]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for stored in page.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=stored["Key"])
    s3.delete_bucket(Bucket=bucket)
    return ""


def remove_alias(target: Target, arn: str, progress: Progress) -> str:
    """An alias of a key."""
    progress(f"removing alias {arn}")
    target.service("kms", region_in(arn)).delete_alias(AliasName=arn.split(":", 5)[5])
    return ""


def remove_parameter(target: Target, arn: str, progress: Progress) -> str:
    """A parameter of Systems Manager."""
    progress(f"removing parameter {arn}")
    target.service("ssm", region_in(arn)).delete_parameter(Name=arn.partition(":parameter/")[2])
    return ""


def remove_key(target: Target, arn: str, progress: Progress) -> str:
    """A key: it is scheduled to go, as soon as KMS allows, and is of no use from now on."""
    progress(f"removing key {arn}")
    kms = target.service("kms", region_in(arn))
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=SHORTEST_PENDING_DAYS)
    return ""
