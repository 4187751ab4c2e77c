"""A standing protection falls due as target time passes, at its own instants, and until it is ended."""

import pytest
from dynadrill.drills.standing import StandingClock
from dynadrill.drills.targets.clocks import VirtualClock
from hypothesis import given
from hypothesis import strategies as st


def standing() -> tuple[StandingClock, list[float]]:
    """A standing clock at 1000, and the instants at which something was done."""
    return StandingClock(VirtualClock(1000.0, lambda *_: None)), []


def test_it_is_done_at_once_and_then_at_its_instants() -> None:
    """What is begun is done now, and then whenever its interval has passed, however time passes."""
    clock, done = standing()
    clock.begin(300.0, lambda: done.append(round(clock.now(), 3)))
    clock.wait(299.0, "not yet")
    assert done == [1000.0]
    clock.live(1.0)
    clock.wait(899.0, "two more")
    assert done == [1000.0, 1300.0, 1600.0, 1900.0]
    assert round(clock.now(), 3) == 2199.0
    clock.live(1.5)
    assert done[-1] == 2200.0


def test_it_ends() -> None:
    """After the end nothing is done any more, and time passes as ever."""
    clock, done = standing()
    clock.begin(60.0, lambda: done.append(round(clock.now(), 3)))
    clock.end()
    clock.wait(600.0, "for nothing")
    assert (done, round(clock.now(), 3)) == ([1000.0], 1600.0)


def test_what_takes_long_is_not_made_up_for() -> None:
    """Work that waits longer than its interval is not done again for the instants that it slept through."""
    clock, done = standing()

    def slow() -> None:
        done.append(round(clock.now(), 3))
        clock.wait(150.0, "for a backup")

    clock.begin(60.0, slow)
    assert round(clock.now(), 3) == 1150.0
    clock.wait(40.0, "until the next")
    assert done == [1000.0, 1180.0]


def test_an_error_of_the_work_comes_out() -> None:
    """A protection that fails is not hidden: the drill hears of it."""
    clock, _ = standing()
    with pytest.raises(ZeroDivisionError):
        clock.begin(60.0, lambda: 1 // 0)


@given(st.lists(st.floats(0.0, 500.0), max_size=8), st.floats(1.0, 200.0))
def test_time_passes_exactly(waits: list[float], every_s: float) -> None:
    """However a wait is cut up, it ends where it would have, and everything was done on time."""
    clock, done = standing()
    clock.begin(every_s, lambda: done.append(round(clock.now(), 3)))
    for wait_s in waits:
        before = clock.now()
        clock.wait(wait_s, "any")
        assert clock.now() == pytest.approx(before + wait_s, abs=1e-3)
    assert done == pytest.approx([1000.0 + number * every_s for number in range(len(done))], abs=1e-3)
    assert clock.now() < 1000.0 + len(done) * every_s + 1e-3
