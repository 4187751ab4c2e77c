"""RestoreTableToPointInTime and RestoreTableFromBackup: always into a new table, which takes its time.

What is refused, and in which order, is as measured on AWS: the request's shape, the source, whether recovery is on, the
time, the target. Nothing is left behind by a refused restore.
"""

from collections.abc import Mapping
from math import inf
from typing import Any

from .backend import Request
from .backup import load_of, torn
from .backups import find_backup, is_feeding
from .blueprint import Blueprint, Shape
from .changelog import Past
from .errors import (
    backup_in_use,
    invalid,
    recovery_off,
    table_being_restored,
    table_exists,
    too_many_restores,
)
from .faults import Effect
from .names import check_name
from .sources import source_backup, source_table
from .table import Restoring, Table
from .wire import dumps, instant_in, need, optional

MOST_RESTORES = 50
"""Restores of an account at a time, of any kind (Developer Guide, "Service quotas")."""


def restore_table_to_point_in_time(request: Request) -> bytes:
    """RestoreTableToPointInTime: the items as they were at a second."""
    body = request.body
    target = check_name(need(body, "TargetTableName", str), "targetTableName")
    latest, asked_at = _selected_time(body)
    found = source_table(request)
    with request.journal.lock:
        now = request.journal.now()
        source = found.backend.get_recoverable(found.name)
        if source.recovery is None:
            raise recovery_off(source.name)
        at = source.recovery.latest_at(now) if latest else source.recovery.second(asked_at, now)
        blueprint = source.blueprint().overridden(body)
        check_target(request, target)
        _check_keys(request, source.sse_specification, blueprint)
        past = source.pin(at)._replace(torn=torn(request.backend, source, "RestoreTableToPointInTime", at))
        summary = {"SourceTableArn": source.table_arn, "RestoreDateTime": float(at)}
        table = open_restored(request, target, blueprint, past, summary)
        answer = dumps(table.describe())
    _fill(request, table, "RestoreTableToPointInTime", source.name)
    return answer


def restore_table_from_backup(request: Request) -> bytes:
    """RestoreTableFromBackup: the items as they were backed up; one restore at a time from one backup.

    An `OnDemandThroughputOverride` without members answers TableInUseException although the restore begins, as AWS's
    does (measured).
    """
    body = request.body
    target = check_name(need(body, "TargetTableName", str), "targetTableName")
    found = source_backup(request)
    with request.journal.lock:
        now = request.journal.now()
        backup = find_backup(found.backend, found.name, now)
        blueprint = backup.blueprint.overridden(body)
        check_target(request, target)
        _check_keys(request, backup.blueprint.encryption, blueprint)
        if backup.status(now) != "AVAILABLE" or is_feeding(found.backend, backup.arn):
            raise backup_in_use(backup.arn)
        table = open_restored(request, target, blueprint, backup.past(), backup.restore_summary(backup.arn))
        answer = dumps(table.describe())
    _fill(request, table, "RestoreTableFromBackup", backup.table_name)
    if body.get("OnDemandThroughputOverride") == {}:
        raise table_being_restored(target)
    return answer


def _selected_time(body: Mapping[str, Any]) -> tuple[bool, float]:
    """Whether the latest second is asked for, else which instant; exactly one of both must be."""
    latest = optional(body, "UseLatestRestorableTime", bool) or False
    asked = instant_in(body, "RestoreDateTime")
    if latest and asked is not None:
        raise invalid(
            "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
            "request. Use only one of them"
        )
    if not latest and asked is None:
        raise invalid(
            "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
        )
    return latest, asked or 0.0


def check_target(request: Request, target: str) -> None:
    """Refuse a restore into a table that is there, or one restore too many of the account.

    Raises:
        AwsError: TableAlreadyExistsException, TableInUseException or LimitExceededException.
    """
    found = request.backend.find(target)
    if found is not None and found.is_restoring:
        raise table_being_restored(target)
    if request.backend.is_taken(target):
        raise table_exists(target)
    if request.backend.fleet.restores_running(request.backend.account_id) >= MOST_RESTORES:
        raise too_many_restores(MOST_RESTORES)


def _check_keys(request: Request, source: Shape | None, blueprint: Blueprint) -> None:
    """Both the key that the data is encrypted with and the new table's must be of use."""
    for encryption in (source, blueprint.encryption):
        request.backend.fleet.keys.refuse_unusable(encryption)


def open_restored(request: Request, target: str, blueprint: Blueprint, past: Past, summary: Shape) -> Table:
    """A new table that a restore fills, until when is not said yet; call with the journal's lock."""
    fleet = request.backend.fleet
    table = Table(  # type: ignore[abstract]  # only CloudFormation asks for what is missing
        target,
        request.backend.account_id,
        request.backend.region_name,
        journal=request.journal,
        table_id=fleet.new_id(),
        blueprint=blueprint,
        past=past,
        # How long it takes is known once it is known what there is to restore.
        restoring=Restoring(active_at=inf, summary={**summary, "RestoreInProgress": True}),
    )
    request.backend.tables[target] = table
    return table


def _fill(request: Request, table: Table, operation: str, source: str) -> None:
    """Work out what the new table holds, and then how long the restore takes.

    Not with the journal's lock: nobody can see the table yet, and its past stands still. A restore that a fault lets
    fail takes its time, and then its table is gone: AWS documents no state in which a table would stay.
    """
    load = load_of(table.rows.by_key, table.rows.size_bytes, table.blueprint())
    backend, journal = request.backend, request.journal
    with journal.lock:
        active_at = table.created_at.timestamp() + backend.fleet.durations.of("restore", load)
        backend.fleet.begin(table, active_at)
        if backend.fleet.faults.strike(Effect.FAIL, operation=operation, table=source, region=backend.region_name):
            table.life = table.life._replace(active_at=inf)
            journal.agenda.add(active_at, lambda: backend.let_go(table))
