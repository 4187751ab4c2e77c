"""Tables and their settings: TTL, tags, streams, policies, deletion protection, what is not implemented."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.operations import OPERATIONS

from .support import START_AT, make_table, refusal

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"


def test_time_to_live_is_kept_and_shown(db: Any, clock: ManualClock) -> None:
    """Switched on it names its attribute, switched off it does not."""
    make_table(db)
    on, off = ({"Enabled": enabled, "AttributeName": "expires"} for enabled in (True, False))
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification=on)
    shown = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert db.describe_time_to_live(TableName="Orders")["TimeToLiveDescription"] == shown
    clock.set_forward(START_AT + 3600)
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification=off)
    assert db.describe_time_to_live(TableName="Orders")["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}


def test_time_to_live_changes_once_an_hour(db: Any, clock: ManualClock) -> None:
    """A second change within the hour is a ValidationException, and so is what is so already."""
    make_table(db)
    on, off = ({"Enabled": enabled, "AttributeName": "expires"} for enabled in (True, False))
    assert refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=off)[1].endswith("disabled")
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification=on)
    assert refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=on)[1].endswith("enabled")
    clock.set_forward(START_AT + 3599)
    assert "multiple times" in refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=off)[1]


def test_a_tag_that_is_set_twice_has_the_second_value(db: Any) -> None:
    """TagResource: one tag per key (moto keeps both); UntagResource takes it away."""
    make_table(db, Tags=[{"Key": "owner", "Value": "one"}, {"Key": "kept", "Value": "x"}])
    db.tag_resource(ResourceArn=ARN, Tags=[{"Key": "owner", "Value": "two"}])
    tags = {tag["Key"]: tag["Value"] for tag in db.list_tags_of_resource(ResourceArn=ARN)["Tags"]}
    assert tags == {"owner": "two", "kept": "x"}
    db.untag_resource(ResourceArn=ARN, TagKeys=["owner", "missing"])
    assert db.list_tags_of_resource(ResourceArn=ARN)["Tags"] == [{"Key": "kept", "Value": "x"}]
    for call, members in (
        (db.tag_resource, {"Tags": []}),
        (db.untag_resource, {"TagKeys": []}),
        (db.list_tags_of_resource, {}),
    ):
        assert refusal(call, ResourceArn=ARN + "s", **members)[0] == "ResourceNotFoundException"


def test_tags_are_listed_by_pages(db: Any) -> None:
    """ListTagsOfResource: every tag once."""
    make_table(db, Tags=[{"Key": f"k{number}", "Value": "v"} for number in range(23)])
    pages = db.get_paginator("list_tags_of_resource").paginate(ResourceArn=ARN)
    assert [tag["Key"] for page in pages for tag in page["Tags"]] == [f"k{number}" for number in range(23)]


def test_a_stream_can_be_switched_off_and_on_again(db: Any, clock: ManualClock) -> None:
    """S2-22: each time it has an ARN of its own; a stream that is on cannot be switched on."""
    make_table(db)
    on = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    first = db.update_table(TableName="Orders", StreamSpecification=on)["TableDescription"]["LatestStreamArn"]
    assert first == f"{ARN}/stream/2023-11-14T22:13:20.250"
    assert refusal(db.update_table, TableName="Orders", StreamSpecification=on)[0] == "ValidationException"
    off = db.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})["TableDescription"]
    assert "StreamSpecification" not in off
    clock.set_forward(START_AT + 1)
    assert db.update_table(TableName="Orders", StreamSpecification=on)["TableDescription"]["LatestStreamArn"] != first


def test_a_protected_table_cannot_be_deleted(db: Any) -> None:
    """Deletion protection refuses DeleteTable until it is off."""
    make_table(db, DeletionProtectionEnabled=True)
    name, text = refusal(db.delete_table, TableName="Orders")
    assert name == "ValidationException"
    assert "protected against deletion" in text
    db.update_table(TableName="Orders", DeletionProtectionEnabled=False)
    assert db.delete_table(TableName="Orders")["TableDescription"]["TableStatus"] == "DELETING"
    assert refusal(db.describe_table, TableName="Orders")[0] == "ResourceNotFoundException"


def test_a_table_keeps_its_id_and_counts(db: Any) -> None:
    """TableId is stable through changes, ItemCount and TableSizeBytes follow every write."""
    make_table(db)
    first = db.describe_table(TableName="Orders")["Table"]
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "x": {"S": "12345"}})
    db.put_item(TableName="Orders", Item={"id": {"S": "b"}})
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "x": {"S": "1"}})
    db.delete_item(TableName="Orders", Key={"id": {"S": "b"}})
    table = db.describe_table(TableName=first["TableArn"])["Table"]
    assert (table["ItemCount"], table["TableSizeBytes"]) == (1, len("idax1"))
    assert table["TableId"] == first["TableId"]
    db.delete_table(TableName="Orders")
    make_table(db)
    assert db.describe_table(TableName="Orders")["Table"]["TableId"] != first["TableId"]


def test_tables_are_listed_in_order(db: Any) -> None:
    """ListTables: by name, by pages."""
    for name in ("Zoo", "Art", "Map"):
        make_table(db, name)
    first = db.list_tables(Limit=2)
    assert (first["TableNames"], first["LastEvaluatedTableName"]) == (["Art", "Map"], "Map")
    assert db.list_tables(ExclusiveStartTableName="Map")["TableNames"] == ["Zoo"]


def test_a_refused_update_changes_nothing(db: Any) -> None:
    """UpdateTable: all of it or nothing, where moto would have changed the first half."""
    make_table(db)
    before = db.describe_table(TableName="Orders")["Table"]
    schema = [{"AttributeName": "missing", "KeyType": "HASH"}]
    index = {"IndexName": "new-index", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
    for change in ({"Create": index}, {"Delete": {"IndexName": "nowhere"}}):
        refused = refusal(
            db.update_table,
            TableName="Orders",
            AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
            DeletionProtectionEnabled=True,
            GlobalSecondaryIndexUpdates=[change],
        )
        assert refused[0] == "ValidationException"
        assert db.describe_table(TableName="Orders")["Table"] == before


def test_an_update_that_ends_badly_changes_nothing(db: Any) -> None:
    """UpdateTable: all of it or nothing, also what moto does not know, when only the stream cannot be switched."""
    make_table(db)
    before = db.describe_table(TableName="Orders")["Table"]
    assert refusal(
        db.update_table,
        TableName="Orders",
        TableClass="STANDARD_INFREQUENT_ACCESS",
        SSESpecification={"Enabled": True},
        OnDemandThroughput={"MaxReadRequestUnits": 5},
        StreamSpecification={"StreamEnabled": False},
    )
    assert db.describe_table(TableName="Orders")["Table"] == before


def test_an_index_can_be_added(db: Any) -> None:
    """UpdateTable: a new index finds the items that are there, and the types of the keys stay declared."""
    make_table(db)
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "value": {"S": "x"}})
    schema = [{"AttributeName": "value", "KeyType": "HASH"}]
    index = {"IndexName": "by-value", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
    db.update_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "value", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )
    found = db.query(
        TableName="Orders",
        IndexName="by-value",
        KeyConditionExpression="#v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "x"}},
    )
    assert [item["id"]["S"] for item in found["Items"]] == ["a"]
    table = db.describe_table(TableName="Orders")["Table"]
    assert {each["AttributeName"] for each in table["AttributeDefinitions"]} == {"id", "value"}


def test_the_encryption_of_a_table_can_change(db: Any) -> None:
    """UpdateTable: SSESpecification is not ignored."""
    make_table(db)
    on = db.update_table(TableName="Orders", SSESpecification={"Enabled": True})["TableDescription"]
    assert on["SSEDescription"]["KMSMasterKeyArn"].startswith("arn:aws:kms:us-east-1:123456789012:key/")
    off = db.update_table(TableName="Orders", SSESpecification={"Enabled": False})["TableDescription"]
    assert "SSEDescription" not in off


@pytest.mark.parametrize(
    "members",
    [{"GlobalTableSettingsReplicationMode": "ENABLED"},
     {"ReplicaUpdates": [{"Disassociate": {"RegionName": "us-east-1", "DisassociationMode": "WAIT_FOR_REPLICATION"}}]}],
)  # fmt: skip
def test_what_is_not_there_is_said(db: Any, members: dict[str, Any]) -> None:
    """What moto would silently ignore is a clear ValidationException."""
    make_table(db)
    name, text = refusal(db.update_table, TableName="Orders", **members)
    assert name == "ValidationException"
    assert "not implemented" in text


@pytest.mark.parametrize(
    ("target", "status", "name"),
    [("DynamoDB_20120810.ExportNothing", 400, "UnknownOperationException"),
     ("DynamoDB_20120810.NoSuchThing", 400, "UnknownOperationException"),
     ("DynamoDBStreams_20120810.NoSuchThing", 400, "UnknownOperationException"), ("", 400, "UnknownOperationException"),
     ("DynamoDB_20120810.__class__", 400, "UnknownOperationException")],
)  # fmt: skip
def test_unknown_operations_are_refused(machine: TimeMachine, target: str, status: int, name: str) -> None:
    """Bad input: an operation that is not there is UnknownOperationException."""
    answer = machine.handle(target, b"{}", region="us-east-1")
    assert answer.status == status
    assert answer.headers["x-amzn-ErrorType"] == name


WRONG_BODIES = [
    b"",
    b"{",
    b"[]",
    b"1",
    b"\xff",
    b'{"TableName": 1}',
    b'{"TableName": {}}',
    b'{"TableName": "Orders", "Item": 1, "Key": 1, "RequestItems": 1}',
    b'{"TableName": "Orders", "Item": {}, "Key": {}, "TransactItems": [1]}',
    b'{"TableName": "Orders", "TransactItems": [{"Put": 1}], "RequestItems": {"Orders": 1}}',
    b'{"TableName": null, "KeySchema": 1, "BackupName": "x", "ResourceArn": 1}',
    b'{"TableName": "Orders", "Key": {"id": {"S": "a"}}, "UpdateExpression": 1, "AttributeUpdates": {"a": 1}}',
    b'{"TableName": "Orders", "Key": {"id": {"S": "a"}}, "ExpressionAttributeNames": {"#a": 1}, "Expected": {"a": 1}}',
    b'{"TableName": "Orders", "Item": {"id": {"S": "a"}}, "ProjectionExpression": "a..b", "AttributesToGet": [1]}',
    b'{"TableName": "Orders", "IndexName": "none", "KeyConditions": {"id": {}}, "ScanFilter": {"id": {}}}',
    b'{"TableName": "Orders", "Limit": "x", "Segment": -1, "TotalSegments": 0, "KeyConditionExpression": "and"}',
]


@pytest.mark.parametrize("body", WRONG_BODIES)
def test_no_body_makes_it_fall_over(machine: TimeMachine, db: Any, body: bytes) -> None:
    """Bad input: whatever the body is, every operation answers 200 or 400 with a name, never a 500."""
    make_table(db)
    for operation in OPERATIONS:
        answer = machine.handle(f"DynamoDB_20120810.{operation}", body, region="us-east-1")
        assert answer.status in {200, 400}, (operation, answer)
        assert (answer.status == 200) == ("x-amzn-ErrorType" not in answer.headers)
