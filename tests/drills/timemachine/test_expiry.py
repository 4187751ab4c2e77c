"""Time to live: which items are deleted, when, and what is seen of it in history and streams."""

import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import ref

import orjson
import pytest
from dynadrill.drills.timemachine.changelog import Cause
from dynadrill.drills.timemachine.durations import RANGES_S
from dynadrill.drills.timemachine.expiry import Expiry
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .streams.reader import BOTH, make_streaming, read_all
from .support import START_AT, connect, make_table, protect, refusal

HOUR_S = 3600
DAY_S = 86_400
NOW = int(START_AT)
YEAR_S = 365 * DAY_S
LEAST_S, MOST_S = RANGES_S["expiry"]


def at(seconds: float) -> dict[str, str]:
    """An attribute that names an instant so long after the tests' start."""
    return {"N": str(NOW + seconds)}


def put(db: Any, key: str, expires: Any = None, table: str = "Orders") -> None:
    """Put an item that expires, or does not."""
    item = {"id": {"S": key}, **({} if expires is None else {"expires": expires})}
    db.put_item(TableName=table, Item=item)


def expire(db: Any, table: str = "Orders", *, on: bool = True) -> None:
    """Switch time to live on or off."""
    db.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": on, "AttributeName": "expires"})


def left(db: Any, table: str = "Orders") -> list[str]:
    """The keys of the items that are there."""
    return sorted(item["id"]["S"] for item in db.scan(TableName=table, ConsistentRead=True)["Items"])


@pytest.fixture
def machine(clock: ManualClock) -> TimeMachine:
    """A machine that deletes items as soon as they expire, and whose restores take five minutes."""
    return TimeMachine(clock, seed=1, durations={"expiry": 0.0, "restore": 300.0})


def test_an_item_is_deleted_when_its_time_has_come(db: Any, clock: ManualClock) -> None:
    """Not a moment before; items without the attribute, or with a later one, stay."""
    make_table(db)
    expire(db)
    put(db, "soon", at(60))
    put(db, "later", at(7200))
    put(db, "never")
    clock.set_forward(NOW + 59.999)
    assert left(db) == ["later", "never", "soon"]
    clock.set_forward(NOW + 60)
    assert left(db) == ["later", "never"]
    clock.set_forward(NOW + 10 * YEAR_S)
    assert left(db) == ["never"]


@pytest.mark.parametrize(
    ("value", "is_deleted"),
    [({"N": str(NOW - 60)}, True), ({"N": f"{NOW - 60}.75"}, True), ({"N": f"{NOW // 10}e1"}, True),
     ({"S": str(NOW - 60)}, False), ({"NS": [str(NOW - 60)]}, False), ({"NULL": True}, False),
     ({"M": {"expires": {"N": str(NOW - 60)}}}, False), ({"L": [{"N": str(NOW - 60)}]}, False),
     ({"N": str(NOW - 5 * YEAR_S + 60)}, True), ({"N": str(NOW - 5 * YEAR_S - 60)}, False),
     ({"N": "0"}, False), ({"N": "-1"}, False), ({"N": "1E+125"}, False), ({"N": str(NOW * 1000)}, False)],
)  # fmt: skip
def test_only_a_number_of_the_last_five_years_deletes(
    db: Any, clock: ManualClock, value: dict[str, Any], is_deleted: bool
) -> None:
    """Developer Guide, TTL: seconds since the epoch as a Number, at the top level, at most five years ago."""
    make_table(db)
    put(db, "before", value)
    expire(db)
    put(db, "after", value)
    clock.set_forward(START_AT + 30 * DAY_S)
    assert left(db) == ([] if is_deleted else ["after", "before"])


def test_expired_items_are_read_until_they_are_deleted(clock: ManualClock) -> None:
    """Expired and not yet deleted items are found by every read, and can be written."""
    db = connect(TimeMachine(clock, seed=1))
    make_table(db)
    expire(db)
    put(db, "a", at(-DAY_S))
    assert left(db) == ["a"]
    assert "Item" in db.get_item(TableName="Orders", Key={"id": {"S": "a"}})
    clock.set_forward(START_AT + LEAST_S - 1)
    assert left(db) == ["a"]
    clock.set_forward(START_AT + MOST_S + 1)
    assert left(db) == []


def test_items_outlive_their_time_by_different_spans(clock: ManualClock) -> None:
    """Deletion comes late, by a span that is drawn for each item from the range of `expiry`."""
    gone = deleted_after(clock, seed=1)
    assert len(set(gone)) > 40
    assert LEAST_S <= min(gone) < LEAST_S + 1800
    assert MOST_S - 1800 < max(gone) <= MOST_S


def test_the_span_comes_from_the_seed() -> None:
    """The same seed deletes the same items at the same times, another one at others."""
    first, again, other = (deleted_after(ManualClock(START_AT), seed) for seed in (1, 1, 2))
    assert first == again != other


def deleted_after(clock: ManualClock, seed: int) -> list[float]:
    """After how many seconds each of fifty items that have expired is deleted."""
    machine = TimeMachine(clock, seed=seed)
    db = connect(machine)
    make_table(db)
    for number in range(50):
        put(db, f"{number}", at(0))
    expire(db)
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == []
    changes = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log.changes
    return [change.new.at - START_AT for change in changes if change.new.wire is None]


def test_enabling_takes_hold_of_items_that_are_there(db: Any, clock: ManualClock) -> None:
    """What has expired already is deleted, what has not, when it does."""
    make_table(db)
    put(db, "expired", at(-DAY_S))
    put(db, "soon", at(60))
    clock.set_forward(START_AT + 30)
    assert left(db) == ["expired", "soon"]
    expire(db)
    clock.set_forward(START_AT + 40)
    assert left(db) == ["soon"]
    clock.set_forward(START_AT + 70)
    assert left(db) == []


def test_disabling_stops_it(db: Any, clock: ManualClock) -> None:
    """Nothing is deleted after it; enabled again, all that has expired meanwhile is."""
    make_table(db)
    expire(db)
    put(db, "a", at(2 * HOUR_S))
    clock.set_forward(START_AT + HOUR_S)
    expire(db, on=False)
    clock.set_forward(START_AT + 3 * HOUR_S)
    assert left(db) == ["a"]
    expire(db)
    clock.set_forward(START_AT + 3 * HOUR_S + 1)
    assert left(db) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [("later", ["a"]), ("removed", ["a"]), ("string", ["a"]), ("deleted", []), ("sooner", []), ("untouched", [])],
)
def test_a_changed_attribute_changes_the_time(db: Any, clock: ManualClock, change: str, expected: list[str]) -> None:
    """An item is deleted by what its attribute says last."""
    make_table(db)
    expire(db)
    put(db, "a", at(DAY_S if change == "sooner" else 60))
    match change:
        case "later" | "sooner" | "string":
            value = {"later": at(DAY_S), "sooner": at(60), "string": {"S": "never"}}[change]
            db.update_item(
                TableName="Orders", Key={"id": {"S": "a"}}, UpdateExpression="SET expires = :v",
                ExpressionAttributeValues={":v": value},
            )  # fmt: skip
        case "removed":
            db.update_item(TableName="Orders", Key={"id": {"S": "a"}}, UpdateExpression="REMOVE expires")
        case "deleted":
            db.delete_item(TableName="Orders", Key={"id": {"S": "a"}})
        case _:
            db.update_item(
                TableName="Orders", Key={"id": {"S": "a"}}, UpdateExpression="SET note = :v",
                ExpressionAttributeValues={":v": {"S": "x"}},
            )  # fmt: skip
    clock.set_forward(START_AT + HOUR_S)
    assert left(db) == expected


def test_an_item_that_was_written_anew_is_not_deleted_by_its_past(db: Any, clock: ManualClock) -> None:
    """Deleted and put again without the attribute, an item stays."""
    make_table(db)
    expire(db)
    put(db, "a", at(60))
    db.delete_item(TableName="Orders", Key={"id": {"S": "a"}})
    put(db, "a")
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == ["a"]


def test_the_attribute_may_be_a_key(db: Any, clock: ManualClock) -> None:
    """Time to live by the sort key, which a table's items cannot lack."""
    make_table(db, sort=True)
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "n"})
    for seconds in (60, 7200):
        db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "n": at(seconds)})
    clock.set_forward(START_AT + HOUR_S)
    assert [item["n"] for item in db.scan(TableName="Orders")["Items"]] == [at(7200)]


def test_an_expired_item_leaves_its_indexes(db: Any, clock: ManualClock) -> None:
    """API reference of UpdateTimeToLive: local and global indexes lose it too."""
    schema = [{"AttributeName": "group", "KeyType": "HASH"}]
    index = {"IndexName": "by-group", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}
    make_table(
        db, MoreAttributes=[{"AttributeName": "group", "AttributeType": "S"}], GlobalSecondaryIndexes=[index]
    )  # fmt: skip
    expire(db)
    for key, seconds in (("a", 60), ("b", 7200)):
        db.put_item(TableName="Orders", Item={"id": {"S": key}, "group": {"S": "g"}, "expires": at(seconds)})
    clock.set_forward(START_AT + HOUR_S)
    assert [item["id"]["S"] for item in db.scan(TableName="Orders", IndexName="by-group")["Items"]] == ["b"]


def test_a_jump_deletes_each_item_at_its_own_time(db: Any, clock: ManualClock) -> None:
    """A restore to a second before an item's expiry has it, one to the second has not."""
    make_table(db)
    expire(db)
    protect(db)
    for number in range(1, 5):
        put(db, f"{number}", at(number * HOUR_S))
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == []
    for number in range(1, 5):
        for before, expected in ((1, number), (0, number + 1)):
            target = f"Restored-{number}-{before}"
            db.restore_table_to_point_in_time(
                SourceTableName="Orders", TargetTableName=target, RestoreDateTime=NOW + number * HOUR_S - before
            )
            clock.set_forward(clock.now() + 300)
            assert left(db, target) == [f"{each}" for each in range(expected, 5)]


def test_a_restored_table_lets_nothing_expire(db: Any, clock: ManualClock) -> None:
    """Its items come back, expired ones too, and stay while time to live is off (S2-23, S4-17)."""
    restore_expired(db, clock)
    status = db.describe_time_to_live(TableName="Restored")["TimeToLiveDescription"]
    assert status == {"TimeToLiveStatus": "DISABLED"}
    clock.set_forward(START_AT + 30 * DAY_S)
    assert left(db, "Restored") == ["a", "b", "c"]


def test_time_to_live_on_a_restored_table_deletes_everything_that_expired(db: Any, clock: ManualClock) -> None:
    """Switched on again, all that came back expired is deleted at once: the trap of a restore (S2-23)."""
    restore_expired(db, clock)
    expire(db, "Restored")
    clock.set_forward(clock.now() + 1)
    assert left(db, "Restored") == []


def restore_expired(db: Any, clock: ManualClock) -> None:
    """Restore a table to before the expiry of all its items, long after it."""
    make_table(db)
    expire(db)
    protect(db)
    for key in "abc":
        put(db, key, at(HOUR_S))
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == []
    db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=NOW + HOUR_S - 1
    )
    clock.set_forward(START_AT + DAY_S + 300)


def test_a_backup_holds_what_had_not_been_deleted(db: Any, clock: ManualClock) -> None:
    """A backup's items come back although they have expired since, and the backup names the setting."""
    make_table(db)
    expire(db)
    put(db, "a", at(HOUR_S))
    arn = db.create_backup(TableName="Orders", BackupName="before")["BackupDetails"]["BackupArn"]
    clock.set_forward(START_AT + DAY_S)
    features = db.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableFeatureDetails"]
    assert features["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    db.restore_table_from_backup(BackupArn=arn, TargetTableName="Restored")
    clock.set_forward(START_AT + DAY_S + 300)
    assert (left(db), left(db, "Restored")) == ([], ["a"])


def test_a_deletion_by_expiry_says_so_in_the_stream(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """REMOVE with the old image and the service's identity; a user's delete has none."""
    arn = make_streaming(db, BOTH)
    streams = connect(machine, service="dynamodbstreams")
    expire(db)
    put(db, "a", at(HOUR_S))
    put(db, "b", at(HOUR_S))
    db.delete_item(TableName="Orders", Key={"id": {"S": "b"}})
    clock.set_forward(START_AT + 2 * HOUR_S)
    removed = [record for record in read_all(streams, arn) if record["eventName"] == "REMOVE"]
    assert [record.get("userIdentity") for record in removed] == [
        None, {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"},
    ]  # fmt: skip
    expired = removed[1]["dynamodb"]
    assert expired["OldImage"] == {"id": {"S": "a"}, "expires": at(HOUR_S)}
    assert expired["ApproximateCreationDateTime"].timestamp() == NOW + HOUR_S


def test_a_deleted_table_expires_no_more(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """A table of the same name is not touched by what an earlier one had still to delete."""
    make_table(db)
    expire(db)
    put(db, "a", at(HOUR_S))
    deleted = machine.fleet.at("123456789012", "us-east-1").tables["Orders"]
    db.delete_table(TableName="Orders")
    make_table(db)
    put(db, "a", at(HOUR_S))
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == ["a"]
    assert len(deleted) == 1


def test_what_is_to_expire_keeps_no_deleted_table(db: Any, machine: TimeMachine) -> None:
    """A deleted table's items can be forgotten, however far off their time is."""
    make_table(db)
    expire(db)
    put(db, "a", at(10 * YEAR_S))
    deleted = ref(machine.fleet.at("123456789012", "us-east-1").tables["Orders"])
    db.delete_table(TableName="Orders")
    gc.collect()
    assert deleted() is None


def test_sweeps_do_not_pile_up(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """However often the next time to delete something moves, there is one happening for it."""
    make_table(db)
    expire(db)
    put(db, "last", at(DAY_S))
    for number in range(20, 0, -1):
        put(db, f"{number}", at(number))
    clock.set_forward(NOW + HOUR_S)
    assert left(db) == ["last"]
    assert machine.fleet.journal.agenda.take(1e18) is not None
    assert machine.fleet.journal.agenda.take(1e18) is None


def test_a_table_that_is_being_deleted_lets_nothing_expire(clock: ManualClock) -> None:
    """Between DeleteTable and its end no item is deleted, and no record made of it."""
    machine = TimeMachine(clock, seed=1, durations={"expiry": 0.0, "delete_table": 60.0})
    db, streams = connect(machine), connect(machine, service="dynamodbstreams")
    arn = make_streaming(db)
    expire(db)
    put(db, "a", at(30))
    db.delete_table(TableName="Orders")
    clock.set_forward(START_AT + HOUR_S)
    assert [record["eventName"] for record in read_all(streams, arn)] == ["INSERT"]


KEY = "arn:aws:kms:us-east-1:123456789012:key/mine"


def test_nothing_expires_while_the_key_is_gone(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """Time to live stands still, and catches up within an hour of the key's return."""
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY})
    expire(db)
    put(db, "a", at(HOUR_S))
    machine.fleet.keys.take_away(KEY)
    clock.set_forward(START_AT + DAY_S)
    db.list_tables()
    machine.fleet.keys.give_back(KEY)
    assert left(db) == ["a"]
    clock.set_forward(START_AT + DAY_S + HOUR_S)
    assert left(db) == []


def test_an_archived_table_expires_no_more(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """What is left of a table whose key stayed away is its backup: no sweep goes on for ever."""
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY})
    expire(db)
    put(db, "a", at(HOUR_S))
    machine.fleet.keys.take_away(KEY)
    clock.set_forward(START_AT + 8 * DAY_S)
    assert db.describe_table(TableName="Orders")["Table"]["TableStatus"] == "ARCHIVED"
    assert machine.fleet.journal.agenda.take(1e18) is None


def test_a_reset_forgets_what_was_to_expire(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """After a reset nothing of the past is deleted, or falls over."""
    make_table(db)
    expire(db)
    put(db, "a", at(HOUR_S))
    machine.reset()
    make_table(db)
    put(db, "a", at(HOUR_S))
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == ["a"]


def test_the_setting_changes_once_an_hour_and_by_its_own_attribute(db: Any, clock: ManualClock) -> None:
    """A refused change leaves what was on, on."""
    make_table(db)
    expire(db)
    put(db, "a", at(2 * HOUR_S))
    wrong = {"Enabled": False, "AttributeName": "expires"}
    assert (
        refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=wrong)[0] == "ValidationException"
    )
    clock.set_forward(START_AT + HOUR_S)
    wrong = {"Enabled": False, "AttributeName": "other"}
    assert "different" in refusal(db.update_time_to_live, TableName="Orders", TimeToLiveSpecification=wrong)[1]
    clock.set_forward(START_AT + 3 * HOUR_S)
    assert left(db) == []


def test_a_table_without_time_to_live_is_followed_by_nobody(db: Any, machine: TimeMachine) -> None:
    """What is off costs a write nothing: no follower, no stream, and nothing on the agenda."""
    make_table(db)
    put(db, "a", at(HOUR_S))
    table = machine.fleet.at("123456789012", "us-east-1").tables["Orders"]
    assert (table.followers, table.streams.readable, machine.fleet.journal.agenda.take(1e18)) == ((), (), None)


def test_a_hot_item_is_remembered_once(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """An item that is written over and over leaves no trail of times at which older versions would have expired."""
    make_table(db)
    expire(db)
    for number in range(3000):
        put(db, "a", at(HOUR_S + number))
    (expiry,) = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].followers
    assert isinstance(expiry, Expiry)
    assert expiry.waiting < 1100
    clock.set_forward(NOW + HOUR_S + 2998)
    assert left(db) == ["a"]
    clock.set_forward(NOW + HOUR_S + 2999)
    assert left(db) == []


def test_many_items_of_one_second_go_together(db: Any, machine: TimeMachine, clock: ManualClock) -> None:
    """A mass expiry is one happening per second, not one per item, and all of it has one stamp."""
    make_table(db)
    for start in range(0, 500, 25):
        requests = [{"PutRequest": {"Item": {"id": {"S": f"{start + n}"}, "expires": at(HOUR_S)}}} for n in range(25)]
        db.batch_write_item(RequestItems={"Orders": requests})
    expire(db)
    agenda = machine.fleet.journal.agenda
    assert agenda.next_at == NOW + HOUR_S
    due = agenda.take(1e18)
    assert due is not None
    assert agenda.take(1e18) is None
    agenda.add(due.at, due.happening)
    clock.set_forward(START_AT + DAY_S)
    assert left(db) == []
    log = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log
    assert {change.new.at for change in log.changes if change.new.wire is None} == {NOW + HOUR_S}


def test_items_that_are_written_while_time_jumps_go_at_their_time(machine: TimeMachine, clock: ManualClock) -> None:
    """Whatever threads do at once, every item is deleted, and none before its time."""
    db = connect(machine)
    make_table(db)
    expire(db)
    protect(db)

    def write(writer: int) -> None:
        client = connect(machine)
        for number in range(50):
            put(client, f"{writer}-{number}", {"N": str(int(clock.now()) + 60 * number)})
            clock.set_forward(clock.now() + 30)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    clock.set_forward(clock.now() + DAY_S)
    assert left(db) == []
    changes = machine.fleet.at("123456789012", "us-east-1").tables["Orders"].log.changes
    deleted = [change for change in changes if change.cause is Cause.EXPIRY]
    assert len(deleted) == 200
    for change in deleted:
        assert change.old is not None
        assert change.new.at >= float(orjson.loads(change.old.wire or b"")["expires"]["N"])
