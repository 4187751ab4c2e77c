"""A call of each operation that a run may make, with every parameter that botocore's model knows, and with few."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import ServiceModel, Shape
from botocore.session import Session
from dynadrill.drills.iam.asked import Asked
from dynadrill.drills.iam.neighbours import S3_ACTIONS
from dynadrill.drills.targets.neighbours import NAMED_BY

from tests.test_aws_calls import of_the_code

ACCOUNT, REGION = "123456789012", "eu-west-1"
HERE = f"{REGION}:{ACCOUNT}"
TABLE = f"arn:aws:dynamodb:{HERE}:table/dynadrill-1-orders"

USERS = ("BatchExecuteStatement", "ExecuteStatement", "Query", "TransactGetItems")
"""What users, canaries and reads of DynamoDB make that no code of ours names by a method."""

TEXTS = {
    "BackupArn": f"{TABLE}/backup/01", "ExportArn": f"{TABLE}/export/01", "ImportArn": f"{TABLE}/import/01",
    "StreamArn": f"{TABLE}/stream/2026", "ShardIterator": f"{TABLE}/stream/2026|1|AAAA", "ResourceArn": TABLE,
    "TableArn": TABLE, "SourceTableArn": TABLE, "IndexName": "by_city", "RegionName": "us-east-1",
    "KeyId": "0000-1111", "TargetKeyId": "0000-1111", "AliasName": "alias/dynadrill-1", "Bucket": "dynadrill-1-exports",
    "S3Bucket": "dynadrill-1-exports", "KMSMasterKeyId": f"arn:aws:kms:{HERE}:key/0000-1111",
    "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/backups", "BackupVaultName": "dynadrill-1",
    "SourceBackupVaultName": "dynadrill-1",
    "DestinationBackupVaultArn": f"arn:aws:backup:{HERE}:backup-vault:dynadrill-2",
    "RecoveryPointArn": f"arn:aws:backup:{HERE}:recovery-point:0000", "ServiceCode": "dynamodb",
    "PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/me", "Name": "/dynadrill-1/alias",
}  # fmt: skip
"""What is put where a parameter has this name; others are `dynadrill-1-orders`."""

NOT_TOGETHER = {"RestoreTableToPointInTime": "SourceTableArn"}
"""The parameters that are left out of the longer call, so that the shorter name is tried as well."""


@cache
def model(service: str) -> ServiceModel:
    """What botocore knows of a service."""
    return Session().get_service_model(service)


@cache
def calls() -> tuple[Asked, ...]:
    """Every call: of each operation one with all parameters, and one with those alone that are required.

    Operations are those that the code names, that the guard lets out, and that `needs_of` has a word on.
    """
    asked = set(of_the_code()) | {("dynamodb", name) for name in USERS} | {("s3", name) for name in S3_ACTIONS}
    asked |= {(service, name) for service, names in NAMED_BY.items() for name in names}
    return tuple(call for service, operation in sorted(asked) for call in _of(service, operation))


def name_of(call: Asked) -> str:
    """What it goes by in a failure."""
    return f"{call.service}.{call.operation}-{len(call.parameters)}"


def _of(service: str, operation: str) -> Iterator[Asked]:
    shape = model(service).operation_model(operation).input_shape
    for everything in (True, False):
        given = _sample(shape, "", everything=everything) if shape is not None else {}
        if everything:
            given.pop(NOT_TOGETHER.get(operation, ""), None)
        yield Asked(service, operation, given, ACCOUNT, REGION)


def _sample(shape: Shape, name: str, *, everything: bool, depth: int = 0) -> Any:
    kind: Any = shape
    match shape.type_name:
        case "structure":
            required = set(kind.required_members)
            return {
                member: _sample(each, member, everything=everything, depth=depth + 1)
                for member, each in kind.members.items()
                if (everything or member in required) and depth < 6
            }
        case "list":
            return [_sample(kind.member, name, everything=everything, depth=depth + 1)]
        case "map":
            key = "targetTableName" if name == "Metadata" else "dynadrill-1-orders"
            return {key: _sample(kind.value, name, everything=everything, depth=depth + 1)}
        case "string":
            return TEXTS.get(name, "dynadrill-1-orders")
        case "boolean":
            return True
    return 1
