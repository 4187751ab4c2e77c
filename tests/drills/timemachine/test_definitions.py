"""What CreateTable and UpdateTable refuse of keys, attributes, indexes and streams."""

from typing import Any

import pytest

from .support import make_table, refusal


def _hash(name: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": "HASH"}


def _range(name: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": "RANGE"}


def _index(name: str, *keys: dict[str, str], **projection: Any) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": list(keys), "Projection": projection or {"ProjectionType": "ALL"}}


LOCAL = _index("by-b", _hash("a"), _range("b"))
WITH_SORT = [_hash("a"), _range("b")]

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a table needs a partition key": (
        {"KeySchema": [_range("a")]},
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ),
    "the partition key comes first": (
        {"KeySchema": [_range("a"), _hash("b")]},
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ),
    "one partition key": (
        {"KeySchema": [_hash("a"), _hash("b")]},
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
    ),
    "two different attributes": (
        {"KeySchema": [_hash("a"), _range("a")]},
        "Both the Hash Key and the Range Key element in the KeySchema have the same name",
    ),
    "local indexes need a sort key": (
        {"KeySchema": [_hash("a")], "LocalSecondaryIndexes": [LOCAL]},
        "Table KeySchema does not have a range key",
    ),
    "local indexes have the table's partition key": (
        {"KeySchema": WITH_SORT, "LocalSecondaryIndexes": [_index("by-b", _hash("b"), _range("a"))]},
        "does not have the same leading hash key as table KeySchema for index: by-b",
    ),
    "local indexes have a sort key": (
        {"KeySchema": WITH_SORT, "LocalSecondaryIndexes": [_index("by-a", _hash("a"))]},
        "Index KeySchema does not have a range key for index: by-a",
    ),
    "five local indexes": (
        {
            "KeySchema": WITH_SORT,
            "LocalSecondaryIndexes": [_index(f"by-{n}", _hash("a"), _range("b")) for n in range(6)],
        },
        "LocalSecondaryIndex count exceeds the per-table limit of 5",
    ),
    "twenty global indexes": (
        {"KeySchema": WITH_SORT, "GlobalSecondaryIndexes": [_index(f"by-{n}", _hash("b")) for n in range(21)]},
        "GlobalSecondaryIndex count exceeds the per-table limit of 20",
    ),
    "names of indexes are unique": (
        {"KeySchema": WITH_SORT, "LocalSecondaryIndexes": [LOCAL], "GlobalSecondaryIndexes": [LOCAL]},
        "Duplicate index name: by-b",
    ),
    "a global index needs a partition key": (
        {"KeySchema": WITH_SORT, "GlobalSecondaryIndexes": [_index("by-b", _range("b"))]},
        "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ),
    "a projection has a type": (
        {"KeySchema": WITH_SORT, "GlobalSecondaryIndexes": [{**LOCAL, "Projection": {}}]},
        "Unknown ProjectionType: null",
    ),
    "INCLUDE names attributes": (
        {"KeySchema": WITH_SORT, "GlobalSecondaryIndexes": [_index("by-b", _hash("b"), ProjectionType="INCLUDE")]},
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    "only INCLUDE names attributes": (
        {
            "KeySchema": WITH_SORT,
            "GlobalSecondaryIndexes": [
                _index("by-b", _hash("b"), ProjectionType="ALL", NonKeyAttributes=["c"]),
            ],
        },
        "ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    "a provisioned table's index has its throughput": (
        {
            "KeySchema": WITH_SORT,
            "GlobalSecondaryIndexes": [_index("by-b", _hash("b"))],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        },
        "ProvisionedThroughput is not specified for index: by-b",
    ),
    "a stream has a view type": (
        {"KeySchema": WITH_SORT, "StreamSpecification": {"StreamEnabled": True}},
        "StreamViewType is required when StreamEnabled is true",
    ),
    "no stream, no view type": (
        {"KeySchema": WITH_SORT, "StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
        "StreamViewType cannot be specified when StreamEnabled is false",
    ),
}


@pytest.mark.parametrize(("members", "text"), REFUSED.values(), ids=REFUSED)
def test_a_definition_that_makes_no_sense_is_refused(db: Any, members: dict[str, Any], text: str) -> None:
    """CreateTable refuses what does not fit together, and no table is there afterwards."""
    names = sorted({key["AttributeName"] for key in members["KeySchema"]} | {"a", "b"})
    given = {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }
    code, message = refusal(db.create_table, TableName="Orders", **given)
    assert (code, text in message) == ("ValidationException", True), message
    assert db.list_tables()["TableNames"] == []


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"BillingMode": "FREE"}, "Value 'FREE' at 'billingMode' failed to satisfy constraint"),
        (
            {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "BOOL"}]},
            "Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "ALL"}},
            "Value 'ALL' at 'streamSpecification.streamViewType'",
        ),
    ],
    ids=["billing mode", "attribute type", "view type"],
)
def test_a_value_outside_its_enumeration_is_refused(db: Any, members: dict[str, Any], text: str) -> None:
    """A member whose values are enumerated is held to them, wherever it stands in the request."""
    given = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [_hash("id")],
        "BillingMode": "PAY_PER_REQUEST",
        **members,
    }
    code, message = refusal(db.create_table, TableName="Orders", **given)
    assert (code, text in message) == ("ValidationException", True), message


def test_every_wrong_value_is_named(db: Any) -> None:
    """Several values outside their enumerations are all in the answer, counted."""
    _, message = refusal(
        db.create_table,
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "X"}],
        KeySchema=[_hash("id")],
        BillingMode="Y",
    )
    assert message.startswith("2 validation errors detected")
    assert "'X'" in message
    assert "'Y'" in message


def test_an_added_index_is_held_to_the_same_rules(db: Any) -> None:
    """UpdateTable refuses a global index whose projection makes no sense, and adds nothing."""
    make_table(db)
    create = {"Create": _index("by-b", _hash("b"), ProjectionType="INCLUDE")}
    code, _ = refusal(
        db.update_table,
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "b", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[create],
    )
    assert code == "ValidationException"
    assert "GlobalSecondaryIndexes" not in db.describe_table(TableName="Orders")["Table"]
