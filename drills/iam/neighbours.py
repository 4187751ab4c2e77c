"""What calls of the services beside DynamoDB need."""

from collections.abc import Iterator, Mapping

from .asked import DYNAMODB, EVERYTHING, Asked, Need, key_arn, table_arn

FOR_A_VAULT = ("CreateGrant", "DescribeKey", "RetireGrant", "Decrypt", "GenerateDataKey")
"""What CreateBackupVault does with the vault's key (AWS Backup Developer Guide, "Create a backup vault")."""

SCALING = ("DescribeScalableTargets", "DescribeScalingPolicies")
"""What reading a table's auto scaling takes together."""

S3_ACTIONS: Mapping[str, tuple[str, str]] = {
    "ListBuckets": ("ListAllMyBuckets", EVERYTHING),
    "HeadBucket": ("ListBucket", "bucket"),
    "ListObjectsV2": ("ListBucket", "bucket"),
    "ListObjectVersions": ("ListBucketVersions", "bucket"),
    "HeadObject": ("GetObject", "object"),
    "DeleteObjects": ("DeleteObject", "object"),
    **{name: (name, "object") for name in ("GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload")},
}
"""By operation: the action, and what it is on; all others are on the bucket, by their own name."""

JOBS: Mapping[str, str] = {
    "StartBackupJob": "dynamodb:StartAwsBackupJob",
    "StartCopyJob": "backup:CopyIntoBackupVault",
    "StartRestoreJob": "dynamodb:RestoreTableFromAwsBackup",
}
"""What the jobs of AWS Backup need, beside the action of their own name and the role that they work with (AWS Backup
Developer Guide, "Advanced DynamoDB backup"; Developer Guide, "DynamoDB backups with AWS Backup: usage notes")."""


def needs_of_another(asked: Asked) -> Iterator[Need]:
    """A service of whose resources nothing is known here: the action of the operation's name, on everything."""
    yield Need(f"{asked.service}:{asked.operation}", EVERYTHING, asked.region)
    # A machine without the service refuses the first of the two, and the second is never seen.
    if asked.service == "application-autoscaling":
        yield from (Need(f"{asked.service}:{name}", EVERYTHING, asked.region) for name in SCALING)


def needs_of_quotas(asked: Asked) -> Iterator[Need]:
    """A quota, which Service Quotas asks DynamoDB for (Service Authorization Reference, GetServiceQuota)."""
    service = asked.text("ServiceCode")
    quota = asked.arn("servicequotas", f"{service}/{asked.text('QuotaCode')}")
    yield Need(f"servicequotas:{asked.operation}", quota, asked.region)
    if service == DYNAMODB:
        yield Need(f"{DYNAMODB}:DescribeLimits", EVERYTHING, asked.region)


def needs_of_s3(asked: Asked) -> Iterator[Need]:
    """What a call of S3 needs."""
    name, kind = S3_ACTIONS.get(asked.operation, (asked.operation, "bucket"))
    bucket = f"arn:aws:s3:::{asked.text('Bucket')}"
    resource = {"bucket": bucket, "object": f"{bucket}/*"}.get(kind, EVERYTHING)
    yield Need(f"s3:{name}", resource, asked.region)
    if asked.operation == "CreateBucket" and "Tags" in asked.parameters.get("CreateBucketConfiguration", {}):
        yield Need("s3:TagResource", bucket, asked.region)


def needs_of_backup(asked: Asked) -> Iterator[Need]:
    """What a call of AWS Backup needs."""
    yield Need(f"backup:{asked.operation}", _of_backup(asked), asked.region)
    if asked.operation in JOBS:
        role = asked.text("IamRoleArn") or f"arn:aws:iam::{asked.account}:role/*"
        yield Need("iam:PassRole", role, asked.region, passed_to="backup.amazonaws.com")
        yield Need(JOBS[asked.operation], _of_a_job(asked), asked.region)
    if asked.operation == "CreateBackupVault":
        yield Need("backup-storage:MountCapsule", EVERYTHING, asked.region)
        yield from (Need(f"kms:{name}", asked.arn("kms", "key/*"), asked.region) for name in FOR_A_VAULT)
        if "BackupVaultTags" in asked.parameters:
            yield Need("backup:TagResource", _of_backup(asked), asked.region)
    if asked.operation == "StartBackupJob" and "RecoveryPointTags" in asked.parameters:
        yield Need("backup:TagResource", asked.arn("backup", "recovery-point:*"), asked.region)


def _of_a_job(asked: Asked) -> str:
    """What a job is on besides: the table that is backed up, the vault that is copied to, the table that is made."""
    if asked.operation == "StartRestoreJob":
        return table_arn(asked, str(asked.parameters.get("Metadata", {}).get("targetTableName", EVERYTHING)))
    return asked.text("DestinationBackupVaultArn") or asked.text("ResourceArn")


def _of_backup(asked: Asked) -> str:
    if asked.text("RecoveryPointArn"):
        return asked.text("RecoveryPointArn")
    vault = asked.text("BackupVaultName") or asked.text("SourceBackupVaultName")
    return asked.arn("backup", f"backup-vault:{vault}") if vault else EVERYTHING


def needs_of_kms(asked: Asked) -> Iterator[Need]:
    """What a call of KMS needs. An alias is on two resources: itself, and its key (KMS API Reference, DeleteAlias)."""
    own, key, alias = (
        f"kms:{asked.operation}",
        asked.text("KeyId") or asked.text("TargetKeyId"),
        asked.text("AliasName"),
    )
    if asked.operation.startswith(("ListKeys", "ListAliases", "CreateKey")):
        yield Need(own, EVERYTHING, asked.region)
    if alias:
        yield Need(own, asked.arn("kms", alias), asked.region)
        yield Need(own, key_arn(asked, key or alias), asked.region)
    elif key and asked.operation != "ListAliases":
        yield Need(own, key_arn(asked, key), asked.region)
    if asked.operation == "CreateKey" and asked.parameters.get("Tags"):
        yield Need("kms:TagResource", asked.arn("kms", "key/*"), asked.region)


def needs_of_ssm(asked: Asked) -> Iterator[Need]:
    """What a call of Systems Manager's parameters needs."""
    name = asked.text("Name")
    resource = asked.arn("ssm", f"parameter/{name.lstrip('/')}") if name else EVERYTHING
    yield Need(f"ssm:{asked.operation}", resource, asked.region)
    if asked.operation == "PutParameter" and asked.parameters.get("Tags"):
        yield Need("ssm:AddTagsToResource", resource, asked.region)


def needs_of_iam(asked: Asked) -> Iterator[Need]:
    """What a call of IAM needs."""
    yield Need(f"iam:{asked.operation}", asked.text("PolicySourceArn") or EVERYTHING, asked.region)
