"""The load in processes of its own: real Locust users on a real time machine, and no process left after any ending."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.history import History, Told, Who
from dynadrill.drills.load import controller
from dynadrill.drills.load.controller import LocustLoad, Places, processes_for
from dynadrill.drills.load.virtual import Users
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.scenario import Workload

pytestmark = pytest.mark.slow

PATIENCE_S = 20.0
RATE, USERS = 120.0, 6


def until(reached: Callable[[], Any]) -> None:
    """Look again and again until something is so; a test that waits in vain fails."""
    give_up = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.01)


@contextmanager
def loaded(served: Any, users: Users | None = None, processes: int = 1) -> Iterator[LocustLoad]:
    """A load on the served table, stopped at the end."""
    load = LocustLoad(users or served.users(USERS, RATE), places(served), processes)
    try:
        load.start()
        yield load
    finally:
        load.stop()


def places(served: Any) -> Places:
    """Where the load finds what it needs."""
    folder = served.folder
    return Places(served.connection, folder / "alias", folder / "history", folder / "load.log")


def lines(served: Any, part: str = "load-0") -> int:
    """How many lines a load process has written; 0 when there is no part file yet."""
    path = served.folder / "history" / f"{part}.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def by_load(served: Any) -> History:
    """The history so far; the load is the only one who writes."""
    return read_history(served.folder / "history")


def process_of(load: LocustLoad) -> int:
    """The load's first process."""
    assert load._process is not None
    return load._process.pid


def members_of(group: int) -> list[int]:
    """The living processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] not in {"Z", "X"}:
            found.append(int(stat.parent.name))
    return found


def users_in(part: Path) -> set[str]:
    """Whose tokens are in a part file: `load-USER-N`."""
    values = [json.loads(line).get("value") for line in part.read_text().splitlines()]
    return {value["token"]["S"].split("-")[1] for value in values if value}


def test_users_work_and_everything_is_written_down(served: Any) -> None:
    """S3-01: users of their own process read and write the table in service; every write has its outcome."""
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 200)
        load.record_reads()
        until(lambda: by_load(served).reads)
        assert load.fault() == ""
        load.stop()
    assert load.fault() == ""
    found = by_load(served)
    (count,) = found.loads
    assert found.damage == []
    assert {write.who for write in found.writes} == {Who.LOAD}
    assert {write.outcome for write in found.writes} <= {Told.OK, Told.FAIL}
    assert {write.table for write in found.writes} == {served.table}
    assert any(write.in_transaction for write in found.writes)
    assert count.ops == count.ok + count.fail
    assert count.ops >= len({write.op for write in found.writes}) + len(found.reads)
    assert set(count.errors) <= {"ConditionalCheckFailedException"}
    assert 0 < count.active_s < PATIENCE_S


def test_users_wait_for_the_go(served: Any) -> None:
    """The processes come up while the table is still being filled, and nothing is written until the go."""
    with loaded(served) as load:
        until(lambda: "users are there" in (served.folder / "load.log").read_text())
        assert lines(served) == 0
        load.go()
        until(lambda: lines(served) > 0)


def test_nothing_is_in_flight_over_a_jump(served: Any) -> None:
    """No operation spans a move of the clock, and the users go on after it without catching up with the hour."""
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 100)
        served.clock.wait(3600.0, "an hour")
        after = lines(served)
        until(lambda: lines(served) > after + 100)
        load.stop()
    found = by_load(served)
    from_at, to_at, _ = max(found.jumps)
    assert to_at - from_at == 3600.0
    for write in found.writes:
        assert write.told_at is not None
        assert write.told_at <= from_at or write.asked_at >= to_at
    (count,) = found.loads
    assert count.active_s < PATIENCE_S
    assert count.ops < RATE * count.active_s * 1.2 + USERS


def test_a_hold_holds_and_is_not_active_time(served: Any) -> None:
    """While users are held nothing is written, and the schedule is shifted: the rate is that of the free time."""
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 50)
        shared = served.clock.shared
        shared.hold()
        assert shared.drained(PATIENCE_S)
        held, began = lines(served), time.monotonic()
        until(lambda: time.monotonic() > began + 1.0)
        assert lines(served) == held
        shared.release()
        until(lambda: lines(served) > held + 20)
        load.stop()
    (count,) = by_load(served).loads
    assert count.ops < RATE * count.active_s * 1.2 + USERS


def test_users_follow_the_alias(served: Any) -> None:
    """S0-15: after a cutover the users work on the new table."""
    control, other = served.control, f"{served.table}-new"
    schema = ("AttributeDefinitions", "KeySchema")
    described = control.describe_table(TableName=served.table)["Table"]
    control.create_table(TableName=other, BillingMode="PAY_PER_REQUEST", **{name: described[name] for name in schema})
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 50)
        served.alias.point_to(other)
        until(lambda: any(write.table == other for write in by_load(served).writes))
    order = [write.table for write in sorted(by_load(served).writes, key=lambda write: write.asked_at)]
    # An operation that was under way may still go where the alias pointed when it began.
    assert served.table not in order[order.index(other) + USERS :]


def test_locusts_master_shares_the_users_out(served: Any) -> None:
    """With several processes Locust's own master gives each user to one worker; each writes its own part."""
    with loaded(served, processes=2) as load:
        load.go()
        until(lambda: lines(served, "load-0") > 60 and lines(served, "load-1") > 60)
        group = process_of(load)
        assert len(members_of(group)) == 3
        load.stop()
    assert load.fault() == ""
    assert members_of(group) == []
    found = by_load(served)
    assert len(found.loads) == 2
    values = [write.digest for write in found.writes if write.digest]
    assert len(set(values)) == len(values)
    first, second = (users_in(served.folder / "history" / f"load-{number}.jsonl") for number in range(2))
    assert first | second == {str(user) for user in range(USERS)}
    assert not first & second


def test_a_load_process_that_dies_is_a_fault(served: Any) -> None:
    """Whoever asks hears how it ended, and stopping what is dead is no error."""
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 0)
        os.kill(process_of(load), signal.SIGKILL)
        until(load.fault)
        assert "SIGKILL" in load.fault()
    assert "SIGKILL" in load.fault()
    assert by_load(served).loads == []


def test_no_worker_outlives_its_master(served: Any) -> None:
    """The master is killed: its workers end by themselves, and stopping waits until they have."""
    with loaded(served, processes=2) as load:
        load.go()
        until(lambda: lines(served, "load-1") > 0)
        group = process_of(load)
        os.kill(group, signal.SIGKILL)
        until(load.fault)
        load.stop()
        assert members_of(group) == []
    assert len(by_load(served).loads) == 2


def test_a_worker_that_dies_is_a_fault(served: Any) -> None:
    """A load of which a part is gone is not the load that was asked for."""
    with loaded(served, processes=2) as load:
        load.go()
        until(lambda: lines(served, "load-1") > 0)
        group = process_of(load)
        os.kill(next(member for member in members_of(group) if member != group), signal.SIGKILL)
        until(load.fault)
        load.stop()
        assert members_of(group) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(served: Any, number: signal.Signals) -> None:
    """A load process that is told to end writes down what it did; for the drill, who did not ask, it is a fault."""
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 0)
        os.kill(process_of(load), number)
        until(load.fault)
    assert len(by_load(served).loads) == 1
    assert "exit code 0" in load.fault()


def test_users_that_do_not_come_are_an_error(served: Any) -> None:
    """A load process that cannot start is told of at the go, with where to look."""
    broken = Places(served.connection, served.folder / "alias", served.folder / "alias", served.folder / "log")
    load = LocustLoad(served.users(1, 1.0), broken)
    load.start()
    with pytest.raises(UnverifiableError, match=r"did not come.*exit code 1"):
        load.go()
    load.stop()
    assert "Traceback" in (served.folder / "log").read_text()


def test_a_script_that_breaks_ends_the_load(served: Any) -> None:
    """An error that is no finding, such as a table that the guard does not let through, is not passed over."""
    with loaded(served) as load:
        served.alias.point_to("somebody-elses-table")
        load.go()
        until(load.fault)
    assert "exit code 1" in load.fault()
    assert "RefusedError" in (served.folder / "load.log").read_text()
    assert {write.outcome for write in by_load(served).writes} <= {Told.FAIL}


def test_what_does_not_end_is_killed(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that hangs is killed after ten seconds (here at once), and the load is at fault."""
    monkeypatch.setattr(controller, "STOPPED_WITHIN_S", 0.2)
    with loaded(served) as load:
        load.go()
        until(lambda: lines(served) > 0)
        group = process_of(load)
        os.kill(group, signal.SIGSTOP)
        load.stop()
        assert members_of(group) == []
    assert "did not end" in load.fault()


DRIVER = """
import json, sys
from pathlib import Path
from dynadrill.drills.load.controller import LocustLoad, Places
from dynadrill.drills.load.virtual import Users
from dynadrill.drills.scenario import Workload
from dynadrill.drills.target import Connection
from dynadrill.fixtures.important_table import VerySuperImportantTable

told = json.loads(sys.argv[1])
folder = Path(told["folder"])
places = Places(Connection(**told["connection"]), folder / "alias", folder / "history", folder / "load.log")
load = LocustLoad(Users(VerySuperImportantTable(), Workload(4, 40.0), 1, 100), places, told["processes"])
load.start()
load.go()
print(load._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("processes", [1, 2])
def test_the_load_ends_when_the_drill_is_killed(served: Any, processes: int) -> None:
    """A drill that is killed cannot stop anything: its load processes notice, and end."""
    told = {
        "folder": str(served.folder),
        "connection": asdict(served.connection),
        "processes": processes,
    }
    command = [sys.executable, "-c", DRIVER, json.dumps(told)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as driver:
        assert driver.stdout is not None
        group = int(driver.stdout.readline())
        until(lambda: lines(served) > 0)
        assert len(members_of(group)) == (1 if processes == 1 else 3)
        driver.kill()
    until(lambda: not members_of(group))
    assert len(by_load(served).loads) == processes


def test_stopping_what_was_never_started_is_nothing(served: Any) -> None:
    """A drill that ends early stops a load that never was."""
    load = LocustLoad(served.users(1, 1.0), places(served))
    load.stop()
    load.record_reads()
    assert load.fault() == ""


def test_the_driver_does_not_import_locust() -> None:
    """Importing Locust patches sockets, threads and locks: only load processes may."""
    code = "import sys, dynadrill.drills.load.controller; sys.exit(bool({'locust', 'gevent'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert threading.Lock.__module__ == "_thread"


@pytest.mark.parametrize(
    ("workload", "at_most"),
    [(Workload(10, 100.0), 1), (Workload(1, 100_000.0), 1), (Workload(100, 100_000.0), os.cpu_count() or 1)],
)
def test_a_load_gets_as_many_processes_as_it_needs(workload: Workload, at_most: int) -> None:
    """One for what one can do; more for more, up to the processors and the users."""
    assert processes_for(workload) == at_most
