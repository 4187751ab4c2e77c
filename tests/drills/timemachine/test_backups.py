"""On-demand backups, and the SYSTEM backup of a deleted table."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock

from .support import DAY_S, START_AT, items, make_table, protect, put, refusal


def back_up(db: Any, clock: ManualClock, name: str = "nightly", table: str = "Orders") -> str:
    """Make a backup, wait until it is ready, and give its ARN."""
    arn: str = db.create_backup(TableName=table, BackupName=name)["BackupDetails"]["BackupArn"]
    clock.set_forward(clock.now() + 1)
    return arn


def restore(db: Any, clock: ManualClock, arn: str, target: str) -> dict[str, str]:
    """Restore a backup, wait until it is done, and give what is in the new table."""
    db.restore_table_from_backup(TargetTableName=target, BackupArn=arn)
    clock.set_forward(clock.now() + 300)
    return items(db, target)


def names(db: Any, **members: Any) -> list[str]:
    """The names of the backups that ListBackups lists."""
    return [summary["BackupName"] for summary in db.list_backups(**members)["BackupSummaries"]]


def test_a_backup_holds_what_was_committed_when_it_was_asked_for(db: Any, clock: ManualClock) -> None:
    """S1-15: later writes and deletes do not show in the restored table."""
    make_table(db)
    put(db, "a", "before")
    put(db, "b", "before")
    arn = back_up(db, clock)
    put(db, "a", "after")
    db.delete_item(TableName="Orders", Key={"id": {"S": "b"}})
    put(db, "c", "after")
    assert restore(db, clock, arn, "Restored") == {"a": "before", "b": "before"}


def test_a_backup_becomes_available(db: Any, clock: ManualClock) -> None:
    """CREATING in the answer, AVAILABLE (not ACTIVE) a moment later."""
    make_table(db)
    details = db.create_backup(TableName="Orders", BackupName="nightly")["BackupDetails"]
    assert details["BackupStatus"] == "CREATING"
    arn = details["BackupArn"]
    assert refusal(db.restore_table_from_backup, TargetTableName="Restored", BackupArn=arn)[0] == "BackupInUseException"
    clock.set_forward(START_AT + 0.05)
    described = db.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert described["BackupStatus"] == "AVAILABLE"
    assert described["BackupType"] == "USER"


def test_backups_of_one_name_are_apart(db: Any, clock: ManualClock) -> None:
    """S4-20: names may repeat; each backup has its own ARN and is restored separately."""
    make_table(db)
    put(db, "a", "first")
    first = back_up(db, clock)
    put(db, "a", "second")
    second = back_up(db, clock)
    assert first != second
    assert restore(db, clock, second, "Second") == {"a": "second"}
    assert restore(db, clock, first, "First") == {"a": "first"}


def test_the_arn_has_the_documented_form(db: Any, clock: ManualClock) -> None:
    """`table/<name>/backup/<14 digits of epoch milliseconds>-<8 hexadecimal digits>`."""
    make_table(db)
    prefix, _, identifier = back_up(db, clock).partition("/backup/")
    assert prefix == "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
    stamp, _, suffix = identifier.partition("-")
    assert stamp == "01700000000250"
    assert len(suffix) == 8
    assert int(suffix, 16) >= 0


def test_a_backup_is_described_with_real_counts(db: Any, clock: ManualClock) -> None:
    """Real size and count, the source's details with its TableId, and its features."""
    make_table(
        db,
        MoreAttributes=[{"AttributeName": "value", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-value",
                "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        SSESpecification={"Enabled": True},
    )
    db.update_time_to_live(TableName="Orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    put(db, "a")
    put(db, "b")
    description = db.describe_backup(BackupArn=back_up(db, clock))["BackupDescription"]
    table = db.describe_table(TableName="Orders")["Table"]
    assert description["BackupDetails"]["BackupSizeBytes"] == 2 * len("idavaluev")
    source = description["SourceTableDetails"]
    assert (source["ItemCount"], source["TableId"], source["TableArn"]) == (2, table["TableId"], table["TableArn"])
    assert source["KeySchema"] == table["KeySchema"]
    assert source["BillingMode"] == "PAY_PER_REQUEST"
    features = description["SourceTableFeatureDetails"]
    assert features["StreamDescription"]["StreamViewType"] == "NEW_IMAGE"
    assert features["TimeToLiveDescription"]["AttributeName"] == "expires"
    assert features["GlobalSecondaryIndexes"][0]["IndexName"] == "by-value"
    assert features["SSEDescription"]["Status"] == "ENABLED"


def test_capacity_is_that_of_the_backup(db: Any, clock: ManualClock) -> None:
    """S4-10: an on-demand backup restores the capacity that was set when it was made."""
    make_table(db, BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
    arn = back_up(db, clock)
    db.update_table(TableName="Orders", ProvisionedThroughput={"ReadCapacityUnits": 9, "WriteCapacityUnits": 9})
    restore(db, clock, arn, "Restored")
    assert db.describe_table(TableName="Restored")["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 5


def test_backups_survive_their_table(db: Any, clock: ManualClock) -> None:
    """After deletion and a new table of the same name, only TableId tells the incarnations apart."""
    make_table(db)
    put(db, "a", "old")
    old = back_up(db, clock)
    db.delete_table(TableName="Orders")
    make_table(db)
    put(db, "a", "new")
    new = back_up(db, clock)
    details = [db.describe_backup(BackupArn=arn)["BackupDescription"]["SourceTableDetails"] for arn in (old, new)]
    assert details[0]["TableName"] == details[1]["TableName"]
    assert details[0]["TableId"] != details[1]["TableId"]
    assert restore(db, clock, old, "Restored") == {"a": "old"}


def test_one_restore_at_a_time_from_one_backup(db: Any, clock: ManualClock) -> None:
    """A second restore and a deletion meanwhile are BackupInUseException; afterwards both work."""
    make_table(db)
    arn = back_up(db, clock)
    db.restore_table_from_backup(TargetTableName="First", BackupArn=arn)
    again = refusal(db.restore_table_from_backup, TargetTableName="Second", BackupArn=arn)
    assert again[0] == "BackupInUseException"
    assert refusal(db.delete_backup, BackupArn=arn)[0] == "BackupInUseException"
    summary = db.describe_table(TableName="First")["Table"]["RestoreSummary"]
    assert summary["SourceBackupArn"] == arn
    clock.set_forward(clock.now() + 300)
    db.restore_table_from_backup(TargetTableName="Second", BackupArn=arn)


def test_a_backup_stays_as_it_is(db: Any, clock: ManualClock) -> None:
    """S4-20: what is written to one restored table does not show in the next one from the same backup."""
    make_table(db)
    put(db, "a")
    arn = back_up(db, clock)
    restore(db, clock, arn, "First")
    put(db, "a", "changed", table="First")
    put(db, "b", "new", table="First")
    assert restore(db, clock, arn, "Second") == {"a": "v"}


def test_an_existing_target_is_refused(db: Any, clock: ManualClock) -> None:
    """S4-23, S1-18: TableAlreadyExistsException, and TableInUseException while another restore fills it."""
    make_table(db)
    first, second = back_up(db, clock), back_up(db, clock)
    refused = refusal(db.restore_table_from_backup, TargetTableName="Orders", BackupArn=first)
    assert refused == ("TableAlreadyExistsException", "Table already exists: Orders")
    db.restore_table_from_backup(TargetTableName="Restored", BackupArn=first)
    refused = refusal(db.restore_table_from_backup, TargetTableName="Restored", BackupArn=second)
    assert refused[0] == "TableInUseException"


def test_a_deleted_backup_is_gone(db: Any, clock: ManualClock) -> None:
    """DeleteBackup answers DELETED, then BackupNotFoundException with status 400."""
    make_table(db)
    arn = back_up(db, clock)
    assert db.delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"] == "DELETED"
    for call, members in (
        (db.describe_backup, {}),
        (db.delete_backup, {}),
        (db.restore_table_from_backup, {"TargetTableName": "Restored"}),
    ):
        assert refusal(call, BackupArn=arn, **members)[0] == "BackupNotFoundException"
    assert names(db) == []


def test_listing_filters_by_table_and_time(db: Any, clock: ManualClock) -> None:
    """The lower bound is included, the upper one is not."""
    for table in ("Orders", "Other"):
        make_table(db, table)
    for number in range(3):
        clock.set_forward(int(START_AT) + 100 * (number + 1))
        back_up(db, clock, f"day{number}")
    back_up(db, clock, "elsewhere", "Other")
    assert names(db) == ["day0", "day1", "day2", "elsewhere"]
    assert names(db, TableName="Other") == ["elsewhere"]
    bounds = {"TimeRangeLowerBound": int(START_AT) + 100, "TimeRangeUpperBound": int(START_AT) + 300}
    assert names(db, **bounds) == ["day0", "day1"]


def test_listing_goes_by_pages(db: Any, clock: ManualClock) -> None:
    """Pages of the size that is asked for, each backup once."""
    make_table(db)
    for number in range(5):
        back_up(db, clock, f"day{number}")
    listed: list[str] = []
    pages = 0
    more: dict[str, str] = {}
    while pages == 0 or more:
        page = db.list_backups(Limit=2, **more)
        listed += [summary["BackupName"] for summary in page["BackupSummaries"]]
        last = page.get("LastEvaluatedBackupArn")
        more = {"ExclusiveStartBackupArn": last} if last else {}
        pages += 1
    assert (listed, pages) == (["day0", "day1", "day2", "day3", "day4"], 3)


def test_bad_names_and_missing_tables_are_refused(db: Any) -> None:
    """CreateBackup for no table is TableNotFoundException, a bad name ValidationException."""
    assert refusal(db.create_backup, TableName="Nowhere", BackupName="nightly")[0] == "TableNotFoundException"
    make_table(db)
    assert refusal(db.create_backup, TableName="Orders", BackupName="no spaces")[0] == "ValidationException"


def test_a_protected_table_leaves_a_system_backup(db: Any, clock: ManualClock) -> None:
    """`<table>$DeletedTableBackup`, free for 35 days, with what the table held when it was deleted."""
    make_table(db)
    protect(db)
    put(db, "a")
    db.delete_table(TableName="Orders")
    assert names(db) == []
    assert names(db, BackupType="USER") == []
    assert names(db, BackupType="ALL") == ["Orders$DeletedTableBackup"]
    (summary,) = db.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    arn = summary["BackupArn"]
    assert arn.endswith("-00000000")
    assert summary["BackupExpiryDateTime"].timestamp() == pytest.approx(START_AT + 35 * DAY_S)
    description = db.describe_backup(BackupArn=arn)["BackupDescription"]
    assert description["BackupDetails"]["BackupType"] == "SYSTEM"
    assert description["SourceTableFeatureDetails"] == {}
    assert refusal(db.delete_backup, BackupArn=arn)[0] == "ValidationException"
    assert restore(db, clock, arn, "Orders") == {"a": "v"}


def test_a_system_backup_expires(db: Any, clock: ManualClock) -> None:
    """After 35 days it is gone."""
    make_table(db)
    protect(db)
    db.delete_table(TableName="Orders")
    (summary,) = db.list_backups(BackupType="SYSTEM")["BackupSummaries"]
    clock.set_forward(START_AT + 35 * DAY_S)
    assert names(db, BackupType="SYSTEM") == []
    assert refusal(db.describe_backup, BackupArn=summary["BackupArn"])[0] == "BackupNotFoundException"


def test_an_unprotected_table_leaves_nothing(db: Any) -> None:
    """With recovery switched off first there is no SYSTEM backup."""
    make_table(db)
    protect(db)
    db.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    db.delete_table(TableName="Orders")
    assert names(db, BackupType="ALL") == []
