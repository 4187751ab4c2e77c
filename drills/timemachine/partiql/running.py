"""ExecuteStatement, BatchExecuteStatement, ExecuteTransaction."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from ..attributes import Attributes, checked
from ..backend import Request
from ..blueprint import Shape
from ..capacity import Units, read_units, spent, spent_each, wanted, write_cost
from ..changelog import Version
from ..errors import AwsError, invalid, wrong_length
from ..transactions import done, planned
from ..wire import joined, need, need_structures, optional
from .selects import select, shown
from .statements import Statement, read_statement
from .writes import key_and_rest, written

MOST_IN_BATCH = 25
MOST_IN_TRANSACTION = 100
CODES = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "DuplicateItemException": "DuplicateItem",
    "ResourceNotFoundException": "ResourceNotFound",
}
"""How a batch names a refusal; all others are a ValidationError."""


def execute_statement(request: Request) -> bytes:
    """ExecuteStatement."""
    statement = _statement(request.body)
    if statement.verb == "SELECT":
        return select(request, statement)
    if statement.verb == "EXISTS":
        raise invalid("EXISTS is only supported in ExecuteTransaction")
    item, units = _write(request, statement, request.body)
    return joined([("Items", orjson.dumps([item] if item else [])), *spent(request.body, statement.table, units)])


def batch_execute_statement(request: Request) -> bytes:
    """BatchExecuteStatement: up to 25 statements, each on one item, each for itself."""
    listed = _listed(request.body, "Statements", MOST_IN_BATCH)
    statements = [_statement(members) for members in listed]
    if len({statement.verb == "SELECT" for statement in statements}) > 1:
        raise invalid("Read and write requests together in the same batch is not supported.")
    units: dict[str, Units] = {}
    responses: list[Shape] = []
    for statement, members in zip(statements, listed, strict=True):
        response: Shape = {"TableName": statement.table}
        responses.append(response)
        try:
            item, cost = (_read if statement.verb == "SELECT" else _write)(request, statement, members)
        except AwsError as error:
            said = {"Code": CODES.get(error.name, "ValidationError"), "Message": error.message, **error.details}
            response["Error"] = said
            continue
        units[statement.table] = units.get(statement.table, Units()).plus(cost)
        if item:
            response["Item"] = item
    return joined([("Responses", orjson.dumps(responses)), *spent_each(request.body, units)])


def execute_transaction(request: Request) -> bytes:
    """ExecuteTransaction: up to 100 statements, all reads or all writes, all or none, at one instant."""
    listed = _listed(request.body, "TransactStatements", MOST_IN_TRANSACTION)
    statements = [_statement(members) for members in listed]
    if len({statement.verb == "SELECT" for statement in statements}) > 1:
        raise invalid("Read and write requests together in the same transaction is not supported.")
    if statements[0].verb == "SELECT":
        return _transact_reads(request, statements)
    writes = planned(
        [
            partial(written, request, statement, shows_item=_shows_item(members))
            for statement, members in zip(statements, listed, strict=True)
        ]
    )
    return joined([("Responses", b"[]"), *done(request, writes, listed)])


def _transact_reads(request: Request, statements: Sequence[Statement]) -> bytes:
    with request.journal.lock:
        found = [_read(request, statement, {"ConsistentRead": True}) for statement in statements]
    units: dict[str, Units] = {}
    for statement, (_, cost) in zip(statements, found, strict=True):
        units[statement.table] = units.get(statement.table, Units()).plus(cost.times(2))
    responses = orjson.dumps([{"Item": item} if item else {} for item, _ in found])
    return joined([("Responses", responses), *spent_each(request.body, units, "Read")])


def _statement(members: Mapping[str, Any]) -> Statement:
    parameters = optional(members, "Parameters", list) or []
    return read_statement(need(members, "Statement", str), [checked(value)[0] for value in parameters])


def _listed(body: Shape, member: str, most: int) -> list[Shape]:
    listed = need_structures(body, member)
    if not 1 <= len(listed) <= most:
        raise wrong_length(member, most)
    return listed


def _shows_item(members: Mapping[str, Any]) -> bool:
    return optional(members, "ReturnValuesOnConditionCheckFailure", str) == "ALL_OLD"


def _read(request: Request, statement: Statement, members: Mapping[str, Any]) -> tuple[Attributes, Units]:
    """The one item that a SELECT names by its key."""
    table = request.backend.get_table(statement.table)
    key, rest = key_and_rest(statement, table)
    if rest or statement.index_name is not None:
        raise invalid(
            "Select statements within a batch or transaction must name an item by its primary key, and no more"
        )
    version = table.rows.get(table.keys.of_key(key))
    item = {} if version is None else shown(orjson.loads(version.wire or b"{}"), statement)
    return item, Units(read_units(members, 0 if version is None else version.size))


def _write(request: Request, statement: Statement, members: Mapping[str, Any]) -> tuple[Attributes, Units]:
    """What a write shows of its item, and what it costs."""
    write = written(request, statement, shows_item=_shows_item(members))
    with request.journal.unit():
        old: Version | None = write.table.rows.get(write.key)
        before: Attributes = {} if old is None else orjson.loads(old.wire or b"{}")
        after, new = write.outcome(before)
        request.journal.stage(write.table, write.key, new)
    cost = write_cost(write.table, old, new) if wanted(request.body) else Units()
    if statement.returned == "NONE":
        return {}, cost
    item = before if statement.returned.endswith("OLD") else after
    if statement.returned.startswith("ALL") or write.update is None:
        return item, cost
    return write.update.touched.of(item), cost
