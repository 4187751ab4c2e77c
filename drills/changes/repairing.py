"""Repairing a live table key by key: what is damaged is put back on condition that the damage is still there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from ..recovery import RecoveryTools
from ..values import Change, Item, Key, digest, key_item, key_of
from .damage import Damage
from .merging import held, merged, over_damage
from .records import ChangeRecord

MOST_COMPARED = 150
"""An expression has at most 300 operators (Developer Guide, "Service, account, and table quotas"): of an item with more
attributes so many are compared."""

TRIES = 10
WAIT_S = 0.5
REFUSED = "ConditionalCheckFailedException"

PLAN, DONE = "repair-plan.jsonl", "repair.jsonl"
"""The files that say, in a recovery's folder, what is to be put back, and what came of each key."""


class Fate(StrEnum):
    """What came of one damaged key."""

    REPAIRED = "repaired"
    SKIPPED = "skipped"
    OPEN = "open"


class Repair(NamedTuple):
    """One key: what the damage left there, and what was right; None is no item."""

    key: Key
    damaged: Item | None
    right: Item | None


class Done(NamedTuple):
    """What came of one key, and why."""

    key: Key
    fate: Fate
    because: str


class Plan(NamedTuple):
    """What is to be repaired, and the keys that were damaged and need nothing."""

    repairs: Sequence[Repair]
    skipped: Sequence[Done]


def plan_repairs(
    damage: Damage,
    live: Mapping[Key, Item],
    restored: Mapping[Key, Item],
    changes: Sequence[ChangeRecord] | None,
) -> Plan:
    """Compare the live table with the restored copy, and choose the keys that hold nothing but damage.

    Args:
        damage: what the bad job wrote.
        live: the live table's items.
        restored: the copy's items, as they were at the restore point.
        changes: every change since that point, each item's in order; None where there is no stream. They tell what
            a user wrote between the point and the damage, which the copy has not, and whose an absence is.
    """
    since = _since(damage, changes or (), restored)
    repairs: list[Repair] = []
    skipped: list[Done] = []
    for key in sorted(live.keys() | restored.keys() | damage.log.keys()):
        now = live.get(key)
        hurt = key in damage.log or damage.explains(key, now) or key in since.hurt
        if not hurt:
            continue
        right = since.right.get(key, restored.get(key))
        is_known = key in since.left and digest(now) == digest(since.left[key])
        is_damage = damage.explains(key, now) if changes is None else is_known
        if digest(now) == digest(right):
            skipped.append(Done(key, Fate.SKIPPED, "it is as it should be"))
        elif not is_damage:
            skipped.append(Done(key, Fate.SKIPPED, "somebody has written a good value since"))
        else:
            repairs.append(Repair(key, now, right))
    return Plan(repairs, skipped)


class _Since(NamedTuple):
    right: Mapping[Key, Item | None]
    left: Mapping[Key, Item | None]
    hurt: frozenset[Key]


def _since(damage: Damage, changes: Iterable[ChangeRecord], restored: Mapping[Key, Item]) -> _Since:
    """By key: what would be there without the damage, and what the last change has left there."""
    right: dict[Key, Item | None] = {}
    left: dict[Key, Item | None] = {}
    records = list(changes)
    made = damage.among(records)
    over = over_damage(records, made)
    for record in records:
        one = record.key, record.sequence
        left[record.key] = record.new
        if one not in made:
            before = right.get(record.key, restored.get(record.key))
            right[record.key] = merged(record.key, over[one], record.new, before) if one in over else record.new
    return _Since(right, left, frozenset(key for key, _ in made))


class Repairer:
    """Puts keys of a live table right, each on condition that it still holds what the damage left there.

    Args:
        tools: of the recovery.
    """

    def __init__(self, tools: RecoveryTools) -> None:
        self._tools = tools

    def repair(self, repair: Repair) -> Done:
        """Put one key right, unless somebody has written to it since."""
        unsure = False
        for _ in range(TRIES):
            performed = self._tools.write_if(
                self._tools.table, Change(repair.key, repair.right), self.condition(repair)
            )
            if performed.acknowledged:
                return Done(repair.key, Fate.REPAIRED, "")
            if performed.error == REFUSED:
                if unsure and digest(held(self._tools, self._tools.table, repair.key)) == digest(repair.right):
                    return Done(repair.key, Fate.REPAIRED, "by a write whose answer was lost")
                return Done(repair.key, Fate.SKIPPED, "somebody has written a good value since")
            unsure = True
            self._tools.clock.wait(WAIT_S, "until the table takes more")
        return Done(repair.key, Fate.OPEN, f"not taken after {TRIES} tries: {performed.error}")

    def condition(self, repair: Repair) -> dict[str, Any]:
        """The condition that a key holds what the damage left there, as members of a request."""
        names = list(repair.damaged or key_item(repair.key))[:MOST_COMPARED]
        aliases = {f"#{number}": name for number, name in enumerate(names)}
        if repair.damaged is None:
            return {"ConditionExpression": "attribute_not_exists(#0)", "ExpressionAttributeNames": {"#0": names[0]}}
        return {
            "ConditionExpression": " AND ".join(f"#{number} = :{number}" for number in range(len(names))),
            "ExpressionAttributeNames": aliases,
            "ExpressionAttributeValues": {f":{number}": repair.damaged[name] for number, name in enumerate(names)},
        }


def write_plan(tools: RecoveryTools, plan: Plan) -> None:
    """List what is going to be put back, and over what, before anything is."""
    _write_lines(tools, PLAN, [{**repair._asdict(), "will": "put back"} for repair in plan.repairs])


def write_done(tools: RecoveryTools, done: Sequence[Done]) -> str:
    """List what came of every key, and say how many came to what."""
    _write_lines(tools, DONE, [each._asdict() for each in done])
    counts = Counter(each.fate for each in done)
    told = ", ".join(f"{counts[fate]:,} {fate}" for fate in Fate)
    return f"of {len(done):,} damaged keys {told}"


def items_by_key(tools: RecoveryTools, table: str) -> dict[Key, Item]:
    """All items of a table."""
    return {key_of(item, tools.key_attributes): item for item in tools.scan(table)}


def _write_lines(tools: RecoveryTools, name: str, lines: Sequence[Mapping[str, Any]]) -> None:
    tools.folder.mkdir(parents=True, exist_ok=True)
    (tools.folder / name).write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
