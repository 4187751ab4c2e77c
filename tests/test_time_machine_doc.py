"""The table of behaviours in docs/time-machine.md: every row that works names a test that is there."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
LEAST_WORKING = 120
SECTION = re.compile(r"\d{1,2}(\.\d{1,2})?\Z")


class Row(NamedTuple):
    """One behaviour: what it is, the section of the facts it stands on, its test, and its state."""

    behaviour: str
    section: str
    test: str
    state: str


def rows() -> list[Row]:
    """Every row of the table."""
    document = (ROOT / "docs" / "time-machine.md").read_text(encoding="utf-8")
    table = document.split("| behaviour | section | test | state |")[1].split("\n\n")[0]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[2:]]
    return [Row(*each) for each in cells]


@cache
def names_in(file: Path) -> frozenset[str]:
    """The names of a file's tests, state machines included."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(name for name in named if name.lower().startswith("test"))


WORKING = [row for row in rows() if row.state == "works"]


def test_enough_works() -> None:
    """At least 120 different behaviours work."""
    assert len({row.behaviour for row in WORKING}) >= LEAST_WORKING


@pytest.mark.parametrize("row", WORKING, ids=[row.behaviour[:60] for row in WORKING])
def test_what_works_names_its_test(row: Row) -> None:
    """A row that works names a section and a test that exists."""
    file, _, name = row.test.strip("`").partition("::")
    assert SECTION.match(row.section), row.section
    assert (ROOT / "tests" / file).is_file(), file
    assert name in names_in(ROOT / "tests" / file), name


def test_what_is_missing_is_said_plainly() -> None:
    """Every other row says that it is not implemented, or how it differs."""
    assert all(row.state.startswith(("not implemented", "differs")) for row in rows() if row.state != "works")
