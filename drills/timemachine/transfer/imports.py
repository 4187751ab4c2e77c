"""ImportTable, DescribeImport, ListImports: a new table out of objects in S3.

The table cannot be seen for half a minute, is then CREATING, and ACTIVE a little before the import is COMPLETED
(measured on AWS). An item that the table does not take makes the import FAILED, with all others in the table.
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ..backend import Backend, Request
from ..blueprint import Shape
from ..changelog import Version
from ..durations import Load
from ..errors import AwsError, invalid, resource_in_use, unfit
from ..faults import Effect
from ..keys import OrderKey
from ..names import check_name
from ..table import Table
from ..tables import create_table
from ..wire import dumps, need, one_of, optional
from ..writing import prepared
from .jobs import SHORTEST_TOKEN, Paging, check_location, new_name, page_of, recent
from .source import COMPRESSIONS, DELIMITERS, Csv, csv_form, records
from .storage import FAULT, Location, StorageError, read

OPERATION: Final = "ImportTable"
PAGING: Final = Paging("PageSize", shortest_token=SHORTEST_TOKEN)
MOST_AT_A_TIME: Final = 50
"""Imports of an account in a Region at a time (Developer Guide, "Service quotas")."""
UNSEEN_S: Final = 30.0
ACTIVE_BEFORE_S: Final = 5.0
"""The table is ACTIVE so long before the import is COMPLETED; ours, it was a little on AWS."""
NOT_TAKEN: Final = (
    "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs."
)


class Counts(NamedTuple):
    """How many records the table took and how many not, and how many bytes were read, unpacked."""

    imported: int = 0
    errors: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class Import:
    """One import; `status` is IN_PROGRESS, COMPLETED or FAILED."""

    arn: str
    request: Shape
    table_arn: str
    table_id: str
    started_at: float
    status: str = "IN_PROGRESS"
    ended_at: float | None = None
    counts: Counts = Counts()
    failure: tuple[str, str] | None = None

    def summary(self) -> Shape:
        """ImportSummary of the API."""
        _, _, _, region, account, _ = self.table_arn.split(":", 5)
        return {
            "ImportArn": self.arn,
            "ImportStatus": self.status,
            "TableArn": self.table_arn,
            "S3BucketSource": self.request["S3BucketSource"],
            "CloudWatchLogGroupArn": f"arn:aws:logs:{region}:{account}:log-group:/aws-dynamodb/imports:*",
            "InputFormat": self.request["InputFormat"],
            "StartTime": self.started_at,
            "EndTime": self.ended_at,
        }

    def description(self) -> Shape:
        """ImportTableDescription of the API."""
        code, message = self.failure or (None, None)
        return {
            **self.summary(),
            "TableId": self.table_id,
            "ClientToken": self.request.get("ClientToken"),
            "ErrorCount": self.counts.errors,
            "InputFormatOptions": self.request.get("InputFormatOptions"),
            "InputCompressionType": self.request.get("InputCompressionType") or "NONE",
            "TableCreationParameters": self.request["TableCreationParameters"],
            "ProcessedSizeBytes": self.counts.size_bytes,
            "ProcessedItemCount": self.counts.imported + self.counts.errors,
            "ImportedItemCount": self.counts.imported,
            "FailureCode": code,
            "FailureMessage": message,
        }


def import_table(request: Request) -> bytes:
    """ImportTable: accepted as soon as the new table is right, whatever is in the bucket."""
    body = request.body
    source = need(body, "S3BucketSource", dict)
    check_location(source)
    _check_format(body)
    name = check_name(need(need(body, "TableCreationParameters", dict), "TableName", str), "tableName")
    backend = request.backend
    with request.journal.lock:
        now = request.journal.now()
        transfers = backend.transfers
        known = transfers.known(OPERATION, body, now, _conflict)
        if known is not None:
            return dumps({"ImportTableDescription": transfers.imports[known].description()})
        table = _created(request, name)
        started = Import(
            f"{table.table_arn}/import/{new_name(backend.fleet, now)}", body, table.table_arn, table.table_id, now
        )
        transfers.imports[started.arn] = started
        transfers.remember(OPERATION, body, started.arn, now)
        struck = backend.fleet.faults.strike(Effect.FAIL, operation=OPERATION, table=name, region=backend.region_name)
    # Outside the lock: the table is nobody's yet.
    found = _fill(request, source, table)
    with request.journal.lock:
        _begin(backend, started, table, FAULT if struck is not None else found)
    return dumps({"ImportTableDescription": started.description()})


def _conflict() -> AwsError:
    return AwsError(
        "ImportConflictException",
        "The parameters of this request do not match those of an earlier one with the same ClientToken",
    )


def _check_format(body: Shape) -> None:
    one_of(body, "InputFormat", ("DYNAMODB_JSON", "ION", "CSV"))
    one_of(body, "InputCompressionType", COMPRESSIONS, "NONE")
    options = optional(body, "InputFormatOptions", dict) or {}
    asked = options.get("Csv") or {}
    if asked and body["InputFormat"] != "CSV":
        raise invalid("InputFormatOptions.Csv can only be specified with InputFormat CSV")
    if asked.get("Delimiter", ",") not in DELIMITERS:
        raise unfit("delimiter", "satisfy regular expression pattern: [,;:|\\t ]", asked["Delimiter"])


def _created(request: Request, name: str) -> Table:
    """The new table, which nobody sees yet.

    Raises:
        AwsError: the name is taken, or the table is not one that DynamoDB creates.
    """
    backend = request.backend
    running = sum(each.status == "IN_PROGRESS" for each in backend.transfers.imports.values())
    if running >= MOST_AT_A_TIME:
        raise AwsError("LimitExceededException", f"Only {MOST_AT_A_TIME} imports can be in progress at the same time")
    if backend.is_taken(name):
        raise resource_in_use(f"Table already exists: {name}")
    create_table(request._replace(body=dict(request.body["TableCreationParameters"])))
    backend.transfers.names_taken.add(name)
    return backend.tables.pop(name)


def _fill(request: Request, source: Shape, table: Table) -> Counts | StorageError:
    """Let the table hold the rows that are in the objects; or say why S3 does not give them."""
    location = Location(
        request.backend.account_id, source["S3Bucket"], source.get("S3BucketOwner"), source.get("S3KeyPrefix") or ""
    )
    try:
        files = read(request.backend.fleet, location)
    except StorageError as error:
        return error
    form: Csv | str = request.body["InputFormat"]
    if form == "CSV":
        types = {each["AttributeName"]: each["AttributeType"] for each in table.attr}
        form = csv_form(optional(request.body, "InputFormatOptions", dict) or {}, types)
    rows: dict[OrderKey, Version] = {}
    created_at = table.created_at.timestamp()
    imported = errors = size_bytes = 0
    for record, size in records(files, request.body.get("InputCompressionType") or "NONE", form):
        size_bytes += size
        try:
            if record.problem:
                raise invalid(record.problem)
            key, (wire, size_of_item) = prepared(table, record.members["Item"])
        except AwsError:
            errors += 1
        else:
            rows[key] = Version(0, created_at, key, wire, size_of_item)
            imported += 1
    table.hold(rows)
    return Counts(imported, errors, size_bytes)


def _begin(backend: Backend, started: Import, table: Table, found: Counts | StorageError) -> None:
    """Put what will be seen of the import on the agenda; call with the journal's lock."""
    journal = backend.journal
    size_bytes = 0 if isinstance(found, StorageError) else found.size_bytes
    lasts_s = backend.fleet.durations.of("import", Load(size_bytes=size_bytes))
    unseen_s = min(UNSEEN_S, lasts_s / 2)
    active_at = started.started_at + max(unseen_s, lasts_s - ACTIVE_BEFORE_S)
    transfers = backend.transfers

    def appear() -> None:
        transfers.names_taken.discard(table.name)
        if not isinstance(found, StorageError):
            backend.fleet.begin(table, active_at)
            backend.tables[table.name] = table

    def end() -> None:
        transfers.imports[started.arn] = _ended(started, found, journal.now())

    journal.agenda.add(started.started_at + unseen_s, appear)
    journal.agenda.add(started.started_at + lasts_s, end)


def _ended(started: Import, found: Counts | StorageError, now: float) -> Import:
    if isinstance(found, StorageError):
        return replace(started, status="FAILED", ended_at=now, failure=(found.code, found.message))
    ended = replace(started, status="COMPLETED", ended_at=now, counts=found)
    return replace(ended, status="FAILED", failure=("ItemValidationError", NOT_TAKEN)) if found.errors else ended


def describe_import(request: Request) -> bytes:
    """DescribeImport."""
    arn = need(request.body, "ImportArn", str)
    with request.journal.lock:
        found = request.backend.transfers.imports.get(arn)
        if found is None:
            raise AwsError("ImportNotFoundException", f"Import not found: {arn}")
        return dumps({"ImportTableDescription": found.description()})


def list_imports(request: Request) -> bytes:
    """ListImports: those of the last 90 days, of one table or of all, newest first."""
    table_arn = optional(request.body, "TableArn", str)
    with request.journal.lock:
        now = request.journal.now()
        imports = request.backend.transfers.imports
        page, token = page_of(recent(imports, now, table_arn), request.body, PAGING)
        return dumps({"ImportSummaryList": [imports[arn].summary() for arn in page], "NextToken": token})
