"""A heartbeat: how long a write takes to another Region, by an item of our own that is written and looked for."""

import orjson

from ..recovery import RecoveryTools
from ..tables import table_id
from ..values import Change, key_item
from .draining import key_types
from .markers import marker

POLL_S = 0.1
TYPES = "heartbeat_key_types"
"""Under what name it is kept which types the table's key has: they never change, and need be asked for once only."""


def beat(tools: RecoveryTools, region: str, patience_s: float) -> float | None:
    """Write an item, look for it in another Region until it is there, and remove it again.

    Answers:
        The seconds from just before it was sent until it was seen: no less than it took. None where the home Region
        did not take it, or it has not arrived after `patience_s`.
    """
    there = tools.in_region(region)
    put = marker(_types(tools, region), 0)
    asked_at = tools.clock.now()
    if not tools.write(tools.table, [put]).acknowledged:
        return None
    arrived = False
    while not arrived and tools.clock.now() - asked_at < patience_s:
        tools.clock.live(POLL_S)
        answer = there.get_item(TableName=tools.table, Key=key_item(put.key), ConsistentRead=True)
        arrived = "Item" in answer
    lag_s = tools.clock.now() - asked_at
    tools.write(tools.table, [Change(put.key, None)])
    return lag_s if arrived else None


def seen_at_once(tools: RecoveryTools, region: str) -> bool | None:
    """Whether strongly consistent reads in another Region see a write, and its deletion, as soon as it is acknowledged.

    Each is looked for once, with no patience. None where the home Region did not take one of them: that says nothing.
    """
    there, put = tools.in_region(region), marker(_types(tools, region), 0)
    saw = []
    for change in (put, Change(put.key, None)):
        if not tools.write(tools.table, [change]).acknowledged:
            return None
        answer = there.get_item(TableName=tools.table, Key=key_item(put.key), ConsistentRead=True)
        saw.append("Item" in answer)
    return saw == [True, False]


def stop(tools: RecoveryTools, region: str) -> None:
    """Remove what the last heartbeat may have left in the other Region."""
    tools.write(table_id(tools.table, region), [Change(marker(_types(tools, region), 0).key, None)])


def _types(tools: RecoveryTools, region: str) -> dict[str, str]:
    if TYPES not in tools.kept:
        tools.kept[TYPES] = orjson.dumps(key_types(tools, region)).decode()
    types: dict[str, str] = orjson.loads(tools.kept[TYPES])
    return types
