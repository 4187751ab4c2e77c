"""`dynadrill last`: when a drill last passed, told from run folders alone."""

import json
from pathlib import Path

import pytest
from dynadrill.drills.dead_man import say_last
from dynadrill.drills.drilled import last_passed, runs_below
from dynadrill.drills.errors import UsageError
from dynadrill.drills.output import Output
from dynadrill.drills.quantities import parse_instant

NOW_AT = parse_instant("2026-11-21T15:00:00Z")


def run(out: Path, name: str, began: str, **verdict: object) -> Path:
    """A run folder, with a verdict unless it was killed."""
    folder = out / name / f"{began}-7"
    folder.mkdir(parents=True)
    if verdict:
        (folder / "verdict.json").write_text(json.dumps({"exit_code": 0, "because": "so it came", **verdict}))
    return folder


def last(out: Path, scenario: str | None = None, max_age: str = "90d") -> int:
    """Ask."""
    return say_last(scenario, max_age, out, NOW_AT, Output())


def test_a_recent_pass_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A drill that passed within the age exits 0, and it says when it was (S1-35)."""
    run(tmp_path, "bad_overwrite", "20261101T030000Z", verdict="pass")
    assert last(tmp_path, "bad_overwrite") == 0
    assert capsys.readouterr().out == "✓ bad_overwrite: passed 2026-11-01T03:00:00Z, 20d 12h ago\n"


@pytest.mark.parametrize(
    ("began", "verdict", "said"),
    [
        ("20260701T030000Z", {"verdict": "pass"}, "143d 12h ago, 90d 0h are allowed"),
        ("20261101T030000Z", {"verdict": "missed", "exit_code": 3}, "it ended as missed (so it came)"),
        ("20261101T030000Z", {"verdict": "fail", "exit_code": 1}, "it ended as fail"),
        ("20261101T030000Z", {"verdict": "pass", "exit_code": 6}, "no run ever passed"),
        ("20261101T030000Z", {}, "it was killed, or is still under way"),
        ("20261101T030000Z", {"verdict": "splendid"}, "no verdict that is known here"),
        ("20271101T030000Z", {"verdict": "pass"}, "in the future"),
    ],
)
def test_nothing_else_is_a_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], began: str, verdict: dict[str, object], said: str
) -> None:
    """Too long ago, missed, failed, leftovers, killed, unreadable or from the future: it exits 1 and says which."""
    run(tmp_path, "bad_overwrite", began, **verdict)
    assert last(tmp_path, "bad_overwrite") == 1
    assert said in capsys.readouterr().out


def test_a_later_failure_does_not_hide_the_pass_and_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest pass counts, and the newest run is told beside it."""
    run(tmp_path, "bad_overwrite", "20261101T030000Z", verdict="pass")
    run(tmp_path, "bad_overwrite", "20261120T030000Z", verdict="fail", exit_code=1)
    assert last(tmp_path) == 0
    out = capsys.readouterr().out
    assert "passed 2026-11-01T03:00:00Z" in out
    assert "the last, 2026-11-20T03:00:00Z, 1d 12h ago: it ended as fail" in out


def test_each_name_has_to_have_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name every name is asked, and one that is too old fails them all; JSON has a line each."""
    run(tmp_path, "bad_overwrite", "20261101T030000Z", verdict="pass")
    run(tmp_path, "restore-check", "20251101T030000Z", verdict="pass")
    assert say_last(None, "90d", tmp_path, NOW_AT, Output("-")) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {each["name"]: each["in_time"] for each in told} == {"bad_overwrite": True, "restore-check": False}


def test_what_was_never_drilled_has_not_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without runs, and a name without any, exit 1; a folder that is not there is an error."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "meeting").mkdir()
    assert last(tmp_path) == 1
    assert last(tmp_path, "bad_overwrite") == 1
    assert "there is no run of it" in capsys.readouterr().out
    with pytest.raises(UsageError, match="no folder"):
        last(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="no duration"):
        last(tmp_path, max_age="90")


def test_links_are_not_runs_of_their_own(tmp_path: Path) -> None:
    """`latest` names a run that is there anyway; the newest that passed is found among all names."""
    newest = run(tmp_path, "a", "20261120T030000Z", verdict="pass")
    run(tmp_path, "b", "20261119T030000Z", verdict="pass")
    (tmp_path / "a" / "latest").symlink_to(newest.name)
    found = runs_below(tmp_path)
    assert len(found) == 2
    passed = last_passed(found)
    assert passed is not None
    assert passed.folder == newest
