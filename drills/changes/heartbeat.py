"""A heartbeat: how long a write takes to another Region, by an item of our own that is written and looked for."""

import orjson

from ..recovery import RecoveryTools
from ..tables import name_of, region_of
from ..values import Change, key_item
from .draining import key_types
from .markers import marker

POLL_S = 0.1
TYPES = "heartbeat_key_types"
"""Under what name it is kept which types the table's key has: they never change, and need be asked for once only."""


def beat(tools: RecoveryTools, written_in: str, seen_in: str, patience_s: float) -> float | None:
    """Write an item to a replica, look for it in another one until it is there, and remove it again.

    Args:
        tools: a recovery's.
        written_in: the replica to write to, by its table id.
        seen_in: the one to look in.
        patience_s: how long to look.

    Answers:
        The seconds from just before it was sent until it was seen: no less than it took. None where the first replica
        did not take it, or it has not arrived after `patience_s`.
    """
    put = _marker(tools, seen_in)
    asked_at = tools.clock.now()
    if not tools.write(written_in, [put]).acknowledged:
        return None
    arrived = False
    while not arrived and tools.clock.now() - asked_at < patience_s:
        tools.clock.live(POLL_S)
        arrived = _is_there(tools, seen_in, put)
    lag_s = tools.clock.now() - asked_at
    tools.write(written_in, [Change(put.key, None)])
    return lag_s if arrived else None


def seen_at_once(tools: RecoveryTools, written_in: str, seen_in: str) -> bool | None:
    """Whether strongly consistent reads of one replica see a write to another, and its deletion, once acknowledged.

    Each is looked for once, with no patience. None where the first replica did not take one of them: that says nothing.
    """
    put, saw = _marker(tools, seen_in), []
    for change in (put, Change(put.key, None)):
        if not tools.write(written_in, [change]).acknowledged:
            return None
        saw.append(_is_there(tools, seen_in, put))
    return saw == [True, False]


def stop(tools: RecoveryTools, replica: str) -> None:
    """Remove what the last heartbeat may have left in a replica."""
    tools.write(replica, [Change(_marker(tools, replica).key, None)])


def _is_there(tools: RecoveryTools, replica: str, put: Change) -> bool:
    """Whether a strongly consistent read of a replica sees the item of a heartbeat."""
    there = tools.in_region(region_of(replica) or tools.region)
    answer = there.get_item(TableName=name_of(replica), Key=key_item(put.key), ConsistentRead=True)
    return "Item" in answer


def _marker(tools: RecoveryTools, asked_of: str) -> Change:
    if TYPES not in tools.kept:
        tools.kept[TYPES] = orjson.dumps(key_types(tools, region_of(asked_of))).decode()
    types: dict[str, str] = orjson.loads(tools.kept[TYPES])
    return marker(types, 0)
