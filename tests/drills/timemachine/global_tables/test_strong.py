"""Strong global tables: three Regions from the start, every write in all of them, nothing that AWS does not allow."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..support import make_table, put, refusal
from .regions import Regions

HOME, SECOND, THIRD = "us-east-1", "us-east-2", "us-west-2"
KEY = {"id": {"S": "a"}}


def create(*regions: str) -> list[Any]:
    """ReplicaUpdates that add replicas."""
    return [{"Create": {"RegionName": region}} for region in regions]


def delete(*regions: str) -> list[Any]:
    """ReplicaUpdates that take replicas away."""
    return [{"Delete": {"RegionName": region}} for region in regions]


WITNESS = [{"Create": {"RegionName": THIRD}}]


@pytest.fixture
def trio(regions: Regions) -> Regions:
    """A strong table Orders with replicas in three Regions."""
    make_table(regions.client(HOME))
    regions.update(HOME, create(SECOND, THIRD), MultiRegionConsistency="STRONG")
    regions.pass_s(30)
    return regions


@pytest.fixture
def witnessed(regions: Regions) -> Regions:
    """A strong table Orders with replicas in two Regions and a witness in the third."""
    make_table(regions.client(HOME))
    regions.update(HOME, create(SECOND), GlobalTableWitnessUpdates=WITNESS, MultiRegionConsistency="STRONG")
    regions.pass_s(30)
    return regions


def test_three_replicas_come_at_once(regions: Regions) -> None:
    """One UpdateTable makes a strong table of three Regions; its mode is shown from the answer on."""
    make_table(regions.client(HOME))
    answer = regions.update(HOME, create(SECOND, THIRD), MultiRegionConsistency="STRONG")
    assert answer["MultiRegionConsistency"] == "STRONG"
    assert regions.statuses(HOME) == {SECOND: "CREATING", THIRD: "CREATING"}
    regions.pass_s(30)
    assert regions.statuses(THIRD) == {HOME: "ACTIVE", SECOND: "ACTIVE"}
    assert regions.described(THIRD)["MultiRegionConsistency"] == "STRONG"


def test_a_witness_is_no_table(witnessed: Regions) -> None:
    """Two replicas and a witness: the witness is shown with its state, and has no table to read or write."""
    for region in (HOME, SECOND):
        assert witnessed.described(region)["GlobalTableWitnesses"] == [{"RegionName": THIRD, "WitnessStatus": "ACTIVE"}]
    assert refusal(witnessed.client(THIRD).describe_table, TableName="Orders")[0] == "ResourceNotFoundException"
    make_table(witnessed.client(THIRD))
    put(witnessed.client(HOME), "a")
    assert witnessed.items(THIRD) == {}


def test_a_write_is_everywhere_at_once(trio: Regions) -> None:
    """A write is in all Regions at its commit: nothing is pending, and no time passes. RPO is 0."""
    put(trio.client(HOME), "a", "1")
    put(trio.client(THIRD), "a", "2")
    trio.client(SECOND).delete_item(TableName="Orders", Key={"id": {"S": "none"}})
    assert trio.items(HOME) == trio.items(SECOND) == trio.items(THIRD) == {"a": "2"}
    assert trio.machine.fleet.replication.pending() == []


def test_no_stream_is_switched_on(trio: Regions) -> None:
    """Strong replication needs no stream."""
    assert "StreamSpecification" not in trio.described(HOME)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("two Regions", {"ReplicaUpdates": create(SECOND)}, "Unsupported replica count"),
    ("four Regions", {"ReplicaUpdates": create(SECOND, THIRD, "eu-west-1")}, "Unsupported replica count"),
    ("no Region of a set", {"ReplicaUpdates": create(SECOND, "us-west-1")},
     "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: [us-west-1]."),
    ("two sets", {"ReplicaUpdates": create(SECOND, "eu-west-1")}, "STRONG: [eu-west-1]."),
    ("a witness at home",
     {"ReplicaUpdates": create(SECOND), "GlobalTableWitnessUpdates": [{"Create": {"RegionName": HOME}}]},
     "Cannot add a witness in the same region as an existing replica"),
    ("a witness where a replica is",
     {"ReplicaUpdates": create(SECOND), "GlobalTableWitnessUpdates": [{"Create": {"RegionName": SECOND}}]},
     "Cannot target multiple regions with the same action"),
    ("two witnesses", {"ReplicaUpdates": create(SECOND), "GlobalTableWitnessUpdates": WITNESS * 2},
     "Member must have length less than or equal to 1"),
    ("a witness alone", {"GlobalTableWitnessUpdates": WITNESS}, "At least one of ProvisionedThroughput"),
    ("deleting", {"ReplicaUpdates": delete(SECOND)}, "Only Replica Create actions are supported"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "text"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_strong_table_is_born_whole_or_not_at_all(regions: Regions, members: dict[str, Any], text: str) -> None:
    """What is not three Regions of one set is refused with AWS's text, and leaves a table of one Region."""
    make_table(regions.client(HOME))
    update = regions.client(HOME).update_table
    name, said = refusal(update, TableName="Orders", MultiRegionConsistency="STRONG", **members)
    assert name == "ValidationException"
    assert text in said
    assert "GlobalTableVersion" not in regions.described(HOME)


def test_a_witness_needs_strong_consistency(regions: Regions) -> None:
    """A witness without MultiRegionConsistency STRONG is refused."""
    make_table(regions.client(HOME))
    members = {"ReplicaUpdates": create(SECOND), "GlobalTableWitnessUpdates": WITNESS}
    text = refusal(regions.client(HOME).update_table, TableName="Orders", **members)[1]
    assert "MultiRegionConsistency must be set as STRONG" in text


def test_it_must_start_empty(regions: Regions) -> None:
    """A table with items, such as a restored one, cannot become strong."""
    make_table(regions.client(HOME))
    put(regions.client(HOME), "a")
    members = {"ReplicaUpdates": create(SECOND, THIRD), "MultiRegionConsistency": "STRONG"}
    name, text = refusal(regions.client(HOME).update_table, TableName="Orders", **members)
    assert (name, "not empty" in text) == ("ValidationException", True)


def test_it_has_no_local_index_and_no_time_to_live(regions: Regions) -> None:
    """A table with a local index or time to live cannot become strong."""
    home = regions.client(HOME)
    index = {
        "IndexName": "by-value",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "value", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    value = [{"AttributeName": "value", "AttributeType": "S"}]
    make_table(home, sort=True, LocalSecondaryIndexes=[index], MoreAttributes=value)
    members = {"ReplicaUpdates": create(SECOND, THIRD), "MultiRegionConsistency": "STRONG"}
    assert "local secondary index" in refusal(home.update_table, TableName="Orders", **members)[1]
    make_table(home, "Expiring")
    ttl = {"Enabled": True, "AttributeName": "expires"}
    home.update_time_to_live(TableName="Expiring", TimeToLiveSpecification=ttl)
    assert "Time to live" in refusal(home.update_table, TableName="Expiring", **members)[1]


def test_time_to_live_cannot_be_switched_on(trio: Regions) -> None:
    """A strong table refuses time to live."""
    ttl = {"Enabled": True, "AttributeName": "expires"}
    call = trio.client(SECOND).update_time_to_live
    assert refusal(call, TableName="Orders", TimeToLiveSpecification=ttl)[0] == "ValidationException"


def test_it_takes_no_part_in_transactions(trio: Regions) -> None:
    """Transactions that write or read a strong table are refused, by each of the three calls."""
    home = trio.client(HOME)
    write = [{"Put": {"TableName": "Orders", "Item": KEY}}]
    read = [{"Get": {"TableName": "Orders", "Key": KEY}}]
    statement = [{"Statement": "INSERT INTO \"Orders\" VALUE {'id': 'a'}"}]
    assert refusal(home.transact_write_items, TransactItems=write)[0] == "ValidationException"
    assert refusal(home.transact_get_items, TransactItems=read)[0] == "ValidationException"
    assert refusal(home.execute_transaction, TransactStatements=statement)[0] == "ValidationException"
    assert trio.items(HOME) == {}
    make_table(home, "Other")
    home.transact_write_items(TransactItems=[{"Put": {"TableName": "Other", "Item": KEY}}])


FROZEN: list[tuple[str, dict[str, Any], str]] = [
    ("one more", {"ReplicaUpdates": create("us-west-1")}, "Cannot add replicas to a global table with strong"),
    ("one less", {"ReplicaUpdates": delete(SECOND)}, "Deletion of only one table replica is not supported"),
    ("another mode", {"ReplicaUpdates": create("eu-west-1"), "MultiRegionConsistency": "EVENTUAL"},
     "MultiRegionConsistency parameter is unsupported on existing global table"),
    ("a stranger", {"ReplicaUpdates": delete("eu-west-1")}, "without these replicas: [eu-west-1]"),
    ("no witness", {"ReplicaUpdates": delete(SECOND, THIRD),
                    "GlobalTableWitnessUpdates": [{"Delete": {"RegionName": "eu-west-1"}}]},
     "without these witnesses: [eu-west-1]"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "text"), [row[1:] for row in FROZEN], ids=[row[0] for row in FROZEN])
def test_it_is_frozen(trio: Regions, members: dict[str, Any], text: str) -> None:
    """Replicas of a strong table are not added or taken away one by one, and its mode does not change."""
    name, said = refusal(trio.client(HOME).update_table, TableName="Orders", **members)
    assert name == "ValidationException"
    assert text in said
    assert trio.statuses(HOME) == {SECOND: "ACTIVE", THIRD: "ACTIVE"}


def test_no_replica_is_deleted_alone(trio: Regions) -> None:
    """DeleteTable of one replica of a strong table is refused."""
    for region in (HOME, SECOND):
        text = refusal(trio.client(region).delete_table, TableName="Orders")[1]
        assert "Deletion of only one table replica is not supported" in text


def test_it_is_dissolved_as_a_whole(trio: Regions) -> None:
    """All other replicas at once can go, and a table of one Region with its items stays."""
    put(trio.client(HOME), "a")
    trio.update(HOME, delete(SECOND, THIRD))
    assert trio.statuses(HOME) == {SECOND: "DELETING", THIRD: "DELETING"}
    trio.pass_s(151)
    assert "MultiRegionConsistency" not in trio.described(HOME)
    assert "Replicas" not in trio.described(HOME)
    assert trio.items(HOME) == {"a": "v"}
    assert refusal(trio.client(THIRD).describe_table, TableName="Orders")[0] == "ResourceNotFoundException"
    trio.client(HOME).delete_table(TableName="Orders")


def test_the_witness_goes_with_the_replica(witnessed: Regions) -> None:
    """A table with a witness is dissolved by deleting replica and witness together, not the replica alone."""
    update = witnessed.client(HOME).update_table
    text = refusal(update, TableName="Orders", ReplicaUpdates=delete(SECOND))[1]
    assert text == "Update table delete operation does not include all witnesses."
    witnessed.update(HOME, delete(SECOND), GlobalTableWitnessUpdates=[{"Delete": {"RegionName": THIRD}}])
    assert witnessed.described(HOME)["GlobalTableWitnesses"][0]["WitnessStatus"] == "DELETING"
    witnessed.pass_s(151)
    assert "GlobalTableWitnesses" not in witnessed.described(HOME)


def test_one_region_down_costs_nothing(trio: Regions) -> None:
    """With one of three Regions down the others read and write on, and it holds all of that when it is back."""
    put(trio.client(SECOND), "a")
    trio.fail(SECOND)
    put(trio.client(HOME), "b")
    assert trio.items(HOME) == trio.items(THIRD) == {"a": "v", "b": "v"}
    trio.bring_back(SECOND)
    assert trio.items(SECOND) == {"a": "v", "b": "v"}


def test_two_regions_down_stop_the_writes(witnessed: Regions) -> None:
    """A write needs a second Region, a witness counting as one: with both others down it fails, and nothing is done."""
    home = witnessed.client(HOME)
    witnessed.fail(SECOND)
    put(home, "a")
    witnessed.fail(THIRD)
    with pytest.raises(ClientError) as caught:
        put(home, "b")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert [item["id"]["S"] for item in home.scan(TableName="Orders")["Items"]] == ["a"]


READS: list[tuple[str, dict[str, Any]]] = [
    ("get_item", {"TableName": "Orders", "Key": KEY, "ConsistentRead": True}),
    ("batch_get_item", {"RequestItems": {"Orders": {"Keys": [KEY], "ConsistentRead": True}}}),
    ("scan", {"TableName": "Orders", "ConsistentRead": True}),
    ("execute_statement", {"Statement": 'SELECT * FROM "Orders"', "ConsistentRead": True}),
]


@pytest.mark.parametrize(("operation", "members"), READS, ids=[row[0] for row in READS])
def test_two_regions_down_leave_eventually_consistent_reads(
    witnessed: Regions, operation: str, members: dict[str, Any]
) -> None:
    """A strongly consistent read needs a second Region like a write; with both others down it fails, no other does."""
    home = witnessed.client(HOME)
    put(home, "a")
    witnessed.fail(SECOND)
    getattr(home, operation)(**members)
    witnessed.fail(THIRD)
    with pytest.raises(ClientError) as caught:
        getattr(home, operation)(**members)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert "Item" in home.get_item(TableName="Orders", Key=KEY)


def test_a_protected_replica_stays(trio: Regions) -> None:
    """A strong table is not dissolved while a replica that would go is protected from deletion."""
    trio.client(THIRD).update_table(TableName="Orders", DeletionProtectionEnabled=True)
    update = trio.client(HOME).update_table
    assert "protected" in refusal(update, TableName="Orders", ReplicaUpdates=delete(SECOND, THIRD))[1]
    assert trio.statuses(HOME) == {SECOND: "ACTIVE", THIRD: "ACTIVE"}


def test_it_is_dissolved_from_where_it_was_made(trio: Regions) -> None:
    """The table that replicas were added from cannot be taken away by one of them for 24 hours, and then it can."""
    update = trio.client(SECOND).update_table
    text = refusal(update, TableName="Orders", ReplicaUpdates=delete(HOME, THIRD))[1]
    assert "acted as a source region" in text
    trio.pass_s(24 * 3600)
    trio.update(SECOND, delete(HOME, THIRD))
