"""The metadata of a restore: which table it makes, and how that is encrypted. Nothing else can be chosen.

Keys are not case-sensitive (AWS Backup Developer Guide, "Restore an Amazon DynamoDB table").
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..blueprint import Shape
from ..errors import AwsError
from ..names import check_name
from .points import RecoveryPoint
from .refusals import invalid_value, missing_value

TARGET = "targetTableName"
ENCRYPTION = "encryptionType"
KEY = "kmsMasterKeyArn"
REQUEST = "aws:backup:request-id"
KEYS = {key.lower(): key for key in (TARGET, ENCRYPTION, KEY, REQUEST)}
OVERRIDABLE = (ENCRYPTION, KEY)
"""What a restore test may change."""
KMS_ARN = re.compile(r"arn:[^:]+:kms:[^:]+:\d{12}:(key|alias)/.+")


class RestoreOrder(NamedTuple):
    """A restore as its metadata ask for it."""

    target: str
    encryption: Shape | None
    """SSESpecification of the new table; None for a key that DynamoDB owns."""


def restore_order(metadata: Mapping[str, str]) -> RestoreOrder:
    """What some metadata ask for.

    Raises:
        AwsError: InvalidParameterValueException: a key is unknown, missing, or its value is not one.
    """
    known = canonical(metadata)
    target = known.get(TARGET)
    if target is None:
        raise missing_value(f"the metadata's {TARGET}")
    try:
        check_name(target, TARGET)
    except AwsError as error:
        raise invalid_value(error.message) from None
    return RestoreOrder(target, _encryption(known.get(ENCRYPTION), known.get(KEY)))


def canonical(metadata: Mapping[str, str]) -> dict[str, str]:
    """Metadata with their keys as AWS writes them.

    Raises:
        AwsError: InvalidParameterValueException: a key is not one of a DynamoDB restore, or is given twice.
    """
    known: dict[str, str] = {}
    for key, value in metadata.items():
        name = KEYS.get(key.lower())
        if name is None:
            raise invalid_value(f"unknown restore metadata {key}: a DynamoDB restore takes {', '.join(KEYS.values())}")
        if name in known:
            raise invalid_value(f"the restore metadata {name} is given twice")
        known[name] = value
    return known


def _encryption(kind: str | None, key: str | None) -> Shape | None:
    if kind not in {None, "Default", "KMS"}:
        raise invalid_value(f"{ENCRYPTION} must be Default or KMS, but is {kind}")
    if key is not None and kind != "KMS":
        raise invalid_value(f"{KEY} needs {ENCRYPTION} KMS")
    if key is not None and not KMS_ARN.fullmatch(key):
        raise invalid_value(f"{KEY} is not the ARN of a KMS key: {key}")
    if kind != "KMS":
        return None
    return {"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": key} if key else {})}


def backed_up_metadata(point: RecoveryPoint) -> dict[str, str]:
    """What GetRecoveryPointRestoreMetadata says: the table's name and encryption when it was backed up."""
    encryption = point.content.blueprint.encryption
    described = {TARGET: point.content.table_name, ENCRYPTION: "KMS" if encryption else "Default"}
    key = (encryption or {}).get("KMSMasterKeyId")
    return {**described, **({KEY: key} if key else {})}
