"""What a call needs to be allowed: actions on resources, as the Service Authorization Reference has them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..permissions import A_WITNESS, actions_for

EVERYTHING = "*"
"""The resource of actions that are about no single one."""

DYNAMODB = "dynamodb"
LISTING = ("List", "DescribeLimits", "DescribeEndpoints")
ON_A_LISTED_TABLE = frozenset({"ListTagsOfResource"})

OF_RESTORED = frozenset({"BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"})
RESTORES = frozenset({"RestoreTableToPointInTime", "RestoreTableFromBackup"})

FOR_A_VAULT = ("kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant", "kms:Decrypt", "kms:GenerateDataKey")
"""What CreateBackupVault does with the vault's key (AWS Backup Developer Guide, "Create a backup vault")."""

LEAVING: Mapping[str, tuple[str, ...]] = {
    "ReplicaUpdates": ("dynamodb:DeleteTable", "dynamodb:DeleteTableReplica"),
    "GlobalTableWitnessUpdates": ("dynamodb:DeleteGlobalTableWitness",),
}
"""By parameter of UpdateTable: what it needs to take one away, in the Region of that."""

SCALING = ("application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies")
"""What reading a table's auto scaling takes together."""

S3_ACTIONS: Mapping[str, tuple[str, str]] = {
    "ListBuckets": ("ListAllMyBuckets", EVERYTHING),
    "HeadBucket": ("ListBucket", "bucket"),
    "ListObjects": ("ListBucket", "bucket"),
    "ListObjectsV2": ("ListBucket", "bucket"),
    "ListObjectVersions": ("ListBucketVersions", "bucket"),
    "ListMultipartUploads": ("ListBucketMultipartUploads", "bucket"),
    "HeadObject": ("GetObject", "object"),
    "DeleteObjects": ("DeleteObject", "object"),
    **{name: (name, "object") for name in ("GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload")},
}
"""By operation: the action, and what it is on; all others are on the bucket, by their own name."""


class Need(NamedTuple):
    """One action on one resource. `region` is where the call goes; `passed_to` the service that is given a role."""

    action: str
    resource: str
    region: str
    passed_to: str = ""


class Asked(NamedTuple):
    """One call: service as boto3 names it, operation, parameters, and whose and where it is."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    account: str
    region: str

    def arn(self, service: str, rest: str) -> str:
        """The ARN of something in the call's own account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def text(self, name: str) -> str:
        """A parameter that is text; empty where it is not there."""
        return str(self.parameters.get(name, ""))


def needs_of(asked: Asked) -> tuple[Need, ...]:
    """What a call needs; each once. GetCallerIdentity needs nothing (API Reference of STS)."""
    if asked.service == "sts":
        return ()
    found = BY_SERVICE.get(asked.service, _plain)(asked)
    return tuple(dict.fromkeys(found))


def table_arn(asked: Asked, name: str) -> str:
    """The ARN of a table by its name, of the call's account and Region; an ARN stays as it is."""
    return name if name.startswith("arn:") else asked.arn(DYNAMODB, f"table/{name}")


def _plain(asked: Asked) -> Iterator[Need]:
    """A service of whose resources nothing is known here: the action of the operation's name, on everything."""
    yield Need(f"{asked.service}:{asked.operation}", EVERYTHING, asked.region)
    # A machine without the service refuses the first of the two, and the second is never seen.
    if asked.service == "application-autoscaling":
        yield from (Need(each, EVERYTHING, asked.region) for each in SCALING)


def _dynamodb(asked: Asked) -> Iterator[Need]:
    parameters = asked.parameters
    actions = actions_for(asked.operation, tuple(parameters))
    own = f"{DYNAMODB}:{asked.operation}"
    if asked.operation.startswith(("Transact", "BatchExecute", "Execute")):
        yield from _of_several(asked)
        return
    for resource in _resources(asked):
        yield Need(own, resource, asked.region)
    for action in sorted(actions - {own}):
        yield from _beside(asked, action)


def _of_several(asked: Asked) -> Iterator[Need]:
    """Transactions need the action of each part (Developer Guide, "Using IAM with DynamoDB transactions")."""
    parts = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}
    parts |= {"ConditionCheck": "ConditionCheckItem"}
    for entry in asked.parameters.get("TransactItems", ()):
        for kind, about in entry.items():
            name = parts.get(kind, kind)
            yield Need(f"{DYNAMODB}:{name}", table_arn(asked, str(about.get("TableName", ""))), asked.region)
    if not asked.operation.startswith("Transact"):
        for action in ("PartiQLSelect",):  # the guard lets nothing else of PartiQL out
            yield Need(f"{DYNAMODB}:{action}", asked.arn(DYNAMODB, "table/*"), asked.region)


def _resources(asked: Asked) -> Iterator[str]:
    """What a call of DynamoDB or its streams is on."""
    parameters, operation = asked.parameters, asked.operation
    if "RequestItems" in parameters:
        yield from (table_arn(asked, str(table)) for table in parameters["RequestItems"])
    elif operation in RESTORES:
        source = asked.text("BackupArn") or asked.text("SourceTableArn") or asked.text("SourceTableName")
        yield table_arn(asked, source)
        if operation == "RestoreTableFromBackup":
            yield table_arn(asked, asked.text("TargetTableName"))
    elif "TableCreationParameters" in parameters:
        yield table_arn(asked, str(parameters["TableCreationParameters"].get("TableName", "")))
    elif operation.startswith(LISTING) and operation not in ON_A_LISTED_TABLE:
        yield EVERYTHING
    elif "ShardIterator" in parameters:
        yield _stream_of(asked.text("ShardIterator"))
    else:
        names = ("BackupArn", "ExportArn", "ImportArn", "StreamArn", "ResourceArn", "TableArn", "TableName")
        named = next((asked.text(name) for name in names if asked.text(name)), "")
        index = asked.text("IndexName") if operation in {"Query", "Scan"} else ""
        yield (table_arn(asked, named) if named else EVERYTHING) + (f"/index/{index}" if index else "")


def _stream_of(iterator: str) -> str:
    """An iterator begins with the ARN of its stream, after a token of AWS's own."""
    at = iterator.find("arn:")
    return iterator[at:].split("|", maxsplit=1)[0] if at >= 0 else EVERYTHING


def _beside(asked: Asked, action: str) -> Iterator[Need]:
    """An action that AWS does in the caller's name, or that comes with the call."""
    service, _, name = action.partition(":")
    if service == "s3":
        bucket = f"arn:aws:s3:::{asked.text('S3Bucket') or _bucket_of_import(asked)}"
        yield Need(action, bucket if name == "ListBucket" else f"{bucket}/*", asked.region)
    elif asked.operation in RESTORES:
        yield Need(action, table_arn(asked, asked.text("TargetTableName")), asked.region)
    elif "ReplicaUpdates" in asked.parameters:
        yield from _for_replicas(asked, action)
    elif service == DYNAMODB:
        yield Need(action, table_arn(asked, asked.text("TableName") or asked.text("TargetTableName")), asked.region)
    else:
        yield Need(action, EVERYTHING, asked.region)


def _for_replicas(asked: Asked, action: str) -> Iterator[Need]:
    updates = "GlobalTableWitnessUpdates" if action == A_WITNESS else "ReplicaUpdates"
    for update in asked.parameters[updates]:
        for kind, about in update.items():
            region = str(about.get("RegionName", asked.region))
            for needed in LEAVING[updates] if kind == "Delete" else (action,):
                there = asked._replace(region=region)
                resource = table_arn(there, asked.text("TableName")) if needed.startswith(DYNAMODB) else EVERYTHING
                yield Need(needed, resource, region)


def _bucket_of_import(asked: Asked) -> str:
    return str(asked.parameters.get("S3BucketSource", {}).get("S3Bucket", "*"))


def _s3(asked: Asked) -> Iterator[Need]:
    name, kind = S3_ACTIONS.get(asked.operation, (asked.operation, "bucket"))
    bucket = f"arn:aws:s3:::{asked.text('Bucket')}"
    resource = {"bucket": bucket, "object": f"{bucket}/*"}.get(kind, EVERYTHING)
    yield Need(f"s3:{name}", resource, asked.region)
    if asked.operation == "CreateBucket" and "Tags" in asked.parameters.get("CreateBucketConfiguration", {}):
        yield Need("s3:TagResource", bucket, asked.region)


def _backup(asked: Asked) -> Iterator[Need]:
    own = f"backup:{asked.operation}"
    yield Need(own, _of_backup(asked), asked.region)
    for action in sorted(actions_for(own, tuple(asked.parameters)) - {own}):
        match action:
            case "iam:PassRole":
                yield Need(action, asked.text("IamRoleArn"), asked.region, "backup.amazonaws.com")
            case "backup:CopyIntoBackupVault":
                yield Need(action, asked.text("DestinationBackupVaultArn"), asked.region)
            case "dynamodb:StartAwsBackupJob":
                yield Need(action, asked.text("ResourceArn"), asked.region)
            case _:
                target = dict(asked.parameters.get("Metadata", {})).get("targetTableName", "*")
                yield Need(action, asked.arn(DYNAMODB, f"table/{target}"), asked.region)
    if asked.operation == "CreateBackupVault":
        yield Need("backup-storage:MountCapsule", EVERYTHING, asked.region)
        for action in FOR_A_VAULT:
            yield Need(action, asked.arn("kms", "key/*"), asked.region)
    if asked.operation in {"CreateBackupVault", "StartBackupJob"} and {"BackupVaultTags", "RecoveryPointTags"} & set(
        asked.parameters
    ):
        yield Need("backup:TagResource", _of_backup(asked), asked.region)


def _of_backup(asked: Asked) -> str:
    if asked.text("RecoveryPointArn"):
        return asked.text("RecoveryPointArn")
    vault = asked.text("BackupVaultName") or asked.text("SourceBackupVaultName")
    return asked.arn("backup", f"backup-vault:{vault}") if vault else EVERYTHING


def _kms(asked: Asked) -> Iterator[Need]:
    own, key, alias = (
        f"kms:{asked.operation}",
        asked.text("KeyId") or asked.text("TargetKeyId"),
        asked.text("AliasName"),
    )
    if alias:
        yield Need(own, asked.arn("kms", alias), asked.region)
    if key.startswith("alias/"):
        key = ""  # which key that is the call does not say
        yield Need(own, asked.arn("kms", "key/*"), asked.region)
    if key:
        yield Need(own, key if key.startswith("arn:") else asked.arn("kms", f"key/{key}"), asked.region)
    if not asked.text("KeyId") and not alias:
        yield Need(own, EVERYTHING, asked.region)
    if asked.operation == "CreateKey" and asked.parameters.get("Tags"):
        yield Need("kms:TagResource", asked.arn("kms", "key/*"), asked.region)


def _ssm(asked: Asked) -> Iterator[Need]:
    name = asked.text("Name")
    resource = asked.arn("ssm", f"parameter/{name.lstrip('/')}") if name else EVERYTHING
    yield Need(f"ssm:{asked.operation}", resource, asked.region)
    if asked.operation == "PutParameter" and asked.parameters.get("Tags"):
        yield Need("ssm:AddTagsToResource", resource, asked.region)


def _iam(asked: Asked) -> Iterator[Need]:
    yield Need(f"iam:{asked.operation}", asked.text("PolicySourceArn") or EVERYTHING, asked.region)


BY_SERVICE: Mapping[str, Callable[[Asked], Iterator[Need]]] = {
    DYNAMODB: _dynamodb,
    "dynamodbstreams": _dynamodb,
    "s3": _s3,
    "backup": _backup,
    "kms": _kms,
    "ssm": _ssm,
    "iam": _iam,
}
