"""The matrix command: runs its cells, tells what came out, and exits by what was declared."""

import json
from pathlib import Path

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.matrix import cells as cells_module
from dynadrill.drills.scenario import Expected
from dynadrill.drills.verdict import Outcome

SMALL = ["--disasters", "overwrite", "--items", "400", "--rate", "1", "--seed", "3", "--processes", "1"]


def matrix(out: Path, *options: str) -> int:
    """Run a small matrix."""
    return main(["matrix", *SMALL, "--out", str(out), *options])


def test_cells_come_out_as_drills_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each cell is a drill whose run folder stays; the JSON and the table say what its verdict says."""
    chosen = ["--recoveries", "nothing", "--recoveries", "point_in_time"]
    assert matrix(tmp_path, *chosen, "--json", str(tmp_path / "m.json")) == 0
    told = json.loads((tmp_path / "m.json").read_text())
    assert told["schema"] == "dynadrill.matrix/1"
    nothing, restored = told["cells"]
    assert (nothing["verdict"], nothing["declared"], nothing["rpo_s"]) == ("fail", "fail", None)
    assert (restored["verdict"], restored["declared"]) == ("pass", "pass")
    verdict = json.loads((Path(restored["run"]) / "verdict.json").read_text())
    assert restored["rpo_s"] == verdict["rpo"]["at_most_s"]
    assert restored["rto_s"] == verdict["rto"]["measured_s"] > 300
    assert restored["simulated_s"] == verdict["rto"]["simulated_s"]
    lost = verdict["rpo"]["lost_writes_before_strike"] + verdict["rpo"]["lost_writes_after_strike"]
    assert restored["lost_writes"] == lost > 0
    assert (restored["monthly_cost_usd"], nothing["monthly_cost_usd"]) == (20.0, 0.0)
    page = capsys.readouterr().out
    assert "nothing takes a wrong value back by itself" in page
    assert "2 cells, each as declared" in page
    assert "not AWS's" in " ".join(page.split())


def test_a_cell_that_ends_otherwise_turns_it_red(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that passes though it was declared to fail is an exit code of 1, and is named."""
    declared = {("overwrite", "point_in_time"): Expected(Outcome.FAIL, "for the test")}
    monkeypatch.setattr(cells_module, "read_declared", lambda: declared)
    assert matrix(tmp_path, "--recoveries", "point_in_time") == 1
    page = " ".join(capsys.readouterr().out.split())
    assert "overwrite with point_in_time: * declared FAIL, came out pass" in page
    assert "1 cell, 1 not as declared" in page


def test_json_alone_on_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--json -` standard output is that JSON and nothing else."""
    assert matrix(tmp_path, "--recoveries", "nothing", "--json", "-") == 0
    said = capsys.readouterr()
    assert [cell["recovery"] for cell in json.loads(said.out)["cells"]] == ["nothing"]
    assert "1 cell" in said.err


def test_processes_give_what_one_gives(tmp_path: Path) -> None:
    """Run in two processes the cells come out as in one, in the same order: only the real seconds differ."""
    both = []
    for number in ("1", "2"):
        told = tmp_path / f"{number}.json"
        chosen = ["--recoveries", "point_in_time", "--recoveries", "nothing"]
        assert matrix(tmp_path / number, *chosen, "--processes", number, "--json", str(told)) == 0
        cells = json.loads(told.read_text())["cells"]
        both.append([{k: v for k, v in cell.items() if k not in {"real_s", "run", "why"}} for cell in cells])
    assert both[0] == both[1]


@pytest.mark.parametrize(
    "options", [["--items", "0"], ["--objectives", "no-such"], ["--recoveries", "no_such"], ["--prices", "none.toml"]]
)
def test_wrong_options_are_refused(tmp_path: Path, options: list[str]) -> None:
    """A wrong option is wrong usage, and nothing is run."""
    assert matrix(tmp_path, *options) == 64
    assert not (tmp_path / "matrix").exists()
