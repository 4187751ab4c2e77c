"""The places that the contract is held against."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
ONCE = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    parameter_validation=False,
    # Moto does not know the addresses that have an account in them.
    account_id_endpoint_mode="disabled",
)


class Place(StrEnum):
    """Who answers."""

    MACHINE = "machine"
    MOTO = "moto"
    LOCAL = "local"
    ACCOUNT = "account"
    """A person's own account, in `make aws-contract` alone; see account.py."""


Connect = Callable[[str], Any]
"""A client of one service (`dynamodb`, `dynamodbstreams`) at a place."""


def client(service: str, endpoint: str | None = None) -> Any:
    """A boto3 client that sends what it is given, once, without a check of its own."""
    return boto3.client(
        service,
        region_name=REGION,
        aws_access_key_id="123456789012",
        aws_secret_access_key="secret",
        endpoint_url=endpoint,
        config=ONCE,
    )
