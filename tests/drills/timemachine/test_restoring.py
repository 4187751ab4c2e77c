"""A table while a restore fills it: how long, and what can be seen of it."""

from collections.abc import Callable
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect, items, make_table, protect, put, refusal

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/Restored"
KEY = {"id": {"S": "a"}}


@pytest.fixture
def restoring(db: Any, clock: ManualClock) -> Any:
    """A client of a machine with a table Restored that is being filled for 300 s."""
    make_table(db)
    put(db, "a")
    protect(db)
    clock.set_forward(START_AT + 1000)
    restore(db, "Restored")
    return db


def restore(db: Any, target: str) -> None:
    """Restore Orders to the latest second."""
    db.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName=target, UseLatestRestorableTime=True)


BLIND: list[tuple[str, Callable[[Any], Callable[..., Any]], dict[str, Any], str]] = [
    ("get", lambda db: db.get_item, {"TableName": "Restored", "Key": KEY}, "ResourceNotFoundException"),
    ("put", lambda db: db.put_item, {"TableName": "Restored", "Item": KEY}, "ResourceNotFoundException"),
    ("scan", lambda db: db.scan, {"TableName": "Restored"}, "ResourceNotFoundException"),
    ("tags", lambda db: db.list_tags_of_resource, {"ResourceArn": ARN}, "ResourceNotFoundException"),
    ("tag", lambda db: db.tag_resource, {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "b"}]},
     "ResourceNotFoundException"),
    ("ttl", lambda db: db.describe_time_to_live, {"TableName": "Restored"}, "ResourceNotFoundException"),
    ("set ttl", lambda db: db.update_time_to_live,
     {"TableName": "Restored", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}},
     "ResourceNotFoundException"),
    ("update", lambda db: db.update_table, {"TableName": "Restored", "DeletionProtectionEnabled": True},
     "ResourceNotFoundException"),
    ("policy", lambda db: db.get_resource_policy, {"ResourceArn": ARN}, "ResourceNotFoundException"),
    ("window", lambda db: db.describe_continuous_backups, {"TableName": "Restored"}, "TableNotFoundException"),
    ("protect", lambda db: db.update_continuous_backups,
     {"TableName": "Restored", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
     "TableNotFoundException"),
    ("backup", lambda db: db.create_backup, {"TableName": "Restored", "BackupName": "early"}, "TableNotFoundException"),
    ("restore from it", lambda db: db.restore_table_to_point_in_time,
     {"SourceTableName": "Restored", "TargetTableName": "Other", "UseLatestRestorableTime": True},
     "TableNotFoundException"),
    ("delete", lambda db: db.delete_table, {"TableName": "Restored"}, "ResourceInUseException"),
    ("create", lambda db: db.create_table,
     {"TableName": "Restored", "BillingMode": "PAY_PER_REQUEST",
      "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
      "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}, "ResourceInUseException"),
    ("restore into it", lambda db: db.restore_table_to_point_in_time,
     {"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": True},
     "TableInUseException"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "members", "name"), [row[1:] for row in BLIND], ids=[row[0] for row in BLIND])
def test_a_table_being_restored_is_blind(
    restoring: Any, call: Callable[[Any], Callable[..., Any]], members: dict[str, Any], name: str
) -> None:
    """While CREATING only DescribeTable works; a restore can be neither cancelled nor doubled."""
    assert refusal(call(restoring), **members)[0] == name


def test_describe_shows_the_restore_until_it_is_done(restoring: Any, clock: ManualClock) -> None:
    """CREATING with a RestoreSummary, then ACTIVE with no trace of the restore, at exactly its time."""
    described = restoring.describe_table(TableName="Restored")["Table"]
    assert described["TableStatus"] == "CREATING"
    assert described["ItemCount"] == 0
    summary = described["RestoreSummary"]
    assert summary["RestoreInProgress"] is True
    assert summary["SourceTableArn"].endswith("table/Orders")
    assert summary["RestoreDateTime"].timestamp() == int(START_AT) + 700
    clock.set_forward(START_AT + 1299.9)
    assert restoring.describe_table(TableName="Restored")["Table"]["TableStatus"] == "CREATING"
    clock.set_forward(START_AT + 1300)
    described = restoring.describe_table(TableName="Restored")["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert "RestoreSummary" not in described
    assert described["ItemCount"] == 1


def test_a_restored_table_counts_its_items(db: Any, clock: ManualClock) -> None:
    """ItemCount and TableSizeBytes are real here, for source and restored table alike."""
    make_table(db)
    protect(db)
    for number in range(7):
        put(db, f"k{number}")
    clock.set_forward(START_AT + 1000)
    restore(db, "Restored")
    clock.set_forward(START_AT + 1300)
    counts = [
        (table["ItemCount"], table["TableSizeBytes"])
        for table in (db.describe_table(TableName=name)["Table"] for name in ("Orders", "Restored"))
    ]
    assert counts == [(7, 7 * len("idk0valuev"))] * 2


def test_each_restore_takes_its_own_time_and_the_seed_repeats_it(clock: ManualClock) -> None:
    """S2-17: durations vary between two and ten minutes; the same seed gives the same ones."""

    def durations(seed: int) -> list[float]:
        own = ManualClock(START_AT)
        db = connect(TimeMachine(own, seed=seed))
        make_table(db)
        protect(db)
        found = []
        for number in range(4):
            restore(db, f"Restored{number}")
            begun_at = own.now()
            while db.describe_table(TableName=f"Restored{number}")["Table"]["TableStatus"] == "CREATING":
                own.set_forward(own.now() + 5)
            found.append(own.now() - begun_at)
        return found

    first = durations(1)
    assert first == durations(1)
    assert first != durations(2)
    assert all(120 <= seconds <= 605 for seconds in first)
    assert len(set(first)) > 1


def test_fifty_restores_at_a_time(restoring: Any, clock: ManualClock) -> None:
    """The 51st concurrent restore of an account is LimitExceededException, until one is done."""
    for number in range(49):
        restore(restoring, f"Restored{number}")
    members = {"SourceTableName": "Orders", "TargetTableName": "OneMore", "UseLatestRestorableTime": True}
    assert refusal(restoring.restore_table_to_point_in_time, **members)[0] == "LimitExceededException"
    clock.set_forward(START_AT + 1300)
    restore(restoring, "OneMore")


def test_the_source_may_go_while_it_is_being_restored(restoring: Any, clock: ManualClock) -> None:
    """A restore holds what it needs: deleting the source does not touch it."""
    restoring.delete_table(TableName="Orders")
    clock.set_forward(START_AT + 1300)
    assert items(restoring, "Restored") == {"a": "v"}
    restoring.delete_table(TableName="Restored")
    assert restoring.list_tables()["TableNames"] == []
