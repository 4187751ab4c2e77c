"""Reading all of a table's settings that DynamoDB itself knows; what a target cannot say is named, not left out."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from .beside_reading import alarms_of, scaling_of
from .indexes import IndexDefinition, definitions
from .scan import ANSWERED_WRONG
from .settings import TABLE, TABLE_ARN, Settings, Units
from .table_settings import NO_SUCH_OPERATION, error_code, recovery_period

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Value = TypeVar("Value")


def read_settings(client: "DynamoDBClient", table: str, beside: Callable[[str], Any] | None = None) -> Settings:
    """The settings of a table.

    Args:
        client: of DynamoDB.
        table: its name.
        beside: makes clients of the services beside it, by boto3's names; None where they are not asked.
    """
    described: Mapping[str, Any] = client.describe_table(TableName=table)["Table"]
    arn = described["TableArn"]
    stream = described.get("StreamSpecification") or {}
    not_seen: dict[str, str] = {}

    def looked(name: str, look: Callable[[], Value]) -> Value | None:
        try:
            return look()
        except ANSWERED_WRONG as error:
            code = error_code(error) if isinstance(error, ClientError) else ""
            not_seen[name] = f"the target answered with {code or type(error).__name__}"
            return None

    def asked(name: str, service: str, read: Callable[[Any, str], Value]) -> Value | None:
        return looked(name, lambda: read(beside(service), table)) if beside is not None else None

    return Settings(
        stream_view=stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        ttl_attribute=ttl_attribute_of(client, table),
        tags=_tags(client, arn),
        recovery_period_days=recovery_period(client, table),
        deletion_protection=bool(described.get("DeletionProtectionEnabled", False)),
        table_class=(described.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
        resource_policy=looked("resource_policy", lambda: policy_of(client, arn)),
        contributor_insights=looked("contributor_insights", lambda: _insights(client, table)),
        kinesis_destinations=looked("kinesis_destinations", lambda: _destinations(client, table)),
        replicas=tuple(sorted(replica["RegionName"] for replica in described.get("Replicas") or ())),
        indexes=tuple(_index_in_words(index) for index in definitions(described)),
        billing_mode=(described.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED"),
        capacity=_units(described, "ProvisionedThroughput", "ReadCapacityUnits", "WriteCapacityUnits"),
        on_demand_limits=_units(described, "OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits"),
        warm_throughput=_units(described, "WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond"),
        encryption=encryption_of(described.get("SSEDescription") or {}),
        auto_scaling_policies=asked("auto_scaling_policies", "application-autoscaling", scaling_of),
        cloudwatch_alarms=asked("cloudwatch_alarms", "cloudwatch", alarms_of),
        not_seen=not_seen,
    )


def ttl_attribute_of(client: "DynamoDBClient", table: str) -> str | None:
    """The attribute that items expire by; None where none do."""
    ttl = client.describe_time_to_live(TableName=table).get("TimeToLiveDescription", {})
    return ttl.get("AttributeName") if ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING") else None


def _tags(client: "DynamoDBClient", arn: str) -> dict[str, str]:
    """The tags of a table; none on a target that has no tags at all."""
    tags: list[Any] = []
    token: dict[str, str] = {}
    while True:
        try:
            page = client.list_tags_of_resource(ResourceArn=arn, **token)
        except ClientError as error:
            if error_code(error) in NO_SUCH_OPERATION:
                return {}
            raise
        tags += page.get("Tags", [])
        if not page.get("NextToken"):
            return {tag["Key"]: tag["Value"] for tag in sorted(tags, key=lambda tag: str(tag["Key"]))}
        token = {"NextToken": page["NextToken"]}


def policy_of(client: "DynamoDBClient", arn: str) -> str:
    """The resource policy of a table, its own ARN written as `TABLE_ARN`; empty where it has none."""
    try:
        policy = client.get_resource_policy(ResourceArn=arn)["Policy"]
    except client.exceptions.PolicyNotFoundException:
        return ""
    return json.dumps(json.loads(policy.replace(arn, TABLE_ARN)), sort_keys=True)


def _insights(client: "DynamoDBClient", table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    token: dict[str, Any] = {}
    while True:
        page = client.list_contributor_insights(TableName=table, **token)
        for summary in page.get("ContributorInsightsSummaries", []):
            if summary.get("ContributorInsightsStatus") in ("ENABLED", "ENABLING"):
                mode = summary.get("ContributorInsightsMode", "ACCESSED_AND_THROTTLED_KEYS")
                found[summary.get("IndexName") or TABLE] = mode
        if not page.get("NextToken"):
            return dict(sorted(found.items()))
        token = {"NextToken": page["NextToken"]}


def _destinations(client: "DynamoDBClient", table: str) -> dict[str, str]:
    answer = client.describe_kinesis_streaming_destination(TableName=table)
    return {
        one["StreamArn"]: one.get("ApproximateCreationDateTimePrecision", "MILLISECOND")
        for one in sorted(answer.get("KinesisDataStreamDestinations", []), key=lambda one: str(one["StreamArn"]))
        if one.get("DestinationStatus") in ("ACTIVE", "ENABLING", "UPDATING")
    }


def _units(described: Mapping[str, Any], member: str, reads: str, writes: str) -> dict[str, Units]:
    """Units of a table and its global indexes; nothing for those that have none."""
    found = {TABLE: described.get(member) or {}}
    for index in sorted(described.get("GlobalSecondaryIndexes") or (), key=lambda index: str(index["IndexName"])):
        found[index["IndexName"]] = index.get(member) or {}
    return {
        name: (int(units.get(reads, -1)), int(units.get(writes, -1)))
        for name, units in found.items()
        if units.get(reads) or units.get(writes)
    }


def encryption_of(described: Mapping[str, Any]) -> str:
    """Whose key it is: AWS's own where nothing is described, else the key's ARN."""
    if described.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return "AWS owned key"
    return str(described.get("KMSMasterKeyArn") or described.get("SSEType") or "KMS")


def _index_in_words(index: IndexDefinition) -> str:
    keys = ", ".join(f"{key.name} {key.type} {key.part}" for key in index.keys)
    included = f" {', '.join(index.included)}" if index.included else ""
    return f"{'global' if index.is_global else 'local'} {index.name} ({keys}) {index.projection}{included}"
