"""One call, and one action that it needs on one resource, in the words of the Service Authorization Reference."""

from collections.abc import Mapping
from typing import Any, NamedTuple

EVERYTHING = "*"
"""The resource of actions that are about no single one."""

DYNAMODB = "dynamodb"


class Need(NamedTuple):
    """One action on one resource. `region` is where the call goes.

    `passed_to` is the service that is given a role, `via` the service that uses a key of KMS in the caller's name.
    """

    action: str
    resource: str
    region: str
    passed_to: str = ""
    via: str = ""


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

    def role_of(self, service: str, name: str) -> str:
        """The ARN of a service's own role, which is of an account and of no Region."""
        return f"arn:aws:iam::{self.account}:role/aws-service-role/{service}/{name}"

    def text(self, name: str) -> str:
        """A parameter that is text; empty where it is not there."""
        return str(self.parameters.get(name, ""))


def table_arn(asked: Asked, name: str) -> str:
    """The ARN of a table by its name, of the call's account and Region; an ARN stays as it is."""
    return name if name.startswith("arn:") else asked.arn(DYNAMODB, f"table/{name}")


def key_arn(asked: Asked, key: str) -> str:
    """The ARN of a key of KMS by its id; of any, where it goes by an alias: which key that is the call does not say."""
    if key.startswith("alias/") or ":alias/" in key:
        return asked.arn("kms", "key/*")
    return key if key.startswith("arn:") else asked.arn("kms", f"key/{key}")
