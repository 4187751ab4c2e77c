"""Settings of a global table: which go to every Region, and which are each Region's own."""

from typing import Any

import pytest

from ..support import make_table, put, refusal
from .regions import EAST, WEST, Regions

INDEX = {
    "IndexName": "by-value",
    "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
TYPED = [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "value", "AttributeType": "S"}]
TTL = {"Enabled": True, "AttributeName": "expires"}


@pytest.mark.parametrize(("here", "there"), [(EAST, WEST), (WEST, EAST)])
def test_an_index_goes_everywhere(pair: Regions, here: str, there: str) -> None:
    """A global index that is added or taken away in any Region is so in all."""
    client = pair.client(here)
    create = {"GlobalSecondaryIndexUpdates": [{"Create": INDEX}], "AttributeDefinitions": TYPED}
    client.update_table(TableName="Orders", **create)
    assert [index["IndexName"] for index in pair.described(there)["GlobalSecondaryIndexes"]] == ["by-value"]
    pair.pass_s(3600)
    client.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-value"}}])
    pair.pass_s(3600)
    assert "GlobalSecondaryIndexes" not in pair.described(there)


def test_time_to_live_goes_everywhere(pair: Regions) -> None:
    """Time to live that is switched on or off in one Region is so in all."""
    pair.client(WEST).update_time_to_live(TableName="Orders", TimeToLiveSpecification=TTL)
    for region in (EAST, WEST):
        described = pair.client(region).describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
        assert (described["TimeToLiveStatus"], described["AttributeName"]) == ("ENABLED", "expires")
    pair.pass_s(4000)
    pair.client(EAST).update_time_to_live(TableName="Orders", TimeToLiveSpecification={**TTL, "Enabled": False})
    described = pair.client(WEST).describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert described["TimeToLiveStatus"] == "DISABLED"


def test_a_new_replica_takes_time_to_live_over(regions: Regions, east: Any) -> None:
    """A replica that is added has time to live on, where its source has."""
    make_table(east)
    east.update_time_to_live(TableName="Orders", TimeToLiveSpecification=TTL)
    regions.add(EAST, WEST)
    regions.pass_s(700)
    described = regions.client(WEST).describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert described["AttributeName"] == "expires"


def test_a_new_replica_whose_key_went_takes_time_to_live_over(regions: Regions, east: Any) -> None:
    """A key of KMS that goes while a replica is added refuses nobody else's request, and time to live is on."""
    key = "arn:aws:kms:{}:123456789012:key/mine-{}"
    make_table(east, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key.format(EAST, 1)})
    east.update_time_to_live(TableName="Orders", TimeToLiveSpecification=TTL)
    regions.add(EAST, WEST, KMSMasterKeyId=key.format(WEST, 2))
    regions.machine.fleet.keys.take_away(key.format(WEST, 2))
    regions.pass_s(700)
    assert regions.statuses(EAST) == {WEST: "ACTIVE"}
    regions.machine.fleet.keys.give_back(key.format(WEST, 2))
    described = regions.client(WEST).describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert described["AttributeName"] == "expires"


def test_the_table_class_goes_everywhere(pair: Regions) -> None:
    """A change of the table class is one of all Regions; an override is of one, and is shown as one."""
    pair.client(EAST).update_table(TableName="Orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    assert pair.described(WEST)["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    pair.update(EAST, [{"Update": {"RegionName": WEST, "TableClassOverride": "STANDARD"}}])
    assert pair.described(WEST)["TableClassSummary"]["TableClass"] == "STANDARD"
    assert pair.described(EAST)["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert pair.described(EAST)["Replicas"][0]["ReplicaTableClassSummary"]["TableClass"] == "STANDARD"


def test_the_write_maximum_goes_everywhere_and_the_read_maximum_does_not(pair: Regions) -> None:
    """Of the on-demand maxima the one for writes is synchronised, the one for reads is each Region's own."""
    maxima = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}
    pair.client(EAST).update_table(TableName="Orders", OnDemandThroughput=maxima)
    assert pair.described(EAST)["OnDemandThroughput"] == maxima
    assert pair.described(WEST)["OnDemandThroughput"] == {"MaxWriteRequestUnits": 20}
    override = {"OnDemandThroughputOverride": {"MaxReadRequestUnits": 5}}
    pair.update(EAST, [{"Update": {"RegionName": WEST, **override}}])
    assert pair.described(WEST)["OnDemandThroughput"] == {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 20}
    assert pair.described(EAST)["Replicas"][0]["OnDemandThroughputOverride"] == {"MaxReadRequestUnits": 5}


def test_encryption_is_of_one_type_with_a_key_of_each_region(pair: Regions) -> None:
    """Switching to a key of KMS does so everywhere, with the AWS managed key of each Region."""
    pair.client(EAST).update_table(TableName="Orders", SSESpecification={"Enabled": True, "SSEType": "KMS"})
    keys = {region: pair.described(region)["SSEDescription"]["KMSMasterKeyArn"] for region in (EAST, WEST)}
    assert all(f":{region}:" in key for region, key in keys.items())


def test_a_replica_needs_a_key_that_can_be_used(regions: Regions, east: Any) -> None:
    """A replica with a key of KMS that cannot be used is refused, and leaves no table behind."""
    key = "arn:aws:kms:{}:123456789012:key/mine-{}"
    make_table(east, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key.format(EAST, 1)})
    regions.machine.fleet.keys.take_away(key.format(WEST, 2))
    create = {"RegionName": WEST, "KMSMasterKeyId": key.format(WEST, 2)}
    refused = refusal(east.update_table, TableName="Orders", ReplicaUpdates=[{"Create": create}])
    assert (refused[0], "missing, disabled" in refused[1]) == (
        "ValidationException",
        True,
    )
    assert regions.client(WEST).list_tables()["TableNames"] == []
    assert regions.statuses(EAST) == {}


def test_a_customers_key_must_be_named_for_a_replica(regions: Regions, east: Any) -> None:
    """A table with a customer's key needs one for each replica."""
    key = "arn:aws:kms:{}:123456789012:key/00000000-0000-0000-0000-000000000001"
    make_table(east, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key.format(EAST)})
    create: dict[str, Any] = {"RegionName": WEST}
    text = refusal(east.update_table, TableName="Orders", ReplicaUpdates=[{"Create": create}])[1]
    assert "KMSMasterKeyId must be specified for each replica" in text
    regions.add(EAST, WEST, KMSMasterKeyId=key.format(WEST))
    assert regions.described(WEST)["SSEDescription"]["KMSMasterKeyArn"] == key.format(WEST)


def test_protection_and_tags_stay_where_they_are_set(pair: Regions) -> None:
    """Deletion protection and tags that are set in one Region are not set in the other."""
    east = pair.client(EAST)
    east.update_table(TableName="Orders", DeletionProtectionEnabled=True)
    east.tag_resource(ResourceArn=pair.described(EAST)["TableArn"], Tags=[{"Key": "a", "Value": "b"}])
    assert pair.described(WEST)["DeletionProtectionEnabled"] is False
    assert pair.client(WEST).list_tags_of_resource(ResourceArn=pair.described(WEST)["TableArn"])["Tags"] == []


def test_a_refused_change_changes_no_region(pair: Regions) -> None:
    """A change that is refused where it was asked for is not carried to the others."""
    before = pair.described(WEST)
    drop = [{"Delete": {"IndexName": "by-value"}}]
    refusal(pair.client(EAST).update_table, TableName="Orders", GlobalSecondaryIndexUpdates=drop)
    assert pair.described(WEST) == before


def test_a_restored_replica_is_a_table_of_its_own(pair: Regions) -> None:
    """A backup of a replica restores to a table of one Region, which gets nothing from the others."""
    west = pair.client(WEST)
    backup = west.create_backup(TableName="Orders", BackupName="once")["BackupDetails"]["BackupArn"]
    pair.pass_s(10)
    west.restore_table_from_backup(BackupArn=backup, TargetTableName="Restored")
    pair.pass_s(300)
    put(pair.client(EAST), "a")
    pair.pass_s(2)
    described = west.describe_table(TableName="Restored")["Table"]
    assert "Replicas" not in described
    assert west.scan(TableName="Restored")["Count"] == 0
