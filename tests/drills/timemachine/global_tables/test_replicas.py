"""Replicas: adding and taking away, what is seen of them meanwhile, and what their tables are like."""

from typing import Any

import pytest

from ..support import items, make_table, protect, put, refusal, window
from .regions import EAST, THIRD, WEST, Regions

PITR = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}


def test_a_replica_is_created_and_becomes_active(regions: Regions, east: Any) -> None:
    """UpdateTable adds a replica, which is CREATING for its time while the table is UPDATING, and ACTIVE then."""
    make_table(east)
    answer = regions.add(EAST, WEST)
    assert answer["GlobalTableVersion"] == "2019.11.21"
    assert (regions.described(EAST)["TableStatus"], regions.statuses(EAST)) == ("UPDATING", {WEST: "CREATING"})
    assert regions.described(WEST)["TableStatus"] == "CREATING"
    regions.pass_s(29)
    assert regions.statuses(EAST) == {WEST: "CREATING"}
    regions.pass_s(1)
    assert (regions.described(EAST)["TableStatus"], regions.statuses(EAST)) == ("ACTIVE", {WEST: "ACTIVE"})
    assert (regions.described(WEST)["TableStatus"], regions.statuses(WEST)) == ("ACTIVE", {EAST: "ACTIVE"})


def test_a_table_with_items_takes_longer(regions: Regions, east: Any) -> None:
    """A replica of a table that has an item takes minutes, one of an empty table seconds."""
    make_table(east)
    put(east, "a")
    regions.add(EAST, WEST)
    regions.pass_s(599)
    assert regions.statuses(EAST) == {WEST: "CREATING"}
    regions.pass_s(2)
    assert regions.statuses(EAST) == {WEST: "ACTIVE"}


def test_a_replica_holds_what_was_there_and_what_came_since(regions: Regions, east: Any) -> None:
    """Items from before and writes while the replica is CREATING are in it when it is ACTIVE."""
    make_table(east)
    for key in ("kept", "changed", "deleted"):
        put(east, key)
    regions.add(EAST, WEST)
    put(east, "new")
    put(east, "changed", "again")
    east.delete_item(TableName="Orders", Key={"id": {"S": "deleted"}})
    regions.pass_s(700)
    assert regions.items(WEST) == {"kept": "v", "changed": "again", "new": "v"} == regions.items(EAST)


def test_each_region_has_its_own_identity(pair: Regions) -> None:
    """Replicas share name and keys; id, ARN, creation time and stream are each Region's own."""
    here, there = pair.described(EAST), pair.described(WEST)
    assert here["KeySchema"] == there["KeySchema"]
    for member in ("TableId", "TableArn", "LatestStreamArn", "CreationDateTime"):
        assert here[member] != there[member]
    assert WEST in there["TableArn"]


def test_an_entry_says_no_more_than_on_aws(pair: Regions) -> None:
    """A replica's entry without overrides has four members, and a global table of no consistency shows none."""
    (entry,) = pair.described(EAST)["Replicas"]
    assert sorted(entry) == ["GlobalTableSettingsReplicationMode", "RegionName", "ReplicaStatus", "WarmThroughput"]
    assert entry["GlobalTableSettingsReplicationMode"] == "ENABLED_WITH_OVERRIDES"
    assert "MultiRegionConsistency" not in pair.described(EAST)
    assert "GlobalTableWitnesses" not in pair.described(EAST)


def test_a_regional_table_says_nothing_of_replicas(regions: Regions, east: Any) -> None:
    """A table of one Region has none of the members of a global table."""
    make_table(east)
    for member in ("Replicas", "GlobalTableVersion", "GlobalTableSettingsReplicationMode", "MultiRegionConsistency"):
        assert member not in regions.described(EAST)


def test_the_stream_is_switched_on_by_itself(pair: Regions) -> None:
    """Replication switches a stream of new and old images on in each Region."""
    for region in (EAST, WEST):
        specification = pair.described(region)["StreamSpecification"]
        assert specification == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_a_stream_that_is_on_keeps_its_view(regions: Regions) -> None:
    """A stream of keys only stays as it is, and the replica gets the same."""
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    regions.make_global(EAST, WEST, StreamSpecification=stream)
    assert regions.described(EAST)["StreamSpecification"] == stream == regions.described(WEST)["StreamSpecification"]


@pytest.mark.parametrize("region", [EAST, WEST])
def test_the_stream_cannot_be_switched_off(pair: Regions, region: str) -> None:
    """The stream of an eventually consistent replica can be neither disabled nor enabled anew."""
    update = pair.client(region).update_table
    name, text = refusal(update, TableName="Orders", StreamSpecification={"StreamEnabled": False})
    assert (name, "Disabling Stream is not allowed for a Global Table replica" in text) == ("ValidationException", True)
    again = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert "already has an enabled stream" in refusal(update, TableName="Orders", StreamSpecification=again)[1]


def test_indexes_and_keys_come_along(regions: Regions) -> None:
    """A replica has the global indexes of its source, and they answer."""
    index = {
        "IndexName": "by-value",
        "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    regions.make_global(
        EAST,
        WEST,
        GlobalSecondaryIndexes=[index],
        MoreAttributes=[{"AttributeName": "value", "AttributeType": "S"}],
    )
    put(regions.client(EAST), "a", "x")
    regions.pass_s(2)
    found = regions.client(WEST).query(
        TableName="Orders",
        IndexName="by-value",
        KeyConditionExpression="#v = :x",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":x": {"S": "x"}},
    )
    assert found["Count"] == 1


def test_protections_and_labels_do_not_come_along(regions: Regions, east: Any) -> None:
    """Deletion protection, point-in-time recovery, tags and policy are never synchronised."""
    make_table(east, DeletionProtectionEnabled=True, Tags=[{"Key": "team", "Value": "a"}])
    protect(east)
    regions.add(EAST, WEST)
    regions.pass_s(700)
    west = regions.client(WEST)
    assert regions.described(WEST)["DeletionProtectionEnabled"] is False
    assert window(west)["PointInTimeRecoveryStatus"] == "DISABLED"
    assert west.list_tags_of_resource(ResourceArn=regions.described(WEST)["TableArn"])["Tags"] == []
    protect(west, RecoveryPeriodInDays=7)
    assert window(west)["RecoveryPeriodInDays"] == 7
    assert window(east)["RecoveryPeriodInDays"] == 35


def test_a_replica_being_created_is_blind(regions: Regions, east: Any, west: Any) -> None:
    """A CREATING replica answers DescribeTable only, and cannot be deleted."""
    make_table(east)
    regions.add(EAST, WEST)
    key = {"id": {"S": "a"}}
    assert refusal(west.get_item, TableName="Orders", Key=key)[0] == "ResourceNotFoundException"
    assert refusal(west.put_item, TableName="Orders", Item=key)[0] == "ResourceNotFoundException"
    assert refusal(west.describe_time_to_live, TableName="Orders")[0] == "ResourceNotFoundException"
    assert refusal(west.describe_continuous_backups, TableName="Orders")[0] == "TableNotFoundException"
    assert refusal(west.update_continuous_backups, TableName="Orders", **PITR)[0] == "TableNotFoundException"
    assert refusal(west.delete_table, TableName="Orders")[0] == "ResourceInUseException"


def test_one_change_at_a_time(regions: Regions, east: Any) -> None:
    """While a replica is added or taken away, any other UpdateTable is refused; tags and recovery are not."""
    make_table(east)
    regions.add(EAST, WEST)
    create = [{"Create": {"RegionName": THIRD}}]
    assert refusal(east.update_table, TableName="Orders", ReplicaUpdates=create)[0] == "ResourceInUseException"
    changed = {"TableName": "Orders", "DeletionProtectionEnabled": True}
    assert refusal(east.update_table, **changed)[0] == "ResourceInUseException"
    assert protect(east)["PointInTimeRecoveryStatus"] == "ENABLED"
    regions.pass_s(30)
    east.update_table(**changed)
    regions.drop(EAST, WEST)
    assert refusal(east.update_table, TableName="Orders", ReplicaUpdates=create)[0] == "ResourceInUseException"


def test_a_replica_goes(pair: Regions, west: Any) -> None:
    """A deleted replica is DELETING for its time; then its table and all signs of a global table are gone."""
    put(west, "a")
    pair.pass_s(2)
    pair.drop(EAST, WEST)
    assert (pair.described(EAST)["TableStatus"], pair.statuses(EAST)) == ("UPDATING", {WEST: "DELETING"})
    assert refusal(west.get_item, TableName="Orders", Key={"id": {"S": "a"}})[0] == "ResourceNotFoundException"
    pair.pass_s(40)
    assert (pair.described(EAST)["TableStatus"], pair.statuses(EAST)) == ("ACTIVE", {WEST: "DELETING"})
    pair.pass_s(111)
    assert refusal(west.describe_table, TableName="Orders")[0] == "ResourceNotFoundException"
    assert "Replicas" not in pair.described(EAST)
    assert "GlobalTableVersion" not in pair.described(EAST)
    assert pair.described(EAST)["StreamSpecification"]["StreamEnabled"]
    assert pair.items(EAST) == {"a": "v"}


def test_a_replica_can_be_added_again(pair: Regions) -> None:
    """After a replica has gone, the same Region can have one again, and gets what was written meanwhile."""
    pair.drop(EAST, WEST)
    pair.pass_s(151)
    put(pair.client(EAST), "a")
    pair.add(EAST, WEST)
    pair.pass_s(700)
    assert pair.items(WEST) == {"a": "v"}


def test_a_replica_with_recovery_leaves_a_system_backup(pair: Regions, west: Any) -> None:
    """A replica that is taken away leaves a SYSTEM backup in its Region, where its own recovery was on."""
    protect(west)
    pair.drop(EAST, WEST)
    pair.pass_s(151)
    (backup,) = west.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    assert backup["BackupName"] == "Orders$DeletedTableBackup"


def test_three_regions_see_each_other(regions: Regions) -> None:
    """A replica can be added from any Region of the group; each sees the others in the order of their creation."""
    regions.make_global(EAST, WEST)
    regions.add(WEST, THIRD)
    regions.pass_s(700)
    assert list(regions.statuses(EAST)) == [WEST, THIRD]
    assert list(regions.statuses(WEST)) == [EAST, THIRD]
    assert list(regions.statuses(THIRD)) == [EAST, WEST]
    put(regions.client(THIRD), "a")
    regions.pass_s(2)
    assert regions.items(EAST) == regions.items(WEST) == {"a": "v"}


def test_a_source_region_stays_for_a_day(regions: Regions) -> None:
    """A replica from which another was added cannot be deleted for 24 hours while that one is there, by either call."""
    regions.make_global(EAST, WEST)
    update, delete = regions.client(WEST).update_table, regions.client(EAST).delete_table
    drop = [{"Delete": {"RegionName": EAST}}]
    for name, text in (refusal(update, TableName="Orders", ReplicaUpdates=drop), refusal(delete, TableName="Orders")):
        assert name == "ValidationException"
        assert "acted as a source region for new replica(s)" in text
    regions.pass_s(86_400 - 700)
    regions.client(EAST).delete_table(TableName="Orders")
    assert "Replicas" not in regions.described(WEST)


def test_the_leaf_can_be_deleted_at_once(regions: Regions) -> None:
    """What was added last can go at once, and its source then too."""
    regions.make_global(EAST, WEST)
    regions.client(WEST).delete_table(TableName="Orders")
    assert "Replicas" not in regions.described(EAST)
    regions.client(EAST).delete_table(TableName="Orders")


def test_a_protected_replica_stays(pair: Regions, west: Any) -> None:
    """A replica's own deletion protection refuses both ways to delete it."""
    west.update_table(TableName="Orders", DeletionProtectionEnabled=True)
    drop = [{"Delete": {"RegionName": WEST}}]
    calls = (
        (pair.client(EAST).update_table, {"TableName": "Orders", "ReplicaUpdates": drop}),
        (west.delete_table, {"TableName": "Orders"}),
    )
    for call, members in calls:
        name, text = refusal(call, **members)
        assert (name, "protected against deletion" in text) == ("ValidationException", True)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("itself", {"ReplicaUpdates": [{"Create": {"RegionName": EAST}}]}, "Cannot add or delete the local region"),
    ("delete itself", {"ReplicaUpdates": [{"Delete": {"RegionName": EAST}}]}, "Cannot add or delete the local region"),
    ("there already", {"ReplicaUpdates": [{"Create": {"RegionName": WEST}}]}, "already existed as tables"),
    ("no Region", {"ReplicaUpdates": [{"Create": {"RegionName": "us-fake-1"}}]}, "Region us-fake-1 is not supported"),
    ("upper case", {"ReplicaUpdates": [{"Create": {"RegionName": "EU-WEST-1"}}]}, "is not supported"),
    ("another partition", {"ReplicaUpdates": [{"Create": {"RegionName": "cn-north-1"}}]}, "is not supported"),
    ("no replica", {"ReplicaUpdates": [{"Delete": {"RegionName": THIRD}}]}, "without these replicas: [eu-west-1]"),
    ("change of none",
     {"ReplicaUpdates": [{"Update": {"RegionName": THIRD, "TableClassOverride": "STANDARD"}}]},
     "not part of the global table"),
    ("no action", {"ReplicaUpdates": [{}]}, "There are no actions specified"),
    ("empty change", {"ReplicaUpdates": [{"Update": {"RegionName": WEST}}]}, "There are no actions specified"),
    ("two kinds", {"ReplicaUpdates": [{"Create": {"RegionName": THIRD}, "Delete": {"RegionName": WEST}}]},
     "more than one type of replica actions"),
    ("two kinds apart",
     {"ReplicaUpdates": [{"Create": {"RegionName": THIRD}}, {"Delete": {"RegionName": WEST}}]},
     "more than one type of replica actions"),
    ("two at once",
     {"ReplicaUpdates": [{"Create": {"RegionName": THIRD}}, {"Create": {"RegionName": "eu-west-2"}}]},
     "more than one create or delete replica actions not allowed"),
    ("with something else",
     {"ReplicaUpdates": [{"Create": {"RegionName": THIRD}}], "DeletionProtectionEnabled": True},
     "Replica modification must be the only operation in the request"),
    ("a key for a key of AWS",
     {"ReplicaUpdates": [{"Create": {"RegionName": THIRD, "KMSMasterKeyId": "alias/mine"}}]},
     "KMSMasterKeyId must be specified for each replica"),
    ("another key", {"ReplicaUpdates": [{"Update": {"RegionName": WEST, "KMSMasterKeyId": "alias/mine"}}]},
     "KMSMasterKeyId must be specified for each replica"),
    ("indexes of its own",
     {"ReplicaUpdates": [{"Create": {"RegionName": THIRD, "GlobalSecondaryIndexes": [{"IndexName": "abc"}]}}]},
     "not implemented by the dynadrill time machine"),
    ("mode alone", {"MultiRegionConsistency": "EVENTUAL"}, "At least one of ProvisionedThroughput"),
    ("strong now",
     {"ReplicaUpdates": [{"Create": {"RegionName": "us-east-1"}}, {"Create": {"RegionName": "us-west-2"}}],
      "MultiRegionConsistency": "STRONG"},
     "MultiRegionConsistency parameter is unsupported on existing global table"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "text"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_leaves_everything_as_it_was(pair: Regions, members: dict[str, Any], text: str) -> None:
    """A wrong request about replicas is a ValidationException with AWS's text, and changes nothing."""
    before = pair.described(EAST)
    name, said = refusal(pair.client(EAST).update_table, TableName="Orders", **members)
    assert name == "ValidationException"
    assert text in said
    assert pair.described(EAST) == before


def test_a_foreign_table_is_in_the_way(regions: Regions, east: Any, west: Any) -> None:
    """A table of the same name in the other Region is never adopted, and nothing of a global table is left behind."""
    make_table(east)
    make_table(west)
    put(west, "its own")
    create = [{"Create": {"RegionName": WEST}}]
    assert "already existed as tables" in refusal(east.update_table, TableName="Orders", ReplicaUpdates=create)[1]
    put(east, "a")
    regions.pass_s(10)
    assert items(west, "Orders") == {"its own": "v"}
    assert "Replicas" not in regions.described(EAST)


def test_provisioned_capacity_needs_auto_scaling(regions: Regions, east: Any) -> None:
    """A table of provisioned capacity is refused, as on AWS without auto scaling, which this machine does not have."""
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    make_table(east, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    create = [{"Create": {"RegionName": WEST}}]
    name, text = refusal(east.update_table, TableName="Orders", ReplicaUpdates=create)
    assert (name, text) == (
        "ValidationException",
        "Table write capacity should either be Pay-Per-Request or AutoScaled.",
    )
    assert regions.described(EAST)["TableStatus"] == "ACTIVE"
    assert "Replicas" not in regions.described(EAST)


LEGACY: list[tuple[str, dict[str, Any], str, str]] = [
    ("create_global_table", {"GlobalTableName": "Orders", "ReplicationGroup": [{"RegionName": EAST}]},
     "ValidationException", "version 2017.11.29 is not supported"),
    ("update_global_table", {"GlobalTableName": "Orders", "ReplicaUpdates": [{"Create": {"RegionName": THIRD}}]},
     "ValidationException", "version 2017.11.29 is not supported"),
    ("update_global_table", {"GlobalTableName": "Orders", "ReplicaUpdates": [{"Delete": {"RegionName": WEST}}]},
     "GlobalTableNotFoundException", "'Orders' does not exist"),
    ("describe_global_table", {"GlobalTableName": "Orders"}, "GlobalTableNotFoundException", "does not exist"),
    ("describe_global_table_settings", {"GlobalTableName": "Orders"}, "GlobalTableNotFoundException", "not exist"),
    ("update_global_table_settings", {"GlobalTableName": "Orders"}, "GlobalTableNotFoundException", "does not exist"),
    ("describe_table_replica_auto_scaling", {"TableName": "Orders"}, "ValidationException", "not implemented"),
    ("update_table_replica_auto_scaling", {"TableName": "Orders"}, "ValidationException", "not implemented"),
    ("describe_table_replica_auto_scaling", {"TableName": "Other"}, "ResourceNotFoundException", "does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "members", "name", "text"), LEGACY)
def test_the_legacy_calls_see_nothing(pair: Regions, call: str, members: dict[str, Any], name: str, text: str) -> None:
    """The API of 2017 is refused as AWS refuses it, and auto scaling of replicas is said not to be there."""
    found = refusal(getattr(pair.client(EAST), call), **members)
    assert found[0] == name
    assert text in found[1]
    assert pair.client(EAST).list_global_tables()["GlobalTables"] == []
