"""SELECT: the items of a table or an index that a WHERE clause describes."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any

import orjson

from ..attributes import Attributes, Typed, checked_values
from ..backend import Request
from ..capacity import Units, read_units, spent, units_on
from ..errors import AwsError, invalid, unfit
from ..expressions.conditions import Binder, Test
from ..expressions.keyconditions import stretch
from ..expressions.nodes import Steps
from ..expressions.values import found_at
from ..keys import END, OrderKey
from ..querying import Source, source_of
from ..rows import after
from ..wire import joined, optional
from .statements import Statement
from .writes import MEMBER, equality, parts_of


def select(request: Request, statement: Statement) -> bytes:
    """A page of what a SELECT finds, with the token of the next one."""
    body = request.body
    consistent = optional(body, "ConsistentRead", bool) or False
    source = source_of(request.backend.get_table(statement.table), statement.index_name, consistent=consistent)
    limit = optional(body, "Limit", int)
    if limit is not None and limit < 1:
        raise unfit("limit", "have value greater than or equal to 1", limit)
    test, paths = _bound(source, statement)
    start, end = _stretch(source, statement)
    backward = _backward(source, statement, whole=(start, end) == (b"", END))
    begun_at = _begun_at(source, body)
    if begun_at is not None:
        start, end = (start, min(end, begun_at)) if backward else (max(start, after(begun_at)), end)
    fetches = source.secondary is not None and not source.secondary.is_global and source.secondary.projected is not None
    page = source.page(start, end, limit, backward=backward, fetches=fetches)
    items = [orjson.loads(version.wire or b"{}") for version in page.versions]
    members = [("Items", orjson.dumps([_shown(item, paths) for item in items if test(item)]))]
    if page.stopped:
        last = {name: items[-1][name] for name in source.keys.names}
        members += [("NextToken", orjson.dumps(_token(last))), ("LastEvaluatedKey", orjson.dumps(last))]
    units = read_units(body, sum(version.size for version in page.versions))
    cost = units_on(source.secondary, units).plus(Units(units) if fetches else Units())
    return joined(members + spent(body, source.table.name, cost))


def shown(item: Attributes, statement: Statement) -> Attributes:
    """What a SELECT shows of an item: each path under its last name."""
    return _shown(item, [statement.placeholders.path(path, MEMBER) for path in statement.paths])


def _shown(item: Attributes, paths: list[Steps]) -> Attributes:
    if not paths:
        return item
    return {_title(path): found for path in paths if (found := found_at(item, path)) is not None}


def _title(path: Steps) -> str:
    last = max(place for place, step in enumerate(path) if isinstance(step, str))
    return str(path[last]) + "".join(f"[{step}]" for step in path[last + 1 :])


def _bound(source: Source, statement: Statement) -> tuple[Test, list[Steps]]:
    """The WHERE clause as a function, and the paths; of a global index nothing may be asked that it lacks."""
    binder = Binder(statement.placeholders, MEMBER)
    tests = [binder.test(part) for part in parts_of(statement.condition)]
    paths = [statement.placeholders.path(path, MEMBER) for path in statement.paths]
    index = source.secondary
    if index is not None and index.is_global and index.projected is not None:
        missing = sorted((binder.attributes | {str(path[0]) for path in paths}) - index.projected)
        if missing:
            raise invalid(
                f"One or more parameter values were invalid: Global secondary index {index.name} does not project "
                f"[{', '.join(missing)}]"
            )
    return (lambda item: all(test(item) for test in tests)), paths


def _stretch(source: Source, statement: Statement) -> tuple[OrderKey, OrderKey]:
    """One partition where the clause names it, else everything."""
    for part in parts_of(statement.condition):
        if equality(part, (source.keys.partition,), statement.placeholders) is not None:
            return stretch(source.keys, part, statement.placeholders)
    return b"", END


def _backward(source: Source, statement: Statement, *, whole: bool) -> bool:
    if statement.order is None:
        return False
    if whole:
        raise invalid(
            "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        )
    name, backward = statement.order
    if name not in {source.keys.partition, source.keys.sort}:
        raise invalid(f"Variable reference {name} in ORDER BY clause must be part of the primary key")
    return backward and name == source.keys.sort


def _token(last: dict[str, Typed]) -> str:
    return urlsafe_b64encode(orjson.dumps(last)).decode()


def _begun_at(source: Source, body: dict[str, Any]) -> OrderKey | None:
    token = optional(body, "NextToken", str)
    if token is None:
        return None
    try:
        return source.keys.of_key(checked_values(orjson.loads(urlsafe_b64decode(token))))
    except (AwsError, NotBase64, ValueError):
        raise invalid("Invalid NextToken: it is not one that this statement was given") from None
