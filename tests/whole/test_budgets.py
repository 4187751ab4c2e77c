"""Money: what was not agreed to is refused before anything is made, and a run ends where its budget does."""

import json
import re
from pathlib import Path
from random import Random

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.timemachine.durations import Durations

from tests.drills.targets.served import go_there, served_machine

DRILL = ["run", "bad_batch_delete", "--target", "aws:eu-west-1", "--pace", "virtual", "--items", "40", "--rate", "0.5"]
DRILL += ["--decide", "5s", "--seed", "1", "--quiet", "--out", "runs", "--json", "verdict.json"]


def test_a_drill_spends_no_more_than_was_agreed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below the estimate, or above the configured limit, a drill is refused with both numbers; with as much it passes.

    Where it takes longer than was estimated it ends as unknown, cleaned up, when the budget is used up.
    """
    monkeypatch.chdir(tmp_path)
    with served_machine() as (url, machine):
        go_there(monkeypatch, url)
        assert main([*DRILL, "--yes-spend", "0.0001"]) == 5
        said = capsys.readouterr().out
        (estimated,) = re.findall(r"cost about ([0-9.]+) USD", said)
        assert "0.0001 USD were agreed to" in said
        Path("limited.toml").write_text("[aws]\nspend_limit_usd = 0.0002\n")
        assert main(["--config", "limited.toml", *DRILL, "--yes-spend", "1"]) == 5
        assert "allows 0.0002" in capsys.readouterr().out
        monkeypatch.delenv("DYNADRILL_CONFIG")
        assert machine.fleet.tables() == []
        assert main([*DRILL, "--yes-spend", estimated]) == 0
        machine.fleet.durations = Durations(Random(0), {"restore": 36_000.0})
        assert main([*DRILL, "--yes-spend", estimated]) == 2
        assert machine.fleet.tables() == []
    assert f"the budget of {float(estimated):g} USD is used up" in capsys.readouterr().out
    verdict = json.loads(Path("verdict.json").read_text())
    assert (verdict["verdict"], verdict["leftovers"]) == ("unknown", [])
