"""The RTO and its phases."""

from decimal import Decimal

import orjson
from dynadrill.drills.history import History, Jump, Read, Told, Who, Write
from dynadrill.drills.marks import Mark
from dynadrill.drills.timeline import PHASE_NAMES, RecoveryTime, measure_recovery_time, simulated
from hypothesis import given
from hypothesis import strategies as st

from .made import key, promise, value, write

AT = 1_795_273_200.123457
MARKS = {
    Mark.ARMED: -60.0,
    Mark.STRUCK: 0.0,
    Mark.NOTICED: 5.0,
    Mark.DECIDED: 6.5,
    Mark.RESTORE_ASKED: 306.5,
    Mark.ACTIVE: 900.0,
    Mark.SETTINGS_BACK: 930.0,
    Mark.VALIDATED: 931.0,
    Mark.CUT_OVER: 931.5,
    Mark.LOAD_STOPPED: 940.0,
}
RIGHT = [write("a", -100)]


def users(asked_at: float = 932.0, until: float = 932.5, **other: object) -> Write:
    """A user's first write to the new table."""
    return write("b", asked_at, until, under="b", table="new", **other)


def read(name: str = "a", asked_at: float = 932.2, told_at: float = 933.0, table: str = "new") -> Read:
    """A user's read of a key that holds `a`."""
    return Read(table, key("k"), value(name), asked_at, told_at)


def measured(
    writes: list[Write] | None = None,
    reads: list[Read] | None = None,
    marks: dict[Mark, float] | None = None,
    jumps: list[Jump] | None = None,
) -> RecoveryTime:
    """What is measured of a drill that was struck at second 0."""
    history = History(
        [users()] if writes is None else writes,
        [read()] if reads is None else reads,
        MARKS if marks is None else marks,
        jumps or [],
    )
    found = measure_recovery_time(history, "new", promise(RIGHT, 0.0), history.jumps)
    assert found is not None
    return found


def test_the_rto_ends_with_the_later_of_the_first_good_write_and_read() -> None:
    """S0-02: from the strike until users have written, and read what is right."""
    assert measured().measured_s == 933.0
    assert measured(reads=[read(told_at=932.3)]).measured_s == 932.5


def test_the_phases_are_the_gaps_between_the_marks() -> None:
    """S0-08, S0-10: notice, decide, wait, restore, settings, validate, cutover, first good, in this order."""
    found = measured()
    assert list(found.phases_s) == list(PHASE_NAMES)
    assert list(found.phases_s.values()) == [5.0, 1.5, 300.0, 593.5, 30.0, 1.0, 0.5, 1.5]


@given(st.lists(st.floats(0, 4000), min_size=9, max_size=9), st.floats(1.0e9, 2.0e9))
def test_the_phases_add_up_exactly(gaps: list[float], struck_at: float) -> None:
    """S0-02: as decimals in JSON the phases sum to the RTO, with nothing left over."""
    instants = [struck_at + sum(gaps[:n]) for n in range(1, 9)]
    order = [m for m in MARKS if m not in (Mark.ARMED, Mark.LOAD_STOPPED)]
    marks = dict(zip(order, [struck_at, *instants[:7]], strict=True))
    last = marks[Mark.CUT_OVER]
    found = measured([users(last + 1, last + 1 + gaps[8])], [read("a", last + 1, last + 1.5)], marks)
    told = orjson.loads(orjson.dumps([found.measured_s, *found.phases_s.values()]))
    total, *phases = (Decimal(repr(seconds)) for seconds in told)
    assert sum(phases) == total


def test_only_what_was_asked_after_the_last_mark_counts() -> None:
    """An answer to a question from before the cutover says nothing about after it."""
    assert measured([users(931.5, 940.0)]).measured_s is None
    assert measured(reads=[read(asked_at=931.4)]).measured_s is None
    assert measured([users(931.4, 932.0), users(935.0, 936.0)]).measured_s == 936.0


def test_only_acknowledged_writes_of_users_to_the_table_in_service_count() -> None:
    """Neither a refused one, nor an unanswered one, nor the recovery's own, nor one to the old table."""
    for other in (
        {"outcome": Told.FAIL},
        {"outcome": Told.INFO, "told_at": None},
        {"who": Who.RECOVERY},
        {"table": "old"},
    ):
        found = measured([users()._replace(**other)])
        assert (found.first_write, found.measured_s) == (None, None)


def test_only_a_right_read_from_the_table_in_service_counts() -> None:
    """A read of what is wrong is not the end of anything, the next right one is."""
    assert measured(reads=[read("z")]).measured_s is None
    assert measured(reads=[read(table="old")]).measured_s is None
    assert measured(reads=[read("z"), read(asked_at=950.0, told_at=951.0)]).measured_s == 951.0


def test_what_was_not_measured_is_none_and_not_zero() -> None:
    """Without a good write and read there is no RTO, no simulated part of it, and no last phase."""
    found = measured(writes=[])
    assert (found.measured_s, found.simulated_s, found.first_write) == (None, None, None)
    assert list(found.phases_s) == list(PHASE_NAMES)[:-1]


def test_a_recovery_that_came_to_a_halt_has_the_phases_it_reached() -> None:
    """Each phase begins with the last mark before it that was reached."""
    marks = {m: MARKS[m] for m in (Mark.STRUCK, Mark.NOTICED, Mark.DECIDED, Mark.ACTIVE)}
    found = measured([], [], marks)
    assert dict(found.phases_s) == {"notice": 5.0, "decide": 1.5, "restore": 893.5}


def test_nothing_struck_nothing_measured() -> None:
    """A drill that ended before its strike has no recovery time at all."""
    assert measure_recovery_time(History([]), "new", None, ()) is None


def test_simulated_seconds_are_the_jumps_inside_a_stretch() -> None:
    """Each jump counts as far as it lies inside, per phase and in all."""
    jumps = [Jump(-50.0, 2.0, "warm up"), Jump(10.0, 306.0, "lag"), Jump(306.5, 890.0, "restore")]
    assert simulated(jumps, 0.0, 100.0) == 92.0
    found = measured(jumps=jumps)
    assert found.simulated_s == 2.0 + 296.0 + 583.5
    assert (found.phases_simulated_s["notice"], found.phases_simulated_s["wait"]) == (2.0, 296.0)
    assert found.phases_simulated_s["restore"] == 583.5
