"""Replication between replicas: its lag, who wins, what is held, and what is under way."""

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.timemachine.machine import TimeMachine

from ..support import connect, make_table, protect, put
from .regions import EAST, THIRD, WEST, Regions

KEY = {"id": {"S": "a"}}


def test_a_write_arrives_after_the_lag_and_not_before(pair: Regions) -> None:
    """A write is in its own Region at once, and in the other one after the lag."""
    put(pair.client(EAST), "a")
    pair.pass_s(0.99)
    assert pair.items(EAST) == {"a": "v"}
    assert pair.items(WEST) == {}
    pair.pass_s(0.01)
    assert pair.items(WEST) == {"a": "v"}


def test_it_works_in_both_directions(pair: Regions) -> None:
    """Any replica takes writes, and each gets those of the others."""
    put(pair.client(EAST), "a")
    put(pair.client(WEST), "b")
    pair.pass_s(1)
    assert pair.items(EAST) == pair.items(WEST) == {"a": "v", "b": "v"}


def test_the_lag_is_about_a_second_and_varies(regions: Regions) -> None:
    """Without any setting a write takes 0.5 to 1 s, each its own time, the same for the same seed."""
    regions.make_global(EAST, WEST)
    now = regions.clock.now()
    for number in range(50):
        put(regions.client(EAST), str(number))
    lags = [write.arrives_at - now for write in regions.machine.fleet.replication.pending() if write.arrives_at]
    assert len(set(lags)) > 40
    assert 0.5 <= min(lags) < 0.6
    assert 0.9 < max(lags) <= 1.0


def test_a_strongly_consistent_read_is_of_its_region_only(pair: Regions) -> None:
    """A strongly consistent read in the other Region does not see a write that has not arrived."""
    put(pair.client(EAST), "a")
    west = pair.client(WEST)
    assert "Item" not in west.get_item(TableName="Orders", Key=KEY, ConsistentRead=True)
    pair.pass_s(1)
    assert "Item" in west.get_item(TableName="Orders", Key=KEY, ConsistentRead=True)


def test_updates_and_batches_and_statements_replicate(pair: Regions) -> None:
    """Every way to write is replicated, not PutItem alone."""
    east = pair.client(EAST)
    east.batch_write_item(
        RequestItems={"Orders": [{"PutRequest": {"Item": {"id": {"S": k}, "value": {"S": "b"}}}} for k in "ab"]}
    )
    east.execute_statement(Statement="INSERT INTO Orders VALUE {'id': 'c', 'value': 'p'}")
    east.update_item(
        TableName="Orders",
        Key={"id": {"S": "a"}},
        UpdateExpression="SET #v = :n",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":n": {"S": "u"}},
    )
    pair.pass_s(1)
    assert pair.items(WEST) == {"a": "u", "b": "b", "c": "p"}


def test_a_delete_replicates(pair: Regions) -> None:
    """A bad delete destroys the item in every Region: a global table is no backup."""
    put(pair.client(EAST), "a")
    pair.pass_s(1)
    pair.client(EAST).delete_item(TableName="Orders", Key=KEY)
    pair.pass_s(1)
    assert pair.items(EAST) == pair.items(WEST) == {}


def test_the_last_writer_wins_everywhere(pair: Regions) -> None:
    """Of two writes to one item in two Regions the later one stays, in both of them."""
    put(pair.client(EAST), "a", "first")
    pair.pass_s(0.5)
    put(pair.client(WEST), "a", "second")
    assert (pair.items(EAST), pair.items(WEST)) == ({"a": "first"}, {"a": "second"})
    pair.pass_s(0.6)
    assert (pair.items(EAST), pair.items(WEST)) == ({"a": "first"}, {"a": "second"})
    pair.pass_s(1)
    assert pair.items(EAST) == pair.items(WEST) == {"a": "second"}


def test_of_one_instant_the_later_commit_wins(pair: Regions) -> None:
    """Two writes of the same instant are told apart by the order of their commits."""
    put(pair.client(WEST), "a", "first")
    put(pair.client(EAST), "a", "second")
    pair.pass_s(2)
    assert pair.items(EAST) == pair.items(WEST) == {"a": "second"}


def test_a_late_write_does_not_bring_a_deleted_item_back(pair: Regions) -> None:
    """A deletion is remembered: an older write that arrives after it is suppressed."""
    put(pair.client(EAST), "a", "old")
    pair.pass_s(1)
    pair.machine.fleet.replication.set_lag(60, source=EAST)
    put(pair.client(EAST), "a", "late")
    pair.pass_s(1)
    pair.client(WEST).delete_item(TableName="Orders", Key=KEY)
    pair.pass_s(100)
    assert pair.items(WEST) == {}
    assert pair.items(EAST) == {}


def test_writes_to_one_item_arrive_in_order(pair: Regions) -> None:
    """However the lag changes, no replica sees an item go back to an older value."""
    replication = pair.machine.fleet.replication
    replication.set_lag(10)
    put(pair.client(EAST), "a", "1")
    replication.set_lag(1)
    put(pair.client(EAST), "a", "2")
    pair.pass_s(9.9)
    assert pair.items(WEST) == {}
    seen = []
    for _ in range(3):
        pair.pass_s(0.1)
        seen.append(pair.items(WEST))
    assert seen[-1] == {"a": "2"}
    assert {"a": "1"} not in seen[seen.index({"a": "2"}) :]


def test_a_transaction_may_be_seen_in_part_elsewhere(pair: Regions) -> None:
    """A transaction is atomic in its Region only; elsewhere its items arrive one by one."""
    pair.machine.fleet.replication.set_lag(0, 100)
    puts = [{"Put": {"TableName": "Orders", "Item": {"id": {"S": k}, "value": {"S": "t"}}}} for k in "abcdefgh"]
    pair.client(EAST).transact_write_items(TransactItems=puts)
    assert len(pair.items(EAST)) == 8
    pair.pass_s(50)
    assert 0 < len(pair.items(WEST)) < 8
    pair.pass_s(50)
    assert len(pair.items(WEST)) == 8


def test_a_condition_is_judged_by_the_region_that_is_asked(pair: Regions) -> None:
    """Two conditional writes can both succeed in two Regions within the lag: one of them is lost."""
    condition = {"ConditionExpression": "attribute_not_exists(id)"}
    for region in (EAST, WEST):
        item = {**KEY, "value": {"S": region}}
        pair.client(region).put_item(TableName="Orders", Item=item, **condition)
    pair.pass_s(2)
    assert pair.items(EAST) == pair.items(WEST) == {"a": WEST}


def test_an_arrival_has_its_own_time_in_its_region(pair: Regions) -> None:
    """Each Region's point-in-time recovery has its own past: a write is there from its arrival on."""
    pair.machine.fleet.replication.set_lag(100)
    for region in (EAST, WEST):
        protect(pair.client(region))
    pair.pass_s(10)
    at = int(pair.clock.now()) + 50
    put(pair.client(EAST), "a")
    pair.pass_s(1000)
    for region in (EAST, WEST):
        client = pair.client(region)
        client.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=at)
    pair.pass_s(300)
    found = [len(pair.client(region).scan(TableName="Restored")["Items"]) for region in (EAST, WEST)]
    assert found == [1, 0]


def test_a_pause_holds_and_a_resumption_delivers(pair: Regions) -> None:
    """While a way is paused nothing arrives by it; afterwards all of it does, in the end the last value."""
    replication = pair.machine.fleet.replication
    replication.pause(source=EAST, destination=WEST)
    put(pair.client(EAST), "a", "1")
    put(pair.client(EAST), "a", "2")
    put(pair.client(WEST), "b")
    pair.pass_s(3600)
    assert pair.items(WEST) == {"b": "v"}
    assert pair.items(EAST) == {"a": "2", "b": "v"}
    assert replication.resume(source=EAST, destination=WEST)
    assert pair.items(WEST) == {"b": "v"}
    pair.pass_s(1)
    assert pair.items(WEST) == {"a": "2", "b": "v"}


def test_a_pause_can_be_of_one_table(pair: Regions) -> None:
    """A pause of one table leaves others alone."""
    pair.machine.fleet.replication.pause(table="Other")
    put(pair.client(EAST), "a")
    pair.pass_s(1)
    assert pair.items(WEST) == {"a": "v"}


def test_a_pause_that_was_never_made_cannot_be_taken_back(pair: Regions) -> None:
    """Resuming what is not paused says so."""
    assert not pair.machine.fleet.replication.resume(table="Orders")
    pair.machine.fleet.replication.pause(table="Orders")
    assert [way.table for way in pair.machine.fleet.replication.paused()] == ["Orders"]
    assert pair.machine.fleet.replication.resume(table="Orders")


def test_what_is_under_way_is_listed(pair: Regions) -> None:
    """Pending writes say key, ways and times: what would be lost to the other Region now."""
    replication = pair.machine.fleet.replication
    now = pair.clock.now()
    put(pair.client(EAST), "a")
    put(pair.client(WEST), "b")
    (lost,) = replication.pending(source=EAST)
    assert (lost.table, lost.source, lost.destination, lost.key) == ("Orders", EAST, WEST, KEY)
    assert (lost.is_deletion, lost.written_at, lost.arrives_at) == (False, now, now + 1)
    assert len(replication.pending()) == 2
    pair.pass_s(1)
    assert replication.pending() == []
    replication.pause()
    pair.client(EAST).delete_item(TableName="Orders", Key=KEY)
    (held,) = replication.pending(table="Orders", destination=WEST)
    assert (held.is_deletion, held.key, held.arrives_at) == (True, KEY, None)


@pytest.mark.parametrize("bounds", [(-1,), (2, 1), (float("nan"),)])
def test_a_lag_is_no_negative_number(machine: TimeMachine, bounds: tuple[float, ...]) -> None:
    """A lag that is none is refused with a hint."""
    with pytest.raises(UsageError):
        machine.fleet.replication.set_lag(*bounds)


def test_of_several_lags_the_last_one_holds(pair: Regions) -> None:
    """A setting for one way overrides an older one for all, and a newer one for all overrides it again."""
    replication = pair.machine.fleet.replication
    replication.set_lag(50, source=EAST)
    put(pair.client(EAST), "a")
    replication.set_lag(5)
    put(pair.client(EAST), "b")
    pair.pass_s(5)
    assert pair.items(WEST) == {"b": "v"}
    pair.pass_s(45)
    assert pair.items(WEST) == {"a": "v", "b": "v"}


def test_accounts_do_not_meet(pair: Regions) -> None:
    """A table of the same name in another account's Region gets nothing."""
    other = connect(pair.machine, WEST, "999999999999")
    make_table(other)
    put(pair.client(EAST), "a")
    pair.pass_s(1)
    assert other.scan(TableName="Orders")["Count"] == 0


def test_a_reset_forgets_replicas_lags_and_pauses(pair: Regions) -> None:
    """After a reset there is nothing to replicate, and the default lag holds."""
    replication = pair.machine.fleet.replication
    replication.pause()
    put(pair.client(EAST), "a")
    pair.machine.reset()
    assert (replication.pending(), replication.paused(), replication.groups) == ([], [], [])
    make_table(pair.client(EAST))
    assert "Replicas" not in pair.described(EAST)


def test_a_replica_that_joins_gets_what_was_under_way(regions: Regions) -> None:
    """A third replica, made from one that has not got a write yet, gets this write too."""
    regions.make_global(EAST, WEST)
    regions.machine.fleet.replication.set_lag(100, source=EAST)
    put(regions.client(EAST), "a")
    regions.add(WEST, THIRD)
    regions.pass_s(700)
    assert regions.items(THIRD) == regions.items(WEST) == regions.items(EAST) == {"a": "v"}


def test_what_is_under_way_from_a_replica_that_goes_is_lost(pair: Regions) -> None:
    """Writes of a replica that is taken away while its way is paused never arrive."""
    pair.machine.fleet.replication.pause(source=WEST)
    put(pair.client(WEST), "a")
    pair.drop(EAST, WEST)
    pair.pass_s(151)
    pair.machine.fleet.replication.resume(source=WEST)
    pair.pass_s(100)
    assert pair.items(EAST) == {}
    assert pair.machine.fleet.replication.pending() == []


def test_what_has_arrived_is_forgotten(pair: Regions) -> None:
    """Nothing is kept of a write once it is everywhere: no memory grows with the number of writes."""
    for number in range(100):
        put(pair.client(EAST), str(number))
        pair.client(EAST).delete_item(TableName="Orders", Key={"id": {"S": str(number)}})
    pair.pass_s(1)
    (group,) = pair.machine.fleet.replication.groups
    assert [len(replica.marks) for replica in group.replicas] == [0, 0]
    assert not any(group.links)
