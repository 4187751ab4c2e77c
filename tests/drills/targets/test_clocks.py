"""The three clocks: jumping, real and virtual."""

import threading
import time
from pathlib import Path

import pytest
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.targets import clocks
from dynadrill.drills.targets.clocks import JumpingClock, RealClock, VirtualClock
from dynadrill.drills.targets.shared_clock import SharedClock

Jumps = list[tuple[float, float, str]]


def noted(jumps: Jumps) -> clocks.OnJump:
    """What a clock tells of its jumps, kept in a list."""
    return lambda from_at, to_at, why: jumps.append((from_at, to_at, why))


def test_a_wait_moves_the_clock_and_says_so(tmp_path: Path) -> None:
    """S2-01: five minutes of waiting are five minutes of target time, and a jump with its reason."""
    jumps: Jumps = []
    clock = JumpingClock(SharedClock(tmp_path / "clock", create=True, start_at=1000.0), noted(jumps))
    clock.wait(300.0, "PITR lag")
    ((from_at, to_at, why),) = jumps
    assert (round(to_at - from_at, 6), why) == (300.0, "PITR lag")
    assert clock.now() >= to_at
    clock.wait(0.0, "nothing")
    clock.wait(-1.0, "nothing")
    assert len(jumps) == 1


def test_no_operation_spans_a_jump(tmp_path: Path) -> None:
    """While users work without a pause, none of their operations began before a jump and ended after it."""
    jumps: Jumps = []
    shared = SharedClock(tmp_path / "clock", create=True, start_at=1000.0)
    clock = JumpingClock(shared, noted(jumps))
    operations: list[tuple[float, float]] = []

    def work() -> None:
        slot = shared.claim_slot()
        while not shared.stopping:
            if shared.enter(slot):
                asked_at = clock.now()
                operations.append((asked_at, clock.now()))
                shared.leave(slot)

    users = [threading.Thread(target=work) for _ in range(2)]
    for user in users:
        user.start()
    for _ in range(5):
        clock.wait(60.0, "a poll")
    shared.stop()
    for user in users:
        user.join()
    assert len(jumps) == 5
    assert operations
    assert not [
        (asked_at, told_at)
        for asked_at, told_at in operations
        for from_at, to_at, _ in jumps
        if asked_at < to_at and told_at > from_at
    ]


def test_users_get_a_breath_between_jumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two jumps users are free for the breath at least; without users there is no breath to wait for."""
    shared = SharedClock(tmp_path / "clock", create=True)
    clock = JumpingClock(shared, noted([]))
    breaths: list[float] = []
    monkeypatch.setattr(clocks.time, "sleep", breaths.append)
    for _ in range(3):
        clock.wait(60.0, "nobody is there")
    # What is slept for settling and nothing else.
    assert all(seconds < 0.01 for seconds in breaths)
    shared.claim_slot()
    clock.wait(60.0, "somebody is there now")
    breaths.clear()
    clock.wait(60.0, "and again")
    assert 0.03 < max(breaths) <= clocks.BREATH_S


def test_users_who_were_held_before_a_jump_stay_held(tmp_path: Path) -> None:
    """A jump while the load has not been let go yet does not let it go."""
    shared = SharedClock(tmp_path / "clock", create=True)
    clock = JumpingClock(shared, noted([]))
    shared.hold()
    clock.wait(60.0, "arming")
    assert shared.holding
    shared.release()
    clock.wait(60.0, "later")
    assert not shared.holding


def test_an_operation_that_never_ends_makes_the_jump_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jump that cannot be made is not made: it says so, leaves the clock alone and lets the users go."""
    monkeypatch.setattr(clocks, "GIVE_UP_S", 0.05)
    jumps: Jumps = []
    shared = SharedClock(tmp_path / "clock", create=True, start_at=1000.0)
    clock = JumpingClock(shared, noted(jumps))
    shared.enter(shared.claim_slot())
    with pytest.raises(UnverifiableError, match="1 operations of the load were still in flight"):
        clock.wait(1_000_000.0, "too soon")
    assert clock.now() < 1_000_000.0
    assert (jumps, shared.holding) == ([], False)


def test_an_interrupted_jump_lets_the_users_go(tmp_path: Path) -> None:
    """CTRL+C in the middle of a jump leaves nobody held."""

    def interrupted(from_at: float, to_at: float, why: str) -> None:
        raise KeyboardInterrupt

    shared = SharedClock(tmp_path / "clock", create=True)
    with pytest.raises(KeyboardInterrupt):
        JumpingClock(shared, interrupted).wait(5.0, "now")
    assert not shared.holding


def test_living_through_time_is_no_jump(tmp_path: Path) -> None:
    """`live` takes its time, holds nobody and is no jump."""
    jumps: Jumps = []
    clock = JumpingClock(SharedClock(tmp_path / "clock", create=True), noted(jumps))
    began_at = clock.now()
    clock.live(0.02)
    assert clock.now() - began_at >= 0.02
    assert jumps == []


def test_a_real_wait_is_a_wait(tmp_path: Path) -> None:
    """On a real target a wait takes its seconds and moves no clock."""
    clock = RealClock(SharedClock(tmp_path / "clock", create=True))
    real, target = time.monotonic(), clock.now()
    clock.wait(0.05, "for real")
    real, target = time.monotonic() - real, clock.now() - target
    assert target >= 0.05
    assert real >= 0.05


def test_a_real_wait_in_virtual_pace_runs_what_falls_due(tmp_path: Path) -> None:
    """On a real target in virtual pace the traffic runs within the wait, until its end."""
    clock = RealClock(SharedClock(tmp_path / "clock", create=True))
    due: list[float] = []
    clock.run_due = due.append
    began_at = clock.now()
    clock.wait(0.02, "with traffic")
    clock.live(0.02)
    clock.wait(0.0, "nothing")
    first, second = due
    assert first >= began_at + 0.02
    assert second >= first + 0.02


def test_no_two_virtual_stamps_are_equal() -> None:
    """In virtual pace each reading is one microsecond after the one before, exactly, for as long as one likes."""
    clock = VirtualClock(1_793_000_000.0, noted([]))
    stamps = [clock.now() for _ in range(100_000)]
    assert stamps[0] == 1_793_000_000.000001
    assert stamps[-1] == 1_793_000_000.1
    assert len(set(stamps)) == len(stamps)


def test_a_virtual_wait_lets_the_users_work_first() -> None:
    """In virtual pace a wait runs what falls due until its end, then is there; the wait is a jump on the record."""
    jumps: Jumps = []
    clock = VirtualClock(1000.0, noted(jumps))
    seen: list[tuple[float, float]] = []

    def traffic(until_at: float) -> None:
        clock.set_forward(1100.0)
        seen.append((until_at, clock.now()))

    clock.run_due = traffic
    clock.wait(300.0, "lag")
    assert seen == [(1300.000001, 1100.000001)]
    assert jumps == [(1000.000001, 1300.000001, "lag")]
    assert clock.now() == 1300.000002
    clock.live(10.0)
    assert seen[-1] == (1310.000003, 1300.000004)
    assert clock.now() == 1310.000004
    assert len(jumps) == 1


def test_virtual_time_never_goes_back() -> None:
    """An instant that has passed is nothing to move to, and traffic that runs late delays the end of a wait."""
    clock = VirtualClock(1000.0, noted([]))
    clock.set_forward(500.0)
    assert clock.now() == 1000.000001
    clock.run_due = lambda until_at: clock.set_forward(until_at + 7.0)
    clock.wait(10.0, "late")
    assert clock.now() > 1017.0


def test_a_machine_that_slept_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock goes on while a machine sleeps and the running time does not: a real wait across it raises."""
    clock = RealClock(SharedClock(tmp_path / "clock", create=True))
    clock.wait(0.01, "nothing")
    awake = time.time
    monkeypatch.setattr(time, "time", lambda: awake() + 3600.0)
    with pytest.raises(UnverifiableError, match="slept"):
        clock.wait(0.01, "while it slept")
