"""A run in a few lines: for people, for the page of a CI job, and as annotations; from its verdict.json alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.ci_pages import annotations, markdown
from dynadrill.drills.cli import main
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.essentials import Essentials, essentials_of, in_plain, read_essentials

CLAIMS = [
    {"name": "nothing_missing", "claim": "c", "verdict": "fail", "because": "3 keys: a|b"},
    {"name": "nothing_stale", "claim": "c", "verdict": "pass", "because": "nothing is <stale>"},
    {"name": "indexes_agree", "claim": "c", "verdict": "not applicable", "because": "there is none"},
    {"name": "lost_little", "claim": "c", "verdict": "unknown", "because": "too few writes"},
]
FAILED: dict[str, Any] = {
    "schema": "dynadrill.verdict/1",
    "scenario": "bad_overwrite",
    "recovery": "point_in_time",
    "target": "embedded",
    "pace": "virtual",
    "verdict": "fail",
    "exit_code": 1,
    "because": "3 keys are missing",
    "rpo": {"objective_s": 300.0, "measured_s": 1.0, "at_most_s": 2.0, "holes": False},
    "rto": {"objective_s": None, "measured_s": 800.0, "simulated_s": 790.0, "phases_s": {}},
    "leftovers": [],
    "validators": CLAIMS,
    "something": "that a later version adds",
}


def run(**changes: Any) -> Essentials:
    """The essentials of a run that failed, but for what is said."""
    return essentials_of({**FAILED, **changes})


def test_the_page_says_what_failed_and_whose_time_it_was() -> None:
    """Verdict, reason, RPO, RTO with what was simulated, each broken claim; what holds is folded away."""
    page = markdown(run())
    assert page.startswith("## ✗ FAIL: bad\\_overwrite\n\n3 keys are missing\n")
    assert "| RPO | at most 2.0 s; 5m 00s are allowed |" in page
    assert "| RTO | 13m 20s, 13m 10s of it simulated (not AWS's time) |" in page
    assert "| nothing\\_missing | ✗ fail | 3 keys: a\\|b |" in page
    assert "| lost\\_little | ? unknown | too few writes |" in page
    assert "<summary>What holds: 1 claim</summary>" in page
    assert "- nothing\\_stale: nothing is \\<stale\\>" in page
    assert "indexes" not in page


def test_what_was_not_measured_is_said_to_be_so() -> None:
    """A figure that is null is not measured, and never 0."""
    page = markdown(run(rpo={"objective_s": 300.0, "at_most_s": None}, rto=None))
    assert "| RPO | not measured; 5m 00s are allowed |" in page
    assert "RTO" not in page


@pytest.mark.parametrize(
    ("verdict", "exit_code", "level", "word"),
    [
        ("pass", 0, "notice", "PASS"),
        ("pass", 6, "error", "LEFTOVERS"),
        ("fail", 1, "error", "FAIL"),
        ("unknown", 2, "error", "UNKNOWN"),
        ("missed", 3, "warning", "MISSED"),
        ("unsupported", 4, "warning", "UNSUPPORTED"),
        ("refused", 5, "error", "REFUSED"),
    ],
)
def test_each_verdict_has_its_annotation(verdict: str, exit_code: int, level: str, word: str) -> None:
    """A pass is a notice, unless it left something behind; what did not pass is a warning or an error."""
    told = annotations(run(verdict=verdict, exit_code=exit_code, validators=[]))
    assert told.startswith(f"::{level} title=dynadrill bad_overwrite%3A {word}::")
    assert word in markdown(run(verdict=verdict, exit_code=exit_code))
    assert word in in_plain(run(verdict=verdict, exit_code=exit_code))


def test_nothing_of_a_run_can_write_a_command_or_a_table() -> None:
    """Line breaks and what Markdown or a workflow command would obey are escaped."""
    nasty = "100%\r\n::set-env name=x::y\x1b[31m | <script> `x`"
    told = annotations(run(because=nasty, validators=[{"name": "a:b,c", "verdict": "fail", "because": nasty}]))
    assert len(told.splitlines()) == 2
    assert "100%25%0D%0A::set-env" in told
    assert "title=dynadrill bad_overwrite%3A a%3Ab%2Cc::" in told
    page = markdown(run(because=nasty))
    assert "<script>" not in page
    assert "\x1b" not in page + in_plain(run(because=nasty))


def test_the_command_shows_runs_and_exits_as_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`summary` needs verdict.json alone, exits with the worst run's code, and 2 where a run has no verdict."""
    for name, verdict in (("a", {"verdict": "pass", "exit_code": 0}), ("b", {"verdict": "missed", "exit_code": 3})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "verdict.json").write_text(json.dumps({**FAILED, **verdict}))
    assert main(["summary", str(tmp_path / "a")]) == 0
    assert main(["summary", str(tmp_path / "a"), str(tmp_path / "b"), "--format", "github"]) == 3
    assert capsys.readouterr().out.count("::notice") == 1
    assert main(["summary", str(tmp_path)]) == 2
    assert main(["summary", str(tmp_path / "a"), "--format", "html"]) == 64


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdict": "splendid", "exit_code": 0, "because": ""}'])
def test_what_is_no_verdict_is_not_taken_for_one(tmp_path: Path, text: str) -> None:
    """A file that is cut short, or of something else, is unknown."""
    (tmp_path / "verdict.json").write_text(text)
    with pytest.raises(UnverifiableError, match="no verdict"):
        read_essentials(tmp_path / "verdict.json")
