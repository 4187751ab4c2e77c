"""boto3 clients that talk to a time machine in this process, and what tests say to it over and over."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.timemachine.machine import TimeMachine

START_AT = 1_700_000_000.25
DAY_S = 86_400


def connect(
    machine: TimeMachine,
    region: str = "us-east-1",
    account: str = "123456789012",
    service: str = "dynamodb",
    **options: Any,
) -> Any:
    """A boto3 client whose requests the machine answers in this process."""
    client = boto3.client(
        service,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        endpoint_url="http://127.0.0.1:1",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}, **options),
    )

    client.meta.events.register("before-send", Answering(machine))
    return client


def make_table(db: Any, name: str = "Orders", *, sort: bool = False, **settings: Any) -> str:
    """Create a table keyed by `id`, and by the number `n` where it is to have a sort key."""
    attributes = [{"AttributeName": "id", "AttributeType": "S"}]
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    if sort:
        attributes.append({"AttributeName": "n", "AttributeType": "N"})
        keys.append({"AttributeName": "n", "KeyType": "RANGE"})
    settings.setdefault("BillingMode", "PAY_PER_REQUEST")
    attributes += settings.pop("MoreAttributes", [])
    db.create_table(TableName=name, AttributeDefinitions=attributes, KeySchema=keys, **settings)
    return name


def put(db: Any, key: str, value: str = "v", table: str = "Orders") -> None:
    """Put an item of one attribute."""
    db.put_item(TableName=table, Item={"id": {"S": key}, "value": {"S": value}})


def items(db: Any, table: str) -> dict[str, str]:
    """All items of a table of such: key to value."""
    pages = db.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {item["id"]["S"]: item["value"]["S"] for page in pages for item in page["Items"]}


def protect(db: Any, table: str = "Orders", **specification: Any) -> Any:
    """Switch point-in-time recovery on."""
    return db.update_continuous_backups(
        TableName=table,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, **specification},
    )["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]


def window(db: Any, table: str = "Orders") -> Any:
    """What DescribeContinuousBackups says of point-in-time recovery."""
    return db.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"][
        "PointInTimeRecoveryDescription"
    ]


def refusal(call: Callable[..., Any], **members: Any) -> tuple[str, str]:
    """The name and the text with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    error = caught.value.response["Error"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error["Code"], error["Message"]
