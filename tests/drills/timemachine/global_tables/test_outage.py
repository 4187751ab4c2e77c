"""A Region that goes down and comes back: what its replicas elsewhere do, and what arrives late."""

from typing import Any

from botocore.exceptions import ClientError

from ..support import make_table, put
from .regions import EAST, THIRD, WEST, Regions

KEY = {"id": {"S": "a"}}


def status_of(call: Any, **members: Any) -> int:
    """The HTTP status that a call gets."""
    try:
        return int(call(**members)["ResponseMetadata"]["HTTPStatusCode"])
    except ClientError as error:
        return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


def test_the_survivor_keeps_working(pair: Regions) -> None:
    """When us-east-2 is lost its calls fail, and the replica in us-west-1 reads and writes on without a restore."""
    put(pair.client(EAST), "a")
    pair.pass_s(5)
    pair.fail(EAST)
    assert status_of(pair.client(EAST).get_item, TableName="Orders", Key=KEY) == 503
    put(pair.client(WEST), "b")
    assert pair.items(WEST) == {"a": "v", "b": "v"}


def test_what_had_not_arrived_is_missing_during_the_outage(pair: Regions) -> None:
    """Writes of the last second before the outage are not in the survivor, and are listed as pending."""
    put(pair.client(EAST), "a")
    pair.pass_s(5)
    put(pair.client(EAST), "late")
    pair.pass_s(0.5)
    pair.fail(EAST)
    pair.pass_s(3600)
    assert pair.items(WEST) == {"a": "v"}
    (lost,) = pair.machine.fleet.replication.pending(source=EAST)
    assert (lost.key, lost.arrives_at) == ({"id": {"S": "late"}}, None)


def test_it_arrives_late_when_the_region_is_back(pair: Regions) -> None:
    """Un-replicated writes of a lost Region arrive when it returns: late arrival after the failover."""
    put(pair.client(EAST), "late")
    pair.fail(EAST)
    pair.pass_s(3600)
    assert pair.items(WEST) == {}
    pair.bring_back(EAST)
    pair.pass_s(31)
    assert pair.items(WEST) == {"late": "v"}


def test_a_newer_write_of_the_survivor_suppresses_it(pair: Regions) -> None:
    """A late arrival that is older than the survivor's write to the same item changes nothing."""
    put(pair.client(EAST), "a", "unreplicated")
    pair.fail(EAST)
    pair.pass_s(60)
    put(pair.client(WEST), "a", "after failover")
    pair.pass_s(3600)
    pair.bring_back(EAST)
    pair.pass_s(32)
    assert pair.items(WEST) == pair.items(EAST) == {"a": "after failover"}


def test_a_deletion_of_the_survivor_suppresses_it_too(pair: Regions) -> None:
    """An item that the survivor deleted does not come back by a late arrival."""
    put(pair.client(EAST), "a", "1")
    pair.pass_s(5)
    put(pair.client(EAST), "a", "2")
    pair.fail(EAST)
    pair.pass_s(60)
    pair.client(WEST).delete_item(TableName="Orders", Key=KEY)
    pair.bring_back(EAST)
    pair.pass_s(32)
    assert pair.items(WEST) == pair.items(EAST) == {}


def test_the_lost_region_catches_up(pair: Regions) -> None:
    """What the survivor wrote during the outage reaches the Region that was lost, after its return."""
    pair.fail(EAST)
    put(pair.client(WEST), "a")
    pair.pass_s(35 * 86_400)
    pair.bring_back(EAST)
    assert pair.items(EAST) == {}
    pair.pass_s(31)
    assert pair.items(EAST) == {"a": "v"}


def test_the_other_replicas_go_on_between_themselves(regions: Regions) -> None:
    """With three Regions, one of them lost, the other two still replicate to each other."""
    regions.make_global(EAST, WEST, THIRD)
    regions.fail(EAST)
    put(regions.client(WEST), "a")
    regions.pass_s(1)
    assert regions.items(THIRD) == {"a": "v"}


def test_a_replica_is_not_finished_in_a_region_that_is_down(regions: Regions, east: Any) -> None:
    """A replica stays CREATING, or DELETING, while its Region is down, and gets done after the return."""
    make_table(east)
    regions.add(EAST, WEST)
    regions.fail(WEST)
    regions.pass_s(3600)
    assert regions.statuses(EAST) == {WEST: "CREATING"}
    regions.bring_back(WEST)
    regions.pass_s(31)
    assert regions.statuses(EAST) == {WEST: "ACTIVE"}
    regions.drop(EAST, WEST)
    regions.fail(WEST)
    regions.pass_s(3600)
    assert regions.statuses(EAST) == {WEST: "DELETING"}
    regions.bring_back(WEST)
    regions.pass_s(31)
    assert regions.statuses(EAST) == {}
