"""`dynadrill sweep`: what it finds, what it leaves alone, what it says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.target import Target
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.timemachine.machine import TimeMachine

from tests.drills.targets.served import go_there, served_machine

ACCOUNT, RUN, OTHER = "111111111111", "0123abcd", "4567cdef"
TABLE: Any = {
    "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TimeMachine]:
    """A served machine that `aws:REGION` leads to, and nobody's configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DYNADRILL_CONFIG", raising=False)
    with served_machine() as (address, machine):
        go_there(monkeypatch, address, ACCOUNT)
        yield machine


def dead(out: Path, run: str = RUN, region: str = "eu-west-1") -> Target:
    """A run that has made a protected table, and whose process is gone once the target is closed."""
    target = open_target(
        f"aws:{region}", run_id=run, folder=out / "story" / run, pace="virtual", starts_at=0.0, seed=1,
        on_jump=lambda *_: None,
    )  # fmt: skip
    control = target.control()
    control.create_table(TableName=f"dynadrill-{run}-orders", DeletionProtectionEnabled=True, **TABLE)
    control.update_continuous_backups(
        TableName=f"dynadrill-{run}-orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    target.data().put_item(TableName=f"dynadrill-{run}-orders", Item={"k": {"S": "x" * 1000}})
    return target


def swept(*options: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of a sweep."""
    code = main(["sweep", *options, "-q", "--json", "sweep.json"])
    return code, json.loads(Path("sweep.json").read_text())


def test_what_is_left_is_listed_with_its_cost_and_then_removed(
    machine: TimeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Leftovers show what they cost a month, and that recovery is on; --yes removes them, and looks (S4-25, S4-30)."""
    target = dead(Path("runs"))
    target.control("us-east-2").create_table(TableName=f"dynadrill-{RUN}-two", **TABLE)
    target.service("kms").create_key()
    target.service("s3").create_bucket(
        Bucket=f"dynadrill-{RUN}-b", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    target.service("ssm").put_parameter(Name=f"/dynadrill-{RUN}-p", Value="v", Type="String")
    target.clock.wait(3600.0, "an hour")
    target.close()
    code, found = swept()
    assert code == 6
    (run,) = found["runs"]
    assert (run["state"], run["account"]) == ("dead", "…1111")
    left = {each["name"].rpartition(":")[2].partition("/")[0]: each for each in run["left"]}
    assert sorted(left) == [
        f"dynadrill-{RUN}-b",
        f"dynadrill-{RUN}-orders",
        f"dynadrill-{RUN}-two@us-east-2",
        "key",
        "parameter",
    ]
    table = left[f"dynadrill-{RUN}-orders"]
    assert table["state"] == "ACTIVE, with point-in-time recovery"
    assert table["monthly_cost_usd"] == pytest.approx(table["bytes"] / 2**30 * (0.25 + 0.20))
    assert table["age_s"] == pytest.approx(3600, abs=60)
    assert found["monthly_cost_usd"] == pytest.approx(1.0, abs=0.01)
    assert len(machine.fleet.tables()) == 2
    assert main(["sweep"]) == 6
    said = capsys.readouterr().out
    assert "5 things left, about $1.00 a month while they stay. Remove them with:\n  dynadrill sweep --yes" in said
    assert ACCOUNT not in said + json.dumps(found)
    code, found = swept("--yes")
    assert code == 0
    assert all(each["removed"] for each in found["runs"][0]["left"])
    assert machine.fleet.tables() == []
    assert swept("--yes")[1]["runs"] == []


def test_a_run_that_lives_is_left_alone(machine: TimeMachine) -> None:
    """Whoever holds the journal's lock is not swept at any age, in whatever way it is found; the dead beside it is."""
    living = dead(Path("runs"))
    dead(Path("runs"), OTHER).close()
    living.clock.wait(86_400.0, "a day")
    code, found = swept("--yes", "--older-than", "1h", "--target", "aws:eu-west-1")
    assert (code, {run["run"]: run["state"] for run in found["runs"]}) == (0, {RUN: "running", OTHER: "dead"})
    assert [table.name for table in machine.fleet.tables()] == [f"dynadrill-{RUN}-orders"]
    # From another target of the same machine it is seen, and known to be swept or to live elsewhere.
    assert swept("--yes", "--target", "aws:us-east-2", "--region", "eu-west-1")[1]["runs"] == []
    living.close()
    assert swept("runs/story/" + RUN, "--yes")[0] == 0
    assert machine.fleet.tables() == []


def test_a_run_of_another_machine_is_left_until_it_is_old(machine: TimeMachine) -> None:
    """Nobody here knows whether it runs: it is kept for two hours, or as long as --older-than says."""
    target = dead(Path("elsewhere"))
    target.clock.wait(3600.0, "an hour")
    target.close()
    code, found = swept("--target", "aws:eu-west-1", "--yes")
    assert (code, found["runs"][0]["state"]) == (0, "young")
    assert len(machine.fleet.tables()) == 1
    assert swept("--target", "aws:eu-west-1", "--older-than", "30m", "--yes")[0] == 0
    assert machine.fleet.tables() == []


def test_where_it_cannot_look_it_does_not_say_that_nothing_is_there(
    machine: TimeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another account, and a Region that is down, are said, and are exit code 6."""
    dead(Path("runs")).close()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    code, found = swept("--yes")
    assert (code, found["runs"]) == (6, [])
    assert "another account" in found["not_looked"][0]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    machine.fleet.outages.add("us-west-2")
    code, found = swept("--yes", "--region", "us-west-2")
    assert (code, len(machine.fleet.tables())) == (6, 0)
    assert "us-west-2" in found["not_looked"][0]


def test_somebody_else_s_outage_stays(machine: TimeMachine) -> None:
    """Only what the dead run made go wrong is put right."""
    target = dead(Path("runs"))
    assert target.world is not None
    target.world.lose_region("eu-west-1")
    fault = target.world.add_fault("throttle", operation="PutItem")
    target.close()
    machine.fleet.outages.add("ap-south-1")
    assert swept("--yes")[0] == 0
    assert list(machine.fleet.outages) == ["ap-south-1"]
    assert fault not in [each.number for each in machine.fleet.faults.listed()]


def test_what_dynamodb_keeps_is_listed_with_its_expiry(machine: TimeMachine) -> None:
    """A SYSTEM backup of a deleted table is left, costs nothing, and says until when; no time is moved over for it."""
    target = dead(Path("runs"))
    target.control().update_table(TableName=f"dynadrill-{RUN}-orders", DeletionProtectionEnabled=False)
    target.control().delete_table(TableName=f"dynadrill-{RUN}-orders")
    before = machine.clock.now()
    target.close()
    code, found = swept("--yes")
    assert code == 6
    (left,) = found["runs"][0]["left"]
    assert (left["kind"], left["monthly_cost_usd"], left["removed"]) == ("backup", 0, False)
    assert "SYSTEM, until 2026-" in left["state"]
    assert "nobody can delete" in left["why"]
    assert machine.clock.now() - before < 3600


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target", "embedded"], "outlives"),
        (["--older-than", "soon"], "soon"),
        (["nowhere"], "nowhere"),
        (["--target", "aws:ireland"], "ireland"),
    ],
)
def test_wrong_usage_is_code_64(
    machine: TimeMachine, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bad input: what was found, and what was expected."""
    assert machine
    assert main(["sweep", *options]) == 64
    assert words in capsys.readouterr().err


def test_where_nothing_was_looked_at_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there is wrong usage; of one without such a run it is said that nothing was looked at."""
    assert main(["sweep", "--out", str(tmp_path / "rusn")]) == 64
    assert "is no folder" in capsys.readouterr().err
    assert main(["sweep", "--out", str(tmp_path)]) == 0
    assert "nothing was looked at" in capsys.readouterr().err
