"""A person's own invariants in a whole drill: named by a scenario or on the command line, kept with the run."""

from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.cli import main
from dynadrill.drills.errors import UsageError
from dynadrill.drills.stored import judge_folder
from dynadrill.drills.verdict import Outcome

POSITIVE = """
from decimal import Decimal


def check(items):
    for item in items:
        lines = sum((line["pieces"] * line["price"] for line in item["lines"]), Decimal(0))
        if item["total"] != lines:
            yield item
"""


def own(judgement: Any) -> Any:
    """What the person's claim came to."""
    return next(claim for claim in judgement.validators if claim.name == "own_invariants")


def test_a_scenarios_invariant_holds_with_its_cure_only(drill: Any, scenario_of_tests: Any) -> None:
    """A query beside a scenario's file is held: it passes after a restore, and names keys where nothing was done."""
    scenario = scenario_of_tests("with_invariants")
    ran = drill(scenario)
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert own(ran.judgement).because == "totals.sql found nothing wrong"
    spoiled = own(drill(scenario, recovery="nothing").judgement)
    assert spoiled.verdict is Outcome.FAIL
    assert "the table in service: totals.sql found" in spoiled.because
    assert "customer-" in spoiled.because
    assert "total=" not in spoiled.because


def test_the_command_lines_invariants_are_kept_with_the_run(drill: Any, tmp_path: Path) -> None:
    """A Python file is copied into the run folder: the run is judged the same when the file has changed or gone."""
    file = tmp_path / "positive.py"
    file.write_text(POSITIVE)
    ran = drill("bad_overwrite", recovery="nothing", invariants=(str(file),), show_values=True)
    assert own(ran.judgement).verdict is Outcome.FAIL
    assert "total=Decimal('0')" in own(ran.judgement).because
    before = ran.folder.verdict_json.read_bytes()
    file.unlink()
    judge_folder(ran.folder.path)
    assert ran.folder.verdict_json.read_bytes() == before
    ran.folder.invariant("positive.py").unlink()
    assert own(judge_folder(ran.folder.path)).verdict is Outcome.UNKNOWN


def test_a_broken_invariant_keeps_the_old_table_in_service(drill: Any, tmp_path: Path) -> None:
    """S1-36: what is not as a person says it must be fails, and is not put in service, however well it matches."""
    file = tmp_path / "none.sql"
    file.write_text("select key from items limit 1")
    ran = drill(invariants=(str(file),))
    assert ran.judgement.verdict is Outcome.FAIL
    assert own(ran.judgement).because.startswith("the restored table: none.sql found 1: important-")


def test_what_cannot_be_an_invariant_is_said_at_once(drill: Any, tmp_path: Path) -> None:
    """A file that is not there or no invariant, and two of one name, are wrong usage before anything is touched."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.sql").write_text("select 1 where false")
    with pytest.raises(UsageError, match=r"two invariants are called same\.sql"):
        drill(invariants=(str(tmp_path / "a/same.sql"), str(tmp_path / "b/same.sql")))
    missing = str(tmp_path / "gone.sql")
    assert main(["run", "bad_overwrite", "--pace", "virtual", "--invariants", missing, "--out", str(tmp_path)]) == 64
    assert not (tmp_path / "runs").exists()
