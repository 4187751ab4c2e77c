"""The contract in a person's own account: nobody else's table is named, changed or seen, and nothing is left."""

import os
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.errors import RefusedError
from dynadrill.drills.target import TargetKind

from ..drills.targets.served import go_there, served_machine
from ..drills.timemachine.support import make_table
from .account import RUN, InAccount, run_of
from .on_account import AGREED, agree, main, price

ACCOUNT = "210987654321"
PREFIX = "dynadrill-0a1b2c3d-"


def test_tables_of_a_run_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests say Orders; the person's own table of that name is neither read, listed, changed nor removed."""
    with served_machine() as (url, _):
        go_there(monkeypatch, url, ACCOUNT)
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "any"}
        persons: Any = boto3.client("dynamodb", endpoint_url=url, region_name="eu-west-1", **keys)
        for name in ("Orders", "Zebras"):
            make_table(persons, name)
        ours: Any = InAccount("dynamodb", PREFIX)
        assert ours.list_tables()["TableNames"] == []
        with pytest.raises(ClientError, match="ResourceNotFound"):
            ours.delete_table(TableName="Orders")
        make_table(ours, "Orders")
        ours.put_item(TableName="Orders", Item={"id": {"S": "a"}})
        arn = ours.describe_table(TableName="Orders")["Table"]["TableArn"]
        assert arn.endswith(":table/Orders")
        ours.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
        batch = {"Orders": [{"DeleteRequest": {"Key": {"id": {"S": "a"}}}}]}
        ours.batch_write_item(RequestItems=batch)
        assert [page["TableNames"] for page in ours.get_paginator("list_tables").paginate()] == [["Orders"]]
        assert persons.list_tables()["TableNames"] == ["Orders", "Zebras", f"{PREFIX}Orders"]
        ours.remove_everything()
        assert persons.list_tables()["TableNames"] == ["Orders", "Zebras"]
        own_arn = persons.describe_table(TableName="Orders")["Table"]["TableArn"]
        assert persons.list_tags_of_resource(ResourceArn=own_arn)["Tags"] == []


def test_two_workers_have_two_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one worker removes is never another's."""
    monkeypatch.setenv(RUN, "any")
    assert run_of("gw0") == run_of("gw0") != run_of("gw1")


def test_it_is_priced_and_agreed_to(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On AWS nothing is made before somebody has agreed to the price that was told; elsewhere it is told only."""
    usd = price("eu-west-1")
    assert 0.1 < usd < 1
    for said, refused in (("", True), ("0.01", True), (str(usd), False)):
        monkeypatch.setenv(AGREED, said)
        if refused:
            with pytest.raises(RefusedError, match="nobody agreed"):
                agree(TargetKind.AWS, usd)
        else:
            agree(TargetKind.AWS, usd)
    monkeypatch.delenv(AGREED)
    agree(TargetKind.SERVED, usd)
    assert f"{usd:.2f} USD" in capsys.readouterr().out


def test_without_a_region_or_permission_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    """No Region: wrong usage. A Region of AWS that nobody opted in to: likewise."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "DYNADRILL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    assert main() == 64
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert main() == 64
    assert "DYNADRILL_ALLOW_AWS=1" in capsys.readouterr().err
