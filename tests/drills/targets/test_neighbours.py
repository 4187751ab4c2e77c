"""Services beside DynamoDB, in any Region: guarded, logged, listed and cleaned up as tables are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.target import Capability
from dynadrill.drills.targets import embedded
from dynadrill.drills.targets.cleaning import clean_up
from dynadrill.drills.targets.embedded import EmbeddedTarget

from .conftest import PREFIX, RUN
from .test_cleaning import create

TABLE = f"{PREFIX}orders"
WEST = "us-west-1"
ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.fixture
def target(tmp_path: Path) -> Iterator[EmbeddedTarget]:
    """A target in virtual pace, with one table."""
    made = embedded.within(run_id=RUN, folder=tmp_path, seed=7, starts_at=1_793_000_000.0, on_jump=lambda *_: None)
    create(made, TABLE)
    yield made
    made.close()


def arn_of(target: EmbeddedTarget, table: str) -> str:
    """A table's ARN."""
    return str(target.control().describe_table(TableName=table)["Table"]["TableArn"])


def backed_up(target: EmbeddedTarget, vault: str) -> str:
    """The ARN of a recovery point that AWS Backup made of the table."""
    backup = target.service("backup")
    backup.create_backup_vault(BackupVaultName=vault)
    job = backup.start_backup_job(BackupVaultName=vault, ResourceArn=arn_of(target, TABLE), IamRoleArn=ROLE)
    described = backup.describe_backup_job(BackupJobId=job["BackupJobId"])
    while described["State"] != "COMPLETED":
        target.clock.wait(60, "until the backup job is done")
        described = backup.describe_backup_job(BackupJobId=job["BackupJobId"])
    return str(described["RecoveryPointArn"])


FOREIGN_CALLS = [
    ("s3", "create_bucket", {"Bucket": "somebodys"}),
    ("s3", "put_object", {"Bucket": "somebodys", "Key": "k", "Body": b"secret"}),
    ("s3", "delete_objects", {"Bucket": "somebodys", "Delete": {"Objects": [{"Key": "k"}]}}),
    ("s3", "put_bucket_policy", {"Bucket": f"{PREFIX}exports", "Policy": "{}"}),
    ("backup", "create_backup_vault", {"BackupVaultName": "Default"}),
    ("backup", "delete_recovery_point", {"BackupVaultName": "Default", "RecoveryPointArn": "arn:aws:backup:a:b:c"}),
    (
        "backup",
        "start_restore_job",
        {"RecoveryPointArn": "arn:aws:backup:a:b:c", "Metadata": {"targetTableName": "orders"}, "IamRoleArn": ROLE},
    ),
    (
        "backup",
        "start_backup_job",
        {
            "BackupVaultName": f"{PREFIX}vault",
            "ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
            "IamRoleArn": ROLE,
        },
    ),
    ("kms", "disable_key", {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}),
    ("kms", "update_key_description", {"KeyId": f"alias/{PREFIX}k", "Description": "any"}),
    ("ssm", "put_parameter", {"Name": "/orders/table", "Value": "v", "Type": "String"}),
]


@pytest.mark.parametrize(("service", "method", "asked"), FOREIGN_CALLS, ids=lambda case: str(case)[:40])
def test_what_is_not_ours_is_not_touched(target: EmbeddedTarget, service: str, method: str, asked: Any) -> None:
    """A call that would change a foreign thing, or that nobody knows, is refused before it is sent, and logged."""
    with pytest.raises(RefusedError, match="was not sent"):
        getattr(target.service(service), method)(**asked)


def test_a_refusal_is_logged_without_what_was_to_be_stored(target: EmbeddedTarget, tmp_path: Path) -> None:
    """The call log names the service and what it was asked to do, and holds no content."""
    with pytest.raises(RefusedError):
        target.service("s3").put_object(Bucket="somebodys", Key="k", Body=b"secret")
    last = (tmp_path / "calls.jsonl").read_bytes().splitlines()[-1]
    assert orjson.loads(last)["operation"] == "s3:PutObject"
    assert orjson.loads(last)["outcome"] == "refused"
    assert b"secret" not in last


def test_reading_is_free(target: EmbeddedTarget) -> None:
    """Whatever only reads is let through, in every service and Region."""
    assert target.service("sts").get_caller_identity()["Account"]
    assert target.service("backup", WEST).list_backup_vaults()["BackupVaultList"] is not None
    assert target.service("dynamodbstreams").list_streams()["Streams"] == []
    assert target.control(WEST).list_tables()["TableNames"] == []


def test_clients_are_made_once(target: EmbeddedTarget) -> None:
    """A service's client in a Region is the same each time; another Region's is another."""
    assert target.service("s3") is target.service("s3")
    assert target.data(WEST) is target.data(WEST)
    assert target.data(WEST) is not target.data()


def test_everything_everywhere_is_listed_and_removed(target: EmbeddedTarget) -> None:
    """Tables of other Regions, vaults with their recovery points, filled buckets and keys: all go, nothing is left."""
    west = target.control(WEST)
    west.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    point = backed_up(target, f"{PREFIX}vault")
    s3 = target.service("s3")
    s3.create_bucket(Bucket=f"{PREFIX}exports")
    s3.put_object(Bucket=f"{PREFIX}exports", Key="a/b", Body=b"x")
    key = target.service("kms").create_key()["KeyMetadata"]["Arn"]
    found = target.leftovers()
    assert {TABLE, f"{TABLE}@{WEST}", point, f"arn:aws:s3:::{PREFIX}exports", key} < set(found)
    assert len(found) == 6, found
    assert clean_up(target, lambda _: None) == []
    assert target.leftovers() == []
    assert target.control().list_backups(BackupType="ALL")["BackupSummaries"] == []


def test_a_lost_region_is_brought_back_to_be_cleaned_up(target: EmbeddedTarget) -> None:
    """What lies in a Region that a disaster took down is removed all the same."""
    create_west = target.control(WEST).create_table
    create_west(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert target.world is not None
    target.world.lose_region(WEST)
    target.world.lose_region("us-east-1")
    assert clean_up(target, lambda _: None) == []
    assert target.leftovers() == []


def test_a_restore_by_aws_backup_makes_a_table_of_ours(target: EmbeddedTarget) -> None:
    """The table that a restore job makes under a name of ours is in the inventory, and is removed in the end."""
    point = backed_up(target, f"{PREFIX}vault")
    backup = target.service("backup")
    metadata = dict(
        backup.get_recovery_point_restore_metadata(BackupVaultName=f"{PREFIX}vault", RecoveryPointArn=point)[
            "RestoreMetadata"
        ]
    )
    metadata["targetTableName"] = f"{TABLE}-restored"
    backup.start_restore_job(RecoveryPointArn=point, Metadata=metadata, IamRoleArn=ROLE, ResourceType="DynamoDB")
    assert clean_up(target, lambda _: None) == []
    assert target.control().list_tables()["TableNames"] == []


def test_the_embedded_target_has_everything(target: EmbeddedTarget) -> None:
    """There is no capability that the time machine lacks."""
    assert [capability for capability in Capability if target.lacks(capability)] == []
