"""Reading what stands beside a table: alarms from CloudWatch, limits and policies from Application Auto Scaling."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .beside import Alarm, Scaled
from .paging import pages
from .settings import TABLE
from .target import Target, TargetKind

NAMESPACE = {"ServiceNamespace": "dynamodb"}


def alarms(cloudwatch: Any) -> Iterator[Alarm]:
    """Every alarm on a metric of a table, also where the metric is part of an expression."""
    for alarm in pages(cloudwatch, "describe_alarms", "MetricAlarms", AlarmTypes=["MetricAlarm"]):
        inner = [each.get("MetricStat", {}).get("Metric", {}) for each in alarm.get("Metrics", [])]
        for table in dict.fromkeys(_tables([alarm, *inner])):
            yield Alarm(alarm["AlarmName"], table, _watches(alarm, inner))


def _tables(metrics: list[Mapping[str, Any]]) -> Iterator[str]:
    for metric in metrics:
        if metric.get("Namespace") == "AWS/DynamoDB":
            yield from (each["Value"] for each in metric.get("Dimensions", []) if each["Name"] == "TableName")


def _watches(alarm: Mapping[str, Any], inner: list[Mapping[str, Any]]) -> str:
    """Metric and threshold: what makes an alarm of another name the same alarm."""
    metrics = [str(name) for name in (alarm.get("MetricName"), *(each.get("MetricName") for each in inner)) if name]
    how = (alarm.get(name) for name in ("ComparisonOperator", "Threshold"))
    return " ".join([*metrics, *(str(each) for each in how if each is not None)])


def scaled(scaling: Any) -> Iterator[Scaled]:
    """Every table and index whose units are scaled, a dimension each."""
    policies = pages(scaling, "describe_scaling_policies", "ScalingPolicies", **NAMESPACE)
    for target in pages(scaling, "describe_scalable_targets", "ScalableTargets", **NAMESPACE):
        place = target["ResourceId"], target["ScalableDimension"]
        own = [policy for policy in policies if (policy["ResourceId"], policy["ScalableDimension"]) == place]
        limits = int(target.get("MinCapacity", 0)), int(target.get("MaxCapacity", 0))
        yield Scaled(place[0], tuple(sorted(map(_holds_to, own))), place[1].rpartition(":")[2], limits)


def _holds_to(policy: Mapping[str, Any]) -> str:
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration", {})
    metric = tracking.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType", policy["PolicyType"])
    return f"{metric} {tracking['TargetValue']:g}" if "TargetValue" in tracking else str(metric)


def alarms_of(cloudwatch: Any, table: str) -> tuple[str, ...]:
    """What the alarms watch that name a table."""
    return tuple(sorted(alarm.watches for alarm in alarms(cloudwatch) if alarm.table == table))


def scaling_of(scaling: Any, table: str) -> dict[str, str]:
    """Limits and policies by index and dimension, `table` for the table's own; nothing where nothing scales it."""
    return {
        f"{_index(each.resource)} {each.dimension}": f"{each.limits[0]} to {each.limits[1]}: {', '.join(each.policies)}"
        for each in scaled(scaling)
        if each.table == table and each.policies
    }


def _index(resource: str) -> str:
    return resource.partition("/index/")[2] or TABLE


def clients_beside(target: Target, region: str | None = None) -> Callable[[str], Any] | None:
    """Makes clients of the services beside DynamoDB; None where the target has none, as the embedded one."""
    if target.kind is TargetKind.EMBEDDED:
        return None
    return lambda service: target.service(service, region)
