"""Money: what was not agreed to is refused before anything is made, and a run ends where its budget does."""

import re
from pathlib import Path
from random import Random

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.costs.prices import read_prices
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.planning.money import budget_of_drill, cost_of_drill
from dynadrill.drills.planning.rehearsal import rehearse_drill
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import RunFolder
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
        assert main([*DRILL, "--yes-spend", "0.0001"]) == 5
        said = capsys.readouterr().out
        assert re.search(r"cost about [0-9.]+ USD, and 0.0001 USD were agreed to", said)
        Path("limited.toml").write_text("[aws]\nspend_limit_usd = 0.0002\n")
        monkeypatch.setenv("DYNADRILL_CONFIG", "limited.toml")
        assert main([*DRILL, "--yes-spend", "1"]) == 5
        assert "allows 0.0002" in capsys.readouterr().out
        assert machine.fleet.tables() == []


def test_a_drill_ends_where_its_budget_does(tmp_path: Path) -> None:
    """With as much as was estimated a drill passes; where it takes longer it ends as unknown, cleaned up."""
    asked = Asked(
        scenario="bad_batch_delete", seed=1, target="aws:eu-west-1", pace="virtual", items=40, rate=2.0, decide="5s"
    )
    folders = (RunFolder(tmp_path / name) for name in ("quick", "slow"))
    plan = make_plan(asked, lambda *_: next(folders))
    prices = read_prices()
    estimated = cost_of_drill(plan, rehearse_drill(plan, "eu-west-1"), prices, "eu-west-1").estimated_usd
    budget = budget_of_drill(plan, estimated, prices, "eu-west-1")

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
