"""What a restore request may change of the table that it makes, for both kinds of restore."""

from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect, items, make_table, protect, put, refusal

Restore = Callable[..., Any]
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
VECTORS = {
    "IndexName": "vectors",
    "VectorAttribute": {"AttributeName": "v"},
    "Projection": {"ProjectionType": "ALL"},
    "Dimensions": 3,
    "DistanceFunction": "COSINE",
}
WARM = {"ReadUnitsPerSecond": 12_000}
MAXIMA = {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50}
ATTRIBUTES = [{"AttributeName": name, "AttributeType": "S"} for name in ("value", "other")]


def index(name: str, attribute: str) -> dict[str, Any]:
    """A global index over all attributes."""
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }


@pytest.fixture(params=["RestoreTableToPointInTime", "RestoreTableFromBackup"])
def restored(request: pytest.FixtureRequest, db: Any, clock: ManualClock) -> Restore:
    """Restore Orders in one of the two ways with overrides, and give the new table's description when it is done."""

    def restore(**overrides: Any) -> Any:
        protect(db)
        arn = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
        clock.set_forward(START_AT + 1000)
        if request.param == "RestoreTableFromBackup":
            db.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn, **overrides)
        else:
            db.restore_table_to_point_in_time(
                SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True, **overrides
            )
        clock.set_forward(START_AT + 1300)
        return db.describe_table(TableName="Restored")["Table"]

    return restore


def test_the_on_demand_maxima_may_change(db: Any, restored: Restore) -> None:
    """OnDemandThroughputOverride sets the maxima of the restored table, the source's stay."""
    make_table(db, OnDemandThroughput=MAXIMA)
    changed = {"MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 8}
    assert restored(OnDemandThroughputOverride=changed)["OnDemandThroughput"] == changed
    assert db.describe_table(TableName="Orders")["Table"]["OnDemandThroughput"] == MAXIMA


def test_maxima_can_come_with_a_change_to_on_demand(db: Any, restored: Restore) -> None:
    """OnDemandThroughputOverride needs an effective PAY_PER_REQUEST, and gets it from the override too."""
    make_table(db, BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    table = restored(BillingModeOverride="PAY_PER_REQUEST", OnDemandThroughputOverride=MAXIMA)
    assert table["OnDemandThroughput"] == MAXIMA


def test_the_capacity_alone_may_change(db: Any, restored: Restore) -> None:
    """ProvisionedThroughputOverride changes the base table only; its indexes keep their capacity."""
    capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    make_table(
        db,
        BillingMode="PROVISIONED",
        ProvisionedThroughput=capacity,
        MoreAttributes=ATTRIBUTES[:1],
        GlobalSecondaryIndexes=[{**index("by-value", "value"), "ProvisionedThroughput": capacity}],
    )
    table = restored(ProvisionedThroughputOverride={"ReadCapacityUnits": 50, "WriteCapacityUnits": 60})
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 60
    assert table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 5


def test_some_indexes_may_come_back(db: Any, restored: Restore) -> None:
    """An override with some of the source's indexes brings back those, and they answer."""
    make_table(
        db, MoreAttributes=ATTRIBUTES, GlobalSecondaryIndexes=[index("by-value", "value"), index("by-other", "other")]
    )
    put(db, "a", "x")
    protect(db)
    table = restored(GlobalSecondaryIndexOverride=[index("by-value", "value")])
    assert [each["IndexName"] for each in table["GlobalSecondaryIndexes"]] == ["by-value"]
    assert {each["AttributeName"] for each in table["AttributeDefinitions"]} == {"id", "value"}
    query = {
        "TableName": "Restored",
        "KeyConditionExpression": "#v = :v",
        "ExpressionAttributeNames": {"#v": "value"},
        "ExpressionAttributeValues": {":v": {"S": "x"}},
    }
    assert db.query(IndexName="by-value", **query)["Count"] == 1
    assert refusal(db.query, IndexName="by-other", **query)[0] in {"ValidationException", "ResourceNotFoundException"}


def test_a_local_index_may_be_renamed_or_left_out(db: Any, restored: Restore) -> None:
    """The same rules for LocalSecondaryIndexOverride."""
    schema = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "other", "KeyType": "RANGE"}]
    local = {"IndexName": "by-other", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
    make_table(db, sort=True, MoreAttributes=ATTRIBUTES[1:], LocalSecondaryIndexes=[local])
    table = restored(LocalSecondaryIndexOverride=[{**local, "IndexName": "renamed"}])
    assert [each["IndexName"] for each in table["LocalSecondaryIndexes"]] == ["renamed"]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}, {"Status": "ENABLED", "KMSMasterKeyArn": KEY}),
        ({"Enabled": True}, {"Status": "ENABLED"}),
        ({"Enabled": False}, None),
    ],
    ids=["customer's key", "AWS managed key", "AWS owned key"],
)
def test_the_key_may_change(
    db: Any, restored: Restore, override: dict[str, Any], expected: dict[str, Any] | None
) -> None:
    """S4-11: SSESpecificationOverride names the key of the restored table; false is AWS's own key."""
    make_table(db)
    described = restored(SSESpecificationOverride=override).get("SSEDescription")
    assert (described is None) == (expected is None)
    assert (expected or {}).items() <= (described or {}).items()


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({"VectorIndexOverride": [VECTORS]}, "VectorIndexOverride is not implemented by the dynadrill time machine"),
        ({"GlobalSecondaryIndexOverride": [{**index("by-value", "value"), "OnDemandThroughput": MAXIMA}]},
         "not implemented by the dynadrill time machine"),
        ({"GlobalSecondaryIndexOverride": [{**index("by-value", "value"), "WarmThroughput": WARM}]},
         "WarmThroughput is not supported"),
        ({"GlobalSecondaryIndexOverride": [index("nowhere", "other")]}, "can only name indexes of the source table"),
        ({"ProvisionedThroughputOverride": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
         "cannot be specified when the billing mode is PAY_PER_REQUEST"),
    ],
    ids=["vector index", "maxima of an index", "warm throughput", "unknown index", "capacity on demand"],
)  # fmt: skip
def test_what_is_not_possible_is_said(db: Any, restored: Restore, overrides: dict[str, Any], text: str) -> None:
    """An override that does not fit, or that is not implemented, is refused and never ignored."""
    make_table(db, MoreAttributes=ATTRIBUTES[:1], GlobalSecondaryIndexes=[index("by-value", "value")])
    name, found = refusal(restored, **overrides)
    assert name == "ValidationException"
    assert text in found
    assert db.list_tables()["TableNames"] == ["Orders"]


def test_empty_maxima_are_answered_as_a_refusal_and_restore(db: Any, clock: ManualClock) -> None:
    """`OnDemandThroughputOverride={}` answers TableInUseException, yet the restore begins and finishes."""
    make_table(db)
    put(db, "a")
    arn = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    clock.set_forward(START_AT + 1)
    refused = refusal(
        db.restore_table_from_backup, TargetTableName="Restored", BackupArn=arn, OnDemandThroughputOverride={}
    )
    assert refused[0] == "TableInUseException"
    assert db.describe_table(TableName="Restored")["Table"]["TableStatus"] == "CREATING"
    clock.set_forward(START_AT + 301)
    assert items(db, "Restored") == {"a": "v"}


@pytest.mark.parametrize("name", ["ab", "a" * 256, "no spaces", "slash/ed", "Ω-table"])
def test_bad_targets_are_refused(machine: TimeMachine, name: str) -> None:
    """S2-15: a target's name has 3 to 255 letters, digits, `_`, `.` and `-`."""
    db = connect(machine, parameter_validation=False)
    make_table(db)
    protect(db)
    members = {"SourceTableName": "Orders", "TargetTableName": name, "UseLatestRestorableTime": True}
    assert refusal(db.restore_table_to_point_in_time, **members)[0] == "ValidationException"
    assert db.list_tables()["TableNames"] == ["Orders"]
