"""Virtual pace: the same operations at the same instants for the same seed, and a load that works while time passes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.history import Told, Who
from dynadrill.drills.load.virtual import Users, VirtualLoad
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.scenario import Workload
from dynadrill.drills.targets.clocks import RealClock, VirtualClock
from dynadrill.drills.targets.shared_clock import SharedClock
from dynadrill.fixtures.important_table import VerySuperImportantTable

STARTS_AT = 1_700_000_000.0


def users(seed: int = 1, count: int = 5, rate_per_s: float = 20.0) -> Users:
    """A few users of a small table."""
    return Users(VerySuperImportantTable(), Workload(count, rate_per_s), seed, items=40)


def table() -> str:
    """The table in service."""
    return "t"


Run = Callable[..., bytes]


@pytest.fixture
def run(tmp_path: Path, fake: Any) -> Run:
    """Runs a virtual load for ten seconds in a folder of a name, and answers its part file."""

    def go(name: str, seed: int = 1) -> bytes:
        clock = VirtualClock(STARTS_AT, lambda *_: None)
        fake.tables.clear()
        load = VirtualLoad(users(seed), lambda _: fake, clock, table, tmp_path / name)
        load.start()
        load.go()
        clock.wait(6.0, "a while")
        load.record_reads()
        clock.live(4.0)
        load.stop()
        return (tmp_path / name / "load-0.jsonl").read_bytes()

    return go


def test_the_same_seed_gives_the_same_history(run: Run) -> None:
    """Two runs of one seed are the same byte for byte, and another seed is another history."""
    assert run("a", seed=1) == run("b", seed=1)
    assert run("c", seed=1) != run("d", seed=2)


def test_the_rate_is_per_second_of_target_time(run: Run, tmp_path: Path) -> None:
    """Ten seconds at 20 a second are 200 operations, reads and all, and the count says so."""
    run("a")
    (count,) = read_history(tmp_path / "a").loads
    assert count.ops == 200
    assert count.ok + count.fail + count.info == 200
    assert count.active_s == pytest.approx(10.0, abs=0.01)
    assert sum(count.latencies_ms.values()) == 200


def test_operations_are_in_order_each_at_its_own_instant(run: Run, tmp_path: Path) -> None:
    """No two stamps are equal, none goes back, and the operations are spread over the time that passed."""
    records = [orjson.loads(line) for line in run("a").splitlines()]
    ops = {record["op"]: record["at"] for record in records if record["t"] == "asked"}
    stamps = list(ops.values())
    assert stamps == sorted(set(stamps))
    assert {int(stamp - STARTS_AT) for stamp in stamps} == set(range(10))
    writes = read_history(tmp_path / "a").writes
    assert {write.who for write in writes} == {Who.LOAD}
    assert all(write.told_at is not None and write.asked_at < write.told_at for write in writes)


def test_reads_are_recorded_from_when_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    """Before, what users read leaves no line."""
    run("a")
    reads = read_history(tmp_path / "a").reads
    assert reads
    assert min(read.asked_at for read in reads) >= STARTS_AT + 6


def test_users_follow_the_alias(fake: Any, clock: VirtualClock, history: Path) -> None:
    """S0-15: from the cutover on every operation goes to the new table."""
    service = ["old"]
    load = VirtualLoad(users(), lambda _: fake, clock, lambda: service[0], history)
    load.go()
    clock.live(2.0)
    service[0] = "new"
    cut_over_at = clock.now()
    clock.live(2.0)
    load.stop()
    writes = read_history(history).writes
    assert {write.table for write in writes} == {"old", "new"}
    assert all((write.table == "new") == (write.asked_at > cut_over_at) for write in writes)


def test_nothing_happens_before_go_and_after_stop(fake: Any, clock: VirtualClock, history: Path) -> None:
    """Users who were not let go or were stopped write nothing; stopping can be asked for at any time."""
    load = VirtualLoad(users(), lambda _: fake, clock, table, history)
    load.stop()
    load.start()
    load.record_reads()
    clock.wait(5.0, "seeding")
    assert fake.calls == []
    load.go()
    clock.live(1.0)
    load.stop()
    load.stop()
    done = len(fake.calls)
    clock.wait(5.0, "after")
    assert done == len(fake.calls) > 0
    assert load.fault() == ""
    assert len(read_history(history).loads) == 1


def test_outcomes_are_counted_as_they_are_told(fake: Any, clock: VirtualClock, history: Path) -> None:
    """What the count says agrees with the history, read for read and write for write."""
    load = VirtualLoad(users(), lambda _: fake, clock, table, history)
    load.go()
    load.record_reads()
    clock.live(20.0)
    load.stop()
    found = read_history(history)
    (count,) = found.loads
    told = {write.op: write.outcome for write in found.writes}
    assert count.ok == sum(outcome is Told.OK for outcome in told.values()) + len(found.reads)
    assert count.fail == sum(outcome is Told.FAIL for outcome in told.values())
    assert count.errors == {"ConditionalCheckFailedException": count.fail}


def test_a_clock_of_real_time_works_too(fake: Any, history: Path, tmp_path: Path) -> None:
    """On a target of real time virtual pace is one thread that does what falls due, when it does."""
    with SharedClock(tmp_path / "clock", create=True) as shared:
        clock = RealClock(shared)
        load = VirtualLoad(users(rate_per_s=200.0), lambda _: fake, clock, table, history)
        load.go()
        clock.live(0.1)
        load.stop()
    (count,) = read_history(history).loads
    assert count.ops == pytest.approx(20, abs=5)
    assert count.active_s >= 0.1
