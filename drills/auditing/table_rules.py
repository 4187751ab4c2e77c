"""Rules about what is switched on at the table itself."""

from ..quantities import format_duration
from .facts import RegionSeen, TableSeen
from .rule import FINE, Expected, Rule, Said, Severity, Wanted, command, found, not_applicable, unknown

DAY_S = 86400.0
YOUNG_S = DAY_S
"""A window that begins so much later than its period and its table allow was begun anew."""

LOST_KEYS = {
    "Disabled": "is disabled",
    "PendingDeletion": "is to be deleted",
    "PendingReplicaDeletion": "is to be deleted",
    "Unavailable": "is unavailable",
}
LOST_TABLES = {
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "its key cannot be used",
    "ARCHIVING": "its key could not be used for 7 days",
    "ARCHIVED": "its key could not be used for 7 days",
}


def _switch_on(table: TableSeen, region: str | None = None, days: int | None = None) -> str:
    period = "" if days is None else f",RecoveryPeriodInDays={days}"
    return (
        f"aws dynamodb update-continuous-backups --table-name {table.name} --point-in-time-recovery-specification "
        f"PointInTimeRecoveryEnabled=true{period} --region {region or table.region}"
    )


def _recovery(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if table.recovery is None:
        return unknown(table.why_unseen("recovery", "status"))
    if table.recovery.on:
        return FINE
    return found("point-in-time recovery is off: no second of the past can be restored", _switch_on(table))


def _period(table: TableSeen, _here: RegionSeen, wanted: Wanted) -> Said:
    if wanted.period_days is None:
        return not_applicable("no period was asked for (--period)")
    if table.recovery is None:
        return unknown(table.why_unseen("recovery", "status"))
    if not table.recovery.on:
        return not_applicable("point-in-time recovery is off")
    if table.recovery.period_days is None:
        return unknown("recovery: its period was not told")
    if table.recovery.period_days >= wanted.period_days:
        return FINE
    return found(
        f"point-in-time recovery reaches {table.recovery.period_days} days back, {wanted.period_days} were asked for",
        _switch_on(table, days=wanted.period_days),
    )


def _window(table: TableSeen, here: RegionSeen, _wanted: Wanted) -> Said:
    if table.recovery is None:
        return unknown(table.why_unseen("recovery", "status"))
    recovery = table.recovery
    if not recovery.on:
        return not_applicable("point-in-time recovery is off")
    if recovery.earliest_at is None or recovery.period_days is None:
        return unknown("recovery: its window was not told")
    could_at = max(here.now_at - recovery.period_days * DAY_S, table.created_at or 0.0)
    if recovery.earliest_at <= could_at + YOUNG_S:
        return FINE
    reach = format_duration(max(0.0, here.now_at - recovery.earliest_at))
    return found(
        f"the restorable window begins only {reach} ago: point-in-time recovery was switched on, or off and on again,"
        " long after the table was made",
        f"Nothing brings the lost window back. Find who switched it: {_who(table)}",
    )


def _who(table: TableSeen) -> str:
    return command(
        table,
        "cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateContinuousBackups",
    )


def _replicas(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if table.replicas is None:
        return unknown(table.why_unseen("replicas") or "the table could not be described")
    if not table.replicas:
        return not_applicable("the table has no replica")
    off = [region for region, window in table.replicas.items() if window is not None and not window.on]
    if off:
        fixes = "; ".join(_switch_on(table, region) for region in off)
        return found(f"point-in-time recovery is off at the replica in {', '.join(off)}", fixes)
    unseen = table.why_unseen(*(f"replicas.{region}" for region in table.replicas))
    return unknown(unseen) if unseen else FINE


def _deletion_protection(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if table.deletion_protection is None:
        return unknown(table.why_unseen("status"))
    if table.deletion_protection:
        return FINE
    return found(
        "deletion protection is off: one call drops the table",
        command(table, f"dynamodb update-table --table-name {table.name} --deletion-protection-enabled"),
    )


def _expiry(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    unseen = table.why_unseen("ttl_attribute", "recovery")
    if unseen or table.ttl_attribute is None or table.recovery is None:
        return unknown(unseen or table.why_unseen("status"))
    if not table.ttl_attribute:
        return not_applicable("TTL is off")
    if table.recovery.on:
        return FINE
    return found(
        f"TTL deletes items by {table.ttl_attribute}, and point-in-time recovery is off: what a wrong number"
        " expires is gone",
        _switch_on(table),
    )


def _stream(table: TableSeen, here: RegionSeen, wanted: Wanted) -> Said:
    if table.stream_arn is None:
        return unknown(table.why_unseen("status"))
    wrong = [
        each.function
        for each in here.consumers or ()
        if f":table/{table.name}/stream/" in each.stream_arn and each.stream_arn != table.stream_arn
    ]
    fix = command(
        table,
        f"dynamodb update-table --table-name {table.name} --stream-specification"
        " StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES",
    )
    if wrong:
        return found(
            f"{', '.join(sorted(set(wrong)))} read a stream that is not the table's own: it was switched off, or on"
            " again",
            f"{fix} where it is off; then point the event source mapping at the stream's new ARN.",
        )
    if not table.stream_arn and Expected.STREAM in wanted.expected:
        return found("the stream is off, and it was said that the table needs one", fix)
    if here.consumers is None:
        return unknown(f"who relies on a stream was not seen: {here.unseen.get('consumers', '')}")
    return FINE if table.stream_arn else not_applicable("nobody was seen to rely on a stream")


def _key(table: TableSeen, _here: RegionSeen, _wanted: Wanted) -> Said:
    if table.status in LOST_TABLES:
        return found(f"the table is {table.status}: {LOST_TABLES[table.status]}", _enable(table))
    if table.encrypted is None:
        return unknown(table.why_unseen("status"))
    if not table.encrypted:
        return not_applicable("the table is encrypted with a key of DynamoDB's own, which nobody can disable")
    if table.key is None:
        return unknown(table.why_unseen("key", "status"))
    if table.key.state not in LOST_KEYS:
        return FINE
    return found(
        f"the table's KMS key {LOST_KEYS[table.key.state]}: without it neither the table nor any copy made with it"
        " can be read",
        _enable(table, pending=table.key.state.startswith("Pending")),
    )


def _enable(table: TableSeen, *, pending: bool = False) -> str:
    cancel = f"{command(table, 'kms cancel-key-deletion --key-id KEY')}; " if pending else ""
    return f"{cancel}{command(table, 'kms enable-key --key-id KEY')}"


def _policy(table: TableSeen, _here: RegionSeen, wanted: Wanted) -> Said:
    if Expected.POLICY not in wanted.expected:
        return not_applicable("nobody said that the table needs a resource policy (--expect policy)")
    if table.policy is None:
        return unknown(table.why_unseen("policy", "status"))
    if table.policy:
        return FINE
    return found(
        "the table has no resource policy, and it was said that it needs one; a restore does not bring it back",
        command(table, "dynamodb put-resource-policy --resource-arn ARN --policy file://policy.json"),
    )


RULES = (
    Rule("DD001", "recovery-off", Severity.HIGH, "Point-in-time recovery is off",
         "It is switched on table by table; without it nothing but copies brings items back.", _recovery),
    Rule("DD002", "recovery-period-short", Severity.MEDIUM, "Point-in-time recovery reaches less far back than asked",
         "RecoveryPeriodInDays is 1 to 35; raising it brings nothing back that was already dropped.", _period),
    Rule("DD003", "replica-recovery-off", Severity.HIGH, "A replica has point-in-time recovery off",
         "Point-in-time recovery is a setting of each replica, and bad writes are replicated.", _replicas),
    Rule("DD004", "recovery-window-young", Severity.LOW, "The restorable window was begun anew",
         "Switching point-in-time recovery off and on again loses everything before.", _window),
    Rule("DD005", "deletion-protection-off", Severity.MEDIUM, "Deletion protection is off",
         "A restored table has it off, whatever the lost one had.", _deletion_protection),
    Rule("DD006", "expiry-without-recovery", Severity.HIGH, "TTL deletes items, and point-in-time recovery is off",
         "TTL deletes in the background; no writer is seen to do it.", _expiry),
    Rule("DD007", "stream-off", Severity.MEDIUM, "A stream that somebody relies on is off, or another one",
         "A restored table has no stream, and a new stream has a new ARN.", _stream),
    Rule("DD008", "key-lost", Severity.HIGH, "The table's KMS key cannot be used, or not for long",
         "A restore needs the key that a copy was made with.", _key),
    Rule("DD009", "policy-missing", Severity.MEDIUM, "The resource policy is missing",
         "A restore does not copy the resource policy.", _policy),
)  # fmt: skip
"""In the order in which they are told."""
