"""PutItem, DeleteItem, UpdateItem and BatchWriteItem."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import orjson

from .attributes import LARGEST_ITEM, Attributes, Typed, checked_item, checked_values, size_of_item
from .backend import Request
from .blueprint import Shape
from .capacity import Units, spent, spent_each, wanted, write_cost
from .conditions import Condition, condition_of, update_of
from .errors import AwsError, invalid, not_implemented, not_one_of
from .expressions.placeholders import Placeholders
from .expressions.updates import BoundUpdate
from .indexes import check_updated_keys
from .journal import Stored, stored
from .keys import OrderKey
from .table import Table
from .wire import joined, need, need_structures, optional

MOST_IN_BATCH = 25
SHOWN_BY_UPDATE = frozenset({"NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"})
DUPLICATES = "Provided list of item keys contains duplicates"


class Check(Protocol):
    """What must hold for a write."""

    def check(self, item: Attributes) -> None:
        """Refuse the write if it does not hold; what is not there has no attributes."""
        ...


class Written(NamedTuple):
    """One write, ready to be tried: where, on what condition, and what it leaves."""

    table: Table
    key: OrderKey
    condition: Check | None
    ready: Stored | None
    """What a put leaves; None for a deletion."""
    update: BoundUpdate | None = None
    names: Mapping[str, Typed] = MappingProxyType({})
    """The key attributes, with which an update begins where there is no item."""
    only_checks: bool = False
    """A step of a transaction that writes nothing."""

    def outcome(self, item: Attributes) -> tuple[Attributes, Stored | None]:
        """What it leaves of an item (empty: none), if the condition holds.

        Raises:
            AwsError: the condition does not hold, or the update does not fit the item.
        """
        if self.condition is not None:
            self.condition.check(item)
        if self.update is None:
            return {}, self.ready
        if not item and self.update.only_takes_away:
            return {}, None
        return updated(self.table, self.update, item or dict(self.names))


def updated(table: Table, update: BoundUpdate, item: Attributes) -> tuple[Attributes, Stored]:
    """An item after an update.

    Raises:
        AwsError: it does not fit the item, or the item would be too large or could not be indexed.
    """
    attributes = update.of(item)
    touched = {str(change.steps[0]) for change in update.changes}
    size = size_of_item(attributes)
    if size > LARGEST_ITEM:
        raise invalid("Item size to update has exceeded the maximum allowed size")
    check_updated_keys(table.secondary, attributes, touched)
    return attributes, stored(attributes, size)


def put(request: Request, members: Shape) -> Written:
    """A put that a request or a step of a transaction asks for.

    Raises:
        AwsError: it is malformed.
    """
    table = request.backend.get_table(need(members, "TableName", str))
    key, ready = prepared(table, need(members, "Item", dict))
    return Written(table, key, _condition(members), ready)


def delete(request: Request, members: Shape) -> Written:
    """The same for a deletion."""
    table = request.backend.get_table(need(members, "TableName", str))
    key = table.keys.of_key(checked_values(need(members, "Key", dict)))
    return Written(table, key, _condition(members), None)


def update(request: Request, members: Shape) -> Written:
    """The same for an update."""
    table = request.backend.get_table(need(members, "TableName", str))
    names = checked_values(need(members, "Key", dict))
    key = table.keys.of_key(names)
    placeholders = Placeholders.of(members, ("UpdateExpression", "ConditionExpression"))
    change = update_of(members, placeholders, table.keys.names)
    condition = condition_of(members, placeholders)
    placeholders.refuse_unused()
    return Written(table, key, condition, None, change, names)


def _condition(members: Mapping[str, Any]) -> Condition | None:
    placeholders = Placeholders.of(members, ("ConditionExpression",))
    condition = condition_of(members, placeholders)
    placeholders.refuse_unused()
    return condition


def put_item(request: Request) -> bytes:
    """PutItem."""
    return _write(request, put(request, request.body))


def delete_item(request: Request) -> bytes:
    """DeleteItem; deleting what is not there succeeds."""
    return _write(request, delete(request, request.body))


def prepared(table: Table, item: Shape) -> tuple[OrderKey, Stored]:
    """An item's key, and the item as it is committed.

    Raises:
        AwsError: the item is not one that the table takes.
    """
    attributes, size = checked_item(item)
    key = table.keys.of_item(attributes)
    table.check_index_keys(attributes)
    return key, stored(attributes, size)


def _write(request: Request, write: Written) -> bytes:
    body, table = request.body, write.table
    refuse_collection_metrics(body, table)
    shown = optional(body, "ReturnValues", str) or "NONE"
    if shown not in {"NONE", "ALL_OLD"}:
        raise invalid("Return values set to invalid value")
    with request.journal.unit():
        old = table.rows.get(write.key)
        if write.condition is not None:
            write.condition.check({} if old is None else orjson.loads(old.wire or b"{}"))
        request.journal.stage(table, write.key, write.ready)
    members = []
    if shown == "ALL_OLD" and old is not None and old.wire is not None:
        members.append(("Attributes", old.wire))
    if wanted(body):
        members += spent(body, table.name, write_cost(table, old, write.ready))
    return joined(members)


def update_item(request: Request) -> bytes:
    """UpdateItem; of an item that is not there it makes one."""
    body = request.body
    write = update(request, body)
    table, change = write.table, write.update or BoundUpdate(())
    refuse_collection_metrics(body, table)
    shown = optional(body, "ReturnValues", str) or "NONE"
    if shown not in SHOWN_BY_UPDATE:
        raise invalid("Return values set to invalid value")
    with request.journal.unit():
        old = table.rows.get(write.key)
        before: Attributes = {} if old is None else orjson.loads(old.wire or b"{}")
        attributes, new = write.outcome(before)
        request.journal.stage(table, write.key, new)
    members = []
    if shown != "NONE":
        item = before if shown.endswith("OLD") else attributes
        seen = item if shown.startswith("ALL") else change.touched.of(item)
        if seen:
            members.append(("Attributes", orjson.dumps(seen)))
    if wanted(body):
        members += spent(body, table.name, write_cost(table, old, new))
    return joined(members)


def batch_write_item(request: Request) -> bytes:
    """BatchWriteItem: up to 25 puts and deletes, each key once."""
    tables = need(request.body, "RequestItems", dict)
    writes: dict[tuple[Table, OrderKey], Stored | None] = {}
    asked = 0
    for name in tables:
        table = request.backend.get_table(name)
        refuse_collection_metrics(request.body, table)
        for each in need_structures(tables, name):
            asked += 1
            key, ready = _batched(table, each)
            writes[table, key] = ready
    if not 1 <= asked <= MOST_IN_BATCH:
        raise _bad_batch()
    if len(writes) != asked:
        raise invalid(DUPLICATES)
    tells = wanted(request.body)
    units: dict[str, Units] = {}
    with request.journal.unit():
        for (table, key), ready in writes.items():
            if tells:
                cost = write_cost(table, table.rows.get(key), ready)
                units[table.name] = units.get(table.name, Units()).plus(cost)
            request.journal.stage(table, key, ready)
    return joined([("UnprocessedItems", b"{}"), *spent_each(request.body, units)])


def _bad_batch() -> AwsError:
    return invalid(
        "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy "
        "constraint: [Member must have length less than or equal to 25, Member must have length greater than or "
        "equal to 1]"
    )


def _batched(table: Table, each: Shape) -> tuple[OrderKey, Stored | None]:
    if set(each) == {"PutRequest"}:
        return prepared(table, need(need(each, "PutRequest", dict), "Item", dict))
    if set(each) == {"DeleteRequest"}:
        return table.keys.of_key(checked_values(need(need(each, "DeleteRequest", dict), "Key", dict))), None
    raise invalid(
        "Supplied WriteRequest must have exactly one of PutRequest and DeleteRequest, but has "
        f"{', '.join(each) or 'none'}"
    )


def refuse_collection_metrics(body: Mapping[str, Any], table: Table) -> None:
    """Refuse to tell how large an item collection is; only tables with a local index have any.

    Raises:
        AwsError: the request asks for it.
    """
    choice = optional(body, "ReturnItemCollectionMetrics", str)
    if choice not in {None, "NONE", "SIZE"}:
        raise not_one_of("returnItemCollectionMetrics", choice, ("SIZE", "NONE"))
    if choice == "SIZE" and table.indexes:
        raise not_implemented("ReturnItemCollectionMetrics of a table with local secondary indexes")
