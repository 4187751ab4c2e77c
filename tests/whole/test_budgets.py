"""Money: what was not agreed to is refused before anything is made, and a run ends where its budget does."""

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from dynadrill.drills.checking.acting import run_check
from dynadrill.drills.checking.asked import Asked as AskedCheck
from dynadrill.drills.checking.asked import make_check
from dynadrill.drills.checking.folder import CheckFolder
from dynadrill.drills.checking.judging import judge_check
from dynadrill.drills.checking.report import render
from dynadrill.drills.checking.result import CheckVerdict
from dynadrill.drills.cli import main
from dynadrill.drills.config.model import Config
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.costs.spent import Spent
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.planning.money import budget_of_drill, cost_of_drill
from dynadrill.drills.planning.rehearsal import rehearse_drill
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import RunFolder
from dynadrill.drills.targets.meter import Budget
from dynadrill.drills.targets.rehearsal import Rehearsing
from dynadrill.drills.timemachine.durations import Durations
from dynadrill.drills.watch import SilentWatch

from tests.drills.targets.served import go_there, served_machine

DRILL = ["run", "bad_batch_delete", "--target", "aws:eu-west-1", "--pace", "virtual", "--items", "40", "--rate", "0.5"]
DRILL += ["--decide", "5s", "--seed", "1", "--quiet", "--out", "runs"]


def test_a_drill_spends_no_more_than_was_agreed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below the estimate, or above the configured limit, a drill is refused with both numbers; nothing was made."""
    monkeypatch.chdir(tmp_path)
    with served_machine() as (url, machine):
        go_there(monkeypatch, url)
        assert main([*DRILL, "--yes-spend", "-1"]) == 64
        assert main([*DRILL, "--yes-spend", "0.0001"]) == 5
        said = capsys.readouterr().out
        assert re.search(r"cost about [0-9.]+ USD, and 0.0001 USD were agreed to", said)
        Path("limited.toml").write_text("[aws]\nspend_limit_usd = 0.0002\n")
        monkeypatch.setenv("DYNADRILL_CONFIG", "limited.toml")
        assert main([*DRILL, "--yes-spend", "1"]) == 5
        assert "allows 0.0002" in capsys.readouterr().out
        assert machine.fleet.tables() == []


def checked(folder: Path, limit_usd: float, against: str | None) -> tuple[CheckVerdict, list[str]]:
    """A check of a table with three items and an index; each read unit, and each object got from S3, costs 1 USD.

    Answers its verdict, and the tables and buckets that there are afterwards.
    """
    stage = Rehearsing("aws:eu-west-1", "eu-west-1", 1.79e9)
    db = stage.somebody()
    names = ("id", "city")
    index = {"KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}
    db.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[{"IndexName": "by_city", **index}],
    )
    stage.clock.set_forward(stage.clock.now() + 60)
    on = {"PointInTimeRecoveryEnabled": True}
    db.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=on)
    for number in range(3):
        item = {**{name: {"S": str(number)} for name in names}, "at": {"N": f"{stage.clock.now():.0f}"}}
        db.put_item(TableName="orders", Item=item)
    stage.clock.set_forward(stage.clock.now() + 3600)
    changed_at = "at" if against == "live" else None
    check = make_check(AskedCheck("orders", target="aws:eu-west-1", against=against, changed_at=changed_at), {})
    found = CheckFolder(folder)

    def of_call(service: str, operation: str, _: object) -> float:
        return float((service, operation) == ("s3", "GetObject"))

    budget = Budget(limit_usd, of_call, usd_per_read_unit=1.0)
    run_check(check, found, SilentWatch(), Config(), opening=stage.open, agreed=lambda *_: budget)
    buckets = [bucket["Name"] for bucket in stage.somebody("s3").list_buckets()["Buckets"]]
    return judge_check(found), [table.name for table in stage.machine.fleet.tables()] + buckets


@pytest.mark.parametrize(("against", "units"), [(None, 1.5), ("live", 2.5), ("export", 1.5)])
def test_every_read_of_a_check_is_counted(tmp_path: Path, against: str | None, units: float) -> None:
    """What is read of the restored table, its index and the person's own counts by its units, an export by objects."""
    verdict, _ = checked(tmp_path, 100.0, against)
    got = (tmp_path / "calls.jsonl").read_text().count('"s3:GetObject"')
    assert bool(got) is (against == "export")
    assert verdict.spent == Spent(used_usd=units + got, agreed_usd=100.0)
    said = " ".join(render(verdict, tmp_path).split())
    assert f"about {units + got:.4f} USD by list prices, of 100 USD agreed to; nothing is" in said


@pytest.mark.parametrize(
    ("limit_usd", "against"), [(0.5, None), (1.25, "live"), (3.0, "export")], ids=["restored", "live table", "export"]
)
def test_a_check_ends_where_its_budget_does(tmp_path: Path, limit_usd: float, against: str | None) -> None:
    """Whatever it is reading when its budget is used up, a check ends there as unknown, and its own table is gone."""
    verdict, there = checked(tmp_path, limit_usd, against)
    assert (verdict.verdict, verdict.leftovers, there) == ("unknown", (), ["orders"])
    assert verdict.because.startswith(f"the budget of {limit_usd:g} USD is used up")
    assert verdict.validators == ()


def test_a_drill_ends_where_its_budget_does(tmp_path: Path) -> None:
    """With as much as was estimated a drill passes; where it takes longer it ends as unknown, cleaned up."""
    asked = Asked(
        scenario="bad_batch_delete", seed=1, target="aws:eu-west-1", pace="virtual", items=40, rate=2.0, decide="5s"
    )
    folders = (RunFolder(tmp_path / name) for name in ("quick", "slow"))
    plan = make_plan(asked, lambda *_: next(folders))
    prices = read_prices()
    rehearsal = rehearse_drill(plan, "eu-west-1")
    estimated = cost_of_drill(plan, rehearsal, prices, "eu-west-1").estimated_usd
    budget = budget_of_drill(plan, rehearsal, estimated, prices, "eu-west-1")

    def drilled(**durations: float) -> Judgement:
        stage = Rehearsing(plan.target, "eu-west-1", plan.starts_at)
        stage.machine.fleet.durations = Durations(Random(0), durations)
        judgement = run_drill(
            make_plan(asked, lambda *_: next(folders)) if durations else plan,
            SilentWatch(),
            opening=stage.open,
            agreed=lambda *_: budget,
        )
        assert stage.machine.fleet.tables() == []
        return judgement

    plan.folder.path.mkdir()
    (tmp_path / "slow").mkdir()
    quick = drilled()
    assert (quick.verdict, quick.because) == ("pass", quick.because)
    slow = drilled(restore=36_000.0)
    assert (slow.verdict, slow.leftovers) == ("unknown", [])
    assert f"the budget of {estimated:g} USD is used up" in slow.because


def test_a_write_is_paid_for_in_every_replica(tmp_path: Path) -> None:
    """A global table's writes count in each of its Regions: before, in the estimate, and as they are made."""
    asked = Asked(
        scenario="bad_batch_delete", recovery="global_table_failover", seed=1, items=40, rate=2.0, decide="5s"
    )
    plan = make_plan(asked, lambda *_: RunFolder(tmp_path))
    prices, region = read_prices(), "eu-west-1"
    rehearsal = rehearse_drill(plan, region)
    alone = replace(rehearsal, things=())
    assert (rehearsal.replicas, alone.replicas) == (1, 0)
    budgets = [budget_of_drill(plan, each, 1.0, prices, region) for each in (rehearsal, alone)]
    put = [budget.of_call("dynamodb", "PutItem", {"TableName": "orders"}) for budget in budgets]
    assert put[0] == pytest.approx(2 * put[1])
    assert put[1] > 0
    read_per_s = plan.rate_per_s * 2 * budgets[0].usd_per_read_unit
    replicated, single = (budget.usd_per_s - read_per_s for budget in budgets)
    assert replicated == pytest.approx(2 * single)
    costs = [cost_of_drill(plan, each, prices, region).estimated_usd for each in (rehearsal, alone)]
    assert costs[0] >= 1.5 * costs[1]
    added = {"TableName": "orders", "ReplicaUpdates": [{"Create": {"RegionName": "us-west-2"}}]}
    restore = budgets[0].of_call("dynamodb", "RestoreTableToPointInTime", {"TargetTableName": "orders-2"})
    assert budgets[0].of_call("dynamodb", "UpdateTable", added) == restore > 0
    removed = {"TableName": "orders", "ReplicaUpdates": [{"Delete": {"RegionName": "us-west-2"}}]}
    assert budgets[0].of_call("dynamodb", "UpdateTable", removed) == 0
