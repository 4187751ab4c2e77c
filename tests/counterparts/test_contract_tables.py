"""Tables: created, described, changed, listed and deleted alike at every place."""

from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .tables import INDEXED, KEY, SORT, by_group, fill, index, settled

STRING_ID = [{"AttributeName": "id", "AttributeType": "S"}]
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def test_a_new_table_is_described_as_it_was_asked_for(db: Any) -> None:
    """CreateTable answers with the key schema and the attribute definitions it was given."""
    make_table(db, sort=True)
    described = db.describe_table(TableName="Orders")["Table"]
    assert described["KeySchema"] == [KEY, SORT]
    assert described["TableStatus"] == "ACTIVE"
    assert described["ItemCount"] == 0
    assert {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]} == {
        "id": "S",
        "n": "N",
    }


def test_an_arn_ends_with_the_tables_name(db: Any) -> None:
    """A table's ARN is that of DynamoDB's resource table/NAME."""
    make_table(db)
    assert db.describe_table(TableName="Orders")["Table"]["TableArn"].endswith(":table/Orders")


def test_on_demand_is_summed_up(db: Any) -> None:
    """An on-demand table says so in its billing summary and provisions nothing."""
    make_table(db)
    described = db.describe_table(TableName="Orders")["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


def test_provisioned_throughput_is_described(db: Any) -> None:
    """A provisioned table has the capacity that was asked for."""
    make_table(db, BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 20})
    throughput = db.describe_table(TableName="Orders")["Table"]["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (10, 20)


def test_a_name_is_taken_once(db: Any) -> None:
    """A second table of the same name is refused with ResourceInUseException."""
    make_table(db)
    name, _ = refusal(db.create_table, TableName="Orders", KeySchema=[KEY], AttributeDefinitions=STRING_ID, **ON_DEMAND)
    assert name == "ResourceInUseException"


@pytest.mark.parametrize("operation", ["describe_table", "delete_table", "update_table"])
def test_a_table_that_is_not_there(db: Any, operation: str) -> None:
    """Calls about a missing table answer ResourceNotFoundException."""
    members = {"update_table": {"BillingMode": "PAY_PER_REQUEST"}}.get(operation, {})
    name, text = refusal(getattr(db, operation), TableName="Nope", **members)
    assert name == "ResourceNotFoundException"
    assert "Requested resource not found" in text or operation == "delete_table"


@pytest.mark.parametrize("operation", ["get_item", "put_item", "delete_item", "query", "scan"])
def test_items_of_a_table_that_is_not_there(db: Any, operation: str) -> None:
    """Item calls to a missing table answer ResourceNotFoundException with DynamoDB's text."""
    members: dict[str, Any] = {
        "get_item": {"Key": {"id": {"S": "a"}}},
        "put_item": {"Item": {"id": {"S": "a"}}},
        "delete_item": {"Key": {"id": {"S": "a"}}},
        "query": {"KeyConditionExpression": "id = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}},
        "scan": {},
    }[operation]
    name, text = refusal(getattr(db, operation), TableName="Nope", **members)
    assert name == "ResourceNotFoundException"
    assert text.startswith(("Requested resource not found", "Cannot do operations on a non-existent table"))


def test_listed_in_order_and_in_pages(db: Any) -> None:
    """ListTables gives names in order, as many as asked for, and where to go on."""
    for name in ("Cats", "Ants", "Bees"):
        make_table(db, name)
    first = db.list_tables(Limit=2)
    assert first["TableNames"] == ["Ants", "Bees"]
    assert first["LastEvaluatedTableName"] == "Bees"
    rest = db.list_tables(ExclusiveStartTableName="Bees")
    assert rest["TableNames"] == ["Cats"]
    assert "LastEvaluatedTableName" not in rest


def test_a_deleted_table_takes_its_items_along(db: Any) -> None:
    """A table made anew under a deleted one's name is empty."""
    make_table(db)
    fill(db, {"id": "a"})
    assert db.delete_table(TableName="Orders")["TableDescription"]["TableName"] == "Orders"
    make_table(db)
    assert db.scan(TableName="Orders")["Items"] == []


def test_deletion_protection(db: Any) -> None:
    """A protected table cannot be deleted until its protection is off."""
    make_table(db, DeletionProtectionEnabled=True)
    assert refusal(db.delete_table, TableName="Orders")[0] == "ValidationException"
    db.update_table(TableName="Orders", DeletionProtectionEnabled=False)
    db.delete_table(TableName="Orders")
    assert db.list_tables()["TableNames"] == []


def test_the_billing_mode_can_be_changed(db: Any) -> None:
    """UpdateTable turns an on-demand table into a provisioned one."""
    make_table(db)
    throughput = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    db.update_table(TableName="Orders", BillingMode="PROVISIONED", ProvisionedThroughput=throughput)
    described = db.describe_table(TableName="Orders")["Table"]
    assert described["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


def test_an_index_can_be_added_and_sees_the_items_there(db: Any) -> None:
    """A global index added by UpdateTable holds the items that were there before."""
    make_table(db)
    fill(db, {"id": "a", "g": "x"}, {"id": "b"})
    create = {"Create": index("by-g")}
    db.update_table(TableName="Orders", AttributeDefinitions=INDEXED, GlobalSecondaryIndexUpdates=[create])
    settled(db)
    assert db.scan(TableName="Orders", IndexName="by-g")["Count"] == 1


def test_an_index_can_be_dropped(db: Any) -> None:
    """A dropped index can no longer be scanned."""
    make_table(db, **by_group())
    db.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-g"}}])
    settled(db)
    assert refusal(db.scan, TableName="Orders", IndexName="by-g")[0] == "ValidationException"


BAD_TABLES: dict[str, dict[str, Any]] = {
    "no-keys": {"KeySchema": [], "AttributeDefinitions": STRING_ID},
    "undefined-key": {"KeySchema": [KEY], "AttributeDefinitions": INDEXED},
    "unused-definition": {"KeySchema": [KEY], "AttributeDefinitions": STRING_ID + INDEXED},
    "range-only": {"KeySchema": [{**KEY, "KeyType": "RANGE"}], "AttributeDefinitions": STRING_ID},
    "two-hash-keys": {"KeySchema": [KEY, {**KEY, "AttributeName": "g"}], "AttributeDefinitions": STRING_ID + INDEXED},
    "same-key-twice": {"KeySchema": [KEY, {**KEY, "KeyType": "RANGE"}], "AttributeDefinitions": STRING_ID},
    "bad-type": {"KeySchema": [KEY], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "BOOL"}]},
    "short-name": {"TableName": "ab", "KeySchema": [KEY], "AttributeDefinitions": STRING_ID},
    "bad-name": {"TableName": "my table", "KeySchema": [KEY], "AttributeDefinitions": STRING_ID},
    "local-index-without-sort-key": {
        "KeySchema": [KEY],
        "AttributeDefinitions": STRING_ID + INDEXED,
        "LocalSecondaryIndexes": [index("local", "id", "g")],
    },
    "index-twice": {
        "KeySchema": [KEY],
        "AttributeDefinitions": STRING_ID + INDEXED,
        "GlobalSecondaryIndexes": [index("by-g"), index("by-g")],
    },
    "no-indexes": {"KeySchema": [KEY], "AttributeDefinitions": STRING_ID, "GlobalSecondaryIndexes": []},
    "throughput-on-demand": {
        "KeySchema": [KEY],
        "AttributeDefinitions": STRING_ID,
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    },
    "no-throughput": {"KeySchema": [KEY], "AttributeDefinitions": STRING_ID, "BillingMode": "PROVISIONED"},
}


@pytest.mark.parametrize("wrong", BAD_TABLES)
def test_a_table_that_cannot_be(db: Any, wrong: str) -> None:
    """CreateTable refuses schemas that contradict themselves with ValidationException, and makes nothing."""
    members = {"TableName": "Orders", **ON_DEMAND, **BAD_TABLES[wrong]}
    assert refusal(db.create_table, **members)[0] == "ValidationException"
    assert db.list_tables()["TableNames"] == []
