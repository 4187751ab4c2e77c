"""A table and a Region as an audit sees them, with nothing wrong: each test takes something away."""

from dataclasses import replace
from typing import Any

from dynadrill.drills.auditing.audit import ALL_RULES
from dynadrill.drills.auditing.facts import (
    Copy,
    CopyKind,
    KeyState,
    RecoveryWindow,
    RegionSeen,
    TableSeen,
)
from dynadrill.drills.auditing.rule import Said, Wanted
from dynadrill.drills.beside import Alarm, Scaled

NOW_AT = 1_800_000_000.0
DAY_S = 86400.0
STREAM = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
WINDOW = RecoveryWindow(on=True, period_days=35, earliest_at=NOW_AT - 35 * DAY_S, latest_at=NOW_AT - 300)
OFF = RecoveryWindow(on=False)

REGION = RegionSeen(
    region="eu-west-1",
    now_at=NOW_AT,
    tables=frozenset({"orders"}),
    alarms=(Alarm("orders-throttled", "orders"),),
    scaled=(Scaled("table/orders", ("DynamoDBWriteCapacityUtilization 70",)),),
    consumers=(),
)
TABLE = TableSeen(
    region="eu-west-1",
    name="orders",
    status="ACTIVE",
    provisioned=True,
    created_at=NOW_AT - 400 * DAY_S,
    deletion_protection=True,
    stream_arn=STREAM,
    ttl_attribute="expires_at",
    recovery=WINDOW,
    replicas={"eu-central-1": WINDOW},
    policy='{"Statement": []}',
    encrypted=True,
    key=KeyState("Enabled"),
    backups=(Copy(CopyKind.ON_DEMAND, "eu-west-1", NOW_AT - 3600),),
    recovery_points=tuple(
        Copy(CopyKind.AWS_BACKUP, "eu-west-1", NOW_AT - hours * 3600, locked=True) for hours in (1, 2, 3, 4)
    ),
    copied=(Copy(CopyKind.AWS_BACKUP, "eu-central-1", NOW_AT - 3600, in_another_account=True),),
    failed_jobs=(),
    events=(),
)


def points(*ages_s: float) -> tuple[Copy, ...]:
    """Recovery points of some ages."""
    return tuple(Copy(CopyKind.AWS_BACKUP, "eu-west-1", NOW_AT - age_s) for age_s in ages_s)


def table(**changes: Any) -> TableSeen:
    """The table, with something else about it."""
    return replace(TABLE, **changes)


def unseen(*fields: str) -> TableSeen:
    """The table, some fields of which nobody may read."""
    return replace(TABLE, **dict.fromkeys(fields), unseen=dict.fromkeys(fields, "answered with AccessDenied"))


def say(name: str, seen: TableSeen = TABLE, here: RegionSeen = REGION, wanted: Wanted | None = None) -> Said:
    """What a rule says."""
    rule = next(rule for rule in ALL_RULES if rule.name == name)
    return rule.look(seen, here, wanted or Wanted())
