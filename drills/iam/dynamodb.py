"""What calls of DynamoDB and its streams need, and what DynamoDB does in the caller's name."""

from collections.abc import Iterator, Mapping
from typing import Any

from .asked import DYNAMODB, EVERYTHING, Asked, Need, key_arn, table_arn

LISTING = ("List", "DescribeLimits", "DescribeEndpoints")
ON_A_LISTED_TABLE = frozenset({"ListTagsOfResource"})
RESTORES = frozenset({"RestoreTableToPointInTime", "RestoreTableFromBackup"})
OF_AN_INDEX = frozenset({"Query", "Scan"})
BESIDE_AN_INDEX = frozenset({"UpdateContributorInsights", "DescribeContributorInsights"})

ON_ITEMS = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
"""What a restore and a new replica do in the caller's name (Developer Guide, "Using IAM with DynamoDB backup and
restore", "Using IAM with DynamoDB global tables")."""

A_REPLICA: Mapping[str, tuple[str, ...]] = {
    "Create": ("CreateTable", "CreateTableReplica", *ON_ITEMS),
    "Delete": ("DeleteTable", "DeleteTableReplica"),
}
"""What UpdateTable needs in the Region of a replica that it adds or removes (Developer Guide, "Using IAM with DynamoDB
global tables")."""

A_WITNESS: Mapping[str, tuple[str, ...]] = {
    "Create": ("CreateGlobalTableWitness",),
    "Delete": ("DeleteGlobalTableWitness",),
}
"""What it needs in the Region of a witness (Developer Guide, "Tutorials: Creating global tables")."""

REPLICATION = ("replication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBReplication")
"""The role that is made with an account's first replica (likewise)."""

OF_AN_EXPORT = ("PutObject", "PutObjectAcl", "AbortMultipartUpload")
"""What an export writes its files with (Developer Guide, "Requesting a table export in DynamoDB")."""

ERRORS_OF_IMPORTS = "log-group:/aws-dynamodb/*"
LOGGED: Mapping[str, tuple[str, ...]] = {
    EVERYTHING: ("DescribeLogGroups",),
    ERRORS_OF_IMPORTS: ("CreateLogGroup", "DescribeLogStreams", "PutRetentionPolicy"),
    f"{ERRORS_OF_IMPORTS}:log-stream:*": ("CreateLogStream", "PutLogEvents"),
}
"""What an import does with its errors (Developer Guide, "Requesting a table import in DynamoDB")."""

ENCRYPTING = (
    "CreateGrant",
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)
"""What whoever chooses a key for a table has to be allowed with it (Developer Guide, "DynamoDB encryption at rest",
"Authorizing use of a customer managed key"; its `GenerateDataKey*` and `ReEncrypt*` are two each)."""

PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "ConditionCheck": "ConditionCheckItem",
}


def needs_of_dynamodb(asked: Asked) -> Iterator[Need]:
    """What a call of DynamoDB or its streams needs."""
    if asked.operation.startswith(("Transact", "BatchExecute", "Execute")):
        yield from _of_several(asked)
        return
    for resource in _resources(asked):
        yield Need(f"{DYNAMODB}:{asked.operation}", resource, asked.region)
    yield from _on_behalf(asked)


def _of_several(asked: Asked) -> Iterator[Need]:
    """Transactions need the action of each part (Developer Guide, "Using IAM with DynamoDB transactions")."""
    for entry in asked.parameters.get("TransactItems", ()):
        for kind, about in entry.items():
            name = PARTS.get(kind, kind)
            yield Need(f"{DYNAMODB}:{name}", table_arn(asked, str(about.get("TableName", ""))), asked.region)
    if not asked.operation.startswith("Transact"):
        # The guard lets nothing else of PartiQL out.
        yield Need(f"{DYNAMODB}:PartiQLSelect", asked.arn(DYNAMODB, "table/*"), asked.region)


def _resources(asked: Asked) -> Iterator[str]:
    """What a call is on."""
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
        yield from _named(asked)


def _named(asked: Asked) -> Iterator[str]:
    """What a call names itself: a table, something of a table, or an index."""
    # Of calls about a stream of Kinesis, too, the table comes first: that stream is no resource of DynamoDB's.
    names = ("BackupArn", "ExportArn", "ImportArn", "ResourceArn", "TableArn", "TableName", "StreamArn")
    named = next((asked.text(name) for name in names if asked.text(name)), "")
    table = table_arn(asked, named) if named else EVERYTHING
    index = asked.text("IndexName")
    if not index or asked.operation not in OF_AN_INDEX:
        yield table
    if index and asked.operation in OF_AN_INDEX | BESIDE_AN_INDEX:
        yield f"{table}/index/{index}"


def _stream_of(iterator: str) -> str:
    """An iterator begins with the ARN of its stream, after a token of AWS's own."""
    at = iterator.find("arn:")
    return iterator[at:].split("|", maxsplit=1)[0] if at >= 0 else EVERYTHING


def _on_behalf(asked: Asked) -> Iterator[Need]:
    """The actions that DynamoDB does in the caller's name, or that a parameter needs besides."""
    match asked.operation:
        case "RestoreTableToPointInTime" | "RestoreTableFromBackup":
            yield from _on_table(asked, asked.text("TargetTableName"), ON_ITEMS)
        case "CreateTable":
            # Without it a table with tags is refused (hashicorp/terraform-provider-aws, issue 10943).
            besides = {"Tags": "TagResource", "ResourcePolicy": "PutResourcePolicy"}
            actions = tuple(action for given, action in besides.items() if given in asked.parameters)
            yield from _on_table(asked, asked.text("TableName"), actions)
        case "UpdateTable":
            yield from _for_replicas(asked)
        case "ExportTableToPointInTime":
            files = f"arn:aws:s3:::{asked.text('S3Bucket')}/*"
            yield from (Need(f"s3:{name}", files, asked.region) for name in OF_AN_EXPORT)
        case "ImportTable":
            yield from _for_an_import(asked)
    yield from _for_encryption(asked)


def _on_table(asked: Asked, table: str, actions: tuple[str, ...]) -> Iterator[Need]:
    for name in actions:
        yield Need(f"{DYNAMODB}:{name}", table_arn(asked, table), asked.region)


def _for_replicas(asked: Asked) -> Iterator[Need]:
    for update in asked.parameters.get("ReplicaUpdates", ()):
        for kind, about in update.items():
            there = asked._replace(region=str(about.get("RegionName", asked.region)))
            yield from _on_table(there, asked.text("TableName"), A_REPLICA.get(kind, ()))
            if kind == "Create":
                yield Need("iam:CreateServiceLinkedRole", asked.role_of(*REPLICATION), there.region)
                yield from _with_key(there, str(about.get("KMSMasterKeyId", "")))
    for update in asked.parameters.get("GlobalTableWitnessUpdates", ()):
        for kind, about in update.items():
            there = asked._replace(region=str(about.get("RegionName", asked.region)))
            yield from _on_table(there, asked.text("TableName"), A_WITNESS.get(kind, ()))


def _for_an_import(asked: Asked) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{asked.parameters.get('S3BucketSource', {}).get('S3Bucket', EVERYTHING)}"
    yield Need("s3:GetObject", f"{bucket}/*", asked.region)
    yield Need("s3:ListBucket", bucket, asked.region)
    for group, actions in LOGGED.items():
        resource = EVERYTHING if group == EVERYTHING else asked.arn("logs", group)
        yield from (Need(f"logs:{name}", resource, asked.region) for name in actions)


def _for_encryption(asked: Asked) -> Iterator[Need]:
    created: Mapping[str, Any] = asked.parameters.get("TableCreationParameters", {})
    chosen = {**asked.parameters.get("SSESpecificationOverride", {}), **asked.parameters.get("SSESpecification", {})}
    yield from _with_key(asked, str({**chosen, **created.get("SSESpecification", {})}.get("KMSMasterKeyId", "")))


def _with_key(asked: Asked, key: str) -> Iterator[Need]:
    """A key that is chosen for a table; DynamoDB's own needs nothing, and is named by none."""
    via = f"{DYNAMODB}.{asked.region}.amazonaws.com"
    for name in ENCRYPTING if key else ():
        yield Need(f"kms:{name}", key_arn(asked, key), asked.region, via=via)
