"""What is beside the tables of a Region: alarms, auto scaling, and the functions that read streams."""

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from .facts import Alarm, Consumer, RegionSeen, Scaled
from .seeing import Clients, Eyes, pages, server_time

STREAM_OF = ":table/"


def read_region(clients: Clients, region: str, wall_at: float) -> RegionSeen:
    """What can be seen of a Region.

    Its time is that of the server's `Date` header, to the second, since ages are told by it; the wall clock's where an
    endpoint sends none.
    """
    eyes = Eyes()
    dynamodb = clients("dynamodb", region)
    tables = eyes.see("tables", lambda: frozenset(pages(dynamodb, "list_tables", "TableNames")))
    return RegionSeen(
        region=region,
        now_at=_now(eyes, dynamodb, wall_at),
        tables=tables,
        alarms=eyes.see("alarms", lambda: tuple(_alarms(clients("cloudwatch", region)))),
        scaled=eyes.see("scaled", lambda: tuple(_scaled(clients("application-autoscaling", region)))),
        consumers=eyes.see("consumers", lambda: tuple(_consumers(clients("lambda", region)))),
        unseen=eyes.unseen,
    )


def _now(eyes: Eyes, dynamodb: Any, wall_at: float) -> float:
    answer = eyes.see("now_at", lambda: dynamodb.list_tables(Limit=1))
    date = server_time(answer or {})
    return parsedate_to_datetime(date).timestamp() if date else wall_at


def _alarms(cloudwatch: Any) -> Iterator[Alarm]:
    """Every alarm on a metric of a table, also where the metric is part of an expression."""
    for alarm in pages(cloudwatch, "describe_alarms", "MetricAlarms", AlarmTypes=["MetricAlarm"]):
        inner = [each.get("MetricStat", {}).get("Metric", {}) for each in alarm.get("Metrics", [])]
        for table in dict.fromkeys(_tables([alarm, *inner])):
            yield Alarm(alarm["AlarmName"], table)


def _tables(metrics: list[Mapping[str, Any]]) -> Iterator[str]:
    for metric in metrics:
        if metric.get("Namespace") == "AWS/DynamoDB":
            yield from (each["Value"] for each in metric.get("Dimensions", []) if each["Name"] == "TableName")


def _scaled(scaling: Any) -> Iterator[Scaled]:
    namespace = {"ServiceNamespace": "dynamodb"}
    policies = [
        each["ResourceId"] for each in pages(scaling, "describe_scaling_policies", "ScalingPolicies", **namespace)
    ]
    targets = [
        each["ResourceId"] for each in pages(scaling, "describe_scalable_targets", "ScalableTargets", **namespace)
    ]
    for resource in dict.fromkeys(targets):
        yield Scaled(resource, policies.count(resource))


def _consumers(functions: Any) -> Iterator[Consumer]:
    for mapping in pages(functions, "list_event_source_mappings", "EventSourceMappings"):
        arn = mapping.get("EventSourceArn", "")
        if ":dynamodb:" in arn and "/stream/" in arn:
            yield Consumer(mapping.get("FunctionArn", "").rpartition(":function:")[2], arn)
