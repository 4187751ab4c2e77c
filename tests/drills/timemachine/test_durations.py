"""How long things take in target time."""

from random import Random
from typing import Any

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.timemachine.durations import (
    ITEMS_PER_S,
    RANGES_S,
    SIZED_BY_BYTES,
    SIZED_BY_PARTITION,
    Durations,
    Load,
)
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import given
from hypothesis import strategies as st

from .support import START_AT, connect, make_table, protect

LOADS = st.builds(
    Load,
    items=st.integers(0, 10**9),
    size_bytes=st.integers(0, 10**13),
    largest_partition=st.integers(0, 10**9),
    global_indexes=st.integers(0, 20),
)


def drawn(seed: int, **fixed: float) -> Durations:
    """Durations of a seed."""
    return Durations(Random(seed), fixed)


@given(LOADS, LOADS, st.integers(0, 100))
def test_a_restore_takes_as_long_as_its_largest_partition(left: Load, right: Load, seed: int) -> None:
    """S1-39, S2-16, S2-17: items of the largest partition lengthen it; bytes and other items do not."""
    same = right._replace(largest_partition=left.largest_partition, global_indexes=left.global_indexes)
    assert drawn(seed).of("restore", left) == drawn(seed).of("restore", same)
    more = left._replace(largest_partition=left.largest_partition + ITEMS_PER_S)
    assert drawn(seed).of("restore", more) - drawn(seed).of("restore", left) >= 0.99


@given(LOADS, st.integers(0, 100))
def test_every_global_index_lengthens_a_restore(load: Load, seed: int) -> None:
    """Fewer indexes are faster, where there are items to index."""
    fewer, more = (drawn(seed).of("restore", load._replace(global_indexes=number)) for number in (1, 2))
    assert more > fewer if load.largest_partition > 1000 else more >= fewer


@pytest.mark.parametrize("kind", sorted(RANGES_S))
def test_an_empty_piece_of_work_takes_its_base(kind: str) -> None:
    """Each draw lies between the least and the most that was measured, and the seed repeats it."""
    least_s, most_s = RANGES_S[kind]
    times = [drawn(seed).of(kind) for seed in range(50)]
    assert all(least_s <= seconds <= most_s for seconds in times)
    assert times == [drawn(seed).of(kind) for seed in range(50)]
    assert (len(set(times)) > 1) == (least_s < most_s)


def test_what_is_fixed_is_fixed_and_changes_nothing_else() -> None:
    """DESIGN 3: a duration that is given holds at any size, and no other draw moves by it."""
    free, fixed = drawn(1), drawn(1, restore=5.0)
    free.of("restore")
    assert fixed.of("restore", Load(largest_partition=10**9)) == 5.0
    assert fixed.of("export") == free.of("export")


def test_each_kind_grows_by_one_thing_at_most() -> None:
    """DESIGN 3: a kind of work is sized by its largest partition, by its bytes, or not at all; none is misspelt."""
    assert not SIZED_BY_PARTITION & SIZED_BY_BYTES
    assert set(RANGES_S) >= SIZED_BY_PARTITION | SIZED_BY_BYTES


@pytest.mark.parametrize(
    "fixed", [{"restores": 1.0}, {"restore": -1.0}, {"restore": float("nan")}, {"restore": float("inf")}]
)
def test_nonsense_is_refused(fixed: dict[str, float]) -> None:
    """DESIGN 6: an unknown kind of work, and a negative or endless duration, are wrong usage."""
    with pytest.raises(UsageError):
        drawn(0, **fixed)


def duration_of_restore(partitions: int, *, capacity: int = 5, indexed: bool = False) -> float:
    """How long a restore of 600 items in so many partitions takes, with one seed."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, seed=1)
    db = connect(machine)
    index: dict[str, Any] = {
        "IndexName": "by-n",
        "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    make_table(
        db,
        sort=True,
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": capacity, "WriteCapacityUnits": capacity},
        **({"GlobalSecondaryIndexes": [index]} if indexed else {}),
    )
    protect(db)
    for first in range(0, 600, 25):
        items = [
            {"id": {"S": str(number % partitions)}, "n": {"N": str(number)}} for number in range(first, first + 25)
        ]
        db.batch_write_item(RequestItems={"Orders": [{"PutRequest": {"Item": item}} for item in items]})
    clock.set_forward(START_AT + 1000)
    db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=START_AT + 500
    )
    table = machine.fleet.at("123456789012", "us-east-1").tables["Restored"]
    return table.life.active_at - (START_AT + 1000)


def test_a_skewed_table_takes_longer_to_restore() -> None:
    """S1-14, S1-39, S2-16: the same 600 items restore by 598 items' time slower from one partition than from 300."""
    slower_s = duration_of_restore(1) - duration_of_restore(300)
    assert slower_s == pytest.approx(598 / ITEMS_PER_S, abs=1e-5)


def test_provisioned_capacity_does_not_speed_a_restore_up() -> None:
    """S1-40: ten times the capacity, the same duration."""
    assert duration_of_restore(1, capacity=50) == duration_of_restore(1, capacity=5)


def test_an_index_slows_a_restore_down() -> None:
    """S1-39: with a global index the same restore takes longer."""
    assert duration_of_restore(1, indexed=True) > duration_of_restore(1)
