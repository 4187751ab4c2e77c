"""What an answer shows of work of the service's that is under way: kind, beginning, and how far it says that it is.

The members are those of the API Reference: DescribeTable, DescribeExport, DescribeImport, DescribeBackup and
DescribeContinuousBackups of DynamoDB; DescribeBackupJob, DescribeRestoreJob and DescribeCopyJob of AWS Backup.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple

from ..server_time import server_time
from ..target import PREFIX
from ..timemachine.durations import Load

Answer = Mapping[str, Any]
Sizes = Mapping[str, Load]
"""How large tables are that were looked at, by ARN."""

UNDER_WAY = frozenset({"CREATED", "CREATING", "PENDING", "RUNNING", "IN_PROGRESS", "UPDATING", "DELETING"})
DONE = frozenset({"ACTIVE", "AVAILABLE", "COMPLETED"})


class Sight(NamedTuple):
    """Some work as an answer shows it.

    Args:
        kind: as `durations.RANGES_S` has it, `index`, or `window`.
        thing: what tells it from other work.
        of: the table that it is about, without a run's prefix; empty where the answer does not say.
        state: as the service calls it.
        age_s: how long ago it was asked for, by the service's own clock; None where that is not told.
        percent: how far it is, by the service.
        takes_s: how long all of it is expected to take, by the service.
        counted: how far it is, in words.
        load: how much there is to move, as far as is known.
    """

    kind: str
    thing: str
    of: str
    state: str
    age_s: float | None = None
    percent: float | None = None
    takes_s: float | None = None
    counted: str = ""
    load: Load | None = None

    @property
    def under_way(self) -> bool:
        """Whether it goes on."""
        return self.state in UNDER_WAY


def sight_of(service: str, operation: str, answer: Answer, sizes: Sizes) -> Sight | None:
    """What an answer shows; None where it is about nothing that is waited for."""
    read = READERS.get((service, operation))
    if read is None or "Error" in answer:
        return None
    try:
        return read(answer, sizes)
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        return None  # an endpoint may answer anything: whoever has asked trips over it


def size_in(answer: Answer) -> tuple[str, Load]:
    """A table's ARN and size, as DescribeTable tells it: up to six hours old (API Reference, TableDescription)."""
    table = answer["Table"]
    indexes = table.get("GlobalSecondaryIndexes") or ()
    items, size_bytes = (int(_number(table.get(name)) or 0) for name in ("ItemCount", "TableSizeBytes"))
    return str(table.get("TableArn", "")), Load(items, size_bytes, global_indexes=len(indexes))


def _table(answer: Answer, sizes: Sizes) -> Sight:
    table = answer["Table"]
    thing, of, state = str(table.get("TableArn", "")), _of(table.get("TableName")), str(table.get("TableStatus"))
    restored = table.get("RestoreSummary") or {}
    if state == "CREATING":
        age_s = _age(answer, table.get("CreationDateTime"))
        if restored.get("RestoreInProgress"):
            return Sight("restore", thing, of, state, age_s, load=sizes.get(restored.get("SourceTableArn", "")))
        return Sight("create_table", thing, of, state, age_s)
    for replica in table.get("Replicas") or ():
        if replica.get("ReplicaStatus") in UNDER_WAY:
            made = "replica_with_items" if table.get("ItemCount") else "replica"
            kind = {"CREATING": made, "DELETING": "replica_delete"}.get(replica["ReplicaStatus"], "replica_update")
            percent = _number(replica.get("ReplicaStatusPercentProgress"))
            return Sight(kind, thing, of, replica["ReplicaStatus"], percent=percent, load=size_in(answer)[1])
    for index in table.get("GlobalSecondaryIndexes") or ():
        if index.get("IndexStatus") == "CREATING":
            return Sight("index", thing, of, "CREATING", load=size_in(answer)[1])
    return Sight({"DELETING": "delete_table"}.get(state, "update_table"), thing, of, state)


def _export(answer: Answer, sizes: Sizes) -> Sight:
    found = answer["ExportDescription"]
    arn = str(found.get("TableArn", ""))
    age_s, counted = _age(answer, found.get("StartTime")), _items(found.get("ItemCount"))
    load = sizes.get(arn)
    return Sight("export", found["ExportArn"], _of(arn), found["ExportStatus"], age_s, counted=counted, load=load)


def _import(answer: Answer, _: Sizes) -> Sight:
    found = answer["ImportTableDescription"]
    age_s, counted = _age(answer, found.get("StartTime")), _items(found.get("ProcessedItemCount"))
    of = _of(str(found.get("TableArn", "")))
    return Sight("import", found["ImportArn"], of, found["ImportStatus"], age_s, counted=counted)


def _backup(answer: Answer, _: Sizes) -> Sight:
    found = answer["BackupDescription"]["BackupDetails"]
    age_s = _age(answer, found.get("BackupCreationDateTime"))
    return Sight("backup", found["BackupArn"], _of(found["BackupArn"]), found["BackupStatus"], age_s)


def _window(answer: Answer, _: Sizes) -> Sight:
    found = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription") or {}
    return Sight("window", "", "", "PENDING", _age(answer, found.get("LatestRestorableDateTime")))


def _backup_job(answer: Answer, _: Sizes) -> Sight:
    since_at, ends_at = _instant(answer.get("CreationDate")), _instant(answer.get("ExpectedCompletionDate"))
    takes_s = ends_at - since_at if since_at is not None and ends_at is not None else None
    return _job("backup_job", answer, answer, answer.get("BackupJobId"), answer.get("State"), takes_s)


def _restore_job(answer: Answer, _: Sizes) -> Sight:
    minutes = _number(answer.get("ExpectedCompletionTimeMinutes"))
    takes_s = 60.0 * minutes if minutes else None
    return _job("restore_job", answer, answer, answer.get("RestoreJobId"), answer.get("Status"), takes_s)


def _copy_job(answer: Answer, _: Sizes) -> Sight:
    found = answer["CopyJob"]
    return _job("copy_job", answer, found, found.get("CopyJobId"), found.get("State"), None)


def _job(  # noqa: PLR0913, PLR0917 -- what the three kinds of jobs have under different names
    kind: str, answer: Answer, found: Answer, job: object, state: object, takes_s: float | None
) -> Sight:
    of = _of(str(found.get("ResourceArn") or found.get("SourceResourceArn") or ""))
    size = _number(found.get("BackupSizeInBytes"))
    age_s, percent = _age(answer, found.get("CreationDate")), _number(found.get("PercentDone"))
    load = Load(size_bytes=int(size)) if size else None
    return Sight(kind, str(job), of, str(state), age_s, percent, takes_s, load=load)


READERS: Mapping[tuple[str, str], Callable[[Answer, Sizes], Sight]] = {
    ("dynamodb", "DescribeTable"): _table,
    ("dynamodb", "DescribeExport"): _export,
    ("dynamodb", "DescribeImport"): _import,
    ("dynamodb", "DescribeBackup"): _backup,
    ("dynamodb", "DescribeContinuousBackups"): _window,
    ("backup", "DescribeBackupJob"): _backup_job,
    ("backup", "DescribeRestoreJob"): _restore_job,
    ("backup", "DescribeCopyJob"): _copy_job,
}


def _of(name: object) -> str:
    """A table by its name, or by an ARN that names it, without what a run puts before its names."""
    text = str(name or "")
    table = text.partition(":table/")[2].partition("/")[0] if text.startswith("arn:") else text
    prefix = PREFIX.match(table)
    return table[prefix.end() :] if prefix else table


def _items(count: object) -> str:
    number = _number(count)
    return f"{number:,.0f} items" if number else ""


def _age(answer: Answer, began: object) -> float | None:
    """How long ago something began, by the clock that says both."""
    now_at, began_at = server_time(answer), _instant(began)
    return None if now_at is None or began_at is None else max(now_at - began_at, 0.0)


def _instant(value: object) -> float | None:
    return value.timestamp() if isinstance(value, datetime) else _number(value)


def _number(value: object) -> float | None:
    """A number, also where the service writes it as text, with or without its sign of percent."""
    try:
        number = None if value is None else float(str(value).rstrip("% "))
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None
