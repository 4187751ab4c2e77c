"""What was lost, and the two ends of the RPO."""

from dynadrill.drills.cut import Cut, measure_cut
from dynadrill.drills.diff import diff
from dynadrill.drills.history import Who, Write
from dynadrill.drills.loss import Loss, lost_after, measure_loss

from .made import TABLE, bad, ledger, promise, refused, seen, unanswered, write

STRUCK_AT = 100.0
SEED = write("a0", 1, who=Who.SEED)


def loss(*writes: Write, promised: float | None = 50.0, wide: float = 0.0, **rows: str) -> Loss:
    """What a table lost that was promised to be of second 50."""
    physical, table = ledger(*writes).physical(TABLE), seen(**rows)
    cut = measure_cut(diff(promise(writes, promised or 0, wide), table, physical), table, physical)
    boundary = None if promised is None else (promised - wide, promised + wide)
    return measure_loss(physical, table, STRUCK_AT, cut, boundary)


def test_lost_is_what_was_told_and_is_not_there() -> None:
    """S0-01: from the earliest lost write's asking to the strike."""
    found = loss(SEED, write("a1", 70, 71), write("a2", 80, 81), k="a0")
    assert [w.op for w in found.before] == ["a1@70", "a2@80"]
    assert (found.measured_s, found.at_most_s, found.holes) == (30.0, 50.0, False)


def test_nothing_lost_is_zero_and_not_null() -> None:
    """S0-01: with every write back the RPO is 0, and at most the time since the last of them."""
    found = loss(SEED, write("a1", 40, 41), k="a1")
    assert (found.before, found.measured_s, found.at_most_s) == ([], 0.0, 50.0)


def test_a_write_overtaken_by_one_that_came_back_is_not_lost() -> None:
    """A key that shows a later write lacks nothing."""
    found = loss(SEED, write("a1", 30, 31), write("a2", 40, 41), k="a2")
    assert found.before == []


def test_what_was_never_acknowledged_cannot_be_lost() -> None:
    """Refused and unanswered writes are nobody's loss."""
    assert loss(SEED, refused("a1", 70), unanswered("a2", 80), k="a0").before == []


def test_a_write_that_may_have_come_before_is_not_lost_for_certain() -> None:
    """It overlapped the one that is there: only at_most_s counts it."""
    found = loss(SEED, write("a1", 40, 60), write("a2", 45, 55), k="a1")
    assert (found.before, found.measured_s) == ([], 0.0)
    assert found.at_most_s == 55.0


def test_bad_writes_are_not_lost_and_hide_no_loss() -> None:
    """S0-11: where a bad delete is left, what it deleted is lost from the first write on, and that is a hole."""
    found = loss(SEED, bad(None, 100, under="k"), promised=50.0)
    assert [w.op for w in found.before] == ["a0@1"]
    assert found.holes
    assert (found.measured_s, found.at_most_s) == (None, None)
    undo = loss(SEED, bad(None, 100), promised=None)
    assert (undo.measured_s, undo.holes) == (99.0, False)


def test_writes_lost_after_the_strike_stand_apart() -> None:
    """S0-12: good writes from after the strike that a rewind takes back: how many, and over how long."""
    found = loss(SEED, write("a1", 110, 111), write("b1", 120, 124, under="b"), k="a0")
    assert (len(found.before), len(found.after), found.after_s) == (0, 2, 24.0)
    assert loss(SEED, k="a0").after_s is None


def test_a_write_in_flight_at_the_strike_is_of_after_it() -> None:
    """What was not told by the strike is no loss from before it."""
    found = loss(SEED, write("a1", 99, 101), k="a0")
    assert (len(found.before), len(found.after)) == (0, 1)


def test_a_write_in_flight_at_the_point_counts_from_its_asking() -> None:
    """S0-03: what was measured is never more than what is said to be lost at most."""
    found = loss(SEED, write("a1", 49.5, 50.5), k="a0")
    assert (found.measured_s, found.at_most_s) == (50.5, 50.5)


def test_what_was_over_before_the_point_widens_nothing() -> None:
    """Two writes that overlapped long before the promised point: whichever came first, neither is lost since."""
    assert loss(SEED, write("a1", 10, 30), write("a2", 15, 25), k="a1").at_most_s == 50.0


def test_a_key_that_is_absent_as_before_its_first_write_may_have_lost_it() -> None:
    """A later delete explains the absence as well, so nothing is lost for certain, but at_most_s counts the write."""
    found = loss(SEED, write("b1", 40, 60, under="b"), write(None, 70, under="b"), k="a0")
    assert (found.before, found.measured_s, found.at_most_s) == ([], 0.0, 60.0)
    there = loss(SEED, write("b0", 2, under="b"), write("b1", 40, 60, under="b"), write(None, 70, under="b"), k="a0")
    assert there.at_most_s == 50.0


def test_the_measured_point_bounds_the_loss_where_it_is_later_than_the_promise() -> None:
    """Data that shows a later instant of the boundary narrows what may be lost."""
    writes = [SEED, write("a1", 55, 56), write("b0", 2, under="b")]
    assert loss(*writes, wide=10, k="a1", b="b0").at_most_s == 45.0
    assert loss(*writes, wide=10, k="a0", b="b0").at_most_s == 60.0


def test_a_promise_that_the_data_contradicts_bounds_nothing() -> None:
    """S0-11: a table that is older than was promised is measured by its own data."""
    found = loss(SEED, write("a1", 20, 21), write("a2", 90, 91), promised=None, k="a0")
    assert (found.measured_s, found.at_most_s) == (80.0, 99.0)
    old = loss(SEED, write("a1", 51, 52), write("b1", 61, 62, under="b"), promised=60.0, k="a0")
    assert old.holes


def test_without_a_single_instant_nobody_can_say_at_most() -> None:
    """Keys of two instants, further apart than the boundary: the upper end is null, the lower stands."""
    writes = [SEED, write("b0", 2, under="b"), write("a1", 60, 61), write("b1", 70, 71, under="b")]
    found = loss(*writes, k="a0", b="b1")
    assert (found.measured_s, found.at_most_s) == (40.0, None)


def test_a_table_that_nothing_bounds_has_no_upper_end() -> None:
    """An empty table of which nothing was promised may be of any time; without a cut there is no bound either."""
    table = seen()
    open_start = Cut(((float("-inf"), 60.0),), 0.0, 1, 1)
    assert measure_loss({}, table, STRUCK_AT, open_start, None).at_most_s is None
    assert measure_loss({}, table, STRUCK_AT, None, (50.0, 50.0)).at_most_s is None


def test_an_expired_item_that_is_gone_is_not_lost() -> None:
    """S2-23: TTL may have taken it, and what came before it on its key was overtaken by it."""
    old = [SEED, write("a1", 30, expires_at=90.0)]
    assert loss(*old).before == []
    assert len(loss(SEED, write("a1", 30, expires_at=9000.0)).before) == 2
    assert [w.op for w in loss(*old, write("a2", 60)).before] == ["a2@60"]


def test_writes_lost_after_the_cutover_are_those_the_table_in_service_lacks() -> None:
    """S0-15: a straggler's write to the old table, after users were sent to the new one, is lost."""
    writes = [SEED, write("stray", 210), write("b1", 220, under="b", table="new"), write("stray2", 190, under="c")]
    everything = ledger(*writes).anywhere()
    assert lost_after(200.0, everything, seen(k="a0", b="b1")) == 1
    assert lost_after(200.0, everything, seen(k="stray", b="b1")) == 0
