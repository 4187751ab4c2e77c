"""What AWS leaves open about backups and restores, had as faults: skew, torn transactions, failure."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect, items, make_table, protect, put, refusal

SPAN_S = 60


def back_up(db: Any) -> str:
    """Make a backup of Orders and give its ARN."""
    arn: str = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    return arn


def restored(db: Any, clock: ManualClock, arn: str, target: str = "Restored") -> dict[str, str]:
    """Restore a backup and give what is in the new table."""
    db.restore_table_from_backup(TargetTableName=target, BackupArn=arn)
    clock.set_forward(clock.now() + 300)
    return items(db, target)


def write_each_second(db: Any, clock: ManualClock, seconds: int) -> None:
    """One item per second, named by the second since the start."""
    for _ in range(seconds):
        clock.set_forward(clock.now() + 1)
        put(db, str(round(clock.now() - START_AT)))


def transact(db: Any, keys: str, value: str = "v") -> None:
    """Put items of several keys, one letter each, in one transaction."""
    db.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "Orders", "Item": {"id": {"S": key}, "value": {"S": value}}}} for key in keys
        ]
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_skewed_backup_is_one_instant_within_its_boundary(clock: ManualClock, seed: int) -> None:
    """With the fault on, all from more than a minute before the request is in, nothing of a minute after."""
    machine = TimeMachine(clock, seed=seed, durations={"restore": 300.0})
    db = connect(machine)
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.BACKUP_SKEW, seconds=SPAN_S))
    write_each_second(db, clock, 100)
    arn = back_up(db)
    write_each_second(db, clock, 100)
    found = restored(db, clock, arn)
    last = len(found)
    assert set(found) == {str(second) for second in range(1, last + 1)}
    assert 40 <= last <= 160
    described = db.describe_backup(BackupArn=arn)["BackupDescription"]
    assert described["SourceTableDetails"]["ItemCount"] == last
    assert described["BackupDetails"]["BackupSizeBytes"] == sum(len("idvaluev") + len(key) for key in found)


def test_the_cut_is_drawn_on_both_sides(clock: ManualClock) -> None:
    """Some backups hold less than was there when they were asked for, others more."""
    counts = set()
    for seed in range(8):
        own = ManualClock(START_AT)
        machine = TimeMachine(own, seed=seed, durations={"restore": 300.0})
        db = connect(machine)
        make_table(db)
        machine.fleet.faults.add(Fault(Effect.BACKUP_SKEW, seconds=SPAN_S))
        write_each_second(db, own, 100)
        arn = back_up(db)
        write_each_second(db, own, 70)
        counts.add(db.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableDetails"]["ItemCount"])
    assert min(counts) < 100 < max(counts)


def test_a_backup_with_a_later_cut_is_ready_later(clock: ManualClock) -> None:
    """A backup whose cut lies after the request is CREATING until then, and holds what came meanwhile."""
    machine = TimeMachine(clock, seed=later_seed(), durations={"restore": 300.0})
    db = connect(machine)
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.BACKUP_SKEW, seconds=SPAN_S, times=1))
    arn = back_up(db)
    clock.set_forward(clock.now() + 1)
    assert db.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "CREATING"
    refused = refusal(db.restore_table_from_backup, TargetTableName="Restored", BackupArn=arn)
    assert refused[0] == "BackupInUseException"
    put(db, "meanwhile")
    clock.set_forward(clock.now() + SPAN_S)
    put(db, "afterwards")
    assert restored(db, clock, arn) == {"meanwhile": "v"}


def later_seed() -> int:
    """A seed with which the cut of the first backup of a new table lies more than two seconds after the request."""
    for seed in range(50):
        clock = ManualClock(START_AT)
        machine = TimeMachine(clock, seed=seed)
        db = connect(machine)
        make_table(db)
        machine.fleet.faults.add(Fault(Effect.BACKUP_SKEW, seconds=SPAN_S, times=1))
        arn = back_up(db)
        clock.set_forward(START_AT + 2)
        if db.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "CREATING":
            return seed
    raise AssertionError("no seed of fifty draws a later cut")


def test_without_the_fault_backups_are_exact(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """S1-15: off by default, and off again when the fault has struck as often as it should."""
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.BACKUP_SKEW, seconds=SPAN_S, times=1))
    write_each_second(db, clock, 70)
    back_up(db)
    exact = back_up(db)
    write_each_second(db, clock, 70)
    assert len(restored(db, clock, exact)) == 70


@pytest.mark.parametrize("seed", range(4))
def test_a_torn_backup_misses_a_part_of_one_transaction(clock: ManualClock, seed: int) -> None:
    """With the fault on a backup holds a part, neither all nor nothing, of the last transaction before it."""
    machine = TimeMachine(clock, seed=seed, durations={"restore": 300.0})
    db = connect(machine)
    make_table(db)
    transact(db, "abcd", "old")
    machine.fleet.faults.add(Fault(Effect.TORN_TRANSACTION, times=1))
    clock.set_forward(clock.now() + 30)
    transact(db, "cdef", "new")
    put(db, "single")
    torn = back_up(db)
    whole = back_up(db)
    clock.set_forward(clock.now() + 1)
    found = restored(db, clock, torn, "Torn")
    after = {"a": "old", "b": "old", "c": "new", "d": "new", "e": "new", "f": "new", "single": "v"}
    before = {"a": "old", "b": "old", "c": "old", "d": "old", "single": "v"}
    assert found not in (before, after)
    assert all(found.get(key) in {before.get(key), after.get(key)} for key in after)
    assert restored(db, clock, whole, "Whole") == after


def test_a_torn_restore_misses_a_part_of_one_transaction(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """The same for a point-in-time restore, for which AWS makes no promise either."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 10)
    transact(db, "abcd")
    clock.set_forward(START_AT + 1000)
    machine.fleet.faults.add(Fault(Effect.TORN_TRANSACTION, operation="RestoreTableToPointInTime", times=1))
    for target in ("Torn", "Whole"):
        db.restore_table_to_point_in_time(
            SourceTableName="Orders", TargetTableName=target, RestoreDateTime=START_AT + 20
        )
    clock.set_forward(START_AT + 1300)
    assert 0 < len(items(db, "Torn")) < 4
    assert len(items(db, "Whole")) == 4


@pytest.mark.parametrize("age_s", [61, 1000])
def test_a_transaction_outside_the_boundary_stays_whole(
    db: Any, machine: TimeMachine, clock: ManualClock, age_s: int
) -> None:
    """What was committed more than a minute before the cut is never torn."""
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.TORN_TRANSACTION))
    transact(db, "abcd")
    clock.set_forward(clock.now() + age_s)
    arn = back_up(db)
    clock.set_forward(clock.now() + 1)
    assert len(restored(db, clock, arn)) == 4


def test_single_writes_and_batches_are_never_torn(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """Only transactions are: there is nothing to tear in one write, and a batch promises nothing."""
    make_table(db)
    machine.fleet.faults.add(Fault(Effect.TORN_TRANSACTION))
    put(db, "a")
    put(db, "b")
    puts: list[Any] = [{"PutRequest": {"Item": {"id": {"S": key}, "value": {"S": "v"}}}} for key in "cd"]
    db.batch_write_item(RequestItems={"Orders": puts})
    transact(db, "e")
    arn = back_up(db)
    clock.set_forward(clock.now() + 1)
    assert len(restored(db, clock, arn)) == 5


@pytest.mark.parametrize("operation", ["RestoreTableToPointInTime", "RestoreTableFromBackup"])
def test_a_restore_that_fails_leaves_no_table(
    db: Any, machine: TimeMachine, clock: ManualClock, operation: str
) -> None:
    """DESIGN faults: it is accepted, CREATING for its time, then there is no table; the next one succeeds."""
    make_table(db)
    protect(db)
    arn = back_up(db)
    clock.set_forward(START_AT + 10)
    machine.fleet.faults.add(Fault(Effect.FAIL, operation=operation, table="Orders", times=1))

    def restore() -> None:
        if operation == "RestoreTableFromBackup":
            db.restore_table_from_backup(TargetTableName="Restored", BackupArn=arn)
        else:
            db.restore_table_to_point_in_time(
                SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
            )

    restore()
    clock.set_forward(START_AT + 309.9)
    assert db.describe_table(TableName="Restored")["Table"]["TableStatus"] == "CREATING"
    clock.set_forward(START_AT + 310)
    assert refusal(db.describe_table, TableName="Restored")[0] == "ResourceNotFoundException"
    restore()
    clock.set_forward(START_AT + 610)
    assert db.describe_table(TableName="Restored")["Table"]["TableStatus"] == "ACTIVE"
