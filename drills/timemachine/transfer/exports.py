"""ExportTableToPointInTime, DescribeExport, ListExports: a table's past, written to S3.

What an export holds is fixed when it is asked for, out of the change log; the files come when its time is over. What
is wrong with the bucket or the key is found then, not when it is asked for (measured on AWS).
"""

from dataclasses import replace
from typing import Final, NamedTuple

from ..backend import Backend, Request
from ..backup import torn
from ..changelog import Past
from ..durations import Load
from ..errors import AwsError, invalid, recovery_off
from ..faults import Effect
from ..keys import KeySchema
from ..keys_at_rest import refuse_locked
from ..sources import TABLE_ARN
from ..table import Table
from ..wire import dumps, need, one_of, optional
from .export import Export
from .export_filter import ExportFilter, filter_in
from .export_times import Asked, asked_of
from .jobs import Paging, check_location, new_name, page_of, recent
from .layout import DataFile, Folder, data_files, manifests, started
from .records import Line, NetChange, change_lines, item_lines, net_changes
from .storage import FAULT, Location, StorageError, write

OPERATION: Final = "ExportTableToPointInTime"
PAGING: Final = Paging("MaxResults")
MOST_AT_A_TIME: Final = 300
"""Exports of an account in a Region at a time (Developer Guide, "Service quotas")."""
LEAST_BILLED: Final = 10_000_000
"""An incremental export is billed for 10 MB at least."""


def export_table_to_point_in_time(request: Request) -> bytes:
    """ExportTableToPointInTime: accepted as soon as table and time are right, whatever the bucket."""
    body = request.body
    table_arn = need(body, "TableArn", str)
    asked = asked_of(body)
    export_format = one_of(body, "ExportFormat", ("DYNAMODB_JSON", "ION"), "DYNAMODB_JSON")
    location = _location(request)
    backend = request.backend
    with request.journal.lock:
        now = request.journal.now()
        known = backend.transfers.known(OPERATION, body, now, _conflict)
        if known is not None:
            return dumps({"ExportDescription": backend.transfers.exports[known].description()})
        table = _source(backend, table_arn)
        kept = filter_in(body, asked, table.keys)
        export, past = _opened(request, table, asked, location, export_format)
        struck = backend.fleet.faults.strike(
            Effect.FAIL, operation=OPERATION, table=table.name, region=backend.region_name
        )
        keys = table.keys
        duration_s = backend.fleet.durations.of("export", Load(size_bytes=table.rows.size_bytes))
        backend.transfers.exports[export.arn] = export
        backend.transfers.remember(OPERATION, body, export.arn, now)
    # Outside the lock: what the export holds stands still.
    lines = _lines(export, past, keys, kept)
    files = data_files(export.folder, export.kind, export_format, lines)
    size_bytes = sum(line.size_bytes for line in lines)
    work = Work(files, len(lines), size_bytes if export.span is None else max(size_bytes, LEAST_BILLED))
    with request.journal.lock:
        _begin(backend, export, work, now + duration_s, failing=struck is not None)
    return dumps({"ExportDescription": export.description()})


def _location(request: Request) -> Location:
    body = request.body
    check_location(body)
    algorithm = body.get("S3SseAlgorithm")
    if algorithm is not None:
        one_of(body, "S3SseAlgorithm", ("AES256", "KMS"))
    kms_key = optional(body, "S3SseKmsKeyId", str)
    if kms_key is not None and algorithm != "KMS":
        raise invalid("S3SseKmsKeyId can only be specified with S3SseAlgorithm KMS")
    return Location(
        request.backend.account_id,
        need(body, "S3Bucket", str),
        optional(body, "S3BucketOwner", str),
        optional(body, "S3Prefix", str) or "",
        algorithm or "AES256",
        kms_key,
    )


def _conflict() -> AwsError:
    return AwsError(
        "ExportConflictException",
        "The parameters of this request do not match those of an earlier one with the same ClientToken",
    )


def _source(backend: Backend, arn: str) -> Table:
    if not TABLE_ARN.match(arn):
        raise invalid("tableArn is not a valid ARN")
    return backend.get_recoverable(arn)


def _opened(
    request: Request, table: Table, asked: Asked, location: Location, export_format: str
) -> tuple[Export, Past | list[NetChange]]:
    """The export as it begins, and what it will hold."""
    backend = request.backend
    now = request.journal.now()
    window = table.recovery
    if window is None:
        raise recovery_off(table.name)
    refuse_locked(table)
    export_at = None if asked.from_at is not None else asked.second(window, now)
    span = asked.span(window, now) if asked.from_at is not None else None
    running = sum(each.status == "IN_PROGRESS" for each in backend.transfers.exports.values())
    if running >= MOST_AT_A_TIME:
        raise AwsError("LimitExceededException", f"Only {MOST_AT_A_TIME} exports can be in progress at the same time")
    name = new_name(backend.fleet, now)
    export = Export(
        arn=f"{table.table_arn}/export/{name}",
        request=request.body,
        table_id=table.table_id,
        started_at=now,
        location=location,
        folder=Folder(location.prefix, name),
        export_format=export_format,
        export_at=export_at,
        span=span,
    )
    if export_at is not None:
        return export, table.pin(export_at)._replace(torn=torn(backend, table, OPERATION, export_at))
    assert span is not None
    return export, list(net_changes(table.log.between(span.from_at, span.to_at)))


def _lines(export: Export, past: Past | list[NetChange], keys: KeySchema, kept: ExportFilter | None) -> list[Line]:
    if isinstance(past, Past):
        rows = past.work_out()
        return list(item_lines(rows if kept is None else kept.of(rows), export.export_format))
    old_images = export.span is not None and export.span.view == "NEW_AND_OLD_IMAGES"
    return list(change_lines(past, keys, old_images=old_images, export_format=export.export_format))


class Work(NamedTuple):
    """What an export will have written."""

    files: list[DataFile]
    item_count: int
    billed_bytes: int


def _begin(backend: Backend, export: Export, work: Work, end_at: float, *, failing: bool) -> None:
    """Write the mark in the bucket, and put the rest on the agenda; call with the journal's lock."""
    refused: list[StorageError] = []
    try:
        write(backend.fleet, export.location, started(export.folder))
    except StorageError as error:
        refused.append(error)
    if failing:
        refused.append(FAULT)

    def end() -> None:
        ended = replace(export, ended_at=backend.journal.now())
        done = replace(ended, status="COMPLETED", item_count=work.item_count, billed_bytes=work.billed_bytes)
        try:
            if refused:
                raise refused[0]
            _write_all(backend, done, work.files)
        except StorageError as error:
            done = replace(ended, status="FAILED", failure=(error.code, error.message))
        backend.transfers.exports[export.arn] = done

    backend.journal.agenda.add(end_at, end)


def _write_all(backend: Backend, export: Export, files: list[DataFile]) -> None:
    for each in files:
        write(backend.fleet, export.location, each.file)
    for file in manifests(export.folder, export.summary(), files):
        write(backend.fleet, export.location, file)


def describe_export(request: Request) -> bytes:
    """DescribeExport."""
    arn = need(request.body, "ExportArn", str)
    with request.journal.lock:
        export = request.backend.transfers.exports.get(arn)
        if export is None:
            raise AwsError("ExportNotFoundException", f"Export not found: {arn}")
        return dumps({"ExportDescription": export.description()})


def list_exports(request: Request) -> bytes:
    """ListExports: those of the last 90 days, of one table or of all, in reverse order of their ARNs."""
    table_arn = optional(request.body, "TableArn", str)
    with request.journal.lock:
        now = request.journal.now()
        exports = request.backend.transfers.exports
        page, token = page_of(recent(exports, now, table_arn), request.body, PAGING)
        summaries = [
            {"ExportArn": arn, "ExportStatus": exports[arn].status, "ExportType": exports[arn].kind} for arn in page
        ]
    return dumps({"ExportSummaries": summaries, "NextToken": token})
