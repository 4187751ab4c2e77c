"""GetItem, BatchGetItem, TransactGetItems, Scan and Query: answered with stored JSON, joined.

Scans and queries of indexes, and those with the conditions of before 2014, go through moto.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from moto.dynamodb.responses import validate_select

from .attributes import Attributes, checked_values
from .backend import Request
from .capacity import read_units, spent, spent_each
from .changelog import Version
from .conditions import Expressions, Projection, Test
from .errors import AwsError, invalid
from .keyconditions import stretch
from .keys import END, OrderKey, segment_start
from .moto_calls import through_moto
from .rows import Page, after
from .shapes import check_shape
from .table import Table
from .wire import joined, need, need_structures, optional

PAGE_BYTES = 1024 * 1024
BATCH_BYTES = 16 * 1024 * 1024
MOST_KEYS = 100
LEGACY_SCAN = ("IndexName", "ScanFilter")
LEGACY_QUERY = ("IndexName", "KeyConditions", "QueryFilter")


def get_item(request: Request) -> bytes:
    """GetItem; every read is consistent here."""
    table = request.table()
    key = table.keys.of_key(checked_values(need(request.body, "Key", dict)))
    expressions = Expressions.of(request.body)
    projection = expressions.projection(request.body)
    expressions.refuse_unused()
    version = table.rows.get(key)
    members = [] if version is None else [("Item", _shown(version, projection))]
    units = read_units(request.body, 0 if version is None else version.size)
    return joined(members + spent(request.body, table.name, units))


def batch_get_item(request: Request) -> bytes:
    """BatchGetItem: up to 100 keys and 16 MB."""
    wanted = need(request.body, "RequestItems", dict)
    keys = {name: _batch_keys(request, name, members) for name, members in wanted.items()}
    if sum(map(len, keys.values())) > MOST_KEYS:
        raise invalid("Too many items requested for the BatchGetItem call")
    room = BATCH_BYTES
    responses: list[tuple[str, bytes]] = []
    unprocessed: dict[str, Any] = {}
    units: dict[str, float] = {}
    for name, members in wanted.items():
        table = request.backend.get_table(name)
        expressions = Expressions.of(members)
        projection = expressions.projection(members)
        expressions.refuse_unused()
        found: list[bytes] = []
        left: list[Attributes] = []
        for order_key, key in keys[name].items():
            version = table.rows.get(order_key)
            size = 0 if version is None else version.size
            if size > room:
                left.append(key)
                continue
            room -= size
            units[table.name] = units.get(table.name, 0) + read_units(members, size)
            if version is not None:
                found.append(_shown(version, projection))
        responses.append((name, b"[" + b",".join(found) + b"]"))
        if left:
            unprocessed[name] = {**members, "Keys": left}
    return joined(
        [
            ("Responses", joined((_escaped(name), found) for name, found in responses)),
            ("UnprocessedKeys", orjson.dumps(unprocessed)),
            *spent_each(request.body, units),
        ]
    )


def _batch_keys(request: Request, name: str, members: object) -> dict[OrderKey, Attributes]:
    if not isinstance(members, dict):
        raise invalid(f"RequestItems of table {name} must be a structure with Keys")
    table = request.backend.get_table(name)
    listed = need_structures(members, "Keys")
    if len(listed) > MOST_KEYS:
        raise invalid(
            f"1 validation error detected: Value at 'requestItems.{name}.member.keys' failed to satisfy constraint: "
            "Member must have length less than or equal to 100"
        )
    keys = {table.keys.of_key(checked := checked_values(key)): checked for key in listed}
    if len(keys) != len(listed):
        raise invalid("Provided list of item keys contains duplicates")
    return keys


def _escaped(name: str) -> str:
    return orjson.dumps(name)[1:-1].decode()


def transact_get_items(request: Request) -> bytes:
    """TransactGetItems: up to 100 items as they are at one instant."""
    gets = need_structures(request.body, "TransactItems")
    if not 1 <= len(gets) <= MOST_KEYS:
        raise invalid(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have "
            "length less than or equal to 100, Member must have length greater than or equal to 1"
        )
    wanted: list[tuple[Table, OrderKey, Projection | None]] = []
    for each in gets:
        members = need(each, "Get", dict)
        table = request.backend.get_table(need(members, "TableName", str))
        expressions = Expressions.of(members)
        projection = expressions.projection(members)
        expressions.refuse_unused()
        wanted.append((table, table.keys.of_key(checked_values(need(members, "Key", dict))), projection))
    with request.journal.lock:
        versions = [table.rows.get(key) for table, key, _ in wanted]
    units: dict[str, float] = {}
    for version, (table, _, _) in zip(versions, wanted, strict=True):
        cost = 2 * read_units({"ConsistentRead": True}, 0 if version is None else version.size)
        units[table.name] = units.get(table.name, 0) + cost
    responses = [
        b"{}" if version is None else joined([("Item", _shown(version, projection))])
        for version, (_, _, projection) in zip(versions, wanted, strict=True)
    ]
    return joined([("Responses", b"[" + b",".join(responses) + b"]"), *spent_each(request.body, units)])


def scan(request: Request) -> bytes:
    """Scan of a table: pages of 1 MB, parallel segments."""
    if any(request.body.get(member) for member in LEGACY_SCAN):
        check_shape("Scan", request.body)
        return through_moto("scan")(request)
    table = request.table()
    expressions = Expressions.of(request.body)
    reading = _reading(table, request.body, expressions)
    start, end = _segment(request.body)
    begun_at = _start_key(table, request.body)
    if begun_at is not None:
        if not start <= begun_at < end:
            raise invalid("The provided starting key is invalid: it is not in the segment")
        start = after(begun_at)
    with request.journal.lock:
        page = table.rows.page(start, end, limit=reading.limit, size_bytes=PAGE_BYTES)
    return reading.answer(table, request.body, page)


def query(request: Request) -> bytes:
    """Query of a table: one partition in the order of its sort key."""
    if any(request.body.get(member) for member in LEGACY_QUERY):
        check_shape("Query", request.body)
        return through_moto("query")(request)
    table = request.table()
    expressions = Expressions.of(request.body)
    start, end = stretch(table, request.body, expressions)
    reading = _reading(table, request.body, expressions)
    backward = optional(request.body, "ScanIndexForward", bool) is False
    begun_at = _start_key(table, request.body)
    if begun_at is not None:
        start, end = (start, min(end, begun_at)) if backward else (max(start, after(begun_at)), end)
    with request.journal.lock:
        page = table.rows.page(start, end, limit=reading.limit, size_bytes=PAGE_BYTES, backward=backward)
    return reading.answer(table, request.body, page)


class Reading(NamedTuple):
    """What a scan or query does with the rows that it reads."""

    keep: Test | None
    projection: Projection | None
    limit: int | None
    counts_only: bool

    def answer(self, table: Table, body: Mapping[str, Any], page: Page) -> bytes:
        """The page as the wire has it."""
        keep = self.keep
        kept = page.versions if keep is None else [version for version in page.versions if keep(table.item_of(version))]
        members = [("Count", b"%d" % len(kept)), ("ScannedCount", b"%d" % len(page.versions))]
        if not self.counts_only:
            members.append(("Items", b"[" + b",".join(self._shown(kept)) + b"]"))
        if page.stopped:
            last = orjson.loads(page.versions[-1].wire or b"{}")
            members.append(("LastEvaluatedKey", orjson.dumps({name: last[name] for name in table.keys.names})))
        units = read_units(body, sum(version.size for version in page.versions))
        return joined(members + spent(body, table.name, units))

    def _shown(self, versions: list[Version]) -> list[bytes]:
        if self.projection is None:
            return [version.wire for version in versions if version.wire is not None]
        return [_shown(version, self.projection) for version in versions]


def _reading(table: Table, body: Mapping[str, Any], expressions: Expressions) -> Reading:
    keep = expressions.test(body, "FilterExpression")
    projection = expressions.projection(body)
    expressions.refuse_unused()
    limit = optional(body, "Limit", int)
    if limit is not None and limit < 1:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have "
            "value greater than or equal to 1"
        )
    select = optional(body, "Select", str)
    validate_select(
        operation="",
        select=select,
        projection_expression=body.get("ProjectionExpression"),
        attributes_to_get=body.get("AttributesToGet"),
        table=table,
        index_name=None,
    )
    return Reading(keep, projection, limit, select == "COUNT")


def _shown(version: Version, projection: Projection | None) -> bytes:
    wire = version.wire or b"{}"
    return wire if projection is None else orjson.dumps(projection.of(orjson.loads(wire)))


def _start_key(table: Table, body: Mapping[str, Any]) -> OrderKey | None:
    given = optional(body, "ExclusiveStartKey", dict)
    if given is None:
        return None
    try:
        return table.keys.of_key(checked_values(given))
    except AwsError as error:
        raise invalid(f"The provided starting key is invalid: {error.message}") from None


def _segment(body: Mapping[str, Any]) -> tuple[OrderKey, OrderKey]:
    segment, total = optional(body, "Segment", int), optional(body, "TotalSegments", int)
    if segment is None and total is None:
        return b"", END
    if total is None:
        raise invalid(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present"
        )
    if segment is None:
        raise invalid(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present"
        )
    if not 1 <= total <= 1_000_000:
        raise invalid("1 validation error detected: 'totalSegments' must be between 1 and 1000000")
    if not 0 <= segment < total:
        raise invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments")
    return segment_start(segment, total), segment_start(segment + 1, total)
