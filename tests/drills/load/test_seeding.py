"""Seeding: every item acknowledged, whatever the table says first, or an error."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.history import Told, Who
from dynadrill.drills.load.perform import Writer
from dynadrill.drills.load.seeding import MOST_FAULTS, ROUNDS, seed_table
from dynadrill.drills.reading_history import read_history
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.targets.clocks import VirtualClock
from dynadrill.drills.values import key_of
from dynadrill.fixtures.important_table import VerySuperImportantTable

FIXTURE = VerySuperImportantTable()
Jumps = list[tuple[float, float, str]]


@pytest.fixture
def seeder(fake: Any, clock: VirtualClock, history: Path) -> Iterator[Writer]:
    """Whoever seeds the table in memory."""
    with Recorder(history, "seed") as recorder:
        yield Writer(Who.SEED, recorder, fake, clock)


def expected(count: int, seed: int = 1) -> dict[str, Any]:
    """What the table has to hold."""
    return {key_of(item, FIXTURE.key_attributes): item for item in FIXTURE.items(seed, count)}


def once(action: Callable[[dict[str, Any]], Any], times: int = 1) -> Callable[[str, dict[str, Any]], Any]:
    """Do something with the first requests, and nothing with later ones."""
    left = [None] * times

    def before(method: str, asked: dict[str, Any]) -> Any:
        return action(asked) if left and (left.pop() is None) else None

    return before


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("count", [1, 25, 26, 110])
def test_all_items_are_written_and_acknowledged(
    fake: Any, seeder: Writer, history: Path, threads: int, count: int
) -> None:
    """The table holds the fixture's items, in batches of 25, each write acknowledged under an op id of its own."""
    seed_table(FIXTURE, 1, count, seeder, "t", threads=threads)
    found = read_history(history)
    assert fake.tables["t"] == expected(count)
    assert len(fake.calls) == -(-count // 25)
    assert len({write.op for write in found.writes}) == len(fake.calls)
    assert {(write.who, write.outcome) for write in found.writes} == {(Who.SEED, Told.OK)}
    assert found.damage == []


def test_progress_counts_what_is_acknowledged(seeder: Writer) -> None:
    """Whoever watches sees the count rise to all."""
    seen: list[tuple[int, int]] = []
    seed_table(FIXTURE, 1, 60, seeder, "t", progress=lambda done, of: seen.append((done, of)))
    assert seen == [(25, 60), (50, 60), (60, 60)]


def test_unprocessed_items_are_sent_again_as_a_new_op(fake: Any, seeder: Writer, history: Path, jumps: Jumps) -> None:
    """What a throttled batch left is refused for its op, waited for, and then written by another."""
    fake.before = once(lambda asked: asked["RequestItems"]["t"][20:])
    seed_table(FIXTURE, 1, 25, seeder, "t")
    found = read_history(history)
    assert fake.tables["t"] == expected(25)
    assert [write.outcome for write in found.writes].count(Told.FAIL) == 5
    assert [write.op for write in found.writes[25:]] == ["seed-2"] * 5
    assert len(jumps) == 1


@pytest.mark.parametrize("error", ["ProvisionedThroughputExceededException", "timeout"])
def test_a_batch_that_failed_is_sent_again(
    fake: Any, seeder: Writer, history: Path, refusal: Callable[..., ClientError], error: str
) -> None:
    """A batch that was throttled as a whole, or whose fate nobody knows, is written by a new op."""

    def fail(asked: dict[str, Any]) -> None:
        raise ReadTimeoutError(endpoint_url="x") if error == "timeout" else refusal(error)

    fake.before = once(fail)
    seed_table(FIXTURE, 1, 30, seeder, "t")
    assert fake.tables["t"] == expected(30)
    first = [write.outcome for write in read_history(history).writes if write.op == "seed-1"]
    assert set(first) == {Told.INFO if error == "timeout" else Told.FAIL}


@pytest.mark.parametrize("threads", [1, 3])
def test_an_item_that_is_never_acknowledged_ends_the_drill(
    fake: Any, seeder: Writer, jumps: Jumps, threads: int
) -> None:
    """A table that is not filled cannot be judged: unverifiable, with what was missing, after waiting ever longer."""
    stubborn = next(iter(expected(1).values()))
    fake.before = lambda method, asked: [
        entry for entry in asked["RequestItems"]["t"] if entry["PutRequest"]["Item"] == stubborn
    ]
    with pytest.raises(UnverifiableError, match="1 of 30 items were not acknowledged"):
        seed_table(FIXTURE, 1, 30, seeder, "t", threads=threads)
    waits = [to_at - from_at for from_at, to_at, _ in jumps]
    assert len(waits) == ROUNDS
    assert waits == sorted(waits)


def test_a_table_that_refuses_is_given_up_soon(fake: Any, seeder: Writer, refusal: Callable[..., ClientError]) -> None:
    """What is no throttling does not get better by sending ten thousand items to it."""

    def fail(method: str, asked: dict[str, Any]) -> None:
        raise refusal("ResourceNotFoundException")

    fake.before = fail
    with pytest.raises(UnverifiableError, match="ResourceNotFoundException"):
        seed_table(FIXTURE, 1, 10_000, seeder, "t")
    assert len(fake.calls) == MOST_FAULTS


def test_an_interrupt_ends_the_threads(fake: Any, seeder: Writer) -> None:
    """CTRL+C while seeding: what is in flight ends, and nothing more is sent."""

    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed_table(FIXTURE, 1, 10_000, seeder, "t", threads=3, progress=interrupt)
    assert len(fake.calls) < 100
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("seeding")]


def test_one_thread_gives_the_same_history_for_the_same_seed(fake: Any, tmp_path: Path) -> None:
    """In virtual pace the seeding's part file is the same, byte for byte."""

    def seeded(name: str, seed: int) -> bytes:
        with Recorder(tmp_path / name, "seed") as recorder:
            writer = Writer(Who.SEED, recorder, fake, VirtualClock(0.0, lambda *_: None))
            seed_table(FIXTURE, seed, 60, writer, "t")
        return (tmp_path / name / "seed.jsonl").read_bytes()

    assert seeded("a", 1) == seeded("b", 1)
    assert seeded("a2", 1) != seeded("c", 2)
