"""The clock that several processes share, and the words by which the load is held."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.targets.shared_clock import SLOTS, SharedClock

USERS = """
import sys
from pathlib import Path
from dynadrill.drills.targets.shared_clock import SharedClock
clock, counts = SharedClock(Path(sys.argv[1])), open(sys.argv[2], "ab", buffering=0)
slot = clock.claim_slot()
print(slot, flush=True)
while not clock.stopping:
    if clock.enter(slot):
        counts.write(b"(")
        counts.write(b")")
        clock.leave(slot)
"""
"""A load process whose operations leave two bytes in a file of its own: whole when nothing is in flight."""


@contextmanager
def user_process(clock: SharedClock, counts: Path) -> Iterator[subprocess.Popen[str]]:
    """A running load process that has taken its slot."""
    process = subprocess.Popen(
        [sys.executable, "-c", USERS, str(clock.path), str(counts)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    try:
        yield process
    finally:
        clock.stop()
        process.wait(10)
        process.stdout.close()


def test_time_begins_where_it_is_told_to_and_goes_on(tmp_path: Path) -> None:
    """S0-17: the clock starts at `start_at` and never stands still for long or goes back."""
    clock = SharedClock(tmp_path / "clock", create=True, start_at=1_534_285_294.754)
    readings = [clock.now() for _ in range(1000)]
    assert readings == sorted(readings)
    assert 1_534_285_294.754 <= readings[0] < readings[-1] < 1_534_285_354


def test_without_a_start_it_is_the_wall_clocks_time(tmp_path: Path) -> None:
    """On a real target the shared clock shows wall time."""
    path = tmp_path / "clock"
    clock = SharedClock(path, create=True)
    assert abs(clock.now() - path.stat().st_mtime) < 60


def test_a_move_reaches_every_process_at_once_and_never_goes_back(tmp_path: Path) -> None:
    """A clock moved through one view is moved in another process's, and a move to the past changes nothing."""
    clock = SharedClock(tmp_path / "clock", create=True, start_at=1000.0)
    other = SharedClock(clock.path)
    clock.set_forward(90_000.0)
    assert other.now() >= 90_000.0
    other.set_forward(5.0)
    assert clock.now() >= 90_000.0
    code = (
        "import sys; from pathlib import Path; from dynadrill.drills.targets.shared_clock import SharedClock;"
        "c = SharedClock(Path(sys.argv[1])); print(c.now()); c.set_forward(200_000.0)"
    )
    said = subprocess.run([sys.executable, "-c", code, str(clock.path)], capture_output=True, text=True, check=True)
    assert 90_000.0 <= float(said.stdout) < 100_000.0
    assert clock.now() >= 200_000.0


@pytest.mark.parametrize("content", [None, b"", b"too short", bytes(2048), b"x" * 1088])
def test_what_is_no_clock_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    """A missing file or another file is not taken for a clock."""
    path = tmp_path / "clock"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="clock"):
        SharedClock(path)


def test_nothing_begins_while_held(tmp_path: Path) -> None:
    """A held user is turned away and counts for nothing; a released one begins and counts until it leaves."""
    clock = SharedClock(tmp_path / "clock", create=True)
    slot = clock.claim_slot()
    clock.hold()
    assert (clock.enter(slot), clock.in_flight(), clock.holding) == (False, 0, True)
    clock.release()
    assert (clock.enter(slot), clock.in_flight(), clock.holding) == (True, 1, False)
    clock.hold()
    assert not clock.drained(0.01)
    clock.leave(slot)
    assert clock.drained(5.0)


def test_a_hold_in_the_middle_of_entering_turns_the_user_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who looked before the hold and counted after it backs out: whoever counted zero was right."""
    clock = SharedClock(tmp_path / "clock", create=True)
    slot = clock.claim_slot()
    add = clock._add

    def held_meanwhile(slot: int, change: int) -> None:
        clock.hold()
        assert clock.drained(5.0) or change < 0
        add(slot, change)

    monkeypatch.setattr(clock, "_add", held_meanwhile)
    assert not clock.enter(slot)
    assert clock.in_flight() == 0


def test_no_thread_is_in_an_operation_once_drained(tmp_path: Path) -> None:
    """However hold and enter meet, after `drained` no thread is between enter and leave."""
    clock = SharedClock(tmp_path / "clock", create=True)
    slot = clock.claim_slot()
    inside = [0] * 4
    worked = [0] * 4

    def work(user: int) -> None:
        while not clock.stopping:
            if clock.enter(slot):
                inside[user] = 1
                worked[user] += 1
                inside[user] = 0
                clock.leave(slot)

    users = [threading.Thread(target=work, args=(user,)) for user in range(4)]
    for user in users:
        user.start()
    caught = []
    for _ in range(25):
        clock.hold()
        assert clock.drained(30.0)
        before = sum(worked)
        caught.append((sum(inside), sum(worked) - before))
        clock.release()
    clock.stop()
    for user in users:
        user.join()
    assert set(caught) == {(0, 0)}
    assert all(worked)


@pytest.mark.slow
def test_no_process_is_in_an_operation_once_drained(tmp_path: Path) -> None:
    """The same between processes: what each writes during an operation is whole and stands still while held."""
    clock = SharedClock(tmp_path / "clock", create=True)
    counts = [tmp_path / "one", tmp_path / "two"]
    with user_process(clock, counts[0]) as one, user_process(clock, counts[1]) as other:
        processes = (one, other)
        for _ in range(50):
            clock.hold()
            assert clock.drained(30.0)
            held = [path.stat().st_size for path in counts]
            assert [size % 2 for size in held] == [0, 0]
            assert [path.stat().st_size for path in counts] == held
            clock.release()
            while [path.stat().st_size for path in counts] == held:
                assert all(process.poll() is None for process in processes)


@pytest.mark.slow
def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    """What a dead load process had in flight is not waited for, even before anybody asked for its exit code."""
    clock = SharedClock(tmp_path / "clock", create=True)
    code = USERS.replace('counts.write(b")")', "import time; print(flush=True); time.sleep(60)")
    command = [sys.executable, "-c", code, str(clock.path), str(tmp_path / "counts")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.readline()
        clock.hold()
        assert (clock.in_flight(), clock.drained(0.01)) == (1, False)
        process.kill()
        assert clock.drained(10.0)


def test_each_load_process_has_a_slot_of_its_own(tmp_path: Path) -> None:
    """Slots are given out once each, and one process too many is told so."""
    clock = SharedClock(tmp_path / "clock", create=True)
    assert not clock.has_users
    other = SharedClock(clock.path)
    slots = [view.claim_slot() for _ in range(SLOTS // 2) for view in (clock, other)]
    assert sorted(slots) == list(range(SLOTS))
    assert clock.has_users
    with pytest.raises(UnverifiableError, match="64"):
        clock.claim_slot()
    clock.stop()
    assert not clock.has_users


def test_flags_are_seen_by_every_view(tmp_path: Path) -> None:
    """Stop and record_reads, set by the drill, are seen by the load."""
    clock = SharedClock(tmp_path / "clock", create=True)
    load = SharedClock(clock.path)
    assert (load.stopping, load.record_reads) == (False, False)
    clock.record_reads = True
    assert (load.stopping, load.record_reads) == (False, True)
    clock.record_reads = False
    clock.stop()
    assert (load.stopping, load.record_reads) == (True, False)
    load.close()
    load.close()
