"""Restores from one Region into another: by the ARN of a table or a backup, and only while the source is up."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ..support import connect, items, make_table, protect, put, refusal
from .regions import EAST, WEST, Regions

KEY_OF_AWS = {"SSESpecificationOverride": {"Enabled": False}}


def arn(region: str, table: str = "Orders", account: str = "123456789012", partition: str = "aws") -> str:
    """A table's ARN."""
    return f"arn:{partition}:dynamodb:{region}:{account}:table/{table}"


@pytest.fixture
def source(regions: Regions, east: Any) -> Regions:
    """A protected table in us-east-2 with an item a, which was overwritten 500 s ago."""
    make_table(east)
    protect(east)
    regions.pass_s(10)
    put(east, "a", "good")
    regions.pass_s(500)
    put(east, "a", "bad")
    regions.pass_s(500)
    return regions


def test_a_point_in_time_can_be_restored_elsewhere(source: Regions, west: Any) -> None:
    """Asked for in the destination with the source's ARN, the items of that second come back in this Region."""
    at = int(source.clock.now()) - 600
    answer = west.restore_table_to_point_in_time(
        SourceTableArn=arn(EAST), TargetTableName="Restored", RestoreDateTime=at, **KEY_OF_AWS
    )["TableDescription"]
    assert answer["TableArn"] == arn(WEST, "Restored")
    assert answer["RestoreSummary"]["SourceTableArn"] == arn(EAST)
    source.pass_s(300)
    assert items(west, "Restored") == {"a": "good"}
    assert refusal(source.client(EAST).describe_table, TableName="Restored")[0] == "ResourceNotFoundException"


def test_a_backup_can_be_restored_elsewhere(source: Regions, east: Any, west: Any) -> None:
    """A backup's ARN of another Region restores here, and the backup is in use in its own Region meanwhile."""
    backup = east.create_backup(TableName="Orders", BackupName="once")["BackupDetails"]["BackupArn"]
    source.pass_s(10)
    west.restore_table_from_backup(BackupArn=backup, TargetTableName="Restored", **KEY_OF_AWS)
    assert refusal(east.delete_backup, BackupArn=backup)[0] == "BackupInUseException"
    source.pass_s(300)
    assert items(west, "Restored") == {"a": "bad"}
    assert "RestoreSummary" not in west.describe_table(TableName="Restored")["Table"]
    east.delete_backup(BackupArn=backup)


def test_the_key_is_of_the_destination(source: Regions, west: Any) -> None:
    """A restore across Regions with a key of KMS gets the AWS managed key of its own Region."""
    kms = {"SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS"}}
    west.restore_table_to_point_in_time(
        SourceTableArn=arn(EAST), TargetTableName="Restored", UseLatestRestorableTime=True, **kms
    )
    key = west.describe_table(TableName="Restored")["Table"]["SSEDescription"]["KMSMasterKeyArn"]
    assert f":{WEST}:" in key


def test_encryption_must_be_named(source: Regions, east: Any, west: Any) -> None:
    """Without SSESpecificationOverride neither restore crosses Regions."""
    backup = east.create_backup(TableName="Orders", BackupName="once")["BackupDetails"]["BackupArn"]
    text = "Invalid Request: sseSpecificationOverride must be provided for cross-region restores"
    by_time = {"SourceTableArn": arn(EAST), "UseLatestRestorableTime": True}
    assert refusal(west.restore_table_to_point_in_time, TargetTableName="Restored", **by_time)[1] == text
    assert refusal(west.restore_table_from_backup, TargetTableName="Restored", BackupArn=backup)[1] == text


WRONG: list[tuple[str, str, str, str, str]] = [
    ("into Hong Kong", "ap-east-1", arn(EAST), "ValidationException", "not supported in ap-east-1"),
    ("from Bahrain", WEST, arn("me-south-1"), "ValidationException", "not supported in me-south-1"),
    ("into China", "cn-north-1", arn(EAST), "ValidationException", "different partitions"),
    (
        "from GovCloud",
        WEST,
        arn("us-gov-west-1", partition="aws-us-gov"),
        "ValidationException",
        "different partitions",
    ),
    ("no such table", WEST, arn(EAST, "Nothing"), "TableNotFoundException", "Table not found: Nothing"),
    ("no such Region", WEST, arn("nowhere"), "ValidationException", "different partitions"),
    ("another account", WEST, arn(EAST, account="999999999999"), "ValidationException", "owner's account"),
]


@pytest.mark.parametrize(("region", "table", "name", "text"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_not_from_everywhere(source: Regions, region: str, table: str, name: str, text: str) -> None:
    """Hong Kong, Bahrain and other partitions take no part in restores across Regions."""
    call = source.client(region).restore_table_to_point_in_time
    members = {"SourceTableArn": table, "TargetTableName": "Restored", "UseLatestRestorableTime": True, **KEY_OF_AWS}
    found = refusal(call, **members)
    assert found[0] == name
    assert text in found[1]
    assert source.client(region).list_tables()["TableNames"] == []


@pytest.mark.parametrize(("here", "there"), [("cn-north-1", "cn-northwest-1"), ("us-gov-east-1", "us-gov-west-1")])
def test_within_another_partition(regions: Regions, here: str, there: str) -> None:
    """Between Regions of China, and between those of GovCloud, a restore crosses."""
    make_table(regions.client(there))
    put(regions.client(there), "a")
    protect(regions.client(there))
    source_arn = regions.described(there)["TableArn"]
    regions.client(here).restore_table_to_point_in_time(
        SourceTableArn=source_arn, TargetTableName="Restored", UseLatestRestorableTime=True, **KEY_OF_AWS
    )
    assert regions.client(here).list_tables()["TableNames"] == ["Restored"]


def test_a_name_is_one_of_this_region(source: Regions, west: Any) -> None:
    """By name a table of another Region is not found."""
    members = {"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": True}
    assert refusal(west.restore_table_to_point_in_time, **members)[0] == "TableNotFoundException"


def test_recovery_alone_does_not_survive_its_region(source: Regions, west: Any) -> None:
    """While us-east-2 is down its history cannot be restored, there or elsewhere; when it is back it can."""
    members = {"TargetTableName": "Restored", "UseLatestRestorableTime": True}
    source.fail(EAST)
    for client, named in ((source.client(EAST), {"SourceTableName": "Orders"}), (west, {"SourceTableArn": arn(EAST)})):
        with pytest.raises(ClientError) as caught:
            client.restore_table_to_point_in_time(**named, **members, **KEY_OF_AWS)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert west.list_tables()["TableNames"] == []
    source.bring_back(EAST)
    west.restore_table_to_point_in_time(SourceTableArn=arn(EAST), **members, **KEY_OF_AWS)


def test_neither_does_a_backup(source: Regions, east: Any, west: Any) -> None:
    """A backup is in its Region, too, and cannot be restored while that one is down."""
    backup = east.create_backup(TableName="Orders", BackupName="once")["BackupDetails"]["BackupArn"]
    source.pass_s(10)
    source.fail(EAST)
    with pytest.raises(ClientError) as caught:
        west.restore_table_from_backup(BackupArn=backup, TargetTableName="Restored", **KEY_OF_AWS)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_a_backup_of_another_account_is_refused(source: Regions, east: Any) -> None:
    """A backup is restored by its owner only."""
    backup = east.create_backup(TableName="Orders", BackupName="once")["BackupDetails"]["BackupArn"]
    stranger = connect(source.machine, EAST, "999999999999")
    found = refusal(stranger.restore_table_from_backup, BackupArn=backup, TargetTableName="Restored", **KEY_OF_AWS)
    assert found[0] == "ValidationException"
    assert "owner's account" in found[1]


def test_a_replicas_region_can_be_restored_from_another(pair: Regions) -> None:
    """A replica with recovery restores into a third Region as a table of its own."""
    protect(pair.client(WEST))
    put(pair.client(EAST), "a")
    pair.pass_s(600)
    third = pair.client("eu-west-1")
    third.restore_table_to_point_in_time(
        SourceTableArn=arn(WEST), TargetTableName="Restored", UseLatestRestorableTime=True, **KEY_OF_AWS
    )
    pair.pass_s(300)
    assert items(third, "Restored") == {"a": "v"}
    assert "Replicas" not in third.describe_table(TableName="Restored")["Table"]
