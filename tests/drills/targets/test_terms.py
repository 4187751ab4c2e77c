"""Accounts and Regions that drills may use: everything else is refused before the first write."""

from pathlib import Path

import pytest
from dynadrill.drills.config.model import Aws, Config
from dynadrill.drills.errors import RefusedError, UsageError
from dynadrill.drills.target import Target
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.targets.terms import Terms

from .conftest import PREFIX, RUN
from .served import go_there, served_machine

OURS, THEIRS = "111111111111", "222222222222"


def opened(name: str, folder: Path, **aws: object) -> Target:
    """The target of a name, on terms."""
    return open_target(
        name, run_id=RUN, folder=folder, pace="virtual", starts_at=0.0, seed=7, on_jump=lambda *_: None,
        terms=Terms(Config(aws=Aws.model_validate(aws))),
    )  # fmt: skip


def test_a_foreign_account_or_region_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a list of accounts or Regions nothing else is reached, not even for a second Region of the same run."""
    with served_machine() as (address, machine):
        go_there(monkeypatch, address, THEIRS)
        with pytest.raises(RefusedError, match="account ending in 2222, which is not among those allowed") as caught:
            opened("aws:eu-west-1", tmp_path, accounts=[OURS])
        assert caught.value.exit_code == 5
        assert THEIRS not in str(caught.value)
        with pytest.raises(RefusedError, match="the Region eu-west-1 is not among those allowed: us-east-2"):
            opened("aws:eu-west-1", tmp_path, accounts=[THEIRS], regions=["us-east-2"])
        target = opened("aws:us-east-2", tmp_path, accounts=[THEIRS], regions=["us-east-2"])
        for elsewhere in (target.control, target.data, lambda region: target.service("backup", region)):
            with pytest.raises(RefusedError, match="us-west-1"):
                elsewhere("us-west-1")
        target.close()
        assert machine.fleet.tables() == []
    assert not (tmp_path / "clock").exists()


def test_what_is_foreign_in_the_right_account_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A foreign table, backup or bucket is not changed or restored from, in a Region that is allowed."""
    with served_machine() as (address, _):
        go_there(monkeypatch, address, OURS)
        control = opened("aws:us-east-2", tmp_path).control()
        arn = f"arn:aws:dynamodb:us-east-2:{OURS}:table/orders"
        with pytest.raises(RefusedError):
            control.delete_table(TableName="orders")
        with pytest.raises(RefusedError):
            control.delete_backup(BackupArn=f"{arn}/backup/01489602797149-73d8d5bc")
        with pytest.raises(RefusedError):
            control.restore_table_to_point_in_time(SourceTableName="orders", TargetTableName=f"{PREFIX}b")
        control.create_table(
            TableName=f"{PREFIX}a", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        )  # fmt: skip
        with pytest.raises(RefusedError, match="the bucket theirs"):
            control.export_table_to_point_in_time(
                TableArn=arn.replace("orders", f"{PREFIX}a"), S3Bucket="theirs", S3BucketOwner=OURS
            )


def test_aws_itself_wants_its_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real account needs the opt-in and, beside it, the accounts and Regions for drills; else nothing is asked."""
    monkeypatch.delenv("DYNADRILL_ALLOW_AWS", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with pytest.raises(UsageError, match="real account"):
        opened("aws:eu-west-1", tmp_path, accounts=[OURS], regions=["eu-west-1"])
    with pytest.raises(RefusedError, match="does not list the accounts and regions"):
        opened("aws:eu-west-1", tmp_path, allow=True)
    with pytest.raises(RefusedError, match="does not list the regions"):
        opened("aws:eu-west-1", tmp_path, allow=True, accounts=[OURS])
    assert not (tmp_path / "clock").exists()
