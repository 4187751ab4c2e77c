"""What was lost, against the truth and against every order that explains what is seen."""

from collections.abc import Iterator, Sequence

from dynadrill.drills.cut import measure_cut
from dynadrill.drills.diff import diff
from dynadrill.drills.history import Told, Who, Write
from dynadrill.drills.ledger import rewound
from dynadrill.drills.loss import Loss, measure_loss
from dynadrill.drills.values import ABSENT

from .orders import OPEN_TO_TRY, explanations
from .test_classes import anything, half
from .world import END, SOURCE, STRUCK_AT, Op, Shape, World, digest, seen, worlds


def loss_of(world: World, table: dict[str, str], point_at: float, wide: float = 0) -> Loss:
    """What is measured from a table that was promised to be of a point."""
    ledger, restored = world.ledger(), seen(table)
    physical = ledger.physical(SOURCE)
    compared = diff(rewound(ledger, SOURCE, point_at, -wide, wide), restored, physical)
    cut = measure_cut(compared, restored, physical)
    return measure_loss(physical, restored, STRUCK_AT, cut, (point_at - wide, point_at + wide))


def test_lost_is_what_no_order_of_the_good_writes_lets_come_back() -> None:
    """S0-02: a good acknowledged write is lost when every order that explains its key has it to come yet."""
    lost = kept = 0
    for world in worlds(1500, Shape(keys=2, writes=(2, 7))):
        table = anything(world) if world.seed % 2 else half(world, world.random)
        found = loss_of(world, table, 30)
        names = {(write.op, write.key) for write in (*found.before, *found.after)}
        for one, writes in world.ledger().good(SOURCE).items():
            if len(writes) > OPEN_TO_TRY:
                continue
            for write in writes:
                expected = _is_lost(write, writes, digest(table.get(one)))
                assert ((write.op, one) in names) == expected, (world.seed, write, table)
                lost += expected
                kept += not expected
    assert lost > 700
    assert kept > 700


def _is_lost(write: Write, writes: Sequence[Write], value: bytes) -> bool:
    return write.outcome is Told.OK and all(write in after for _, after in explanations(writes, value))


def test_the_measured_rpo_brackets_the_true_loss() -> None:
    """S0-01, S0-03: measured_s <= the truly lost time <= at_most_s, whatever could not be told, and no holes.

    Inside a boundary every key may be of another instant; then values are unique, for a repeated one can make the
    table look like one of a later instant.
    """
    losses = ambiguous = 0
    for world, wide in (*_worlds_of(2500, (0,), 6), *_worlds_of(2500, (3, 6), 0)):
        point_at = world.random.randrange(10, STRUCK_AT - wide)
        table, lost = restored_from_around(world, point_at, wide)
        found = loss_of(world, table, point_at, wide)
        true_s = max((STRUCK_AT - op.asked_at for op in lost), default=0)
        assert not found.holes, world.seed
        assert found.measured_s is not None
        assert found.measured_s <= true_s, (world.seed, point_at, found)
        if found.at_most_s is not None:
            assert true_s <= found.at_most_s, (world.seed, point_at, wide, found)
        losses += true_s > 0
        ambiguous += found.measured_s < true_s
    assert losses > 1500
    assert ambiguous > 50


def _worlds_of(count: int, widths: tuple[int, ...], values: int) -> Iterator[tuple[World, int]]:
    for world in worlds(count, Shape(keys=4, writes=(3, 20), values=values)):
        yield world, world.random.choice(widths)


def restored_from_around(world: World, point_at: float, wide: int) -> tuple[dict[str, str], list[Op]]:
    """A table each of whose keys is of its own instant in the boundary, and the good writes that it truly lacks.

    A write is truly lacking when it took effect after its key's instant, unless the key shows a value that it or a
    later write left as well.
    """
    table, lost = {}, []
    for one in world.keys:
        at = point_at + world.random.randint(-wide, wide)
        value = world.state(at).get(one)
        if value is not None:
            table[one] = value
        order = [op for op in world.order(SOURCE, one) if op.who is not Who.DISASTER]
        back = max((i for i, op in enumerate(order) if dict(op.puts)[one] == value), default=-1)
        lost += [
            op
            for op in order[back + 1 :]
            if op.outcome is Told.OK and op.told_at is not None and op.told_at <= STRUCK_AT
        ]
    return table, lost


def test_what_is_gone_from_before_the_point_is_a_hole_and_no_rpo() -> None:
    """A key lost although its write was told before the promised boundary leaves no RPO to state."""
    holes = 0
    for world in worlds(1500, Shape(keys=3, writes=(2, 10), values=0)):
        point_at = world.random.randrange(10, STRUCK_AT)
        table = world.state(point_at)
        for one in world.random.sample(sorted(table), min(1, len(table))):
            writes = world.ledger().good(SOURCE)[one]
            certain = not any(w.digest == ABSENT and w.outcome is Told.INFO for w in writes)
            told_before = [w for w in writes if w.outcome is Told.OK and w.told_at is not None and w.told_at < point_at]
            deleted_at = max(
                (w.told_at or 0 for w in writes if w.digest == ABSENT and w.outcome is Told.OK), default=-1
            )
            del table[one]
            found = loss_of(world, table, point_at)
            if certain and any(w.asked_at > deleted_at for w in told_before):
                assert found.holes, world.seed
                assert (found.measured_s, found.at_most_s) == (None, None)
                holes += 1
    assert holes > 500


def test_writes_lost_after_the_strike_are_counted_apart() -> None:
    """The good writes told after the strike that a rewind takes back, and how long they went on."""
    for world in worlds(800, Shape(keys=4, writes=(3, 20), values=0, info=0)):
        point_at = world.random.randrange(10, STRUCK_AT)
        found = loss_of(world, there := world.state(point_at), point_at)
        later = [
            op
            for op in world.ops
            if op.who is Who.LOAD and op.outcome is Told.OK and op.told_at is not None and op.told_at > STRUCK_AT
        ]
        sure = {op.op for op in later if op.asked_at > STRUCK_AT and all(one in there for one, _ in op.puts)}
        assert sure <= {write.op for write in found.after} <= {op.op for op in later}, world.seed
        if sure:
            assert found.after_s == max(w.told_at or 0 for w in found.after) - STRUCK_AT <= END - STRUCK_AT + 20
