"""What an audit reads: from the time machine, and of services that it does not have from stubs of botocore's."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from dynadrill.drills.auditing.facts import Consumer, CopyKind
from dynadrill.drills.auditing.reading_region import read_region
from dynadrill.drills.auditing.reading_table import NOT_RUN, Asked, read_table
from dynadrill.drills.auditing.seeing import Clients
from dynadrill.drills.beside import Alarm, Scaled
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.looking import LOOKED_AT, Looker
from dynadrill.drills.targets.neighbours import reads
from dynadrill.drills.targets.time_machines import ENDPOINT

HOME, AWAY = "us-east-1", "us-west-2"
WALL_AT = 5.0
STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"


@pytest.fixture
def looker(time_machine: Any) -> Looker:
    """Looks at the time machine through the guard, as the command looks at an endpoint."""
    return Looker(Place(ENDPOINT, HOME, Answering(time_machine.machine)))


@pytest.fixture
def orders(time_machine: Any) -> Any:
    """A table with a replica that has no point-in-time recovery, TTL, a key of its own and one on-demand backup."""
    db = time_machine.client("dynamodb")
    key = time_machine.client("kms").create_key()["KeyMetadata"]["Arn"]
    db.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )
    on = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 20}
    db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
    db.update_time_to_live(TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"})
    time_machine.advance(60)
    db.create_backup(TableName="orders", BackupName="one")
    time_machine.advance(1)
    return db


def test_a_table_is_read_as_it_is(orders: Any, time_machine: Any, looker: Looker) -> None:
    """Window, TTL, stream, key, backup and what is not there are what the services say."""
    seen = read_table(looker.client, HOME, "orders", Asked(time_machine.now()))
    assert seen.recovery is not None
    assert (seen.recovery.on, seen.recovery.period_days) == (True, 20)
    assert seen.ttl_attribute == "expires_at"
    assert seen.stream_arn
    assert (seen.encrypted, seen.key and seen.key.state) == (True, "Enabled")
    assert [(copy.kind, copy.made_at) for copy in seen.copies] == [(CopyKind.ON_DEMAND, time_machine.now() - 1)]
    assert (seen.deletion_protection, seen.policy, seen.replicas, seen.failed_jobs) == (False, "", {}, ())
    assert seen.unseen == {"events": NOT_RUN}
    time_machine.client("kms").disable_key(
        KeyId=orders.describe_table(TableName="orders")["Table"]["SSEDescription"]["KMSMasterKeyArn"]
    )
    lost = read_table(looker.client, HOME, "orders", Asked(time_machine.now()))
    assert (lost.key and lost.key.state, lost.status) == ("Disabled", "INACCESSIBLE_ENCRYPTION_CREDENTIALS")
    assert lost.ttl_attribute is None
    assert "ttl_attribute" in lost.unseen


def test_strong_replicas_are_told_apart(time_machine: Any, looker: Looker) -> None:
    """A global table with strong consistency is read so, and its witness is no replica."""
    home, away, third = "us-east-1", "us-east-2", "us-west-2"
    db = time_machine.client("dynamodb", home)
    for name in ("orders", "other"):
        db.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
    db.update_table(
        TableName="orders",
        ReplicaUpdates=[{"Create": {"RegionName": away}}],
        GlobalTableWitnessUpdates=[{"Create": {"RegionName": third}}],
        MultiRegionConsistency="STRONG",
    )
    time_machine.advance(3600)
    seen, other = (read_table(looker.client, home, name, Asked(time_machine.now())) for name in ("orders", "other"))
    assert (seen.strong, list(seen.replicas or ())) == (True, [away])
    assert (other.strong, other.replicas) == (False, {})


def test_each_replica_is_asked_for_itself(time_machine: Any, looker: Looker) -> None:
    """Point-in-time recovery that is on at home and off at the replica is read so (S1-10)."""
    db = time_machine.client("dynamodb")
    db.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    db.update_table(TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": AWAY}}])
    time_machine.advance(3600)
    on = {"PointInTimeRecoveryEnabled": True}
    db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
    seen = read_table(looker.client, HOME, "orders", Asked(time_machine.now()))
    assert seen.replicas is not None
    assert {region: window and window.on for region, window in seen.replicas.items()} == {AWAY: False}
    time_machine.outages.add(AWAY)
    lost = read_table(looker.client, HOME, "orders", Asked(time_machine.now()))
    assert lost.replicas == {AWAY: None}
    assert f"replicas.{AWAY}" in lost.unseen


def test_recovery_points_and_their_copies_are_found_where_they_are(time_machine: Any, looker: Looker) -> None:
    """A point in the home Region, its copy in another Region that is still there, and its copy in another account."""
    db, backup = time_machine.client("dynamodb"), time_machine.client("backup")
    arn = db.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )["TableDescription"]["TableArn"]
    role = "arn:aws:iam::123456789012:role/backup"
    backup.create_backup_vault(BackupVaultName="home")
    away = time_machine.client("backup", AWAY).create_backup_vault(BackupVaultName="away")["BackupVaultArn"]
    point = backup.start_backup_job(BackupVaultName="home", ResourceArn=arn, IamRoleArn=role)["RecoveryPointArn"]
    time_machine.advance(3600)
    backup.start_copy_job(
        RecoveryPointArn=point, SourceBackupVaultName="home", DestinationBackupVaultArn=away, IamRoleArn=role
    )
    time_machine.advance(3600)
    seen = read_table(looker.client, HOME, "orders", Asked(time_machine.now()))
    assert [copy.region for copy in seen.recovery_points or ()] == [HOME]
    assert [(copy.region, copy.in_another_account) for copy in seen.copied or ()] == [(AWAY, False)]
    time_machine.advance(40 * 86400)
    hidden = read_table(some_jobless(looker), HOME, "orders", Asked(time_machine.now()))
    assert hidden.copied == ()
    named = read_table(some_jobless(looker), HOME, "orders", Asked(time_machine.now(), regions=(HOME, AWAY)))
    assert [copy.region for copy in named.copied or ()] == [AWAY]
    time_machine.client("backup", AWAY).delete_recovery_point(
        BackupVaultName="away",
        RecoveryPointArn=time_machine.client("backup", AWAY).list_recovery_points_by_backup_vault(
            BackupVaultName="away"
        )["RecoveryPoints"][0]["RecoveryPointArn"],
    )
    assert read_table(looker.client, HOME, "orders", Asked(time_machine.now())).copied == ()


class Jobless:
    """AWS Backup after 30 days: it lists no copy job any more."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def get_paginator(self, name: str) -> Any:
        """The pages of an operation; of copy jobs there are none."""
        return self if name == "list_copy_jobs" else self._client.get_paginator(name)

    def paginate(self, **_: Any) -> Any:
        """No job."""
        return []


def some_jobless(looker: Looker) -> Clients:
    """The clients of a looker, whose AWS Backup has forgotten its copy jobs."""

    def client(service: str, region: str) -> Any:
        made = looker.client(service, region)
        return Jobless(made) if service == "backup" else made

    return client


def test_what_the_machine_does_not_have_is_unseen(time_machine: Any, looker: Looker) -> None:
    """Without CloudWatch, auto scaling and Lambda nothing is known of them, and the time is the machine's own."""
    seen = read_region(looker.client, HOME, WALL_AT)
    assert (seen.alarms, seen.scaled, seen.consumers) == (None, None, None)
    assert set(seen.unseen) == {"alarms", "scaled", "consumers"}
    assert seen.tables == frozenset()
    assert seen.now_at == int(time_machine.now())
    assert "123456789012" not in str(seen.unseen)


def stubbed(stack: ExitStack, looker: Looker, service: str, *answers: tuple[str, dict[str, Any]]) -> Any:
    """A client of a service whose next answers are these, held to botocore's model."""
    client = boto3.client(
        service, HOME, aws_access_key_id="k", aws_secret_access_key="s", endpoint_url="http://127.0.0.1:1"
    )
    stubber = Stubber(client)
    for operation, answer in answers:
        stubber.add_response(operation, answer)
    stack.enter_context(stubber)
    return client


def some_stubbed(looker: Looker, made: dict[str, Any]) -> Clients:
    """The clients of a looker, but for some that are stubbed."""
    return lambda service, region: made.get(service) or looker.client(service, region)


def test_alarms_scaling_and_consumers_are_read(looker: Looker) -> None:
    """Alarms on a table's metric, also within an expression; scaling policies; functions that read a stream (S4-12)."""
    metric = {"Namespace": "AWS/DynamoDB", "Dimensions": [{"Name": "TableName", "Value": "orders"}]}
    inside = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    alarms = [
        {"AlarmName": "plain", **metric},
        {"AlarmName": "expression", "Metrics": [{"Id": "e", "Expression": "m/60"}, inside]},
        {"AlarmName": "other", "Namespace": "AWS/SQS", "Dimensions": [{"Name": "TableName", "Value": "x"}]},
    ]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    dimension = {"ServiceNamespace": "dynamodb", "ScalableDimension": "dynamodb:table:WriteCapacityUnits"}
    policy = {
        **dimension, "ResourceId": "table/orders", "PolicyName": "p", "PolicyARN": "arn:aws:p",
        "PolicyType": "TargetTrackingScaling", "CreationTime": at,
    }  # fmt: skip
    target = {
        **dimension, "ResourceId": "table/orders", "MinCapacity": 1, "MaxCapacity": 9, "RoleARN": "r",
        "CreationTime": at,
    }  # fmt: skip
    function = "arn:aws:lambda:us-east-1:123456789012:function:project"
    mappings = {"EventSourceMappings": [{"EventSourceArn": STREAM, "FunctionArn": function}]}
    with ExitStack() as stack:
        made = {
            "cloudwatch": stubbed(stack, looker, "cloudwatch", ("describe_alarms", {"MetricAlarms": alarms})),
            "application-autoscaling": stubbed(
                stack, looker, "application-autoscaling",
                ("describe_scaling_policies", {"ScalingPolicies": [policy]}),
                ("describe_scalable_targets", {"ScalableTargets": [target]}),
            ),
            "lambda": stubbed(stack, looker, "lambda", ("list_event_source_mappings", mappings)),
        }  # fmt: skip
        seen = read_region(some_stubbed(looker, made), HOME, WALL_AT)
    assert seen.alarms == (Alarm("plain", "orders"), Alarm("expression", "orders"))
    assert seen.scaled == (Scaled("table/orders", ("TargetTrackingScaling",), "WriteCapacityUnits", (1, 9)),)
    assert seen.consumers == (Consumer("project", STREAM),)
    assert not seen.unseen


def test_events_are_listed_where_that_is_allowed(orders: Any, time_machine: Any, looker: Looker) -> None:
    """CloudTrail's event ids of calls about protection, and of no others; where it cannot be asked: NOT RUN (S2-28)."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        {"EventId": "e-1", "EventName": "UpdateContinuousBackups", "EventTime": at},
        {"EventId": "e-2", "EventName": "DescribeTable", "EventTime": at},
    ]
    asked = Asked(time_machine.now(), events_s=86400.0)
    with ExitStack() as stack:
        trail = stubbed(stack, looker, "cloudtrail", ("lookup_events", {"Events": events}))
        seen = read_table(some_stubbed(looker, {"cloudtrail": trail}), HOME, "orders", asked)
    assert seen.events == (("e-1", "UpdateContinuousBackups", at.timestamp()),)
    refused = read_table(looker.client, HOME, "orders", asked)
    assert refused.events is None
    assert refused.unseen["events"].startswith("NOT RUN: LookupEvents was answered with")


def test_a_call_that_is_denied_leaves_its_field_unseen(orders: Any, time_machine: Any, looker: Looker) -> None:
    """AccessDenied on one call makes one field unknown, and the rest is read."""

    class Denied:
        def __init__(self, client: Any) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            if name != "describe_continuous_backups":
                return getattr(self._client, name)

            def deny(**_: Any) -> None:
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeContinuousBackups")

            return deny

    def clients(service: str, region: str) -> Any:
        made = looker.client(service, region)
        return Denied(made) if service == "dynamodb" else made

    seen = read_table(clients, HOME, "orders", Asked(time_machine.now()))
    assert seen.recovery is None
    assert seen.unseen["recovery"] == "DescribeContinuousBackups was answered with AccessDeniedException"
    assert seen.ttl_attribute == "expires_at"


@pytest.fixture(scope="module")
def nowhere() -> Looker:
    """Looks at a place where nobody is: what is refused is not sent."""
    return Looker(Place(ENDPOINT, HOME))


@pytest.mark.parametrize(
    "call",
    [
        lambda look: look("dynamodb").delete_table(TableName="orders"),
        lambda look: look("dynamodb").scan(TableName="orders"),
        lambda look: look("dynamodb").create_backup(TableName="orders", BackupName="b"),
        lambda look: look("ssm").get_parameter(Name="secret"),
        lambda look: look("s3").get_object(Bucket="b", Key="k"),
    ],
)
def test_a_looker_changes_nothing_and_reads_no_item(
    nowhere: Looker, call: Callable[[Callable[[str], Any]], Any]
) -> None:
    """Every call that changes something, or reads an item, a parameter or an object, is refused before it is sent."""
    with pytest.raises(RefusedError):
        call(nowhere.client)


@pytest.mark.parametrize("service", sorted(LOOKED_AT))
def test_no_service_slips_past_the_guard(nowhere: Looker, service: str) -> None:
    """Whatever botocore calls a service in its events, a call to it that does not read is refused before it is sent."""
    client = nowhere.client(service)
    changing = next(
        name for name in client.meta.service_model.operation_names if not reads(name) and "Lookup" not in name
    )
    with pytest.raises(RefusedError, match="was not sent"):
        getattr(client, xform_name(changing))()
