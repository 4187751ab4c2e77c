"""StartBulkPutItems and its companions: objects in S3 put into a table that is there, as ordinary writes.

Each record is a write of its own, at its own time within the operation: a cancelled one leaves what it has written.
A record may hold a condition beside its `Item`, as PutItem has it: `ConditionExpression` with its placeholders. How
AWS names the members of a record beside `Item`, and how its reports are laid out, is not in the API reference: both
are ours here.
"""

from collections.abc import Callable, Sequence
from typing import Final

import orjson

from .. import writing
from ..backend import Backend, Request
from ..blueprint import Shape
from ..capacity import write_units
from ..durations import Load
from ..errors import AwsError, condition_failed, invalid, not_one_of
from ..faults import Effect
from ..wire import dumps, need, one_of
from .bulk_operation import CONDITION_CHECK_FAILURE, ERROR, BulkOperation, NotPut
from .jobs import Paging, check_location, name_of, new_name, page_of, recent
from .layout import Folder
from .source import COMPRESSIONS, Record, records
from .storage import FAULT, Location, StorageError, StoredFile, read
from .storage import write as store

OPERATION: Final = "StartBulkPutItems"
PAGING: Final = Paging("MaxResults", usual=10, order=name_of)
FEWEST_SLICES: Final = 20
"""In so many steps at least the records are written, evenly over the operation's time,"""
LARGEST_SLICE: Final = 500
"""and no more of them in one: other requests wait meanwhile."""
MEMBERS: Final = frozenset({"Item", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"})
"""What a record may hold."""
CANCELLING_S: Final = 5.0
REPORTS: Final = {ERROR: "errors", CONDITION_CHECK_FAILURE: "condition-check-failures"}
FAILED_CONDITION: Final = condition_failed().name


def start_bulk_put_items(request: Request) -> bytes:
    """StartBulkPutItems: accepted as soon as the table is there, whatever is in the bucket."""
    body = request.body
    _check(body)
    backend = request.backend
    with request.journal.lock:
        now = request.journal.now()
        transfers = backend.transfers
        known = transfers.known(OPERATION, body, now, _mismatch)
        if known is not None:
            return dumps({"BulkOperationDescription": transfers.bulk_operations[known].description()})
        table = request.table()
        name = new_name(backend.fleet, now)
        started = BulkOperation(f"{table.table_arn}/bulk-operation/{name}", body, table, now)
        transfers.bulk_operations[started.arn] = started
        transfers.remember(OPERATION, body, started.arn, now)
        struck = backend.fleet.faults.strike(
            Effect.FAIL, operation=OPERATION, table=table.name, region=backend.region_name
        )
    # Outside the lock: objects are read once, when the operation begins.
    found = _read(backend, body["InputS3Configuration"])
    with request.journal.lock:
        if isinstance(found, StorageError):
            started.failure = (found.code, found.message)
        elif struck is not None:
            started.failure = (FAULT.code, FAULT.message)
        _schedule(backend, started, [] if isinstance(found, StorageError) else found)
        return dumps({"BulkOperationDescription": started.description()})


def _check(body: Shape) -> None:
    source, target = need(body, "InputS3Configuration", dict), need(body, "OutputS3Configuration", dict)
    check_location(source)
    check_location(target)
    one_of(source, "InputFormat", ("DYNAMODB_JSON", "ION"))
    one_of(source, "InputCompressionType", COMPRESSIONS, "NONE")
    one_of(target, "S3SseAlgorithm", ("AES256", "KMS"), "AES256")
    one_of(body, "PerformanceTier", ("STANDARD", "ACCELERATED"), "STANDARD")
    kinds = need(target, "OutputType", list)
    if not kinds or any(kind not in REPORTS for kind in kinds):
        raise not_one_of("outputType", kinds, REPORTS)


def _mismatch() -> AwsError:
    return AwsError(
        "IdempotentParameterMismatchException",
        "The parameters of this request do not match those of an earlier one with the same ClientToken",
    )


def _read(backend: Backend, source: Shape) -> list[tuple[Record, int]] | StorageError:
    location = Location(
        backend.account_id, source["S3Bucket"], source.get("S3BucketOwner"), source.get("S3KeyPrefix") or ""
    )
    try:
        files = read(backend.fleet, location)
    except StorageError as error:
        return error
    return list(records(files, source.get("InputCompressionType") or "NONE", source["InputFormat"]))


def _schedule(backend: Backend, operation: BulkOperation, found: list[tuple[Record, int]]) -> None:
    """Put the writes on the agenda, a slice of them at a time; call with the journal's lock."""
    operation.total_bytes = sum(size for _, size in found)
    lasts_s = backend.fleet.durations.of("bulk", Load(size_bytes=operation.total_bytes))
    rate = operation.request.get("MaxWriteRequestUnits")
    if rate:
        lasts_s = max(lasts_s, write_units(operation.total_bytes) / rate)
    agenda = backend.journal.agenda
    slices = max(FEWEST_SLICES, -(-len(found) // LARGEST_SLICE))
    for number in range(slices):
        first, last = (len(found) * each // slices for each in (number, number + 1))
        put_at = operation.started_at + lasts_s * (number + 1) / (slices + 1)
        agenda.add(put_at, _putting(backend, operation, [record for record, _ in found[first:last]]))
    agenda.add(operation.started_at + lasts_s, lambda: _end(backend, operation))


def _putting(backend: Backend, operation: BulkOperation, part: Sequence[Record]) -> Callable[[], None]:
    def happen() -> None:
        if operation.status != "IN_PROGRESS":
            return
        if backend.tables.get(operation.table.name) is not operation.table:
            operation.failure = ("ResourceNotFoundException", f"Table {operation.table.name} is not there any more")
            _close(backend, operation, "FAILED")
            return
        for record in part:
            _put(backend, operation, record)

    return happen


def _put(backend: Backend, operation: BulkOperation, record: Record) -> None:
    """Write one record as PutItem would, or note why not."""
    table, journal = operation.table, backend.journal
    try:
        if record.problem:
            raise invalid(record.problem)
        unknown = sorted(set(record.members) - MEMBERS)
        if unknown:
            raise invalid(f"a record has {', '.join(sorted(MEMBERS))}, but this one has {', '.join(unknown)}")
        asked = {**record.members, "TableName": table.name, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        write = writing.put(Request(backend, asked), asked)
        with journal.unit():
            old = table.rows.get(write.key)
            _, stored = write.outcome({} if old is None else orjson.loads(old.wire or b"{}"))
            journal.stage(table, write.key, stored)
    except AwsError as error:
        report = CONDITION_CHECK_FAILURE if error.name == FAILED_CONDITION else ERROR
        operation.not_put.append(NotPut(report, record, error.message, error.details.get("Item")))
    else:
        operation.put_count += 1
        operation.put_bytes += stored.size if stored else 0


def _end(backend: Backend, operation: BulkOperation) -> None:
    if operation.status != "IN_PROGRESS":
        return
    if operation.failure is None:
        try:
            _report(backend, operation)
        except StorageError as error:
            operation.failure = (error.code, error.message)
    if operation.failure is not None:
        _close(backend, operation, "FAILED")
    else:
        _close(backend, operation, "COMPLETED_WITH_ERRORS" if operation.count(ERROR) else "COMPLETED")


def _close(backend: Backend, operation: BulkOperation, status: str) -> None:
    operation.status = status
    operation.ended_at = backend.journal.now()


def _report(backend: Backend, operation: BulkOperation) -> None:
    """Write what was not put, one file for each kind that was asked for; none where there is nothing to say."""
    target = operation.request["OutputS3Configuration"]
    source = operation.request["InputS3Configuration"]
    location = Location(
        backend.account_id,
        target.get("S3Bucket") or source["S3Bucket"],
        target.get("S3BucketOwner"),
        target.get("S3KeyPrefix") or "",
        target.get("S3SseAlgorithm"),
        target.get("S3SseKmsKeyId"),
    )
    folder = Folder(location.prefix, name_of(operation.arn))
    for kind in target["OutputType"]:
        lines = [_line(each) for each in operation.not_put if each.report == kind]
        if lines:
            store(backend.fleet, location, StoredFile(folder.own(f"{REPORTS[kind]}.json"), b"".join(lines)))


def _line(each: NotPut) -> bytes:
    said = {
        "S3Key": each.record.file_key,
        "Line": each.record.number,
        "Message": each.message,
        "Item": each.record.members.get("Item"),
        "ExistingItem": each.existing,
    }
    return orjson.dumps({name: value for name, value in said.items() if value is not None}) + b"\n"


def describe_bulk_operation(request: Request) -> bytes:
    """DescribeBulkOperation."""
    with request.journal.lock:
        return dumps({"BulkOperationDescription": _found(request).description()})


def cancel_bulk_operation(request: Request) -> bytes:
    """CancelBulkOperation: what is written stays; CANCELLED a little later. One that has ended stays as it is."""
    with request.journal.lock:
        operation = _found(request)
        if operation.status == "IN_PROGRESS":
            operation.status = "CANCELLING"
            operation.failure = ("CANCELLED", "The operation was cancelled by request")
            ends_at = request.journal.now() + CANCELLING_S
            request.journal.agenda.add(ends_at, lambda: _close(request.backend, operation, "CANCELLED"))
        return dumps({"BulkOperationArn": operation.arn, "BulkOperationStatus": operation.status})


def _found(request: Request) -> BulkOperation:
    arn = need(request.body, "BulkOperationArn", str)
    operation = request.backend.transfers.bulk_operations.get(arn)
    if operation is None:
        raise AwsError("ResourceNotFoundException", f"Bulk operation not found: {arn}")
    return operation


def list_bulk_operations(request: Request) -> bytes:
    """ListBulkOperations: those of the last 90 days, newest first, ten a page unless asked otherwise."""
    with request.journal.lock:
        now = request.journal.now()
        operations = request.backend.transfers.bulk_operations
        page, token = page_of(recent(operations, now, None), request.body, PAGING)
        return dumps({"BulkOperationsSummaryList": [operations[arn].summary() for arn in page], "NextToken": token})
