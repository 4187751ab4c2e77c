"""Amazon DynamoDB itself, as far as it can be tested without it: opt-in, and calls that fit botocore's models."""

from pathlib import Path

import pytest
from botocore.stub import Stubber
from dynadrill.drills.errors import RefusedError, UsageError
from dynadrill.drills.promise import Boundary, Method
from dynadrill.drills.target import Capability
from dynadrill.drills.targets.aws import AwsTarget

from .conftest import PREFIX, RUN

BACKUP = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{PREFIX}orders/backup/01489602797149-73d8d5bc"


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AwsTarget:
    """A target whose credentials are nobody's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    return AwsTarget("eu-west-1", run_id=RUN, folder=tmp_path, allowed=True)


def test_nobody_drills_in_an_account_by_accident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an explicit yes the target does not open, says which yes it wants, and makes nothing."""
    monkeypatch.delenv("DYNADRILL_ALLOW_AWS", raising=False)
    with pytest.raises(UsageError, match="real account") as caught:
        AwsTarget("eu-west-1", run_id=RUN, folder=tmp_path)
    assert "DYNADRILL_ALLOW_AWS=1" in caught.value.hint
    monkeypatch.setenv("DYNADRILL_ALLOW_AWS", "true")
    with pytest.raises(UsageError):
        AwsTarget("eu-west-1", run_id=RUN, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("DYNADRILL_ALLOW_AWS", "1")
    AwsTarget("eu-west-1", run_id=RUN, folder=tmp_path).close()


@pytest.mark.parametrize("region", ["", "eu-west", "EU-WEST-1", "eu-west-1.example.com", "eu-west-1\n"])
def test_a_region_has_a_regions_form(tmp_path: Path, region: str) -> None:
    """What is no region is refused before any name is made of it."""
    with pytest.raises(UsageError, match="region"):
        AwsTarget(region, run_id=RUN, folder=tmp_path, allowed=True)


def test_it_goes_to_the_region_and_nowhere_else(target: AwsTarget) -> None:
    """The clients' address is the region's own, and what the target promises is AWS's."""
    assert "eu-west-1" in target.data().meta.endpoint_url
    assert target.control().meta.region_name == "eu-west-1"
    assert target.connection
    assert target.connection.endpoint_url is None
    assert target.boundary(Method.POINT_IN_TIME) == Boundary(-1, 1)
    assert target.boundary(Method.ON_DEMAND_BACKUP) == Boundary(-60, 60)
    assert target.waits_for_window()
    assert {capability for capability in Capability if target.lacks(capability)} == {Capability.OUTAGES}
    target.close()


def test_leftovers_are_looked_for_on_every_page(target: AwsTarget) -> None:
    """Tables and backups of the run are found among others', over pages, the service's own backups too."""
    summary = {"TableName": f"{PREFIX}orders", "BackupArn": BACKUP}
    foreign = {"BackupArn": BACKUP.replace(PREFIX, "theirs-")}
    with Stubber(target.control()) as stub:
        stub.add_response("list_tables", {"TableNames": ["one", f"{PREFIX}b"], "LastEvaluatedTableName": "two"}, {})
        stub.add_response("list_tables", {"TableNames": [f"{PREFIX}a"]}, {"ExclusiveStartTableName": "two"})
        stub.add_response(
            "list_backups", {"BackupSummaries": [foreign], "LastEvaluatedBackupArn": BACKUP}, {"BackupType": "ALL"}
        )
        stub.add_response(
            "list_backups", {"BackupSummaries": [summary]}, {"BackupType": "ALL", "ExclusiveStartBackupArn": BACKUP}
        )
        assert target.leftovers() == [f"{PREFIX}a", f"{PREFIX}b", BACKUP]
        stub.assert_no_pending_responses()
    target.close()


def test_the_guard_stands_before_aws_too(target: AwsTarget) -> None:
    """A call that would change what is not ours does not get as far as the network."""
    with pytest.raises(RefusedError):
        target.control().delete_table(TableName="production")
    with pytest.raises(RefusedError):
        target.data().put_item(TableName="production", Item={"k": {"S": "1"}})
    target.close()
