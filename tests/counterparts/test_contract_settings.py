"""Settings of tables beside their keys, and capacity: alike at every place."""

from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .tables import fill, placeholders

A = {"id": {"S": "a"}}


@pytest.fixture(autouse=True)
def table(db: Any) -> None:
    """A table keyed by `id` with one item."""
    make_table(db)
    fill(db, {"id": "a"})


def arn(db: Any) -> str:
    """The table's ARN."""
    return str(db.describe_table(TableName="Orders")["Table"]["TableArn"])


def test_time_to_live_is_off_at_first(db: Any) -> None:
    """A new table has no TTL."""
    assert db.describe_time_to_live(TableName="Orders")["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}


def test_time_to_live_can_be_switched_on(db: Any) -> None:
    """UpdateTimeToLive echoes what it was asked, and DescribeTimeToLive names the attribute."""
    specification = {"Enabled": True, "AttributeName": "until"}
    answer = db.update_time_to_live(TableName="Orders", TimeToLiveSpecification=specification)
    assert answer["TimeToLiveSpecification"] == specification
    described = db.describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert described["AttributeName"] == "until"
    assert described["TimeToLiveStatus"] in {"ENABLING", "ENABLED"}


def test_time_to_live_is_not_switched_on_twice(db: Any) -> None:
    """TTL that is on already, or off already, is refused."""
    off = {"Enabled": False, "AttributeName": "until"}
    assert refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=off)[0] == "ValidationException"
    on = {"Enabled": True, "AttributeName": "until"}
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification=on)
    assert refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=on)[0] == "ValidationException"


def test_tags(db: Any) -> None:
    """Tags are added, replaced, listed and taken off by key."""
    db.tag_resource(ResourceArn=arn(db), Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    db.tag_resource(ResourceArn=arn(db), Tags=[{"Key": "a", "Value": "3"}])
    db.untag_resource(ResourceArn=arn(db), TagKeys=["b"])
    assert db.list_tags_of_resource(ResourceArn=arn(db))["Tags"] == [{"Key": "a", "Value": "3"}]


def test_tags_at_creation(db: Any) -> None:
    """CreateTable takes tags."""
    make_table(db, "Tagged", Tags=[{"Key": "a", "Value": "1"}])
    found = db.list_tags_of_resource(ResourceArn=db.describe_table(TableName="Tagged")["Table"]["TableArn"])
    assert found["Tags"] == [{"Key": "a", "Value": "1"}]


def test_capacity_is_reported_where_asked_for(db: Any) -> None:
    """ReturnConsumedCapacity=TOTAL counts a write unit a KB and half a read unit for 4 KB eventually consistent."""
    value = {"S": "x" * 1500}
    written = db.put_item(TableName="Orders", Item={**A, "v": value}, ReturnConsumedCapacity="TOTAL")
    assert written["ConsumedCapacity"]["CapacityUnits"] == 2
    read = db.get_item(TableName="Orders", Key=A, ReturnConsumedCapacity="TOTAL")
    assert read["ConsumedCapacity"] == {"TableName": "Orders", "CapacityUnits": 0.5}
    consistent = db.get_item(TableName="Orders", Key=A, ReturnConsumedCapacity="TOTAL", ConsistentRead=True)
    assert consistent["ConsumedCapacity"]["CapacityUnits"] == 1


def test_capacity_is_not_reported_unasked(db: Any) -> None:
    """Without ReturnConsumedCapacity there is no ConsumedCapacity."""
    assert "ConsumedCapacity" not in db.get_item(TableName="Orders", Key=A)


def test_capacity_of_batches_and_transactions(db: Any) -> None:
    """Batches report per table; a transaction costs twice as much."""
    request = {"Orders": [{"PutRequest": {"Item": A}}]}
    batch = db.batch_write_item(RequestItems=request, ReturnConsumedCapacity="TOTAL")
    assert [(each["TableName"], each["CapacityUnits"]) for each in batch["ConsumedCapacity"]] == [("Orders", 1)]
    put = {"Put": {"TableName": "Orders", "Item": A}}
    transaction = db.transact_write_items(TransactItems=[put], ReturnConsumedCapacity="TOTAL")
    assert transaction["ConsumedCapacity"][0]["CapacityUnits"] == 2


@pytest.mark.parametrize("operation", ["describe_time_to_live", "describe_table"])
def test_settings_of_a_table_that_is_not_there(db: Any, operation: str) -> None:
    """Settings of a missing table are refused with ResourceNotFoundException."""
    assert refusal(getattr(db, operation), TableName="Nope")[0] == "ResourceNotFoundException"


def test_statements(db: Any) -> None:
    """PartiQL selects an item by its key."""
    found = db.execute_statement(Statement='SELECT * FROM "Orders" WHERE id = ?', Parameters=[{"S": "a"}])
    assert found["Items"] == [A]


def test_an_update_reports_capacity(db: Any) -> None:
    """UpdateItem counts the larger of the item before and after."""
    answer = db.update_item(
        TableName="Orders",
        Key=A,
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues=placeholders(v="x" * 3000),
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 3
