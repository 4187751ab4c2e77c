"""On-demand backups, and the SYSTEM backup that a deleted table leaves behind.

A backup holds exactly what was committed when it was asked for; AWS leaves one minute before and after open.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from math import inf
from typing import Any

from .backend import Backend, Request
from .blueprint import Blueprint, Shape
from .changelog import Past
from .errors import AwsError, backup_in_use, backup_not_found, invalid
from .names import check_name
from .table import Table
from .windows import DAY_S
from .wire import dumps, need, optional

READY_S = 0.05
"""A backup is AVAILABLE so long after it was asked for (about 50 ms were measured on AWS for small tables)."""
SYSTEM_DAYS = 35
MOST_LISTED = 100
KINDS = ("USER", "SYSTEM", "AWS_BACKUP", "ALL")


@dataclass(frozen=True, eq=False)
class Backup:
    """One backup, with its own hold on the versions that it needs."""

    arn: str
    name: str
    kind: str
    created_at: float
    ready_at: float
    expires_at: float
    table_name: str
    table_arn: str
    table_id: str
    table_created_at: float
    blueprint: Blueprint
    features: Shape
    past: Past
    item_count: int
    size_bytes: int

    def status(self, now: float) -> str:
        """CREATING or AVAILABLE."""
        return "AVAILABLE" if now >= self.ready_at else "CREATING"

    def details(self, now: float) -> Shape:
        """BackupDetails of the API."""
        return {
            "BackupArn": self.arn,
            "BackupName": self.name,
            "BackupSizeBytes": self.size_bytes,
            "BackupStatus": self.status(now),
            "BackupType": self.kind,
            "BackupCreationDateTime": self.created_at,
            "BackupExpiryDateTime": None if self.expires_at == inf else self.expires_at,
        }

    def summary(self, now: float) -> Shape:
        """BackupSummary of the API."""
        table = {"TableName": self.table_name, "TableId": self.table_id, "TableArn": self.table_arn}
        return {**table, **self.details(now)}

    def description(self, now: float) -> Shape:
        """BackupDescription of the API."""
        return {
            "BackupDetails": self.details(now),
            "SourceTableDetails": {
                "TableName": self.table_name,
                "TableId": self.table_id,
                "TableArn": self.table_arn,
                "TableSizeBytes": self.size_bytes,
                "ItemCount": self.item_count,
                "KeySchema": self.blueprint.key_schema,
                "TableCreationDateTime": self.table_created_at,
                "BillingMode": self.blueprint.billing_mode,
                "ProvisionedThroughput": self.blueprint.throughput or {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
                "OnDemandThroughput": self.blueprint.on_demand,
            },
            "SourceTableFeatureDetails": self.features,
        }


def create_backup(request: Request) -> bytes:
    """CreateBackup: names may repeat, each backup has its own ARN."""
    table = request.recoverable()
    name = need(request.body, "BackupName", str)
    check_name(name, "backupName")
    with request.journal.lock:
        now = request.journal.now()
        backup = _backup(request.backend, table, name, "USER", ready_at=now + READY_S, expires_at=inf)
        return dumps({"BackupDetails": {**backup.details(now), "BackupStatus": "CREATING"}})


def keep_deleted_table(backend: Backend, table: Table) -> None:
    """Keep what a table with point-in-time recovery held when it was deleted, for 35 days."""
    if table.recovery is not None:
        now = backend.journal.now()
        name = f"{table.name}$DeletedTableBackup"
        _backup(backend, table, name, "SYSTEM", ready_at=now, expires_at=now + SYSTEM_DAYS * DAY_S)


def _backup(  # noqa: PLR0913 - one row of a backup's facts
    backend: Backend, table: Table, name: str, kind: str, *, ready_at: float, expires_at: float
) -> Backup:
    arn = new_backup_arn(backend, table, kind)
    backup = taken(backend, table, name, kind, arn, ready_at=ready_at, expires_at=expires_at)
    backend.backups[backup.arn] = backup
    return backup


def taken(  # noqa: PLR0913 - one row of a backup's facts
    backend: Backend, table: Table, name: str, kind: str, arn: str, *, ready_at: float, expires_at: float
) -> Backup:
    """A backup of what a table holds now, which DynamoDB's own calls do not know yet; call with the journal's lock."""
    now = backend.journal.now()
    return Backup(
        arn=arn,
        name=name,
        kind=kind,
        created_at=now,
        ready_at=ready_at,
        expires_at=expires_at,
        table_name=table.name,
        table_arn=table.table_arn,
        table_id=table.table_id,
        table_created_at=table.created_at.timestamp(),
        blueprint=table.blueprint(),
        features={} if kind == "SYSTEM" else _features(table),
        past=table.pin_now(),
        item_count=len(table),
        size_bytes=table.rows.size_bytes,
    )


def new_backup_arn(backend: Backend, table: Table, kind: str) -> str:
    """An ARN of DynamoDB's own form that no backup has."""
    milliseconds = int(backend.journal.now() * 1000)
    while True:
        suffix = "00000000" if kind == "SYSTEM" else backend.fleet.new_id()[:8]
        arn = f"{table.table_arn}/backup/{milliseconds:014d}-{suffix}"
        if arn not in backend.backups:
            return arn
        milliseconds += 1


def _features(table: Table) -> Shape:
    described = table.describe()["TableDescription"]
    features: dict[str, Any] = {
        "LocalSecondaryIndexes": described.get("LocalSecondaryIndexes"),
        "GlobalSecondaryIndexes": described.get("GlobalSecondaryIndexes"),
        "StreamDescription": described.get("StreamSpecification"),
        "TimeToLiveDescription": table.ttl if table.ttl["TimeToLiveStatus"] == "ENABLED" else None,
        "SSEDescription": described.get("SSEDescription"),
    }
    return deepcopy({name: value for name, value in features.items() if value is not None})


def find_backup(backend: Backend, arn: str, now: float) -> Backup:
    """A backup that is there; call with the journal's lock.

    Raises:
        AwsError: there is none, or it expired.
    """
    backup = backend.backups.get(arn)
    if backup is None or now >= backup.expires_at:
        raise backup_not_found(arn)
    return backup


def is_feeding(backend: Backend, arn: str) -> bool:
    """Whether a restore from this backup still runs; call with the journal's lock."""
    return any(
        table.is_creating and table.restoring.summary.get("SourceBackupArn") == arn
        for table in backend.tables.values()
        if table.restoring is not None
    )


def describe_backup(request: Request) -> bytes:
    """DescribeBackup."""
    arn = need(request.body, "BackupArn", str)
    with request.journal.lock:
        now = request.journal.now()
        return dumps({"BackupDescription": find_backup(request.backend, arn, now).description(now)})


def delete_backup(request: Request) -> bytes:
    """DeleteBackup: gone at once; a SYSTEM backup cannot be deleted, nor one that feeds a restore."""
    arn = need(request.body, "BackupArn", str)
    with request.journal.lock:
        now = request.journal.now()
        backup = find_backup(request.backend, arn, now)
        if backup.kind == "SYSTEM":
            raise invalid("Invalid Request: a backup of type SYSTEM cannot be deleted; it expires by itself")
        if backup.kind == "AWS_BACKUP":
            raise invalid("Invalid Request: this backup is managed by AWS Backup; delete its recovery point there")
        if is_feeding(request.backend, arn):
            raise backup_in_use(arn)
        del request.backend.backups[arn]
        description = backup.description(now)
    description["BackupDetails"]["BackupStatus"] = "DELETED"
    return dumps({"BackupDescription": description})


def list_backups(request: Request) -> bytes:
    """ListBackups: USER ones unless asked otherwise, oldest first, up to 100 a page."""
    body = request.body
    kind = optional(body, "BackupType", str) or "USER"
    if kind not in KINDS:
        raise _not_in_enum(kind)
    limit = optional(body, "Limit", int)
    if limit is not None and not 1 <= limit <= MOST_LISTED:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have "
            "value between 1 and 100"
        )
    with request.journal.lock:
        now = request.journal.now()
        found = [
            backup
            for backup in request.backend.backups.values()
            if now < backup.expires_at and kind in {"ALL", backup.kind} and _is_asked_for(backup, body)
        ]
    page, more = _page(found, optional(body, "ExclusiveStartBackupArn", str), limit or MOST_LISTED)
    return dumps(
        {
            "BackupSummaries": [backup.summary(now) for backup in page],
            "LastEvaluatedBackupArn": page[-1].arn if more else None,
        }
    )


def _not_in_enum(kind: str) -> AwsError:
    return invalid(
        f"1 validation error detected: Value '{kind}' at 'backupType' failed to satisfy constraint: Member must "
        f"satisfy enum value set: [{', '.join(KINDS)}]"
    )


def _is_asked_for(backup: Backup, body: Shape) -> bool:
    """By table and time; the lower bound is included, the upper one is not."""
    table = optional(body, "TableName", str)
    if table is not None and table not in {backup.table_name, backup.table_arn}:
        return False
    lower, upper = body.get("TimeRangeLowerBound"), body.get("TimeRangeUpperBound")
    return (lower is None or backup.created_at >= lower) and (upper is None or backup.created_at < upper)


def _page(backups: Iterable[Backup], after_arn: str | None, limit: int) -> tuple[list[Backup], bool]:
    listed = sorted(backups, key=lambda backup: (backup.created_at, backup.arn))
    if after_arn is not None:
        arns = [backup.arn for backup in listed]
        if after_arn not in arns:
            raise backup_not_found(after_arn)
        listed = listed[arns.index(after_arn) + 1 :]
    return listed[:limit], len(listed) > limit
