"""What comes back with a restored table and what does not, for both kinds of restore."""

from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock

from .support import START_AT, make_table, protect, put, refusal, window

Restore = Callable[..., Any]
INDEX_ATTRIBUTES = [
    {"AttributeName": "value", "AttributeType": "S"},
    {"AttributeName": "other", "AttributeType": "S"},
]


def index(name: str, sort: str | None = None, partition: str = "value") -> dict[str, Any]:
    """An index over all attributes."""
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    if sort:
        schema.append({"AttributeName": sort, "KeyType": "RANGE"})
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}


@pytest.fixture(params=["point in time", "backup"])
def restored(request: pytest.FixtureRequest, db: Any, clock: ManualClock) -> Restore:
    """Restore Orders in one of the two ways and give the new table's description; overrides pass through."""

    def point_in_time(**overrides: Any) -> Any:
        protect(db)
        clock.set_forward(START_AT + 1000)
        db.restore_table_to_point_in_time(
            SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True, **overrides
        )
        clock.set_forward(clock.now() + 300)
        return db.describe_table(TableName="Restored")["Table"]

    def backup(**overrides: Any) -> Any:
        arn = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
        clock.set_forward(clock.now() + 1)
        db.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn, **overrides)
        clock.set_forward(clock.now() + 300)
        return db.describe_table(TableName="Restored")["Table"]

    return point_in_time if request.param == "point in time" else backup


def make_indexed(db: Any) -> None:
    """A provisioned table with one index of each kind."""
    make_table(
        db,
        sort=True,
        MoreAttributes=INDEX_ATTRIBUTES,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 20},
        GlobalSecondaryIndexes=[
            {**index("by-value"), "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}}
        ],
        LocalSecondaryIndexes=[index("by-other", "other", partition="id")],
    )


def test_keys_and_indexes_come_back(db: Any, restored: Restore) -> None:
    """S4-08, S4-09: keys, attribute definitions, GSIs and LSIs are the source's."""
    make_indexed(db)
    source = db.describe_table(TableName="Orders")["Table"]
    table = restored()
    assert table["KeySchema"] == source["KeySchema"]
    assert table["AttributeDefinitions"] == source["AttributeDefinitions"]
    assert [each["IndexName"] for each in table["GlobalSecondaryIndexes"]] == ["by-value"]
    assert [each["IndexName"] for each in table["LocalSecondaryIndexes"]] == ["by-other"]
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 4


def test_an_index_that_came_back_answers(db: Any, clock: ManualClock, restored: Restore) -> None:
    """S4-08: the restored index finds the restored items."""
    make_table(db, MoreAttributes=INDEX_ATTRIBUTES[:1], GlobalSecondaryIndexes=[index("by-value")])
    protect(db)
    put(db, "a", "x")
    put(db, "b", "y")
    restored()
    found = db.query(
        TableName="Restored",
        IndexName="by-value",
        KeyConditionExpression="#v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "x"}},
    )["Items"]
    assert found == [{"id": {"S": "a"}, "value": {"S": "x"}}]


def test_provisioned_capacity_comes_back(db: Any, restored: Restore) -> None:
    """S4-10: billing mode and capacity are the source's."""
    make_indexed(db)
    table = restored()
    throughput = table["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (10, 20)
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"


def test_on_demand_billing_comes_back(db: Any, restored: Restore) -> None:
    """An on-demand table comes back on demand, with its maxima."""
    make_table(db, OnDemandThroughput={"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50})
    table = restored()
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50}


def test_encryption_comes_back(db: Any, restored: Restore) -> None:
    """S4-11, S2-19: a table with a key of KMS comes back with it."""
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS"})
    source = db.describe_table(TableName="Orders")["Table"]
    assert source["SSEDescription"]["Status"] == "ENABLED"
    assert restored()["SSEDescription"] == source["SSEDescription"]


def test_streams_do_not_come_back(db: Any, restored: Restore) -> None:
    """S2-22, S4-16: the restored table has no stream; one that is switched on has an ARN of its own."""
    make_table(db, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    source = db.describe_table(TableName="Orders")["Table"]
    table = restored()
    assert "StreamSpecification" not in table
    assert "LatestStreamArn" not in table
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    added = db.update_table(TableName="Restored", StreamSpecification=specification)["TableDescription"]
    assert added["StreamSpecification"] == specification
    assert added["LatestStreamArn"] != source["LatestStreamArn"]
    assert added["LatestStreamArn"].startswith(table["TableArn"] + "/stream/2023-11-14T22:")


def test_time_to_live_does_not_come_back(db: Any, restored: Restore) -> None:
    """S2-23, S4-17: TTL is off on the restored table and can be switched on at once."""
    make_table(db)
    specification = {"Enabled": True, "AttributeName": "expires"}
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification=specification)
    restored()
    assert db.describe_time_to_live(TableName="Restored")["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
    db.update_time_to_live(TableName="Restored", TimeToLiveSpecification=specification)


def test_recovery_does_not_come_back(db: Any, restored: Restore) -> None:
    """S2-24, S4-18: the restored table is not protected."""
    make_table(db)
    protect(db)
    restored()
    assert window(db, "Restored") == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_tags_do_not_come_back(db: Any, restored: Restore) -> None:
    """S2-25, S4-15: the restored table has no tags."""
    make_table(db, Tags=[{"Key": "owner", "Value": "billing"}])
    arn = restored()["TableArn"]
    assert db.list_tags_of_resource(ResourceArn=arn)["Tags"] == []


def test_deletion_protection_does_not_come_back(db: Any, restored: Restore) -> None:
    """The restored table can be deleted."""
    make_table(db, DeletionProtectionEnabled=True)
    assert restored()["DeletionProtectionEnabled"] is False
    db.delete_table(TableName="Restored")


def test_the_resource_policy_does_not_come_back(db: Any, restored: Restore) -> None:
    """S4-13: PolicyNotFoundException afterwards."""
    make_table(db)
    source = db.describe_table(TableName="Orders")["Table"]["TableArn"]
    db.put_resource_policy(ResourceArn=source, Policy='{"Version": "2012-10-17", "Statement": []}')
    assert "Statement" in db.get_resource_policy(ResourceArn=source)["Policy"]
    arn = restored()["TableArn"]
    assert refusal(db.get_resource_policy, ResourceArn=arn)[0] == "PolicyNotFoundException"


def test_the_table_class_does_not_come_back(db: Any, restored: Restore) -> None:
    """The restored table is of class STANDARD, which is not said."""
    make_table(db, TableClass="STANDARD_INFREQUENT_ACCESS")
    source = db.describe_table(TableName="Orders")["Table"]
    assert source["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert "TableClassSummary" not in restored()


def test_indexes_can_be_left_out(db: Any, restored: Restore) -> None:
    """S4-08: an empty override drops all indexes of its kind, and what only they needed."""
    make_indexed(db)
    table = restored(GlobalSecondaryIndexOverride=[])
    assert "GlobalSecondaryIndexes" not in table
    assert [each["IndexName"] for each in table["LocalSecondaryIndexes"]] == ["by-other"]
    assert [each["AttributeName"] for each in table["AttributeDefinitions"]] == ["id", "n", "other"]


def test_an_index_may_be_renamed(db: Any, restored: Restore) -> None:
    """Entries match by key schema and projection; the name may be new, the capacity too."""
    make_indexed(db)
    capacity = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}
    (found,) = restored(
        GlobalSecondaryIndexOverride=[{**index("renamed"), "ProvisionedThroughput": capacity}],
        LocalSecondaryIndexOverride=[],
    )["GlobalSecondaryIndexes"]
    assert found["IndexName"] == "renamed"
    assert found["ProvisionedThroughput"] == capacity


def test_the_billing_mode_may_change(db: Any, restored: Restore) -> None:
    """From provisioned to on demand, indexes too."""
    make_indexed(db)
    table = restored(BillingModeOverride="PAY_PER_REQUEST")
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 0
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 0


def test_the_capacity_may_change(db: Any, restored: Restore) -> None:
    """From on demand to provisioned with the capacity that is named."""
    make_table(db)
    table = restored(
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
    )
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 6


def test_the_encryption_may_change(db: Any, restored: Restore) -> None:
    """Enabled=false gives a key of AWS's own."""
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS"})
    assert "SSEDescription" not in restored(SSESpecificationOverride={"Enabled": False})


@pytest.mark.parametrize(
    "overrides",
    [
        {"GlobalSecondaryIndexOverride": [index("new", partition="other")]},
        {"GlobalSecondaryIndexOverride": [{**index("by-value"), "Projection": {"ProjectionType": "KEYS_ONLY"}}]},
        {"GlobalSecondaryIndexOverride": [{**index("by-value"), "WarmThroughput": {"ReadUnitsPerSecond": 1}}]},
        {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 1}},
        {"BillingModeOverride": "PAY_PER_REQUEST",
         "ProvisionedThroughputOverride": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
    ],
    ids=["new index", "other projection", "warm throughput", "on-demand maxima", "capacity on demand"],
)  # fmt: skip
def test_overrides_that_do_not_fit_are_refused(db: Any, restored: Restore, overrides: dict[str, Any]) -> None:
    """Never ignored, never a table left behind."""
    make_indexed(db)
    assert refusal(restored, **overrides)[0] == "ValidationException"
    assert db.list_tables()["TableNames"] == ["Orders"]


def test_provisioned_needs_a_capacity(db: Any, restored: Restore) -> None:
    """Switching to PROVISIONED requires ProvisionedThroughputOverride."""
    make_table(db)
    name, text = refusal(restored, BillingModeOverride="PROVISIONED")
    assert name == "ValidationException"
    assert "ProvisionedThroughputOverride must be specified" in text
