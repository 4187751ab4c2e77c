"""A table's shape: what CreateTable needs to make another one like it."""

from collections.abc import Mapping
from typing import Any

INDEX = ("IndexName", "KeySchema", "Projection")
THROUGHPUT = ("ReadCapacityUnits", "WriteCapacityUnits")


def shape_of(described: Mapping[str, Any]) -> dict[str, Any]:
    """A CreateTable request without its name, from what DescribeTable says of a table: keys, indexes, capacity.

    Stream, TTL, tags and protection are settings (`table_settings`), and no part of the shape.
    """
    on_demand = described.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    shape: dict[str, Any] = {
        "AttributeDefinitions": list(described["AttributeDefinitions"]),
        "KeySchema": list(described["KeySchema"]),
        "BillingMode": "PAY_PER_REQUEST" if on_demand else "PROVISIONED",
    }
    if local := described.get("LocalSecondaryIndexes"):
        shape["LocalSecondaryIndexes"] = [_some(index, INDEX) for index in local]
    if indexes := described.get("GlobalSecondaryIndexes"):
        shape["GlobalSecondaryIndexes"] = [{**_some(index, INDEX), **_capacity(index, on_demand)} for index in indexes]
    return {**shape, **_capacity(described, on_demand)}


def _capacity(described: Mapping[str, Any], on_demand: bool) -> dict[str, Any]:  # noqa: FBT001 - of the table
    return {} if on_demand else {"ProvisionedThroughput": _some(described["ProvisionedThroughput"], THROUGHPUT)}


def _some(of: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: of[name] for name in names}
