"""When users are due: at the rate that was asked for, shifted by holds, and caught up with after slow answers."""

from itertools import islice

import pytest
from dynadrill.drills.load.schedule import Pace, due_offsets


@pytest.mark.parametrize("seed", range(5))
def test_a_user_is_due_once_in_each_interval(seed: int) -> None:
    """The n-th time lies in the n-th interval: the rate is exact over any stretch, and the order is time's."""
    offsets = list(islice(due_offsets(seed, 3, 0.5), 200))
    assert [int(offset / 0.5) for offset in offsets] == list(range(200))


def test_users_are_due_at_different_times() -> None:
    """The same seed and user give the same schedule; another user or seed another one."""
    schedules = [list(islice(due_offsets(*numbers, 1.0), 10)) for numbers in ((1, 1), (1, 1), (1, 2), (2, 1))]
    assert schedules[0] == schedules[1]
    assert schedules[0] != schedules[2]
    assert schedules[0] != schedules[3]


def at_quarters() -> Pace:
    """A user who is due at 100.25, 101.25, 102.25 and so on."""
    return Pace((number + 0.25 for number in range(1000)), began_at=100.0)


def test_a_user_waits_until_due() -> None:
    """The wait ends when the schedule says, wherever the last answer came."""
    pace = at_quarters()
    assert pace.wait_s(100.0) == 0.25
    pace.served()
    assert pace.wait_s(100.5) == 0.75


def test_a_user_catches_up_after_a_slow_answer() -> None:
    """An answer that took three intervals costs no operation: the user is due at once until the schedule is met."""
    pace = at_quarters()
    pace.served()
    waits = []
    for _ in range(4):
        waits.append(pace.wait_s(103.5))
        pace.served()
    assert waits == [0.0, 0.0, 0.0, 0.75]


def test_a_hold_shifts_the_schedule() -> None:
    """Ten held seconds are not caught up with, and are not time in which the user was free to work."""
    pace = at_quarters()
    pace.held(100.25)
    pace.held(105.0)
    pace.released(110.25)
    pace.served()
    assert pace.wait_s(110.25) == 1.0
    assert pace.active_s(112.0) == 2.0


def test_a_hold_that_goes_on_is_not_active_time() -> None:
    """Whoever is held when the load ends was free until the hold only."""
    pace = at_quarters()
    pace.held(102.0)
    assert pace.active_s(109.0) == 2.0


def test_a_release_without_a_hold_changes_nothing() -> None:
    """A user who was never held keeps the schedule."""
    pace = at_quarters()
    pace.released(150.0)
    assert pace.held_s == 0.0
    assert pace.active_s(150.0) == 50.0
