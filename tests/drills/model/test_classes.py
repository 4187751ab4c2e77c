"""The classes of random snapshots, right or wrong, against the table of classes read out once more."""

from collections.abc import Mapping, Sequence
from random import Random

import pytest
from dynadrill.drills.diff import Diff, ItemClass, Seen, diff
from dynadrill.drills.history import Told, Who, Write
from dynadrill.drills.ledger import rewound
from dynadrill.drills.values import ABSENT

from .orders import OPEN_TO_TRY, explanations, possible_between
from .world import SOURCE, STRUCK_AT, Shape, World, digest, key, seen, worlds

NOBODYS = "nobody's"


def anything(world: World) -> dict[str, str]:
    """A table of arbitrary values: of this history (bad, refused, early or late), nobody's, or none."""
    values = [value for op in world.ops for _, value in op.puts if value is not None]
    own = {one: [v for op in world.ops for k, v in op.puts if k == one and v is not None] for one in world.keys}
    table = {}
    for one in [*world.keys, key(99)]:
        match world.random.randrange(6):
            case 0:
                continue
            case 1:
                table[one] = world.random.choice([*values, NOBODYS])
            case _ if own.get(one):
                table[one] = world.random.choice(own[one])
    return table


def class_of(value: bytes, right: set[bytes], writes: Sequence[Write], boundary_ends_at: float) -> ItemClass | None:
    """The first class that holds, as the design's table has them; None for a key that is rightly absent."""
    done = [write for write in writes if write.outcome is not Told.FAIL]
    explaining = [write for write in done if write.digest == value]
    good = [write for write in explaining if write.who in (Who.SEED, Who.LOAD)]
    if value in right:
        return None if value == ABSENT and right == {ABSENT} else ItemClass.INTACT
    if value == ABSENT:
        return ItemClass.MISSING
    if any(write.who is Who.DISASTER for write in explaining):
        return ItemClass.CONTAMINATED
    if good and all(write.asked_at > boundary_ends_at for write in good):
        return ItemClass.PREMATURE
    if good and right == {ABSENT}:
        return ItemClass.RESURRECTED
    return ItemClass.STALE if good else ItemClass.PHANTOM


def named(found: Diff) -> dict[str, ItemClass]:
    """The class of every key that is not as it should be."""
    return {finding.key: item_class for item_class, findings in found.findings.items() for finding in findings}


@pytest.mark.parametrize("wide", [0, 5])
def test_every_key_is_in_the_first_class_that_holds_and_counted_once(wide: int) -> None:
    """Each key of expected or restored is in exactly one class, named, and the counts add up to their union."""
    met: set[ItemClass | None] = set()
    for world in worlds(900, Shape(keys=3, writes=(2, 8))):
        point_at = world.random.randrange(10, STRUCK_AT)
        ledger, table = world.ledger(), anything(world)
        good, physical = ledger.good(SOURCE), ledger.physical(SOURCE)
        if any(len(writes) > OPEN_TO_TRY for writes in good.values()):
            continue
        found = diff(rewound(ledger, SOURCE, point_at, -wide, wide), seen(table), physical)
        expected = {}
        union = set(table)
        for one in {*world.keys, *table}:
            right = possible_between(good.get(one, ()), point_at - wide, point_at + wide)
            union |= {one} if right != {ABSENT} else set()
            expected[one] = class_of(digest(table.get(one)), right, physical.get(one, ()), point_at + wide)
        met |= set(expected.values())
        wrong = {one: c for one, c in expected.items() if c not in (None, ItemClass.INTACT)}
        assert named(found) == wrong, (world.seed, point_at)
        assert sum(found.count(item_class) for item_class in ItemClass) == found.keys == len(union), world.seed
        assert found.intact == sum(c is ItemClass.INTACT for c in expected.values()), world.seed
        assert found.restored == len(table)
    assert met == {None, *ItemClass}


def test_a_transaction_is_torn_exactly_when_its_keys_show_both_sides_of_it() -> None:
    """S1-09: a key shows the state after in every order that explains it, another the state before in every one."""
    torn = compared = 0
    for world in worlds(2500, Shape(keys=3, writes=(2, 6), transactions=0.8)):
        physical = world.ledger().physical(SOURCE)
        if any(len(writes) > OPEN_TO_TRY for writes in physical.values()):
            continue
        table = seen(half(world, world.random))
        found = diff(rewound(world.ledger(), SOURCE, 30, 0, 0), table, physical).torn
        expected = {op.op for op in world.ops if len(op.puts) > 1 and _is_torn(op.op, physical, table)}
        assert set(found) == expected, (world.seed, found, expected)
        assert len(found) == len(set(found))
        torn += len(expected)
        compared += 1
    assert torn > 150
    assert compared > 1500


def half(world: World, random: Random) -> dict[str, str]:
    """Keys from two instants, as half a restore leaves them."""
    one, other = world.state(random.randrange(5, 60)), world.state(random.randrange(5, 60))
    return {k: v for k in world.keys for v in [random.choice((one, other)).get(k)] if v is not None}


def _is_torn(op: str, physical: Mapping[str, Sequence[Write]], table: Seen) -> bool:
    shown = set()
    for one, writes in physical.items():
        part = [write for write in writes if write.op == op and write.outcome is not Told.FAIL]
        row = table.rows.get(one)
        if part:
            sides = {part[0] in before for before, _ in explanations(writes, ABSENT if row is None else row.digest)}
            shown |= sides if len(sides) == 1 else set()
    return shown == {True, False}
