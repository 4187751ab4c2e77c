"""One backup of a table, and how it is made.

A backup holds exactly what was committed when it was asked for. AWS promises less: everything of more than a minute
before the request, nothing of more than a minute after it (API reference, CreateBackup), and perhaps a part of a
transaction (Developer Guide, "Amazon DynamoDB Transactions: How it works"). Both can be had as faults.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

from .blueprint import Blueprint, Shape
from .changelog import Change, Past, Version
from .durations import Load
from .faults import Effect
from .keys import OrderKey
from .rows import largest_partition
from .table import Table
from .windows import DAY_S

if TYPE_CHECKING:
    from .backend import Backend

SYSTEM_DAYS = 35
LONGEST_SKEW_S = 60.0
"""A backup is at most so far from the instant it was asked for."""


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
    rows: Mapping[OrderKey, Version]
    item_count: int
    size_bytes: int
    """Bytes of the table's items; what the indexes take is not in it."""

    def past(self) -> Past:
        """What a restored table is to hold; it may be taken apart."""
        return Past(dict(self.rows), ())

    @cached_property
    def load(self) -> Load:
        """What a restore has to move into a new table."""
        return load_of(self.rows, self.size_bytes, self.blueprint)

    def restore_summary(self, arn: str) -> Shape:
        """RestoreSummary of the API for a table that is restored from this backup, under the ARN that was named."""
        return {"SourceBackupArn": arn, "SourceTableArn": self.table_arn, "RestoreDateTime": self.created_at}

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


def load_of(rows: Mapping[OrderKey, Version], size_bytes: int, blueprint: Blueprint) -> Load:
    """What a restore has to move that brings back some rows."""
    has_sort_key = len(blueprint.key_schema) > 1
    return Load(
        items=len(rows),
        size_bytes=size_bytes,
        largest_partition=largest_partition(rows) if has_sort_key else min(len(rows), 1),
        global_indexes=len(blueprint.global_indexes),
    )


def take_backup(backend: "Backend", table: Table, name: str) -> Backup:
    """Make an on-demand backup; call with the journal's lock."""
    ready_at = backend.journal.now() + backend.fleet.durations.of("backup")
    backup = backup_of(backend, table, name, "USER", ready_at=ready_at, expires_at=inf)
    backend.backups[backup.arn] = backup
    _apply_faults(backend, table, backup)
    return backend.backups[backup.arn]


def keep_deleted_table(backend: "Backend", table: Table) -> None:
    """Keep what a table with point-in-time recovery held when it was deleted, for 35 days.

    It is listed some time later, if that was given a duration.
    """
    if table.recovery is None:
        return
    deleted_at = table.life.deleting_at
    name = f"{table.name}$DeletedTableBackup"
    expires_at = deleted_at + SYSTEM_DAYS * DAY_S
    backup = backup_of(backend, table, name, "SYSTEM", ready_at=deleted_at, expires_at=expires_at)
    listed_at = deleted_at + backend.fleet.durations.of("system_backup")

    def show() -> None:
        backend.backups[backup.arn] = backup

    if listed_at > backend.journal.now():
        backend.journal.agenda.add(listed_at, show)
    else:
        show()


def archive(backend: "Backend", table: Table) -> None:
    """Archive a table whose key of KMS was away for too long: its items are in an on-demand backup, and only there."""
    now = backend.journal.now()
    backup = backup_of(backend, table, f"{table.name}-archived", "USER", ready_at=now, expires_at=inf)
    backend.backups[backup.arn] = backup
    table.life = table.life._replace(archived_at=now)
    table.archival = {
        "ArchivalDateTime": now,
        "ArchivalReason": "INACCESSIBLE_ENCRYPTION_CREDENTIALS",
        "ArchivalBackupArn": backup.arn,
    }


def torn(backend: "Backend", table: Table, operation: str, cut_at: float) -> list[Change]:
    """The part of a transaction that a backup or restore is to miss; none unless such a fault strikes."""
    fault = backend.fleet.faults.strike(
        Effect.TORN_TRANSACTION, operation=operation, table=table.name, region=backend.region_name
    )
    if fault is None:
        return []
    changes = table.log.transaction_before(cut_at, min(fault.seconds or LONGEST_SKEW_S, LONGEST_SKEW_S))
    random = backend.fleet.random
    return random.sample(changes, random.randint(1, len(changes) - 1)) if changes else []


def _apply_faults(backend: "Backend", table: Table, backup: Backup) -> None:
    """Move the cut of a backup, and tear what was under way, where such faults are on."""
    cut_at = _cut_at(backend, table, backup.created_at)

    def cut() -> None:
        changes = torn(backend, table, "CreateBackup", cut_at)
        if cut_at == backup.created_at and not changes:
            return
        rows = table.pin(cut_at)._replace(torn=changes).work_out()
        size_bytes = sum(version.size for version in rows.values())
        if backup.arn in backend.backups:
            backend.backups[backup.arn] = replace(
                backup,
                rows=rows,
                item_count=len(rows),
                size_bytes=size_bytes,
                ready_at=max(cut_at, backup.ready_at),
            )

    if cut_at <= backup.created_at:
        cut()
    else:
        backend.backups[backup.arn] = replace(backup, ready_at=inf)
        backend.journal.agenda.add(cut_at, cut)


def _cut_at(backend: "Backend", table: Table, asked_at: float) -> float:
    fault = backend.fleet.faults.strike(
        Effect.BACKUP_SKEW, operation="CreateBackup", table=table.name, region=backend.region_name
    )
    if fault is None:
        return asked_at
    most_s = min(fault.seconds or LONGEST_SKEW_S, LONGEST_SKEW_S)
    earliest_at = min(max(asked_at - most_s, table.log.known_from_at), asked_at)
    return backend.fleet.random.uniform(earliest_at, asked_at + most_s)


def backup_of(  # noqa: PLR0913 - one row of a backup's facts
    backend: "Backend",
    table: Table,
    name: str,
    kind: str,
    *,
    ready_at: float,
    expires_at: float,
    arn: str | None = None,
) -> Backup:
    """A backup of what a table holds now, which no call knows of yet; call with the journal's lock.

    Its ARN is of DynamoDB's own form unless another is given.
    """
    now = min(backend.journal.now(), table.life.deleting_at)
    return Backup(
        arn=arn or _new_arn(backend, table, kind, now),
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
        rows=dict(table.rows.by_key),
        item_count=len(table),
        size_bytes=table.rows.size_bytes,
    )


def _new_arn(backend: "Backend", table: Table, kind: str, now: float) -> str:
    milliseconds = int(now * 1000)
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
