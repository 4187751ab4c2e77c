"""PutItem, DeleteItem, UpdateItem, BatchWriteItem and TransactWriteItems."""

from hashlib import blake2b
from typing import Any

import orjson

from .attributes import checked_item, checked_values
from .backend import Request, Token
from .blueprint import Shape
from .capacity import spent, spent_each, wanted, write_units
from .changelog import Version
from .conditions import condition_of
from .errors import AwsError, invalid
from .journal import Stored, stored
from .keys import OrderKey
from .moto_calls import moto_result, normalise_placeholders, with_plain_numbers
from .table import Table
from .wire import dumps, joined, need, need_structures, optional

MOST_IN_BATCH = 25
MOST_IN_TRANSACTION = 100
TOKEN_S = 600
"""A transaction's token is remembered for ten minutes (API reference of TransactWriteItems)."""
DUPLICATES = "Provided list of item keys contains duplicates"


def put_item(request: Request) -> bytes:
    """PutItem."""
    table = request.table()
    key, ready = prepared(table, need(request.body, "Item", dict))
    return _write(request, table, key, ready)


def delete_item(request: Request) -> bytes:
    """DeleteItem; deleting what is not there succeeds."""
    table = request.table()
    key = table.keys.of_key(checked_values(need(request.body, "Key", dict)))
    return _write(request, table, key, None)


def prepared(table: Table, item: Shape) -> tuple[OrderKey, Stored]:
    """An item's key, and the item as it is committed.

    Raises:
        AwsError: the item is not one that the table takes.
    """
    attributes, size = checked_item(item)
    key = table.keys.of_item(attributes)
    table.check_index_keys(attributes)
    return key, stored(attributes, size)


def _write(request: Request, table: Table, key: OrderKey, ready: Stored | None) -> bytes:
    normalise_placeholders(request.body)
    condition = condition_of(request.body)
    shown = optional(request.body, "ReturnValues", str) or "NONE"
    if shown not in {"NONE", "ALL_OLD"}:
        raise invalid("Return values set to invalid value")
    with request.journal.unit():
        old = table.rows.get(key)
        if condition is not None:
            condition.check(table, old)
        request.journal.stage(table, key, ready)
    members = []
    if shown == "ALL_OLD" and old is not None and old.wire is not None:
        members.append(("Attributes", old.wire))
    return joined(members + spent(request.body, table.name, _cost(old, ready)))


def _cost(old: Version | None, new: Stored | None) -> float:
    return write_units(old.size if old else 0, new.size if new else 0)


def update_item(request: Request) -> bytes:
    """UpdateItem, by moto's expressions."""
    table = request.table()
    key = checked_values(need(request.body, "Key", dict))
    order_key = table.keys.of_key(key)
    normalise_placeholders(request.body)
    body = {**request.body, "Key": key}
    if "UpdateExpression" not in body:
        body.setdefault("AttributeUpdates", {})
    with request.journal.unit():
        old = table.rows.get(order_key)
        result = moto_result(request._replace(body=body), "update_item")
    result.pop("ConsumedCapacity", None)
    if "Attributes" in result:
        result = with_plain_numbers(orjson.loads(dumps(result)))
    new = table.rows.get(order_key)
    if wanted(request.body):
        sizes = [version.size for version in (old, new) if version]
        (_, capacity), *_ = spent(request.body, table.name, write_units(*sizes))
        result["ConsumedCapacity"] = orjson.loads(capacity)
    return dumps(result)


def batch_write_item(request: Request) -> bytes:
    """BatchWriteItem: up to 25 puts and deletes, each key once."""
    tables = need(request.body, "RequestItems", dict)
    writes: dict[tuple[Table, OrderKey], Stored | None] = {}
    asked = 0
    for name in tables:
        table = request.backend.get_table(name)
        for each in need_structures(tables, name):
            asked += 1
            key, ready = _batched(table, each)
            writes[table, key] = ready
    if not 1 <= asked <= MOST_IN_BATCH:
        raise invalid(
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy "
            "constraint: [Member must have length less than or equal to 25, Member must have length greater than or "
            "equal to 1]"
        )
    if len(writes) != asked:
        raise invalid(DUPLICATES)
    units: dict[str, float] = {}
    with request.journal.unit():
        for (table, key), ready in writes.items():
            units[table.name] = units.get(table.name, 0) + _cost(table.rows.get(key), ready)
            request.journal.stage(table, key, ready)
    return joined([("UnprocessedItems", b"{}"), *spent_each(request.body, units)])


def _batched(table: Table, each: Shape) -> tuple[OrderKey, Stored | None]:
    if set(each) == {"PutRequest"}:
        return prepared(table, need(need(each, "PutRequest", dict), "Item", dict))
    if set(each) == {"DeleteRequest"}:
        return table.keys.of_key(checked_values(need(need(each, "DeleteRequest", dict), "Key", dict))), None
    raise invalid(
        "Supplied WriteRequest must have exactly one of PutRequest and DeleteRequest, but has "
        f"{', '.join(each) or 'none'}"
    )


def transact_write_items(request: Request) -> bytes:
    """TransactWriteItems: up to 100 items, all or none, at one instant; a token makes repeating it harmless."""
    ops = need_structures(request.body, "TransactItems")
    if not 1 <= len(ops) <= MOST_IN_TRANSACTION:
        raise invalid(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have "
            "length less than or equal to 100, Member must have length greater than or equal to 1"
        )
    token = optional(request.body, "ClientRequestToken", str)
    asked = blake2b(orjson.dumps(ops, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
    keys = [_transacted(request, op) for op in ops]
    if len(set(keys)) != len(keys):
        raise invalid("Transaction request cannot include multiple operations on one item")
    with request.journal.unit(is_transaction=True):
        if not _done_already(request, token, asked):
            moto_result(request, "transact_write_items")
        sizes = {table.name: 0.0 for table, _ in keys}
        for table, key in keys:
            version = table.rows.get(key)
            sizes[table.name] += 2 * write_units(version.size if version else 0)
    if token:
        request.backend.tokens[token] = Token(asked, request.journal.now())
    return joined(spent_each(request.body, sizes))


def _done_already(request: Request, token: str | None, asked: bytes) -> bool:
    tokens = request.backend.tokens
    now = request.journal.now()
    for old in [name for name, known in tokens.items() if now - known.at > TOKEN_S]:
        del tokens[old]
    if token is None or token not in tokens:
        return False
    if tokens[token].digest != asked:
        raise AwsError(
            "IdempotentParameterMismatchException",
            "The parameters of this request do not match those of an earlier one with the same ClientRequestToken",
        )
    return True


def _transacted(request: Request, op: Shape) -> tuple[Table, OrderKey]:
    """Check one member of a transaction and bring its values into stored form, in place."""
    kinds = [kind for kind in ("ConditionCheck", "Put", "Delete", "Update") if kind in op]
    if len(kinds) != 1 or len(op) != 1:
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    (kind,) = kinds
    members: dict[str, Any] = need(op, kind, dict)
    table = request.backend.get_table(need(members, "TableName", str))
    normalise_placeholders(members)
    if kind == "Put":
        members["Item"], _ = checked_item(need(members, "Item", dict))
        table.check_index_keys(members["Item"])
        return table, table.keys.of_item(members["Item"])
    members["Key"] = checked_values(need(members, "Key", dict))
    if kind == "Update":
        need(members, "UpdateExpression", str)
    if kind == "ConditionCheck":
        need(members, "ConditionExpression", str)
    return table, table.keys.of_key(members["Key"])
