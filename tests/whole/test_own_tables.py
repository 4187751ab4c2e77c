"""A person's own tables on a served machine, through the commands: two accounts, three Regions."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.targets.controls import over_http

from tests.command import SERVE

HOME, OTHER, THIRD = "us-east-1", "eu-west-1", "eu-central-1"
ONE, ANOTHER = "111111111111", "222222222222"


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """A machine that somebody serves; its address."""
    process = subprocess.Popen([*SERVE, "--port", "0"], stdout=subprocess.PIPE, env={**os.environ})
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["endpoint"]
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()


def client(url: str, account: str, region: str, service: str = "dynamodb") -> Any:
    """A plain client of an account."""
    return boto3.client(  # type: ignore[call-overload]
        service, endpoint_url=url, region_name=region, aws_access_key_id=account, aws_secret_access_key="any"
    )


def everything(url: str, account: str) -> list[str]:
    """The tables and buckets of an account."""
    tables = [
        name for region in (HOME, OTHER, THIRD) for name in client(url, account, region).list_tables()["TableNames"]
    ]
    return tables + [bucket["Name"] for bucket in client(url, account, HOME, "s3").list_buckets()["Buckets"]]


@pytest.mark.slow
def test_two_accounts_and_three_regions(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each account checks its own table, also into another Region; no other's, and no account is told."""
    for account, region in ((ONE, HOME), (ANOTHER, THIRD)):
        db = client(served, account, region)
        db.create_table(
            TableName="orders",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        specification = {"PointInTimeRecoveryEnabled": True}
        db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=specification)
        for number in range(20):
            db.put_item(TableName="orders", Item={"id": {"S": f"{account} {number}"}})
    over_http(served).advance(600)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", served)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")

    def check(account: str, table: str, *options: str) -> int:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
        return main(["restore-check", table, "--against", "export", "--json", "verdict.json", *options])

    assert check(ONE, f"arn:aws:dynamodb:{HOME}:{ONE}:table/orders", "--region", OTHER) == 0
    verdict = json.loads(Path("verdict.json").read_text())
    assert (verdict["items"]["equal"], verdict["restored_region"], verdict["target_kind"]) == (20, OTHER, "served")
    assert verdict["rto"]["simulated_s"] > 60
    first = capsys.readouterr().out
    assert "not AWS's time" in " ".join(first.split())
    assert check(ANOTHER, "orders", "--target", f"aws:{THIRD}") == 0
    assert check(ONE, "orders", "--target", f"aws:{THIRD}") == 64
    assert check(ONE, f"arn:aws:dynamodb:{THIRD}:{ANOTHER}:table/orders") == 64
    said = capsys.readouterr()
    written = [file.read_text() for file in tmp_path.rglob("*") if file.suffix in (".txt", ".xml")]
    assert not [
        text for text in (first, said.out, said.err, json.dumps(verdict), *written) if ONE in text or ANOTHER in text
    ]
    assert (everything(served, ONE), everything(served, ANOTHER)) == (["orders"], ["orders"])

    monkeypatch.setenv("AWS_REGION", THIRD)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ANOTHER)
    assert main(["canary", "orders", "--yes", "--for", "1s", "--rate", "20/s", "--items", "2", "--quiet"]) == 0
    over_http(served).advance(600)
    assert check(ANOTHER, "orders", "--canary", "canaries/orders", "--rpo", "1h") == 0
    verdict = json.loads(Path("verdict.json").read_text())
    assert verdict["rpo"]["at_most_s"] is not None
    assert main(["canary", "orders", "--remove"]) == 0
    assert "0 canaries left" in capsys.readouterr().out
