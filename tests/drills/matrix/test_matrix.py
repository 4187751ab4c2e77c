"""The matrix command: runs its cells, tells what came out, and exits by what was declared."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.matrix import cells as cells_module
from dynadrill.drills.matrix import command
from dynadrill.drills.matrix.cells import Declared
from dynadrill.drills.matrix.results import CellResult, Matrix
from dynadrill.drills.matrix.strategies import strategies
from dynadrill.drills.scenario import Expected
from dynadrill.drills.schemas import stored
from dynadrill.drills.verdict import Outcome

SMALL = ["--disasters", "overwrite", "--items", "100", "--rate", "0.3", "--seed", "3", "--processes", "1"]


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
    page = " ".join(capsys.readouterr().out.split())
    assert "nothing comes back, or becomes right again, by itself" in page
    assert "2 cells, each as declared" in page
    assert "not AWS's" in page


def test_a_cell_that_ends_otherwise_turns_it_red(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that passes though it was declared to fail is an exit code of 1, and is named."""
    declared = {("overwrite", "point_in_time"): Declared(Expected(Outcome.FAIL, "for the test"))}
    monkeypatch.setattr(cells_module, "read_declared", lambda: declared)
    assert matrix(tmp_path, "--recoveries", "point_in_time") == 1
    page = " ".join(capsys.readouterr().out.split())
    assert "point_in_time against overwrite: * declared FAIL, came out pass" in page
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


def test_a_sub_hour_target_is_missed_by_hourly_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hourly backups that are copied meet an RPO of an hour and miss one of 20 minutes, in the same drill (S1-53).

    Both rows are drilled, each ends as declared, and they differ in nothing but the objective.
    """
    names = ["recovery-and-copies", "recovery-and-copies-20m"]
    monkeypatch.setattr(command, "strategies", lambda: strategies(names))
    told = tmp_path / "m.json"
    seldom = ["--items", "100", "--rate", "0.05", "--processes", "1"]
    assert main(["matrix", "--strategies", *seldom, "--out", str(tmp_path), "--json", str(told)]) == 0
    hour, less = Matrix.model_validate_json(told.read_text()).cells
    assert (hour.verdict, less.verdict) == (Outcome.PASS, Outcome.MISSED)
    assert (hour.rpo_objective_s, less.rpo_objective_s) == (3600.0, 1200.0)
    assert hour.rpo_s == less.rpo_s
    assert hour.rpo_s is not None
    assert 1800.0 < hour.rpo_s <= 3600.0
    assert less.declared_because


@pytest.mark.parametrize(
    "row",
    [
        "global-tables-bad-writes",
        "recovery",
        "hourly-copies",
        "hybrid-bad-writes",
        "hybrid-dropped-table",
    ],
)
def test_a_row_of_the_strategy_table_is_measured(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Target against measured, as declared, and its cost (S1-27, S1-28, S1-30, S1-52, S1-54, S1-56, S2-05)."""
    cell = drilled_row(row, tmp_path, monkeypatch)
    assert cell.as_declared, cell.why
    assert cell.rpo_objective_s is not None
    assert cell.rto_objective_s is not None
    assert cell.monthly_cost_usd is not None
    assert cell.monthly_cost_usd > 0
    if cell.verdict is Outcome.PASS:
        assert cell.rpo_s is not None
        assert cell.rto_s is not None
        assert cell.rpo_s <= cell.rpo_objective_s
        assert cell.rto_s <= cell.rto_objective_s


@pytest.mark.parametrize("row", ["daily-backups", "monthly-archive", "quarterly-archive"])
def test_an_archive_brings_back_what_is_found_late(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daily backup, and archives of a month and a quarter after 40 and 100 days (S1-16, S1-55)."""
    cell = drilled_row(row, tmp_path, monkeypatch)
    assert cell.verdict is Outcome.PASS, cell.why
    assert cell.rpo_s is not None
    assert cell.rpo_s >= 43_200.0


def drilled_row(row: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> CellResult:
    """One row of the strategies, drilled."""
    monkeypatch.setattr(command, "strategies", lambda: strategies([row]))
    told = out / "row.json"
    small = ["--items", "100", "--processes", "1"]
    main(["matrix", "--strategies", *small, "--out", str(out), "--json", str(told), "--quiet"])
    (cell,) = Matrix.model_validate_json(told.read_text()).cells
    return cell


def test_backups_are_struck_halfway(tmp_path: Path) -> None:
    """A recovery by hourly backups is not flattered by a disaster right after one: its RPO is half an hour and more."""
    assert (
        matrix(tmp_path, "--recoveries", "on_demand_backup", "--json", str(tmp_path / "m.json"), "--rate", "0.1") == 0
    )
    (cell,) = Matrix.model_validate_json((tmp_path / "m.json").read_text()).cells
    assert (cell.verdict, cell.declared) == (Outcome.MISSED, Outcome.MISSED)
    assert cell.rpo_s is not None
    assert 1800.0 <= cell.rpo_s <= 1920.0


def test_the_json_is_as_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `--json -` writes holds the JSON Schema in the package, which refuses a cell without a verdict."""
    assert matrix(tmp_path, "--recoveries", "key_enabled_again", "--json", "-") == 0
    told = json.loads(capsys.readouterr().out)
    schema = jsonschema.Draft202012Validator(json.loads(stored("matrix-1.schema.json")))
    schema.validate(told)
    del told["cells"][0]["verdict"]
    assert not schema.is_valid(told)


@pytest.mark.soak
def test_the_whole_matrix_ends_as_declared(tmp_path: Path) -> None:
    """Every disaster against every recovery, and every strategy, comes out as declared; nothing is left behind."""
    for number, options in enumerate([[], ["--strategies"]]):
        told = tmp_path / f"{number}.json"
        code = main(["matrix", *options, "--out", str(tmp_path / str(number)), "--json", str(told), "--quiet"])
        cells = Matrix.model_validate_json(told.read_text()).cells
        assert [f"{cell.name}: {cell.why}" for cell in cells if not cell.as_declared] == []
        assert code == 0
        assert [v["leftovers"] for v in verdicts_of(cells) if v["leftovers"]] == []


def verdicts_of(cells: list[CellResult]) -> list[dict[str, Any]]:
    """The verdicts of the drills that some cells are."""
    return [json.loads((Path(cell.run) / "verdict.json").read_text()) for cell in cells]


def test_strategies_go_with_no_names_of_others(tmp_path: Path) -> None:
    """`--strategies` has disasters and recoveries of its own: naming others beside it is wrong usage."""
    assert matrix(tmp_path, "--strategies") == 64
    assert not (tmp_path / "matrix").exists()


@pytest.mark.parametrize(
    "options", [["--items", "0"], ["--objectives", "no-such"], ["--recoveries", "no_such"], ["--prices", "none.toml"]]
)
def test_wrong_options_are_refused(tmp_path: Path, options: list[str]) -> None:
    """A wrong option is wrong usage, and nothing is run."""
    assert matrix(tmp_path, *options) == 64
    assert not (tmp_path / "matrix").exists()
