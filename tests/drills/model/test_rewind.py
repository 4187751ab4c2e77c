"""A true restore, held against the promise of a rewind: it is clean, whatever the history was."""

from itertools import product

import pytest
from dynadrill.drills.cut import measure_cut
from dynadrill.drills.diff import Diff, ItemClass, Seen, diff
from dynadrill.drills.ledger import Expectation, carried_on, current, rewound, undone
from dynadrill.drills.snapshot import Row

from .world import END, NEW, SOURCE, STRUCK_AT, Shape, World, digest, seen, worlds

BUSY = Shape(writes=(2, 20))


def assert_clean(found: Diff, why: object) -> None:
    """No class is counted, nothing is torn, every key is counted once."""
    assert not found.findings, (why, found.findings)
    assert not found.torn, (why, found.torn)
    assert found.clean, why


@pytest.mark.parametrize("keys", [1, 3, 6])
def test_a_true_restore_to_a_point_before_the_strike_is_clean(keys: int) -> None:
    """S0-07, S1-09: what a table truly held at the promised second is in no class of wrong, and torn is empty."""
    intact = 0
    for world in worlds(1200, Shape(keys=keys, writes=(2, 12))):
        at = world.random.randrange(5, STRUCK_AT)
        restored = world.state(at)
        found = diff(_promise(world, at, 0), seen(restored), world.ledger().physical(SOURCE))
        assert_clean(found, (world.seed, at))
        assert found.restored == len(restored)
        assert found.keys >= found.expected >= found.restored
        assert found.within_boundary == 0
        intact += found.intact
    assert intact > 600


def test_so_is_one_from_anywhere_inside_the_boundary() -> None:
    """S1-03: a restore from any instant of the boundary, not only of its middle, is what a backup promises."""
    left_open = 0
    for world in worlds(2000, BUSY):
        wide = world.random.randrange(1, 8)
        point_at = world.random.randrange(10, STRUCK_AT - wide)
        true_at = point_at + world.random.randint(-wide, wide)
        found = diff(_promise(world, point_at, wide), seen(world.state(true_at)), world.ledger().physical(SOURCE))
        assert_clean(found, (world.seed, point_at, true_at))
        left_open += found.within_boundary
    assert left_open > 100


def test_what_ttl_took_or_left_is_clean_too() -> None:
    """S2-23: an item past its expiry may be there or not; one that came back is counted beside the classes."""
    returned = 0
    for world in worlds(1500, Shape(values=0, ttl=0.6, transactions=0.3)):
        at = world.random.randrange(5, STRUCK_AT)
        state = world.state(at)
        for one in list(state):
            last = [op for op in world.order(SOURCE, one) if op.effect and op.effect[0] <= at][-1]
            if last.expires_at is not None and last.expires_at <= at and world.random.random() < 0.5:
                del state[one]
        past = sum(
            dict(op.puts).get(one) == value and op.expires_at is not None
            for one, value in state.items()
            for op in world.order(SOURCE, one)
        )
        found = diff(_promise(world, at, 0), seen(state), world.ledger().physical(SOURCE))
        assert_clean(found, (world.seed, at))
        assert found.expired_returned == past
        returned += past
    assert returned > 200


def test_a_table_that_users_carried_on_with_is_clean() -> None:
    """Snapshot 2: what was restored, and every good write to the new table since."""
    for world, wide in product(worlds(800, BUSY), (0, 4)):
        point_at = world.random.randrange(10, STRUCK_AT - wide)
        restored = world.state(point_at + world.random.randint(-wide, wide))
        world.later(NEW, END + 5, world.random.randrange(1, 12))
        ledger = world.ledger()
        promise = rewound(ledger, SOURCE, point_at, -wide, wide)
        state = world.state(END + 100, NEW, since=restored)
        found = diff(carried_on(promise, ledger, NEW), seen(state, END + 100, END + 101), ledger.anywhere())
        assert_clean(found, (world.seed, point_at, wide))


def test_what_only_the_boundary_left_open_stays_decided_after_the_cutover() -> None:
    """Keys that nobody wrote since are within the boundary in snapshot 2 as they were in snapshot 1, not undecided."""
    for world in worlds(400, Shape(writes=(4, 15), info=0.0, longest=0)):
        ledger = world.ledger()
        promise = rewound(ledger, SOURCE, 30, -8, 8)
        restored = seen(world.state(30))
        one = diff(promise, restored, ledger.physical(SOURCE))
        two = diff(carried_on(promise, ledger, NEW), restored, ledger.anywhere())
        assert (one.undecided, one.within_boundary) == (two.undecided, two.within_boundary), world.seed


def test_without_a_disaster_an_undo_has_nothing_to_find() -> None:
    """A table that nothing hurt holds every good write, read row by row at the end."""
    for world in worlds(1000, Shape(writes=(2, 20), disaster=False)):
        ledger = world.ledger()
        found = diff(undone(ledger, SOURCE), seen(world.state(END + 90), END + 100), ledger.physical(SOURCE))
        assert_clean(found, world.seed)


def test_the_gate_is_clean_on_a_table_that_is_being_written() -> None:
    """A value is right if it was at any instant of its page, even where a transaction ended between two pages."""
    for world in worlds(2500, Shape(writes=(5, 30), keys=4, disaster=False, transactions=0.6)):
        began_at = world.random.randrange(10, END - 20)
        rows, at = {}, float(began_at)
        absent_at = {}
        for one in world.keys:
            read_at = at + world.random.randrange(3)
            value = world.state(read_at).get(one)
            absent_at[one] = read_at
            told_at = read_at + world.random.randrange(2)
            if value is not None:
                rows[one] = Row(digest(value), at, told_at)
            at = told_at
        live = Seen(rows, began_at, at, complete=True)
        ledger = world.ledger()
        assert_clean(diff(current(ledger, SOURCE), live, ledger.physical(SOURCE)), world.seed)


def test_the_true_point_is_in_the_measured_cut() -> None:
    """The restore point read from the data contains the true one, also after the strike, and the spread is 0."""
    bounded = 0
    for world in worlds(2500, BUSY):
        true_at = world.random.randrange(5, END)
        restored, physical = seen(world.state(true_at)), world.ledger().physical(SOURCE)
        compared = diff(_promise(world, world.random.randrange(10, STRUCK_AT), 0), restored, physical)
        cut = measure_cut(compared, restored, physical)
        if cut is None:
            silent = {ItemClass.MISSING, ItemClass.CONTAMINATED, ItemClass.PHANTOM}
            assert sum(map(len, compared.findings.values())) == len(physical), world.seed
            assert set(compared.findings) <= silent, world.seed
            continue
        assert cut.spread_s == 0, world.seed
        assert cut.agreeing == cut.voters, world.seed
        assert cut.meets(true_at, true_at), (world.seed, true_at, cut)
        bounded += cut.from_at > 5
    assert bounded > 1000


def _promise(world: World, point_at: float, wide: float) -> Expectation:
    return rewound(world.ledger(), SOURCE, point_at, -wide, wide)
