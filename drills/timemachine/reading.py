"""GetItem, BatchGetItem, TransactGetItems: answered with stored JSON, joined."""

from collections.abc import Mapping
from typing import Any

import orjson

from .attributes import Attributes, checked_values
from .backend import Request
from .capacity import Units, read_units, spent, spent_each
from .changelog import Version
from .conditions import projection_of
from .errors import invalid, unfit, wrong_length
from .expressions.placeholders import Placeholders
from .expressions.projections import Projection
from .keys import OrderKey
from .table import Table
from .wire import joined, need, need_structures

BATCH_BYTES = 16 * 1024 * 1024
TRANSACTION_BYTES = 4 * 1024 * 1024
MOST_KEYS = 100


def get_item(request: Request) -> bytes:
    """GetItem; what is read is always the present state, asked for consistently or not."""
    table = request.table()
    check_readable(table, consistent=bool(request.body.get("ConsistentRead")))
    key = table.keys.of_key(checked_values(need(request.body, "Key", dict)))
    projection = _projection(request.body)
    version = table.rows.get(key)
    members = [] if version is None else [("Item", shown(version, projection))]
    units = read_units(request.body, 0 if version is None else version.size)
    return joined(members + spent(request.body, table.name, Units(units)))


def check_readable(table: Table, *, consistent: bool) -> None:
    """Refuse a strongly consistent read of a replica that cannot answer one now.

    Raises:
        AwsError: ServiceUnavailable.
    """
    if consistent and table.replica is not None:
        table.replica.check_quorum()


def batch_get_item(request: Request) -> bytes:
    """BatchGetItem: up to 100 keys and 16 MB."""
    wanted = need(request.body, "RequestItems", dict)
    if not wanted:
        raise unfit("requestItems", "have length greater than or equal to 1", "{}")
    keys = {name: _batch_keys(request, name, members) for name, members in wanted.items()}
    if sum(map(len, keys.values())) > MOST_KEYS:
        raise invalid("Too many items requested for the BatchGetItem call")
    room = BATCH_BYTES
    responses: list[tuple[str, bytes]] = []
    unprocessed: dict[str, Any] = {}
    units: dict[str, Units] = {}
    for name, members in wanted.items():
        table = request.backend.get_table(name)
        check_readable(table, consistent=bool(members.get("ConsistentRead")))
        projection = _projection(members)
        found: list[bytes] = []
        left: list[Attributes] = []
        for order_key, key in keys[name].items():
            version = table.rows.get(order_key)
            size = 0 if version is None else version.size
            if size > room:
                left.append(key)
                continue
            room -= size
            units[table.name] = units.get(table.name, Units()).plus(Units(read_units(members, size)))
            if version is not None:
                found.append(shown(version, projection))
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
    if not 1 <= len(listed) <= MOST_KEYS:
        raise wrong_length(f"requestItems.{name}.member.keys", MOST_KEYS)
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
        raise wrong_length("transactItems", MOST_KEYS)
    wanted: list[tuple[Table, OrderKey, Projection | None]] = []
    for each in gets:
        members = need(each, "Get", dict)
        table = request.backend.get_table(need(members, "TableName", str))
        projection = _projection(members)
        wanted.append((table, table.keys.of_key(checked_values(need(members, "Key", dict))), projection))
    if len({(table, key) for table, key, _ in wanted}) != len(wanted):
        raise invalid("Transaction request cannot include multiple operations on one item")
    with request.journal.lock:
        versions = [table.rows.get(key) for table, key, _ in wanted]
    if sum(version.size for version in versions if version) > TRANSACTION_BYTES:
        raise invalid("Transaction payload size cannot exceed 4MB")
    units: dict[str, Units] = {}
    for version, (table, _, _) in zip(versions, wanted, strict=True):
        cost = 2 * read_units({"ConsistentRead": True}, 0 if version is None else version.size)
        units[table.name] = units.get(table.name, Units()).plus(Units(cost))
    responses = [
        b"{}" if version is None else joined([("Item", shown(version, projection))])
        for version, (_, _, projection) in zip(versions, wanted, strict=True)
    ]
    return joined([("Responses", b"[" + b",".join(responses) + b"]"), *spent_each(request.body, units, "Read")])


def _projection(members: Mapping[str, Any]) -> Projection | None:
    placeholders = Placeholders.of(members)
    projection = projection_of(members, placeholders)
    placeholders.refuse_unused()
    return projection


def shown(version: Version, projection: Projection | None) -> bytes:
    """The JSON of an item, or of the parts of it that are asked for."""
    wire = version.wire or b"{}"
    return wire if projection is None else orjson.dumps(projection.of(orjson.loads(wire)))
