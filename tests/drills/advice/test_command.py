"""`dynadrill advise`: what it exits with, its JSON and its page."""

import json
from pathlib import Path

import pytest
from dynadrill.drills.advice.strategies import known
from dynadrill.drills.cli import main

Capture = pytest.CaptureFixture[str]


def test_what_meets_it_is_told_and_exits_with_0(capsys: Capture) -> None:
    """With an hour and four hours, and no lost Region, point-in-time recovery is the cheapest that will do."""
    assert main(["advise", "--rpo", "1h", "--rto", "4h", "--json", "-"]) == 0
    advice = json.loads(capsys.readouterr().out)
    assert advice["schema"] == "dynadrill.advice/1"
    assert advice["rule"]["strategy"] == advice["strategies"][0]["name"] == "point_in_time"
    assert advice["strategies"][0]["meets"]
    assert str(known().measured.at) in advice["cells"]


def test_where_none_meets_it_that_is_3(capsys: Capture) -> None:
    """An RTO of 15 minutes with restores is a contradiction, and is said to be one."""
    assert main(["advise", "--rpo", "1h", "--rto", "15m"]) == 3
    told = capsys.readouterr().out
    assert told.startswith("✗ met by no strategy: RPO 1h 00m, RTO 15m 00s, no lost Region\n")
    assert "contradict each other: point-in-time" in " ".join(told.split())


def test_a_matrix_of_ones_own_is_taken(tmp_path: Path, capsys: Capture) -> None:
    """The cells of `dynadrill matrix --json FILE` are what counts: where they fail, nothing meets."""
    cells = [
        {
            "disaster": "overwrite",
            "recovery": "point_in_time",
            "scenario": "bad_overwrite",
            "verdict": "fail",
            "rpo_s": None,
            "rto_s": None,
            "simulated_s": None,
            "why": "said the test",
            "and": "more",
        }
    ]
    head = {"schema": "dynadrill.matrix/1", "version": "9", "target": "embedded", "items": 5}
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps({**head, "cells": cells, "more": 1}))
    assert main(["advise", "--rpo", "1h", "--rto", "4h", "--matrix", str(path), "--json", "-"]) == 3
    advice = json.loads(capsys.readouterr().out)
    assert "matrix.json, drilled by dynadrill 9, with 5 items" in advice["cells"]
    recovery = next(each for each in advice["strategies"] if each["name"] == "point_in_time")
    assert recovery["why_not"][0] == "bad writes: said the test"


def test_the_facts_are_told_without_objectives(capsys: Capture) -> None:
    """S1-02: `advise --explain` alone tells of the methods."""
    assert main(["advise", "--explain"]) == 0
    told = capsys.readouterr().out
    assert "POINT-IN-TIME RECOVERY" in told
    assert "long keeping" in told


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--rpo", "1h"],
        ["--rpo", "1", "--rto", "4h"],
        ["--rpo", "1h", "--rto", "4h", "--size-gb", "0"],
        ["--rpo", "1h", "--rto", "4h", "--budget", "-1"],
        ["--rpo", "1h", "--rto", "4h", "--matrix", "none.json"],
        ["--rpo", "1h", "--rto", "4h", "--matrix", "pyproject.toml", "--measure"],
        ["--rpo", "1h", "--rto", "4h", "--measure", "--items", "0"],
    ],
)
def test_nonsense_is_refused(options: list[str], capsys: Capture) -> None:
    """Wrong usage is 64, and says what was found and what to do."""
    assert main(["advise", *options]) == 64
    assert capsys.readouterr().err.startswith("error: ")
