"""A table's settings, read from the time machine: what a restore drops, and what is there once it was put back."""

from dataclasses import asdict, replace
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.settings import TABLE_ARN, Settings
from dynadrill.drills.settings_reading import read_settings
from dynadrill.drills.table_settings import put_settings_on
from dynadrill.drills.targets.clocks import VirtualClock

KINESIS = "arn:aws:kinesis:us-east-1:123456789012:stream/changes"
POLICY = (
    '{"Statement": [{"Action": "dynamodb:GetItem", "Effect": "Allow", "Principal": "*", "Resource": "TABLE_ARN"}],'
    ' "Version": "2012-10-17"}'
)
EVERYTHING = Settings(
    stream_view="KEYS_ONLY",
    ttl_attribute="expires_at",
    tags={f"tag-{number:02d}": "v" for number in range(15)},
    recovery_period_days=20,
    deletion_protection=True,
    table_class="STANDARD_INFREQUENT_ACCESS",
    resource_policy=POLICY,
    contributor_insights={"ByCity": "THROTTLED_KEYS", "table": "ACCESSED_AND_THROTTLED_KEYS"},
    kinesis_destinations={KINESIS: "MICROSECOND"},
)
DROPPED: dict[str, Any] = {
    "stream_view": None,
    "ttl_attribute": None,
    "tags": {},
    "recovery_period_days": None,
    "deletion_protection": False,
    "table_class": "STANDARD",
    "resource_policy": "",
    "contributor_insights": {},
    "kinesis_destinations": {},
}
BESIDE = ("auto_scaling_policies", "cloudwatch_alarms")
"""What other services know, which the time machine does not have."""
COPIED = ("indexes", "billing_mode", "capacity", "on_demand_limits", "encryption", "replicas")


class Three(NamedTuple):
    """The settings of a table, of a restored one, and of that after they were put back."""

    before: Settings
    restored: Settings
    after: Settings


def schema(*names: str) -> list[dict[str, str]]:
    """A key schema."""
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


@pytest.fixture(params=["point in time", "backup"])
def three(request: pytest.FixtureRequest, time_machine: Any) -> Three:
    """A table with everything on, restored in one of the two ways, and its settings put back."""
    db, clock = time_machine.client("dynamodb"), VirtualClock(0.0, lambda *_: None)
    key = time_machine.client("kms").create_key()["KeyMetadata"]["Arn"]
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 20}
    db.create_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("id", "date", "city")],
        KeySchema=schema("id", "date"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "ByCity",
                "KeySchema": schema("city"),
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
            }
        ],
        LocalSecondaryIndexes=[
            {"IndexName": "Local", "KeySchema": schema("id", "city"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
        ProvisionedThroughput=units,
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    put_settings_on(db, "Orders", EVERYTHING, clock)
    before = read_settings(db, "Orders")
    if request.param == "backup":
        arn = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
        time_machine.advance(10)
        db.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
    else:
        time_machine.advance(1000)
        db.restore_table_to_point_in_time(
            SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
        )
    time_machine.advance(3600)
    restored = read_settings(db, "Restored")
    put_settings_on(db, "Restored", before, clock)
    return Three(before, restored, read_settings(db, "Restored"))


@pytest.mark.parametrize("three", ["point in time", "backup"], indirect=True)
def test_what_a_restore_drops_is_missing_and_put_back(three: Three) -> None:
    """S2-22 to S2-25, S4-15, S4-17, S4-18: row by row, it was on, is off after the restore, and is on again.

    Stream, TTL, tags, point-in-time recovery, deletion protection, class, policy, insights and Kinesis.
    """
    for name, off in DROPPED.items():
        assert getattr(three.before, name) == getattr(EVERYTHING, name), name
        assert getattr(three.restored, name) == off, name
        assert getattr(three.after, name) == getattr(three.before, name), name


def test_what_a_restore_copies_is_there(three: Three) -> None:
    """S4-08 to S4-11: global and local indexes, provisioned capacity and the key of the encryption come back."""
    for name in COPIED:
        assert getattr(three.restored, name) == getattr(three.before, name), name
    assert three.before.indexes == (
        "global ByCity (city S HASH) ALL",
        "local Local (id S HASH, city S RANGE) KEYS_ONLY",
    )
    assert three.before.capacity == {"table": (10, 20), "ByCity": (3, 4)}
    assert three.before.billing_mode == "PROVISIONED"
    assert (three.before.encryption or "").startswith("arn:aws:kms:")


def test_nothing_is_left_out_on_the_time_machine(three: Three) -> None:
    """The time machine answers for every setting: none is left unseen, and after putting back all are the same."""
    assert three.before.not_seen == {}
    seen = {name: value for name, value in asdict(three.before).items() if name not in BESIDE}
    assert all(value is not None for value in seen.values())
    warm = {"warm_throughput": None}
    assert replace(three.after, **warm) == replace(three.before, **warm)


def test_a_policy_names_the_table_that_it_is_of(time_machine: Any) -> None:
    """The policies of two tables are compared without their names, and put on a table under its own."""
    db, clock = time_machine.client("dynamodb"), VirtualClock(0.0, lambda *_: None)
    for name in ("One", "Two"):
        db.create_table(
            TableName=f"{name}Table",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=schema("id"),
            BillingMode="PAY_PER_REQUEST",
        )
    put_settings_on(db, "OneTable", Settings(resource_policy=POLICY), clock)
    put_settings_on(db, "TwoTable", read_settings(db, "OneTable"), clock)
    arn = db.describe_table(TableName="TwoTable")["Table"]["TableArn"]
    assert arn in db.get_resource_policy(ResourceArn=arn)["Policy"]
    assert TABLE_ARN in (read_settings(db, "TwoTable").resource_policy or "")


def test_a_target_that_cannot_say_is_quoted(time_machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an operation is unknown or refused the setting is None, with the target's answer as the reason."""
    db = time_machine.client("dynamodb")
    db.create_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=schema("id"),
        BillingMode="PAY_PER_REQUEST",
    )

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "UnknownOperationException"}}, "ListContributorInsights")

    monkeypatch.setattr(db, "list_contributor_insights", refuse)
    monkeypatch.setattr(db, "list_tags_of_resource", refuse)
    found = read_settings(db, "Orders")
    assert found.contributor_insights is None
    assert found.not_seen == {"contributor_insights": "the target answered with UnknownOperationException"}
    assert found.kinesis_destinations == {}
    assert found.tags == {}


class Pages:
    """A client whose paginated operations have one page each; an operation that it has none of is refused."""

    def __init__(self, **answers: dict[str, Any]) -> None:
        self._answers = answers

    def get_paginator(self, operation: str) -> Any:
        """The pages of an operation."""
        if operation not in self._answers:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
        return self

    def paginate(self, **_: Any) -> Any:
        """All answers at once: each operation's member has a name of its own."""
        return [{name: value for answer in self._answers.values() for name, value in answer.items()}]


def test_what_stands_beside_a_table_is_read_where_the_target_has_it(time_machine: Any) -> None:
    """Alarms by what they watch, under whatever name; policies by index and dimension; refused, they are not seen."""
    db = time_machine.client("dynamodb")
    db.create_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=schema("id"),
        BillingMode="PAY_PER_REQUEST",
    )
    watched = {"Namespace": "AWS/DynamoDB", "Dimensions": [{"Name": "TableName", "Value": "Orders"}]}
    alarm = {
        "AlarmName": "a",
        "MetricName": "SystemErrors",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.0,
    }
    place = {"ResourceId": "table/Orders/index/ByCity", "ScalableDimension": "dynamodb:index:ReadCapacityUnits"}
    tracking = {
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
    }
    clients = {
        "cloudwatch": Pages(describe_alarms={"MetricAlarms": [{**alarm, **watched}]}),
        "application-autoscaling": Pages(
            describe_scaling_policies={
                "ScalingPolicies": [
                    {
                        **place,
                        "PolicyType": "TargetTrackingScaling",
                        "TargetTrackingScalingPolicyConfiguration": tracking,
                    }
                ]
            },
            describe_scalable_targets={"ScalableTargets": [{**place, "MinCapacity": 1, "MaxCapacity": 9}]},
        ),
    }
    found = read_settings(db, "Orders", clients.__getitem__)
    assert found.cloudwatch_alarms == ("SystemErrors GreaterThanThreshold 0.0",)
    assert found.auto_scaling_policies == {"ByCity ReadCapacityUnits": "1 to 9: DynamoDBReadCapacityUtilization 70"}
    refused = read_settings(db, "Orders", lambda _: Pages())
    assert (refused.cloudwatch_alarms, refused.auto_scaling_policies) == (None, None)
    assert set(refused.not_seen) == set(BESIDE)
