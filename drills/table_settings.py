"""Putting settings back where a restore dropped them, and waiting for a table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .clock import Clock
from .errors import RecoveryFailedError
from .settings import TABLE, TABLE_ARN, Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NO_SUCH_OPERATION = frozenset({"UnknownOperationException", "UnsupportedOperationException"})
"""How a target answers that does not have an operation at all, such as DynamoDB Local."""
STANDARD = "STANDARD"
"""The class that a new table has."""
POLL_S = 15.0
LONGEST_RESTORE_S = 24 * 3600.0
"""AWS: a restore "can take several hours". botocore's own waiter gives up after 500 s."""


def error_code(error: ClientError) -> str:
    """The name of the exception that a call was answered with."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_message(error: ClientError) -> str:
    """What a call was answered with, in the target's words."""
    return str(error.response.get("Error", {}).get("Message", ""))


def recovery_period(client: "DynamoDBClient", table: str) -> int | None:
    """How many days point-in-time recovery of a table reaches back; None where it is off or not to be had."""
    try:
        answer = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    except ClientError as error:
        if error_code(error) in NO_SUCH_OPERATION:
            return None
        raise
    recovery = answer.get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return None
    return int(recovery.get("RecoveryPeriodInDays", 35))


def put_settings_on(client: "DynamoDBClient", table: str, settings: Settings, clock: Clock) -> None:
    """Switch settings on, one after the other, waiting for ACTIVE after each change of the table itself.

    Point-in-time recovery comes last, so that its window begins with the table as users will have it.
    """
    arn = client.describe_table(TableName=table)["Table"]["TableArn"]
    if settings.stream_view:
        _update(
            client, table, clock, StreamSpecification={"StreamEnabled": True, "StreamViewType": settings.stream_view}
        )
    if settings.table_class and settings.table_class != STANDARD:
        _update(client, table, clock, TableClass=settings.table_class)
    if settings.ttl_attribute:
        ttl: Any = {"Enabled": True, "AttributeName": settings.ttl_attribute}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=ttl)
    if settings.tags:
        _tag(client, arn, settings.tags)
    if settings.resource_policy:
        client.put_resource_policy(ResourceArn=arn, Policy=settings.resource_policy.replace(TABLE_ARN, arn))
    _let_watch(client, table, settings)
    if settings.deletion_protection:
        _update(client, table, clock, DeletionProtectionEnabled=True)
    if settings.recovery_period_days:
        switch_recovery_on(client, table, settings.recovery_period_days)


def _tag(client: "DynamoDBClient", arn: str, tags: Mapping[str, str]) -> None:
    """Tag a table; where the target has no tags at all, such as DynamoDB Local, there is nothing to lose."""
    try:
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": name, "Value": value} for name, value in tags.items()])
    except ClientError as error:
        if error_code(error) not in NO_SUCH_OPERATION:
            raise


def _update(client: "DynamoDBClient", table: str, clock: Clock, **change: Any) -> None:
    client.update_table(TableName=table, **change)
    await_active(client, table, clock)


def _let_watch(client: "DynamoDBClient", table: str, settings: Settings) -> None:
    """Switch Contributor Insights on, and send changes to Kinesis again."""
    for name, mode in (settings.contributor_insights or {}).items():
        watched: Any = {"TableName": table, "ContributorInsightsMode": mode}
        if name != TABLE:
            watched["IndexName"] = name
        client.update_contributor_insights(ContributorInsightsAction="ENABLE", **watched)
    for stream, precision in (settings.kinesis_destinations or {}).items():
        configuration: Any = {"ApproximateCreationDateTimePrecision": precision}
        client.enable_kinesis_streaming_destination(
            TableName=table, StreamArn=stream, EnableKinesisStreamingConfiguration=configuration
        )


def switch_recovery_on(client: "DynamoDBClient", table: str, period_days: int | None = None) -> None:
    """Switch point-in-time recovery on; AWS's default period is 35 days."""
    specification: Any = {"PointInTimeRecoveryEnabled": True}
    if period_days is not None:
        specification["RecoveryPeriodInDays"] = period_days
    client.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=specification)


def await_active(client: "DynamoDBClient", table: str, clock: Clock, longest_s: float = LONGEST_RESTORE_S) -> None:
    """Wait until a table is ACTIVE, in target time.

    Raises:
        RecoveryFailedError: the table disappeared, or is not ACTIVE after `longest_s`.
    """
    began_at = clock.now()
    while (status := _status(client, table)) != "ACTIVE":
        waited_s = clock.now() - began_at
        if status not in ("CREATING", "UPDATING"):
            raise RecoveryFailedError(f"table {table} is {status}, where ACTIVE was expected")
        if waited_s > longest_s:
            raise RecoveryFailedError(
                f"table {table} is still {status} after {waited_s:.0f} s",
                "A restore cannot be cancelled: wait for it, then remove the table.",
            )
        clock.wait(POLL_S, f"until {table} is ACTIVE")


def _status(client: "DynamoDBClient", table: str) -> str:
    try:
        return str(client.describe_table(TableName=table)["Table"].get("TableStatus", "unknown"))
    except client.exceptions.ResourceNotFoundException:
        return "gone"
