"""The services beside DynamoDB that a recovery may need, and by which of a call's parameters it is known whose it is.

An operation that is not here and does not only read is not let through.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .operations import Parameters

READING = ("Describe", "Get", "Head", "List")
"""How the names of operations begin that change nothing."""

_S3_BUCKET = ("Bucket",)
_VAULT = ("BackupVaultName",)
_KEY = ("KeyId",)
_NAME = ("Name",)

NAMED_BY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "s3": dict.fromkeys(
        ("CreateBucket", "PutObject", "DeleteObject", "DeleteObjects", "DeleteBucket", "AbortMultipartUpload"),
        _S3_BUCKET,
    ),
    "backup": {
        "CreateBackupVault": _VAULT,
        "StartBackupJob": ("BackupVaultName", "ResourceArn"),
        "StartCopyJob": ("SourceBackupVaultName", "DestinationBackupVaultArn"),
        "StartRestoreJob": ("Metadata.targetTableName",),
        "DeleteRecoveryPoint": _VAULT,
        "DeleteBackupVault": _VAULT,
        "PutRestoreValidationResult": ("RestoreJobId",),
    },
    "kms": {
        "CreateKey": (),
        "CreateAlias": ("AliasName", "TargetKeyId"),
        "DeleteAlias": ("AliasName",),
        **dict.fromkeys(("DisableKey", "EnableKey", "ScheduleKeyDeletion"), _KEY),
    },
    "ssm": {"PutParameter": _NAME, "DeleteParameter": _NAME},
    "sts": {},
    "cloudwatch": {},
    "application-autoscaling": {},
    "dynamodbstreams": {},
    "lambda": {},
    "iam": {"SimulatePrincipalPolicy": ()},
}
"""By service (boto3's name) and operation: the parameters, dotted where they lie deeper, each of which has to name
something of the run's own. An operation with none makes something that has no name yet."""

LEARNED_FROM: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dynamodb", "CreateBackup"): ("BackupDetails.BackupArn",),
    ("kms", "CreateKey"): ("KeyMetadata.KeyId", "KeyMetadata.Arn"),
    ("backup", "StartBackupJob"): ("RecoveryPointArn",),
    ("backup", "DescribeCopyJob"): ("CopyJob.DestinationRecoveryPointArn",),
}
"""Where an answer tells by what name the run's own things go from now on."""

NOT_LOGGED = frozenset({"Body"})
"""Parameters that hold what is stored, and not what is done."""


def reads(operation: str) -> bool:
    """Whether an operation of any service here only reads, by its name."""
    return operation.startswith(READING)


def found_at(path: str, where: Parameters) -> str:
    """What a parameter says, by its dotted path; empty where it is not there."""
    found: Any = where
    for name in path.split("."):
        found = found.get(name, "") if isinstance(found, Mapping) else ""
    return str(found)


def names_in(service: str, operation: str, parameters: Parameters) -> Iterator[str]:
    """The names in a call that have to be the run's own.

    Raises:
        KeyError: the operation is not known here.
    """
    for path in NAMED_BY[service][operation]:
        yield found_at(path, parameters)


def learned(service: str, operation: str, answer: Mapping[str, Any]) -> list[str]:
    """The names of the run's own things that an answer tells."""
    found = (found_at(path, answer) for path in LEARNED_FROM.get((service, operation), ()))
    return [name for name in found if name]
