"""The independent copy that a restored table is held against: an export, the live table, or what is stored already."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil, floor
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..backups.exports import bucket_for, make_bucket
from ..backups.jobs import Stage, await_done
from ..compare.words import Word
from ..errors import BudgetError, DrillError
from ..exports.finding import find_export
from ..exports.place import ExportPlace, FolderPlace
from ..exports.reading import read_export
from ..promise import Method
from ..snapshots.folder import open_snapshot
from ..snapshots.reading import Reading, read_table
from ..store import open_run
from ..targets.buckets import S3_NAME, BucketPlace
from ..waits.counting import Counter
from .asked import EXPORT, LIVE
from .record import CopyKind, CopyRecord
from .work import Work

A_SECOND = 1.0
"""How exactly an instant is meant that is named by its second."""


def stored_copy(work: Work) -> CopyRecord | None:
    """What was named and is stored already, with its instants; None for what is yet to be made.

    Raises:
        UsageError: there is no such thing.
        UnverifiableError: it is damaged.
    """
    word = work.check.against
    if not isinstance(word, Word):
        return None
    if word.taken_for == "ledger":
        open_run(word.path)
        at = float(word.at or 0.0)
        return _record("ledger", word, str(word.path), (at, at))
    if word.taken_for == "export":
        at = find_export(_place(work, word)).at
        return _record("export", word, "", (at, at), _exactness(work))
    about = open_snapshot(word.path).about
    kind: CopyKind = "snapshot" if word.taken_for == "snapshot" else "run_snapshot"
    return _record(kind, word, str(word.path), (about.began_at, about.ended_at))


def point_of(copy: CopyRecord) -> float | None:
    """The whole second that a stored copy is best held against: within it, or the first one after it."""
    if copy.from_at is None or copy.to_at is None:
        return None
    return float(floor(copy.to_at)) if floor(copy.to_at) >= copy.from_at else float(ceil(copy.to_at))


def begin_export(work: Work, at: float) -> tuple[str, str]:
    """Ask for an export of a second into a bucket of the run's own; its ARN, or why there is none."""
    bucket = bucket_for(work.own_name)
    try:
        make_bucket(work.target.service("s3", work.source.region), bucket, work.source.region)
        answer = work.control.export_table_to_point_in_time(
            TableArn=work.source.arn,
            ExportTime=datetime.fromtimestamp(floor(at), UTC),
            S3Bucket=bucket,
            ExportFormat="DYNAMODB_JSON",
            ClientToken=f"{work.run_id}-export",
        )
    except (ClientError, BotoCoreError) as error:
        return "", f"the export was refused: {error}"
    return str(answer["ExportDescription"]["ExportArn"]), ""


def finish_export(work: Work, arn: str, fault: str) -> CopyRecord:
    """Wait for an export, and read it."""
    if fault:
        return CopyRecord(kind="export", given=EXPORT, fault=fault)
    described: dict[str, Any] = {}

    def look() -> Stage:
        described.update(work.control.describe_export(ExportArn=arn)["ExportDescription"])
        return Stage(described["ExportStatus"], described.get("FailureMessage", ""))

    try:
        await_done(work, "the export", look)
        folder = str(described["ExportManifest"]).rpartition("/")[0]
        place = BucketPlace(work.target.service("s3", work.source.region), described["S3Bucket"], folder)
        return _read(work, place, EXPORT)
    except BudgetError:
        raise
    except (DrillError, ClientError, BotoCoreError) as error:
        return CopyRecord(kind="export", given=EXPORT, fault=f"the export cannot be had: {_said(error)}")


def read_stored_export(work: Work, copy: CopyRecord) -> CopyRecord:
    """Read an export that was there before."""
    assert isinstance(work.check.against, Word), "only a word names one"
    try:
        return _read(work, _place(work, work.check.against), copy.given)
    except BudgetError:
        raise
    except DrillError as error:
        return copy.model_copy(update={"fault": f"the export cannot be read: {error.message}"})


def read_live(work: Work) -> CopyRecord:
    """Read the person's table as it is now."""
    table = work.target.reader(work.table, work.source.region, connections=segments(work))
    try:
        stored = read_table(table, work.folder.independent, work.clock, reading(work), counted(work))
    except BudgetError:
        raise
    except DrillError as error:
        return CopyRecord(kind="live", given=LIVE, fault=f"the table could not be read: {error.message}")
    finally:
        table.close()
    return CopyRecord(
        kind="live",
        given=LIVE,
        path=work.folder.independent.name,
        from_at=stored.about.began_at,
        to_at=stored.about.ended_at,
    )


def segments(work: Work) -> int:
    """In how many parts a table is read at once: in one where there is one thread."""
    return 1 if work.target.connection is None else 8


def counted(work: Work) -> Callable[[int], None]:
    """Tells whoever watches how far reading is; a restored table has no count yet, so it is by the person's."""
    return Counter(work.watch, work.clock.now, work.source.items).tell


def reading(work: Work) -> Reading:
    """How tables are read."""
    return Reading(segments(work), work.check.read_units_per_s)


def _read(work: Work, place: ExportPlace, given: str) -> CopyRecord:
    stored = read_export(place, work.folder.independent, key_attributes=work.source.key_attributes)
    about = stored.about
    return CopyRecord(
        kind="export",
        given=given,
        path=work.folder.independent.name,
        from_at=about.began_at,
        to_at=about.ended_at,
        exactness_s=_exactness(work),
    )


def _exactness(work: Work) -> float:
    boundary = work.target.boundary(Method.EXPORT)
    return max(-boundary.lo_s, boundary.hi_s)


def _place(work: Work, word: Word) -> ExportPlace:
    found = S3_NAME.match(word.name)
    if found is None:
        return FolderPlace(Path(word.name))
    return BucketPlace(work.target.service("s3", work.source.region), found["bucket"], found["prefix"].strip("/"))


def _record(
    kind: CopyKind, word: Word, path: str, instants: tuple[float, float], exactness_s: float = A_SECOND
) -> CopyRecord:
    return CopyRecord(
        kind=kind, given=word.given, path=path, from_at=instants[0], to_at=instants[1], exactness_s=exactness_s
    )


def _said(error: Exception) -> str:
    return error.message if isinstance(error, DrillError) else str(error)
