"""Cleaning up: everything of the run and nothing else, in an order that leaves no SYSTEM backup."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.target import TargetKind
from dynadrill.drills.targets import embedded, removing_tables
from dynadrill.drills.targets.cleaning import clean_up
from dynadrill.drills.targets.embedded import EmbeddedTarget

from .conftest import PREFIX, RUN, open_endpoint

TABLE = f"{PREFIX}orders"
PROTECTED = {"PointInTimeRecoveryEnabled": True}


@pytest.fixture
def target(tmp_path: Path) -> Iterator[EmbeddedTarget]:
    """A target in virtual pace."""
    made = embedded.within(run_id=RUN, folder=tmp_path, seed=7, starts_at=1_793_000_000.0, on_jump=lambda *_: None)
    yield made
    made.close()


def create(target: Any, name: str, **options: Any) -> None:
    """A table with a string key."""
    target.control().create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def backups(target: EmbeddedTarget) -> list[str]:
    """The types of all backups that the target lists."""
    return [backup["BackupType"] for backup in target.control().list_backups(BackupType="ALL")["BackupSummaries"]]


def test_a_protected_table_leaves_nothing_behind(target: EmbeddedTarget) -> None:
    """Deletion protection and recovery are switched off first, so that not even a SYSTEM backup stays."""
    create(target, TABLE, DeletionProtectionEnabled=True)
    target.control().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    target.control().create_backup(TableName=TABLE, BackupName="mine")
    assert len(target.leftovers()) == 2
    said: list[str] = []
    assert clean_up(target, said.append) == []
    assert target.leftovers() == []
    assert backups(target) == []
    assert [line.split(" ")[1] for line in said] == ["table", "backup"]
    assert clean_up(target, said.append) == []


def test_a_protected_table_whose_key_is_disabled_leaves_nothing_behind(target: EmbeddedTarget) -> None:
    """Such a table cannot be changed, and so not be unprotected: its key is enabled first, and goes with it."""
    kms = target.service("kms")
    key = kms.create_key(Description="of the run")["KeyMetadata"]["Arn"]
    encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    create(target, TABLE, DeletionProtectionEnabled=True, SSESpecification=encryption)
    kms.disable_key(KeyId=key)
    assert clean_up(target, lambda _: None) == []
    assert target.leftovers() == []
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


@pytest.mark.parametrize("third", ["replica", "witness"])
def test_a_strong_global_table_leaves_nothing_behind(target: EmbeddedTarget, third: str) -> None:
    """Its replicas are unprotected, taken away all at once with its witness, and leave no SYSTEM backup anywhere."""
    create(target, TABLE)
    second, last = "us-east-2", "us-west-2"
    there = [second, last] if third == "replica" else [second]
    witness: Any = {} if third == "replica" else {"GlobalTableWitnessUpdates": [{"Create": {"RegionName": last}}]}
    replicas: Any = [{"Create": {"RegionName": each}} for each in there]
    target.control().update_table(TableName=TABLE, ReplicaUpdates=replicas, MultiRegionConsistency="STRONG", **witness)
    target.clock.wait(60.0, "the replicas")
    for region in (target.region, *there):
        target.control(region).update_table(TableName=TABLE, DeletionProtectionEnabled=True)
        target.control(region).update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    assert set(target.leftovers()) == {TABLE, *(f"{TABLE}@{region}" for region in there)}
    assert clean_up(target, lambda _: None) == []
    assert target.leftovers() == []
    for region in (target.region, second, last):
        assert target.control(region).list_tables()["TableNames"] == []
        assert target.control(region).list_backups(BackupType="ALL")["BackupSummaries"] == []


def test_a_strong_global_table_that_is_still_being_made_leaves_nothing_behind(target: EmbeddedTarget) -> None:
    """Its replicas are waited for, as none can be taken away before it is there."""
    create(target, TABLE)
    replicas: Any = [{"Create": {"RegionName": each}} for each in ("us-east-2", "us-west-2")]
    target.control().update_table(TableName=TABLE, ReplicaUpdates=replicas, MultiRegionConsistency="STRONG")
    target.control("us-east-2")
    assert clean_up(target, lambda _: None) == []
    assert target.leftovers() == []


def test_a_restore_that_goes_on_is_waited_for(target: EmbeddedTarget) -> None:
    """A restore cannot be cancelled: its table is waited for on the target's clock and then deleted."""
    create(target, TABLE)
    control = target.control()
    control.update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    target.clock.wait(600.0, "a past to restore")
    control.restore_table_to_point_in_time(
        SourceTableName=TABLE, TargetTableName=f"{PREFIX}restored", UseLatestRestorableTime=True
    )
    arn = control.create_backup(TableName=TABLE, BackupName="mine")["BackupDetails"]["BackupArn"]
    target.clock.wait(1.0, "the backup's becoming available")
    control.restore_table_from_backup(BackupArn=arn, TargetTableName=f"{PREFIX}from-backup")
    assert control.describe_table(TableName=f"{PREFIX}restored")["Table"]["TableStatus"] == "CREATING"
    before = target.clock.now()
    assert clean_up(target, lambda _: None) == []
    assert target.clock.now() - before > 30
    assert target.leftovers() == []


def test_a_restore_that_never_ends_is_a_leftover_with_its_reason(
    target: EmbeddedTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be removed is named, with why; everything else is removed all the same."""
    monkeypatch.setattr(removing_tables, "SETTLES_WITHIN_S", 1.0)
    create(target, TABLE)
    target.control().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    target.control().restore_table_to_point_in_time(
        SourceTableName=TABLE, TargetTableName=f"{PREFIX}a-restore", UseLatestRestorableTime=True
    )
    (left,) = clean_up(target, lambda _: None)
    assert left.startswith(f"{PREFIX}a-restore: was still being created")
    assert target.leftovers() == [f"{PREFIX}a-restore"]


def test_a_system_backup_is_outlived_where_time_can_be_moved(target: EmbeddedTarget) -> None:
    """A table that a disaster deleted with recovery on has left a SYSTEM backup: after 35 days it is gone."""
    create(target, TABLE)
    target.control().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    target.control().delete_table(TableName=TABLE)
    began_at = target.clock.now()
    assert clean_up(target, lambda _: None) == []
    assert backups(target) == []
    assert target.clock.now() - began_at > 35 * 86_400


def test_a_system_backup_is_named_for_what_it_is(target: EmbeddedTarget) -> None:
    """Where nobody can wait for 35 days it is listed, and said to be DynamoDB's."""
    target.kind = TargetKind.AWS
    create(target, TABLE)
    target.control().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    target.control().delete_table(TableName=TABLE)
    (left,) = clean_up(target, lambda _: None)
    assert left.startswith("arn:")
    assert "SYSTEM backup, which nobody can delete" in left
    assert backups(target) == ["SYSTEM"]


def test_an_interrupt_stops_the_waiting(target: EmbeddedTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CTRL+C while it waits goes through; what was not removed yet is still listed."""
    create(target, TABLE)
    monkeypatch.setattr(removing_tables, "patiently", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        clean_up(target, lambda _: None)
    assert target.leftovers() == [TABLE]


def test_what_is_not_ours_stays(moto_server: str, tmp_path: Path) -> None:
    """On a shared endpoint only the run's own tables go: others stay, and so does a table that only looks like ours."""
    other = open_endpoint(moto_server, tmp_path / "other", "another")
    lookalike = open_endpoint(moto_server, tmp_path / "lookalike")
    target = open_endpoint(moto_server, tmp_path / "own")
    create(other, "dynadrill-another-table")
    create(lookalike, f"{PREFIX}looks-like-ours")
    create(target, TABLE, DeletionProtectionEnabled=True)
    (left,) = clean_up(target, lambda _: None)
    assert left.startswith(f"{PREFIX}looks-like-ours: ")
    assert "this run did not create" in left
    assert other.leftovers() == ["dynadrill-another-table"]
    assert clean_up(lookalike, lambda _: None) == []
    assert clean_up(other, lambda _: None) == []
    for each in (other, lookalike, target):
        each.close()


def test_every_removal_is_in_the_call_log(target: EmbeddedTarget, tmp_path: Path) -> None:
    """What cleaning up did can be read afterwards, in the order in which it was done."""
    create(target, TABLE, DeletionProtectionEnabled=True)
    target.control().update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=PROTECTED)
    clean_up(target, lambda _: None)
    lines = map(orjson.loads, (tmp_path / "calls.jsonl").read_bytes().splitlines())
    changing = [line["operation"] for line in lines if not line["operation"].startswith(("Describe", "List"))]
    assert changing == [
        "CreateTable", "UpdateContinuousBackups", "UpdateTable", "UpdateContinuousBackups", "DeleteTable"
    ]  # fmt: skip
