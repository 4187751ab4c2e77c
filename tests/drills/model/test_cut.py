"""The cut against brute force on a grid of instants, and what half a restore and a late one look like."""

from math import floor

import pytest
from dynadrill.drills.cut import Cut, measure_cut
from dynadrill.drills.diff import Diff, ItemClass, Seen, diff
from dynadrill.drills.history import History, Told, Who, Write
from dynadrill.drills.ledger import Ledger, WritesByKey, admissible, rewound
from dynadrill.drills.values import ABSENT

from .orders import OPEN_TO_TRY, possible_values
from .world import END, SOURCE, STRUCK_AT, Shape, World, digest, key, seen, worlds

STEP = 0.5
GRID = [number * STEP for number in range(-4, int((END + 20) / STEP))]
"""Stamps are whole numbers, so between two of them nothing changes; the first and last stand for all before, after."""

SILENT = (ItemClass.MISSING, ItemClass.CONTAMINATED, ItemClass.PHANTOM)


def allowed_on_grid(world_seen: Seen, physical: WritesByKey, compared: Diff) -> list[set[float]]:
    """The instants of the grid that each voting key allows."""
    silent = {finding.key for item_class in SILENT for finding in compared.findings.get(item_class, ())}
    found = []
    for one, writes in physical.items():
        row = world_seen.rows.get(one)
        value = ABSENT if row is None else row.digest
        allowed = {at for at in GRID if value in admissible(writes, at, at)}
        if one not in silent and allowed:
            found.append(allowed)
    return found


def narrowest_on_grid(votes: list[set[float]]) -> float:
    """The least width of a window from one instant of the grid to another that touches every vote."""
    narrowest = float("inf")
    for to_at in GRID:
        begun = [[at for at in allowed if at <= to_at] for allowed in votes]
        if all(begun):
            narrowest = min(narrowest, to_at - min(max(allowed) for allowed in begun))
    return narrowest


def mixed(world: World, one_at: float, other_at: float) -> Seen:
    """Half a restore: some keys from one instant, the others from another."""
    first = world.random.sample(world.keys, world.random.randint(1, len(world.keys)))
    one, other = world.state(one_at), world.state(other_at)
    return seen({k: v for k, v in one.items() if k in first} | {k: v for k, v in other.items() if k not in first})


def cut_of(world: World, restored: Seen, point_at: float) -> tuple[Cut | None, Diff, WritesByKey]:
    """What is measured from a table, held to the promise of a rewind to a point."""
    ledger = world.ledger()
    physical = ledger.physical(SOURCE)
    compared = diff(rewound(ledger, SOURCE, point_at, 0, 0), restored, physical)
    return measure_cut(compared, restored, physical), compared, physical


def test_half_a_restore_is_found_and_measured() -> None:
    """S1-09: the spread is the width of the narrowest window that explains all keys, and 0 only for one instant."""
    apart = 0
    for world in worlds(900, Shape(keys=4, writes=(4, 16), values=0)):
        one_at, other_at = world.random.randrange(5, 20), world.random.randrange(20, STRUCK_AT)
        restored = mixed(world, one_at, other_at)
        cut, compared, physical = cut_of(world, restored, one_at)
        votes = allowed_on_grid(restored, physical, compared)
        if cut is None:
            assert not votes, world.seed
            continue
        width = narrowest_on_grid(votes)
        assert (cut.spread_s > 0) == (width > 0), (world.seed, one_at, other_at)
        assert cut.spread_s == pytest.approx(max(width - STEP, 1e-6) if width else 0), (world.seed, width)
        assert cut.spread_s <= max(abs(one_at - other_at), 1e-6), world.seed
        apart += width > 0
    assert apart > 100


def test_the_measured_point_is_what_most_keys_allow() -> None:
    """The spans are exactly the instants that the greatest number of voting keys allows, with repeated values too."""
    lying_apart = 0
    for world in worlds(700, Shape(keys=4, writes=(4, 20), values=2)):
        restored = mixed(world, world.random.randrange(5, END), world.random.randrange(5, END))
        cut, compared, physical = cut_of(world, restored, world.random.randrange(5, STRUCK_AT))
        votes = allowed_on_grid(restored, physical, compared)
        if cut is None:
            assert not votes, world.seed
            continue
        standing = {at: sum(at in allowed for allowed in votes) for at in GRID}
        most = max(standing.values())
        assert (cut.voters, cut.agreeing) == (len(votes), most), world.seed
        inside = {at for at in GRID if any(from_at <= at < to_at for from_at, to_at in cut.spans)}
        assert inside == {at for at in GRID if standing[at] == most}, (world.seed, cut.spans)
        assert all(cut.meets(at, at) == (at in inside) for at in GRID)
        lying_apart += len(cut.spans) > 1
    assert lying_apart > 100


def test_a_late_restore_is_always_found() -> None:
    """S0-11: where the table of a later instant cannot be that of the promised one, a class or the cut says so."""
    late = 0
    for world in worlds(2500, Shape(keys=3, writes=(2, 10), values=0, info=0.1)):
        point_at = world.random.randrange(10, STRUCK_AT)
        true_at = world.random.randrange(STRUCK_AT, END)
        restored = seen(world.state(true_at))
        cut, compared, _ = cut_of(world, restored, point_at)
        good = world.ledger().good(SOURCE)
        if any(len(writes) > OPEN_TO_TRY for writes in good.values()):
            continue
        held = {one: row.digest for one, row in restored.rows.items()}
        differ = any(held.get(one, ABSENT) not in possible_values(good.get(one, ()), point_at) for one in world.keys)
        found = any(compared.findings.values()) or cut is None or not cut.meets(point_at, point_at)
        if differ:
            assert found, (world.seed, point_at, true_at)
            assert any(compared.findings.values()), world.seed
        late += differ
    assert late > 1200


def test_where_nothing_overlaps_any_other_point_is_found() -> None:
    """With every write acknowledged and none overlapping, a restore to the wrong instant shows if anything changed."""
    changed = 0
    for seed in range(1500):
        world = World(seed, Shape(keys=3, writes=(4, 10), values=0, info=0, refused=0))
        _one_after_the_other(world)
        point_at, true_at = world.random.randrange(10, STRUCK_AT) + 0.5, world.random.randrange(5, END) + 0.5
        restored = seen(world.state(true_at))
        cut, compared, _ = cut_of(world, restored, point_at)
        same = world.state(true_at) == world.state(point_at)
        assert compared.clean == same, (seed, point_at, true_at)
        if cut is not None and not any(finding for finding in compared.findings.values()):
            assert cut.meets(point_at, point_at), seed
        changed += not same
    assert changed > 800


def _one_after_the_other(world: World) -> None:
    """Make every write an instant of its own, told and done when it was asked, and hear the disaster out."""
    instants = world.random.sample(range(STRUCK_AT), len(world.ops))
    for number, op in enumerate(world.ops):
        at = op.asked_at + number / 100 if op.who.value == "disaster" else instants[number]
        at = floor(at) + number / 100
        world.ops[number] = op._replace(asked_at=at, told_at=at, outcome=Told.OK, effect=(at, 0))


def test_a_table_of_which_nothing_is_explained_has_no_measured_point() -> None:
    """Missing, contaminated and phantom keys have no vote, and without a vote there is no cut."""
    put = Write("seed-1", SOURCE, key(1), digest("v"), Who.SEED, 0.0, 1.0, Told.OK)
    ledger, empty = Ledger.of(History([put])), seen({})
    compared = diff(rewound(ledger, SOURCE, 5.0, 0, 0), empty, ledger.physical(SOURCE))
    assert compared.count(ItemClass.MISSING) == 1
    assert measure_cut(compared, empty, ledger.physical(SOURCE)) is None
