"""Query and Scan, of a table or of one of its indexes: pages of 1 MB in key order, answered with stored JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from .attributes import checked_values
from .backend import Request
from .capacity import Units, read_units, spent, units_on
from .changelog import Version
from .conditions import EXPRESSIONS, LEGACY, Filter, filter_of, projection_of
from .errors import AwsError, invalid, not_one_of, unfit
from .expressions.grammar import read_condition
from .expressions.keyconditions import stretch
from .expressions.legacy import Legacy, refuse_mixture
from .expressions.placeholders import Placeholders
from .expressions.projections import Projection
from .indexes import Index
from .indexkeys import IndexKeys
from .keys import END, KeySchema, OrderKey, segment_start
from .reading import check_readable, shown
from .rows import Page, Rows, after
from .table import Table
from .wire import joined, optional

PAGE_BYTES = 1024 * 1024
MOST_SEGMENTS = 1_000_000
SELECTS = ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES")


def query(request: Request) -> bytes:
    """Query: one partition in the order of its sort key."""
    body = request.body
    source = _source(request)
    placeholders = Placeholders.of(body, ("FilterExpression", "KeyConditionExpression"))
    start, end = _key_stretch(source, body, placeholders)
    reading = _reading(source, body, placeholders, "QueryFilter")
    if reading.keep is not None:
        _refuse_keys(source, reading.keep)
    backward = optional(body, "ScanIndexForward", bool) is False
    begun_at = _start_key(source, body)
    if begun_at is not None:
        if not start <= begun_at < end:
            raise invalid("The provided starting key is outside query boundaries based on provided conditions")
        start, end = (start, begun_at) if backward else (after(begun_at), end)
    return reading.answer(request, source.page(start, end, reading.limit, backward=backward, fetches=reading.fetches))


def scan(request: Request) -> bytes:
    """Scan: everything, or one segment of it."""
    body = request.body
    source = _source(request)
    reading = _reading(source, body, Placeholders.of(body, ("FilterExpression",)), "ScanFilter")
    start, end = _segment(body)
    begun_at = _start_key(source, body)
    if begun_at is not None:
        if not start <= begun_at < end:
            raise invalid("The provided starting key is invalid: it is not in the segment")
        start = after(begun_at)
    return reading.answer(request, source.page(start, end, reading.limit, fetches=reading.fetches))


class Source(NamedTuple):
    """What is read: a table, or one of its indexes."""

    table: Table
    secondary: Index | None
    keys: KeySchema | IndexKeys
    rows: Rows

    def page(
        self, start: OrderKey, end: OrderKey, limit: int | None, *, backward: bool = False, fetches: bool = False
    ) -> Page:
        """A page of versions; those of the table where attributes are asked for that a local index lacks."""
        with self.table.journal.lock:
            page = self.rows.page(start, end, limit=limit, size_bytes=PAGE_BYTES, backward=backward)
            return page._replace(versions=list(map(self._fetched, page.versions))) if fetches else page

    def _fetched(self, entry: Version) -> Version:
        item = orjson.loads(entry.wire or b"{}")
        found = self.table.rows.get(self.table.keys.of_item(item))
        assert found is not None, "an entry of an index goes with its item"
        return found


class _Reading(NamedTuple):
    """What a scan or query does with the rows that it reads."""

    source: Source
    keep: Filter | None
    projection: Projection | None
    limit: int | None
    counts_only: bool
    fetches: bool

    def answer(self, request: Request, page: Page) -> bytes:
        """The page as the wire has it."""
        kept = page.versions
        if self.keep is not None:
            test = self.keep.test
            kept = [version for version in kept if test(orjson.loads(version.wire or b"{}"))]
        members = [("Count", b"%d" % len(kept)), ("ScannedCount", b"%d" % len(page.versions))]
        if not self.counts_only:
            members.append(("Items", b"[" + b",".join(self._shown(kept)) + b"]"))
        if page.stopped:
            last = orjson.loads(page.versions[-1].wire or b"{}")
            members.append(("LastEvaluatedKey", orjson.dumps({name: last[name] for name in self.source.keys.names})))
        return joined(members + spent(request.body, self.source.table.name, self._units(request.body, page)))

    def _shown(self, versions: list[Version]) -> list[bytes]:
        if self.projection is None:
            return [version.wire for version in versions if version.wire is not None]
        return [shown(version, self.projection) for version in versions]

    def _units(self, body: Mapping[str, Any], page: Page) -> Units:
        units = units_on(self.source.secondary, read_units(body, sum(version.size for version in page.versions)))
        if not self.fetches:
            return units
        return units.plus(Units(sum(read_units(body, version.size) for version in page.versions)))


def _source(request: Request) -> Source:
    name = optional(request.body, "IndexName", str)
    return source_of(request.table(), name, consistent=optional(request.body, "ConsistentRead", bool) or False)


def source_of(table: Table, name: str | None, *, consistent: bool) -> Source:
    """A table, or its index of a name.

    Raises:
        AwsError: there is no such index, or it is a global one and cannot be read consistently; or the table is a
            replica that no second Region is up for.
    """
    check_readable(table, consistent=consistent)
    if name is None:
        return Source(table, None, table.keys, table.rows)
    index = table.secondary.get(name)
    if index is None:
        raise invalid(f"The table does not have the specified index: {name}")
    if index.is_global and consistent:
        raise invalid("Consistent reads are not supported on global secondary indexes")
    return Source(table, index, index.keys, index.ready(table))


def _key_stretch(source: Source, body: Mapping[str, Any], placeholders: Placeholders) -> tuple[OrderKey, OrderKey]:
    text = optional(body, "KeyConditionExpression", str)
    if text is not None:
        refuse_mixture(body, LEGACY, EXPRESSIONS)
        return stretch(source.keys, read_condition(text, "KeyConditionExpression"), placeholders)
    legacy = Legacy()
    conditions = legacy.conditions(body, "KeyConditions")
    if conditions is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    return stretch(source.keys, conditions, legacy.placeholders())


def _reading(source: Source, body: Mapping[str, Any], placeholders: Placeholders, legacy: str) -> _Reading:
    keep = filter_of(body, placeholders, "FilterExpression", legacy)
    projection = projection_of(body, placeholders)
    placeholders.refuse_unused()
    limit = optional(body, "Limit", int)
    if limit is not None and limit < 1:
        raise unfit("limit", "have value greater than or equal to 1", limit)
    select = _select(source, body, projection)
    needed = (projection.attributes if projection else set()) | (keep.attributes if keep else frozenset())
    fetches = _fetches(source.secondary, select, needed, projection, keep)
    return _Reading(source, keep, projection, limit, select == "COUNT", fetches)


def _select(source: Source, body: Mapping[str, Any], projection: Projection | None) -> str | None:
    select = optional(body, "Select", str)
    if select is not None and select not in SELECTS:
        raise not_one_of("select", select, SELECTS)
    if select == "ALL_PROJECTED_ATTRIBUTES" and source.secondary is None:
        raise invalid(
            "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using "
            "an IndexName"
        )
    asked = "AttributesToGet" if body.get("AttributesToGet") is not None else "ProjectionExpression"
    if select == "SPECIFIC_ATTRIBUTES" and projection is None:
        raise invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if select not in {None, "SPECIFIC_ATTRIBUTES"} and projection is not None:
        what = "only the Count" if select == "COUNT" else select
        raise invalid(f"Cannot specify the {asked} when choosing to get {what}")
    return select


def _fetches(
    index: Index | None, select: str | None, needed: set[str], projection: Projection | None, keep: Filter | None
) -> bool:
    """Whether the table has to be asked for what the index does not project, which only a local one can do.

    Raises:
        AwsError: a global index is asked for it.
    """
    if index is None or index.projected is None:
        return False
    if index.is_global:
        if select == "ALL_ATTRIBUTES":
            raise invalid(
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
                f"secondary index {index.name} because its projection type is not ALL"
            )
        _refuse_missing(index, projection, keep)
        return False
    return select == "ALL_ATTRIBUTES" or not needed <= index.projected


def _refuse_missing(index: Index, projection: Projection | None, keep: Filter | None) -> None:
    held = index.projected or frozenset()
    missing = sorted((projection.attributes if projection else set()) - held)
    if missing:
        raise invalid(
            f"One or more parameter values were invalid: Global secondary index {index.name} does not project "
            f"[{', '.join(missing)}]"
        )
    unseen = sorted((keep.attributes if keep else frozenset()) - held)
    if unseen:
        raise invalid(
            f"One or more parameter values were invalid: Secondary index {index.name} does not project one or more "
            f"filter attributes: [{', '.join(unseen)}]"
        )


def _refuse_keys(source: Source, keep: Filter) -> None:
    """A query's filter is applied after the keys were read: it may not be about them."""
    own = source.keys.own if isinstance(source.keys, IndexKeys) else source.keys
    for name in own.names:
        if name in keep.attributes:
            raise invalid(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: " + name
            )


def _start_key(source: Source, body: Mapping[str, Any]) -> OrderKey | None:
    given = optional(body, "ExclusiveStartKey", dict)
    if given is None:
        return None
    try:
        return source.keys.of_key(checked_values(given))
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
    if not 1 <= total <= MOST_SEGMENTS:
        raise invalid(f"1 validation error detected: 'totalSegments' must be between 1 and {MOST_SEGMENTS}")
    if not 0 <= segment < total:
        raise invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments")
    return segment_start(segment, total), segment_start(segment + 1, total)
