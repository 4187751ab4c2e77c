"""Merging: what users made of a damaged item, without what the damage left in it.

A user who updates an item that was damaged writes a part of it; what comes of it was written by nobody: a part is the
user's, the rest the damage's. What is right is their change, made to the item as it was before the damage.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ..recovery import RecoveryTools
from ..values import Item, Key, key_item
from .records import ChangeRecord


def merged(key: Key, base: Item | None, theirs: Item | None, right: Item | None) -> Item | None:
    """What should be under a key, after a user has changed a damaged item.

    Args:
        key: of the item; a key is nobody's damage.
        base: the item that the user changed: what the damage left, or what came of it.
        theirs: what the change left.
        right: what would have been there in place of `base`; None where nothing would have been.

    Answers:
        `theirs`, where nothing in it is the damage's: a whole item that the user put, or a deletion.
    """
    if theirs is None or base is None:
        return theirs
    before = right or key_item(key)
    damaged = {name for name in base.keys() | before.keys() if base.get(name) != before.get(name)}
    left_over = {name for name in damaged if name in theirs and theirs[name] == base.get(name)}
    if not left_over:
        return theirs
    taken_away = {name for name in damaged if name not in base and name not in theirs}
    kept = {name: value for name, value in theirs.items() if name not in left_over}
    return kept | {name: before[name] for name in left_over | taken_away if name in before}


def over_damage(
    records: Iterable[ChangeRecord], made: frozenset[tuple[Key, str]]
) -> Mapping[tuple[Key, str], Item | None]:
    """The users' changes of items that the damage had been at, by key and sequence number, each with what it changed.

    Args:
        records: each item's in order.
        made: which of them the damage made.
    """
    found: dict[tuple[Key, str], Item | None] = {}
    damaged: dict[Key, Item | None] = {}
    for record in records:
        one = record.key, record.sequence
        if one in made:
            damaged[record.key] = record.new
        elif damaged.get(record.key) is not None:
            found[one] = damaged[record.key]
            damaged[record.key] = record.new
    return found


def held(tools: RecoveryTools, table: str, key: Key) -> Item | None:
    """What is under a key of a table at home, read strongly."""
    answer: Any = tools.once.get_item(TableName=table, Key=key_item(key), ConsistentRead=True)
    item: Item | None = answer.get("Item")
    return item
