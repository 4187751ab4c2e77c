"""The IAM actions that calls need: mostly the one of their own name, and more where AWS does things on their behalf."""

from collections.abc import Collection, Mapping

DYNAMODB = "dynamodb"

ON_ITEMS = tuple(
    f"{DYNAMODB}:{name}"
    for name in ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
)
"""What a restore and a new replica do in the caller's name (Developer Guide, "Using IAM with DynamoDB backup and
restore", "DynamoDB global tables security")."""

LOGGED = tuple(
    f"logs:{name}"
    for name in (
        "CreateLogGroup",
        "CreateLogStream",
        "DescribeLogGroups",
        "DescribeLogStreams",
        "PutLogEvents",
        "PutRetentionPolicy",
    )
)
"""What an import does with its errors (Developer Guide, "Requesting a table import in DynamoDB")."""

WITH_A_ROLE = "iam:PassRole"

MORE: Mapping[str, tuple[str, ...]] = {
    "RestoreTableToPointInTime": ON_ITEMS,
    "RestoreTableFromBackup": ON_ITEMS,
    "ExportTableToPointInTime": ("s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"),
    "ImportTable": ("s3:GetObject", "s3:ListBucket", *LOGGED),
    "backup:StartBackupJob": ("dynamodb:StartAwsBackupJob", WITH_A_ROLE),
    "backup:StartCopyJob": ("backup:CopyIntoBackupVault", WITH_A_ROLE),
    "backup:StartRestoreJob": ("dynamodb:RestoreTableFromAwsBackup", WITH_A_ROLE),
}
"""By call: what it needs beside the action of its own name."""

INSTEAD: Mapping[str, str] = {"s3:ListObjectsV2": "s3:ListBucket"}
"""By call: an action of another name."""

A_REPLICA = ("dynamodb:CreateTable", "dynamodb:CreateTableReplica", *ON_ITEMS, "iam:CreateServiceLinkedRole")
"""What UpdateTable needs where it adds a replica, in the Region of that."""

A_WITNESS = f"{DYNAMODB}:CreateGlobalTableWitness"
"""What it needs where it adds a witness (Developer Guide, "Tutorials: Creating global tables")."""


def actions_for(call: str, parameters: Collection[str] = ()) -> frozenset[str]:
    """The IAM actions that a call needs.

    Args:
        call: as the call log names it: an operation of DynamoDB (`CreateBackup`), else `service:Operation`.
        parameters: the names of what it is given; a replica or a witness in UpdateTable needs more than other changes.
    """
    service, _, operation = call.rpartition(":")
    # DynamoDB Streams is a service of its own for clients, and none for IAM.
    own = INSTEAD.get(call) or f"{DYNAMODB if service in ('', 'dynamodbstreams') else service}:{operation}"
    replica = A_REPLICA if call == "UpdateTable" and "ReplicaUpdates" in parameters else ()
    witness = (A_WITNESS,) if call == "UpdateTable" and "GlobalTableWitnessUpdates" in parameters else ()
    return frozenset({own, *MORE.get(call, ()), *replica, *witness})
