"""Point-in-time recovery: UpdateContinuousBackups, DescribeContinuousBackups."""

from .backend import Request
from .blueprint import Shape
from .errors import backups_not_ready, invalid
from .table import Table
from .windows import switched_on
from .wire import dumps, need, optional


def update_continuous_backups(request: Request) -> bytes:
    """UpdateContinuousBackups: holds at once; switching on what is on changes nothing but the period.

    While the table is DELETING it decides whether a SYSTEM backup is left (measured on AWS).
    """
    table = request.recoverable()
    wanted = need(request.body, "PointInTimeRecoverySpecification", dict)
    enabled = need(wanted, "PointInTimeRecoveryEnabled", bool)
    days = optional(wanted, "RecoveryPeriodInDays", int)
    if not enabled and days is not None:
        raise invalid(
            "Invalid Request: RecoveryPeriodInDays cannot be specified when point in time recovery is being disabled"
        )
    with request.journal.lock:
        now = request.journal.now()
        if now < table.life.backups_ready_at:
            raise backups_not_ready(table.name)
        table.recover_within(switched_on(table.recovery, days, now) if enabled else None)
        return dumps(_described(table, now))


def describe_continuous_backups(request: Request) -> bytes:
    """DescribeContinuousBackups: no bounds and no period while recovery is off."""
    table = request.recoverable()
    with request.journal.lock:
        return dumps(_described(table, request.journal.now()))


def _described(table: Table, now: float) -> Shape:
    window = table.recovery
    if window is None:
        recovery: Shape = {"PointInTimeRecoveryStatus": "DISABLED"}
    else:
        recovery = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": window.period_days,
            "EarliestRestorableDateTime": float(window.earliest_at(now)),
            "LatestRestorableDateTime": float(window.latest_at(now)),
        }
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "DISABLED" if now < table.life.backups_ready_at else "ENABLED",
            "PointInTimeRecoveryDescription": recovery,
        }
    }
