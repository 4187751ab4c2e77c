"""What a table may be made of: its key schema, its attribute definitions and its indexes.

Moto takes definitions that DynamoDB refuses. The rules are those of the API reference of CreateTable; the texts are
AWS's where they are known.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .blueprint import Shape
from .errors import invalid
from .wire import need_structures

MOST_LOCAL_INDEXES = 5
MOST_GLOBAL_INDEXES = 20
"""Of a table (Developer Guide, "Service quotas"); the second can be raised on AWS."""
PREFIX = "One or more parameter values were invalid: "


def check_definition(body: Mapping[str, Any]) -> None:
    """Refuse a CreateTable whose parts do not fit together.

    Raises:
        AwsError: ValidationException.
    """
    keys = need_structures(body, "KeySchema")
    check_keys(keys)
    local: list[Shape] = body.get("LocalSecondaryIndexes") or []
    global_: list[Shape] = body.get("GlobalSecondaryIndexes") or []
    if local and len(keys) == 1:
        raise invalid(
            f"{PREFIX}Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        )
    for index in local:
        _check_local(index, keys)
    _check_count("LocalSecondaryIndex", local, MOST_LOCAL_INDEXES)
    _check_count("GlobalSecondaryIndex", global_, MOST_GLOBAL_INDEXES)
    _check_names([*local, *global_])
    for index in global_:
        check_global_index(index)
    if global_ and body.get("BillingMode") != "PAY_PER_REQUEST":
        _check_throughput(global_)


def check_keys(keys: Sequence[Shape]) -> None:
    """Refuse a key schema that is not a partition key, or a partition key and a sort key.

    Raises:
        AwsError: ValidationException.
    """
    kinds = [key["KeyType"] for key in keys]
    if kinds[0] != "HASH":
        raise invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(keys) > 1 and kinds[1] != "RANGE":
        raise invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len({key["AttributeName"] for key in keys}) < len(keys):
        raise invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")


def check_global_index(index: Shape) -> None:
    """Refuse a global index whose keys or projection do not make sense.

    Raises:
        AwsError: ValidationException.
    """
    check_keys(index["KeySchema"])
    _check_projection(index)


def _check_local(index: Shape, keys: Sequence[Shape]) -> None:
    check_keys(index["KeySchema"])
    if len(index["KeySchema"]) == 1:
        raise invalid(f"{PREFIX}Index KeySchema does not have a range key for index: {index['IndexName']}")
    if index["KeySchema"][0]["AttributeName"] != keys[0]["AttributeName"]:
        raise invalid(
            f"{PREFIX}Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            f"{index['IndexName']}"
        )
    _check_projection(index)


def _check_projection(index: Shape) -> None:
    projection = index.get("Projection") or {}
    kind, named = projection.get("ProjectionType"), projection.get("NonKeyAttributes")
    if kind is None:
        raise invalid(f"{PREFIX}Unknown ProjectionType: null")
    if kind == "INCLUDE" and not named:
        raise invalid(f"{PREFIX}ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    if kind != "INCLUDE" and named:
        raise invalid(f"{PREFIX}ProjectionType is {kind}, but NonKeyAttributes is specified")


def _check_count(kind: str, indexes: Sequence[Shape], most: int) -> None:
    if len(indexes) > most:
        raise invalid(f"{PREFIX}{kind} count exceeds the per-table limit of {most}")


def _check_names(indexes: Sequence[Shape]) -> None:
    names = [index["IndexName"] for index in indexes]
    for name in names:
        if names.count(name) > 1:
            raise invalid(f"{PREFIX}Duplicate index name: {name}")


def _check_throughput(indexes: Sequence[Shape]) -> None:
    for index in indexes:
        if index.get("ProvisionedThroughput") is None:
            raise invalid(f"{PREFIX}ProvisionedThroughput is not specified for index: {index['IndexName']}")
