"""What the table is restored from: a second of its window, a backup, or a recovery point of AWS Backup."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, floor

from ..backups.choosing import Taken
from ..backups.window import Window, await_window, window_of
from ..errors import RecoveryFailedError, UsageError
from ..promise import Method
from ..quantities import format_instant
from .record import PointRecord, Way
from .work import Work

METHODS: dict[Way, Method] = {
    "pitr": Method.POINT_IN_TIME,
    "backup": Method.ON_DEMAND_BACKUP,
    "aws-backup": Method.AWS_BACKUP,
}
USABLE = frozenset({"AVAILABLE", "COMPLETED"})


@dataclass(frozen=True)
class Chosen:
    """The instant, and the ARN of what is restored with the vault that has it; None for point-in-time recovery."""

    point: PointRecord
    arn: str | None = None
    vault: str | None = None


def check_time(work: Work) -> None:
    """Make sure that the time that was asked for has come.

    Raises:
        UsageError: it has not.
    """
    now = work.clock.now()
    if work.check.to is not None and work.check.to > now:
        said = f"--to {format_instant(work.check.to)} has not come yet: it is {format_instant(now)}"
        raise UsageError(said, "Name a time before.")


def choose(work: Work, copy_at: float | None) -> Chosen:
    """Choose what is restored.

    Args:
        work: the check.
        copy_at: the instant of the independent copy where that is stored already; the latest is then not asked for.

    Raises:
        RecoveryFailedError: there is nothing to restore from.
    """
    to = copy_at if work.check.to is None else work.check.to
    if work.check.way == "pitr":
        return _second(work, to, "the copy's own instant" if work.check.to is None else "the time that was asked for")
    return _newest(work, to)


def _second(work: Work, to: float | None, why: str) -> Chosen:
    window = window_of(work)
    if to is None:
        # Just after recovery was switched on the window is one instant, and the first whole second comes after it.
        at, why = float(max(floor(window.latest_at), ceil(window.earliest_at))), "the latest restorable second"
    else:
        at = float(floor(to))
    if work.target.waits_for_window():
        await_window(work, at)
    return Chosen(_point(work, at, why, window))


def _newest(work: Work, to: float | None) -> Chosen:
    """The newest backup that was taken by an instant."""
    listed = list(_backups(work) if work.check.way == "backup" else _recovery_points(work))
    by = work.clock.now() if to is None else to
    usable = [(taken, vault) for taken, vault in listed if taken.usable and taken.taken_at <= by]
    if not usable:
        raise RecoveryFailedError(
            f"of {work.table} there is no backup that can be restored, taken by {format_instant(by)}; {_said(listed)}",
            "A backup that is not there brings nothing back: take backups, or name a later time.",
        )
    taken, vault = max(usable, key=lambda each: each[0].taken_at)
    why = f"the newest of {len(listed)} backups{'' if to is None else ' that was taken by then'}"
    return Chosen(_point(work, taken.taken_at, why), taken.arn, vault)


def _said(listed: Iterable[tuple[Taken, str | None]]) -> str:
    found = [f"one of {format_instant(taken.taken_at)} is {taken.state}" for taken, _ in listed]
    return "; ".join(found[:3]) or "none is listed"


def _point(work: Work, at: float, why: str, window: Window | None = None) -> PointRecord:
    boundary = work.target.boundary(METHODS[work.check.way])
    return PointRecord(at=at, boundary_s=(boundary.lo_s, boundary.hi_s), found_from=why, window=window)


def _backups(work: Work) -> Iterator[tuple[Taken, None]]:
    """On-demand backups of this very table: one of the same name before it has another id."""
    for page in work.control.get_paginator("list_backups").paginate(TableName=work.table, BackupType="USER"):
        for backup in page["BackupSummaries"]:
            if backup.get("TableId", work.source.table_id) == work.source.table_id:
                state, taken_at = backup["BackupStatus"], backup["BackupCreationDateTime"].timestamp()
                yield Taken(backup["BackupArn"], taken_at, state, usable=state in USABLE), None


def _recovery_points(work: Work) -> Iterator[tuple[Taken, str]]:
    """Recovery points in the Region that is restored into: copies, where that is another than the table's."""
    backup = work.target.service("backup", work.restored_region)
    pages = backup.get_paginator("list_recovery_points_by_resource").paginate(ResourceArn=work.source.arn)
    for page in pages:
        for point in page["RecoveryPoints"]:
            state, taken_at = point["Status"], point["CreationDate"].timestamp()
            yield Taken(point["RecoveryPointArn"], taken_at, state, usable=state in USABLE), point["BackupVaultName"]
