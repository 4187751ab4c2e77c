"""CreateBackup, DescribeBackup, DeleteBackup, ListBackups."""

from collections.abc import Iterable

from .backend import Backend, Request
from .backup import Backup, take_backup
from .blueprint import Shape
from .errors import backup_in_use, backup_not_found, backups_not_ready, invalid
from .keys_at_rest import refuse_locked
from .names import check_name
from .wire import dumps, limit_in, need, one_of, optional

MOST_LISTED = 100
KINDS = ("USER", "SYSTEM", "AWS_BACKUP", "ALL")


def create_backup(request: Request) -> bytes:
    """CreateBackup: names may repeat, each backup has its own ARN."""
    table = request.recoverable()
    name = need(request.body, "BackupName", str)
    check_name(name, "backupName")
    with request.journal.lock:
        now = request.journal.now()
        if now < table.life.backups_ready_at:
            raise backups_not_ready(table.name)
        refuse_locked(table)
        backup = take_backup(request.backend, table, name)
        return dumps({"BackupDetails": {**backup.details(now), "BackupStatus": "CREATING"}})


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
    """Whether a restore from this backup still runs, in whichever Region; call with the journal's lock."""
    return any(
        table.is_restoring and table.restoring.summary.get("SourceBackupArn") == arn
        for table in backend.fleet.tables(backend.account_id)
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
    kind = one_of(body, "BackupType", KINDS, "USER")
    limit = limit_in(body, "Limit", MOST_LISTED)
    with request.journal.lock:
        now = request.journal.now()
        found = [
            backup
            for backup in request.backend.backups.values()
            if now < backup.expires_at and kind in {"ALL", backup.kind} and _is_asked_for(backup, body)
        ]
    page, more = _page(found, optional(body, "ExclusiveStartBackupArn", str), limit)
    return dumps(
        {
            "BackupSummaries": [backup.summary(now) for backup in page],
            "LastEvaluatedBackupArn": page[-1].arn if more else None,
        }
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
