"""What a call needs to be allowed: actions on resources, as the Service Authorization Reference has them."""

from collections.abc import Callable, Iterator, Mapping

from .asked import Asked, Need
from .dynamodb import needs_of_dynamodb
from .neighbours import (
    needs_of_another,
    needs_of_backup,
    needs_of_iam,
    needs_of_kms,
    needs_of_quotas,
    needs_of_s3,
    needs_of_ssm,
)

BY_SERVICE: Mapping[str, Callable[[Asked], Iterator[Need]]] = {
    "dynamodb": needs_of_dynamodb,
    "dynamodbstreams": needs_of_dynamodb,  # a service of its own for clients, and none for IAM
    "s3": needs_of_s3,
    "backup": needs_of_backup,
    "kms": needs_of_kms,
    "ssm": needs_of_ssm,
    "iam": needs_of_iam,
    "service-quotas": needs_of_quotas,
}


def needs_of(asked: Asked) -> tuple[Need, ...]:
    """What a call needs; each once. GetCallerIdentity needs nothing (API Reference of STS)."""
    if asked.service == "sts":
        return ()
    found = BY_SERVICE.get(asked.service, needs_of_another)(asked)
    return tuple(dict.fromkeys(found))
