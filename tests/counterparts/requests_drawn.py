"""Whole requests drawn at random, each an operation's name and its members."""

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from .drawn import TABLE, Draw, Shape

shapes = st.builds(Shape, st.booleans(), st.booleans())


class Request(NamedTuple):
    """A request."""

    operation: str
    members: dict[str, Any]


def _new(draw: Draw) -> Draw:
    return Draw(draw.draw, draw.shape)


def put(draw: Draw) -> dict[str, Any]:
    """A put, on a condition perhaps."""
    members: dict[str, Any] = {"TableName": TABLE, "Item": draw.item(), "ReturnValues": draw.one_of("NONE", "ALL_OLD")}
    draw.sometimes(members, "ConditionExpression", draw.condition)
    return draw.with_placeholders(members)


def delete(draw: Draw) -> dict[str, Any]:
    """A delete, on a condition perhaps."""
    members: dict[str, Any] = {"TableName": TABLE, "Key": draw.key(), "ReturnValues": draw.one_of("NONE", "ALL_OLD")}
    draw.sometimes(members, "ConditionExpression", draw.condition)
    return draw.with_placeholders(members)


def update(draw: Draw) -> dict[str, Any]:
    """An update, on a condition perhaps."""
    shown = draw.one_of("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
    members: dict[str, Any] = {"TableName": TABLE, "Key": draw.key(), "ReturnValues": shown}
    members["UpdateExpression"] = draw.update()
    draw.sometimes(members, "ConditionExpression", draw.condition)
    return draw.with_placeholders(members)


def get(draw: Draw) -> dict[str, Any]:
    """A read, of some paths perhaps."""
    members: dict[str, Any] = {"TableName": TABLE, "Key": draw.key(), "ConsistentRead": True}
    draw.sometimes(members, "ProjectionExpression", draw.projection)
    return draw.with_placeholders(members)


def query(draw: Draw) -> dict[str, Any]:
    """A query of the table or its index."""
    of_index = draw.shape.index and draw.draw(st.booleans())
    partition, sort = ("g", "t") if of_index else ("id", "n")
    draw.values[":p"] = {"S": draw.one_of("x", "y") if of_index else draw.one_of("a", "b")}
    condition = f"{partition} = :p"
    if (of_index or draw.shape.sort) and draw.draw(st.booleans()):
        bound = draw.value(st.sampled_from([{"N": "1"}, {"N": "2"}, {"N": "1.5"}, {"S": "1"}]))
        condition += f" AND {sort} {draw.one_of('=', '<', '<=', '>', '>=')} {bound}"
    members: dict[str, Any] = {"TableName": TABLE, "KeyConditionExpression": condition}
    if of_index:
        members["IndexName"] = "by-g"
    members["ScanIndexForward"] = draw.draw(st.booleans())
    if not of_index:
        draw.sometimes(members, "Limit", lambda: draw.one_of(1, 2, 0))
    draw.sometimes(members, "FilterExpression", draw.condition)
    draw.sometimes(members, "ProjectionExpression", draw.projection)
    return draw.with_placeholders(members)


def scan(draw: Draw) -> dict[str, Any]:
    """A scan of the table or its index."""
    members: dict[str, Any] = {"TableName": TABLE}
    if draw.shape.index and draw.draw(st.booleans()):
        members["IndexName"] = "by-g"
    draw.sometimes(members, "FilterExpression", draw.condition)
    draw.sometimes(members, "ProjectionExpression", draw.projection)
    draw.sometimes(members, "Select", lambda: draw.one_of("COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"))
    return draw.with_placeholders(members)


def batch_write(draw: Draw) -> dict[str, Any]:
    """A batch of puts and deletes."""
    made: tuple[Callable[[], Any], ...] = (
        lambda: {"PutRequest": {"Item": draw.item()}},
        lambda: {"DeleteRequest": {"Key": draw.key()}},
    )
    return {"RequestItems": {TABLE: [draw.one_of(*made)() for _ in range(draw.one_of(1, 2, 3))]}}


def batch_get(draw: Draw) -> dict[str, Any]:
    """A batch of reads."""
    members: dict[str, Any] = {"Keys": [draw.key() for _ in range(draw.one_of(1, 2, 3))]}
    draw.sometimes(members, "ProjectionExpression", draw.projection)
    return {"RequestItems": {TABLE: draw.with_placeholders(members)}}


def transact_write(draw: Draw) -> dict[str, Any]:
    """A transaction of writes and checks."""
    return {"TransactItems": [_step(_new(draw)) for _ in range(draw.one_of(1, 2, 3))]}


def _step(draw: Draw) -> dict[str, Any]:
    kind = draw.one_of("Put", "Delete", "Update", "ConditionCheck")
    members: dict[str, Any] = {"TableName": TABLE, "Key": draw.key()}
    match kind:
        case "Put":
            members = {"TableName": TABLE, "Item": draw.item()}
        case "Update":
            members["UpdateExpression"] = draw.update()
        case "ConditionCheck":
            members["ConditionExpression"] = draw.condition()
    if kind != "ConditionCheck":
        draw.sometimes(members, "ConditionExpression", draw.condition)
    return {kind: draw.with_placeholders(members)}


def transact_get(draw: Draw) -> dict[str, Any]:
    """A transaction of reads."""
    return {"TransactItems": [{"Get": get_in_transaction(_new(draw))} for _ in range(draw.one_of(1, 2))]}


def get_in_transaction(draw: Draw) -> dict[str, Any]:
    """One read of a transaction."""
    members: dict[str, Any] = {"TableName": TABLE, "Key": draw.key()}
    draw.sometimes(members, "ProjectionExpression", draw.projection)
    return draw.with_placeholders(members)


MADE: dict[str, Callable[[Draw], dict[str, Any]]] = {
    "PutItem": put,
    "UpdateItem": update,
    "DeleteItem": delete,
    "GetItem": get,
    "Query": query,
    "Scan": scan,
    "BatchWriteItem": batch_write,
    "BatchGetItem": batch_get,
    "TransactWriteItems": transact_write,
    "TransactGetItems": transact_get,
}
WEIGHED = (*MADE, "PutItem", "PutItem", "UpdateItem", "UpdateItem", "UpdateItem", "Query")


@st.composite
def request(draw: Any, shape: Shape) -> Request:
    """One request to a table of this shape."""
    operation = draw(st.sampled_from(WEIGHED))
    return Request(operation, MADE[operation](Draw(draw, shape)))


@st.composite
def stories(draw: Any, longest: int = 14) -> tuple[Shape, list[Request]]:
    """A table and what is asked of it, one after the other."""
    shape = draw(shapes)
    return shape, draw(st.lists(request(shape), min_size=3, max_size=longest))
