"""Batches of which a part comes back unprocessed, as AWS does when a table's throughput is spent meanwhile."""

from typing import Any, Final, NamedTuple

import orjson

from .blueprint import Shape
from .calls import Answer, Call
from .errors import AwsError
from .wire import loads

MOST: Final = {"BatchWriteItem": 25, "BatchGetItem": 100}
"""A batch with more is refused as a whole, by whoever carries it out."""
LEFT_IN: Final = {"BatchWriteItem": "UnprocessedItems", "BatchGetItem": "UnprocessedKeys"}


class Batch(NamedTuple):
    """A batch that was read: its members, and its single requests with the names of their tables."""

    members: Shape
    requests: list[tuple[str, Any]]


class Split(NamedTuple):
    """A batch in two: the call with what is carried out, and the request items that are not."""

    call: Call
    left: Shape


def batch_of(call: Call) -> Batch:
    """Read a batch; one that cannot be read has no requests."""
    try:
        members = loads(call.body)
    except AwsError:
        return Batch({}, [])
    tables = members.get("RequestItems")
    named = tables.items() if isinstance(tables, dict) else ()
    return Batch(members, [(name, each) for name, value in named for each in _requests(value)])


def split(call: Call, batch: Batch) -> Split:
    """Leave out every second request of a batch, counted over all tables.

    What is left out is not looked at: it is refused, if it has to be, when it is sent again.
    """
    tables = batch.members["RequestItems"]
    kept, left = (_joined(tables, batch.requests[start::2]) for start in (0, 1))
    return Split(call._replace(body=orjson.dumps({**batch.members, "RequestItems": kept})), left)


def merged(operation: str, answer: Answer, left: Shape) -> Answer:
    """The answer with what was left out added to what it says is unprocessed."""
    members = orjson.loads(answer.body)
    unprocessed = members.setdefault(LEFT_IN[operation], {})
    for name, value in left.items():
        if name in unprocessed:
            _requests(unprocessed[name]).extend(_requests(value))
        else:
            unprocessed[name] = value
    return answer._replace(body=orjson.dumps(members))


def _requests(value: Any) -> list[Any]:
    """The requests to one table: a list of writes, or the keys of a structure."""
    found = value.get("Keys") if isinstance(value, dict) else value
    return found if isinstance(found, list) else []


def _joined(tables: Shape, requests: list[tuple[str, Any]]) -> Shape:
    """Requests by table again, with what else a table's structure says."""
    found: Shape = {}
    for name, request in requests:
        value = tables[name]
        empty = {**value, "Keys": []} if isinstance(value, dict) else []
        _requests(found.setdefault(name, empty)).append(request)
    return found
