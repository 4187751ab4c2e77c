"""Whether a restored table has the settings of the one that it stands in for, row by row, and what to do where not.

What a restore brings and what it does not is AWS's to say (API reference, RestoreTableToPointInTime and
RestoreTableFromBackup; Developer Guide, "Restoring a DynamoDB table to a point in time"). Here both kinds are compared:
what AWS copies may be overridden, and what it does not copy somebody has to put back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from .runrecord import SettingsRecord
from .settings import TABLE

NOT_DYNAMODBS = (
    "IAM policies that name the table",
    "Lambda triggers (aws lambda list-event-source-mappings: they read the old stream)",
)
"""What a restore drops too and nobody is asked about, so that nothing is said about these."""


class Came(StrEnum):
    """What became of a setting.

    TO_REVIEW: it differs, and may well be left so. UNSEEN: it was seen on one side only; UNASKED: on neither.
    """

    SAME = "same"
    DIFFERENT = "different"
    TO_REVIEW = "to review"
    UNSEEN = "unseen"
    UNASKED = "unasked"


class RowFinding(NamedTuple):
    """One setting, before and after.

    `because` says why it was not seen, or what a restore does about it; `remedy` is what to do where it differs.
    """

    name: str
    came: Came
    was: Any
    found: Any
    because: str
    remedy: str


class AWS(StrEnum):
    """What AWS says that a restore does about a setting, or where it does not say it, what was measured."""

    COPIES_IT = "a restore copies it, unless it is overridden"
    DROPS_IT = "a restore does not copy it"


@dataclass(frozen=True)
class Row:
    """One setting: what a restore does about it, and what gives a table what it had.

    `command` is what follows `aws` and the service for a table of that name; `note` what has to be known beside.
    """

    restore: AWS
    command: Callable[[str, Any], str]
    note: str = ""
    service: str = "dynamodb"


def _json(value: Any) -> str:
    return f"'{orjson.dumps(value).decode()}'"


def _units(table: str, was: Mapping[str, tuple[int, int]] | None, option: str, reads: str, writes: str) -> str:
    """UpdateTable for the table, and where only an index has units, for its indexes."""
    units = dict(was or {})
    own = units.pop(TABLE, None)
    parts = [f"--{option} {reads}={own[0]},{writes}={own[1]}"] if own else []
    member = "".join(word.capitalize() for word in option.split("-"))
    indexes = [
        {"Update": {"IndexName": name, member: {reads: one[0], writes: one[1]}}} for name, one in sorted(units.items())
    ]
    parts += [f"--global-secondary-index-updates {_json(indexes)}"] if indexes else []
    return " ".join([f"update-table --table-name {table}", *parts])


ROWS: Mapping[str, Row] = {
    "stream_view": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"update-table --table-name {table} --stream-specification "
            + (f"StreamEnabled=true,StreamViewType={was}" if was else "StreamEnabled=false")
        ),
        "a new stream has a new ARN: its consumers have to be pointed to it",
    ),
    "ttl_attribute": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"update-time-to-live --table-name {table} --time-to-live-specification "
             f"Enabled={'true' if was else 'false'},AttributeName={was or 'ATTRIBUTE'}"
        ),
        "once it is on, all that expired meanwhile is deleted",
    ),
    "tags": Row(
        AWS.DROPS_IT,
        lambda table, was: f"tag-resource --resource-arn ARN_OF_{table} --tags {_json(_tags(was))}",
        "policies that go by tags do not work until then; remove tags that are new with untag-resource",
    ),
    "recovery_period_days": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"update-continuous-backups --table-name {table} --point-in-time-recovery-specification "
            + (f"PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays={was}" if was else
               "PointInTimeRecoveryEnabled=false")
        ),
        "until then the table cannot be recovered to any time",
    ),
    "deletion_protection": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"update-table --table-name {table} --{'' if was else 'no-'}deletion-protection-enabled"
        ),
    ),
    "table_class": Row(
        AWS.DROPS_IT,
        lambda table, was: f"update-table --table-name {table} --table-class {was}",
        "a restored table is STANDARD",
    ),
    "resource_policy": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"put-resource-policy --resource-arn ARN_OF_{table} --policy '{was}'" if was else
            f"delete-resource-policy --resource-arn ARN_OF_{table}"
        ),
        "with the restored table's ARN in it",
    ),
    "contributor_insights": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"update-contributor-insights --table-name {table} --contributor-insights-action "
            + ("ENABLE" if was else "DISABLE")
        ),
        "and with --index-name for each index that had it",
    ),
    "kinesis_destinations": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"enable-kinesis-streaming-destination --table-name {table} --stream-arn {next(iter(was))}" if was else
            f"disable-kinesis-streaming-destination --table-name {table} --stream-arn STREAM_ARN"
        ),
        "once for each stream",
    ),
    "replicas": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"update-table --table-name {table} --replica-updates "
            + _json([{"Create": {"RegionName": region}} for region in was or ()])
        ),
        "a restored table is in one Region; a strongly consistent global table can only be made of an empty one",
    ),
    "indexes": Row(
        AWS.COPIES_IT,
        lambda table, _: f"update-table --table-name {table} --global-secondary-index-updates INDEXES",
        "a local index cannot be added: restore again without overriding the indexes",
    ),
    "billing_mode": Row(
        AWS.COPIES_IT, lambda table, was: f"update-table --table-name {table} --billing-mode {was}"
    ),
    "capacity": Row(
        AWS.COPIES_IT,
        lambda table, was: _units(table, was, "provisioned-throughput", "ReadCapacityUnits", "WriteCapacityUnits"),
        "AWS's texts differ on whether it is that of the restore's time or of the point restored to",
    ),
    "on_demand_limits": Row(
        AWS.COPIES_IT,
        lambda table, was: _units(table, was, "on-demand-throughput", "MaxReadRequestUnits", "MaxWriteRequestUnits"),
        "what a restore copies can lag some minutes behind the table",
    ),
    "warm_throughput": Row(
        AWS.DROPS_IT,
        lambda table, was: _units(table, was, "warm-throughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond"),
        "raising it is billed once",
    ),
    "encryption": Row(
        AWS.COPIES_IT,
        lambda table, was: (
            f"update-table --table-name {table} --sse-specification "
            + (f"Enabled=true,SSEType=KMS,KMSMasterKeyId={was}" if was != "AWS owned key" else "Enabled=false")
        ),
    ),
    "auto_scaling_policies": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"{'' if was else 'de'}register-scalable-target --service-namespace dynamodb --resource-id table/{table} "
            "--scalable-dimension DIMENSION"
        ),
        "and put-scaling-policy, for each index and dimension; what names the old table scales nothing now",
        "application-autoscaling",
    ),
    "cloudwatch_alarms": Row(
        AWS.DROPS_IT,
        lambda table, was: (
            f"{'put-metric-alarm --alarm-name NAME' if was else 'describe-alarms-for-metric --metric-name NAME'} "
            f"--namespace AWS/DynamoDB --dimensions Name=TableName,Value={table}"
        ),
        "an alarm that still names the old table watches nothing now",
        "cloudwatch",
    ),
}  # fmt: skip
"""Every setting that is compared, by the name of its field in `SettingsRecord`."""

WARMTH = "warm_throughput"
"""It rises with traffic by itself, and AWS's advice after a restore is to review it; the rest has to be as it was."""

ENCRYPTION = "encryption"
"""In another Region it can only be by another key; whether that is the right one is to be looked at."""

ALWAYS_SEEN = frozenset({"stream_view", "ttl_attribute", "tags", "recovery_period_days", "deletion_protection"})
"""Where None is a value: off."""


def compare_settings(before: SettingsRecord, after: SettingsRecord, table: str) -> list[RowFinding]:
    """Compare every setting of the lost table with that of the one that stands in for it.

    Args:
        before: what was seen before the disaster.
        after: what was seen of the restored table.
        table: its name, for what to do about it.
    """
    return [_row(name, row, before, after, table) for name, row in ROWS.items()]


def _row(name: str, row: Row, before: SettingsRecord, after: SettingsRecord, table: str) -> RowFinding:
    was, found = getattr(before, name), getattr(after, name)
    if name not in ALWAYS_SEEN and (was is None or found is None):
        unseen = before if was is None else after
        when = "before the disaster" if was is None else "of the restored table"
        why = unseen.not_seen.get(name, "it was not asked for")
        came = Came.UNASKED if was is found else Came.UNSEEN
        return RowFinding(name, came, was, found, f"{name} {when} is not known: {why}", "")
    warmth = name == WARMTH
    if was == found or (warmth and _no_less(was, found)):
        return RowFinding(name, Came.SAME, was, found, "", "")
    note = f" ({row.note})" if row.note else ""
    remedy = f"aws {row.service} {row.command(table, was)}{note}"
    came = Came.TO_REVIEW if warmth or (name == ENCRYPTION and _of_two_regions(was, found)) else Came.DIFFERENT
    return RowFinding(name, came, was, found, row.restore.value, remedy)


def _no_less(was: Mapping[str, tuple[int, int]], found: Mapping[str, tuple[int, int]]) -> bool:
    """Whether a table is at least as warm: traffic alone raises it."""
    return all(name in found and found[name][0] >= was[name][0] and found[name][1] >= was[name][1] for name in was)


def _of_two_regions(was: str, found: str) -> bool:
    """Whether both are keys of KMS, each of another Region: a key does not leave its Region, so both cannot be one."""
    return ":kms:" in was and ":kms:" in found and was.split(":")[3] != found.split(":")[3]


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
