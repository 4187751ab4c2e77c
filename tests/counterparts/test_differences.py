"""The list of differences is about tests that exist."""

import ast
from pathlib import Path

from .differences import OWED, known
from .places import Place


def test_every_difference_names_a_test() -> None:
    """A difference whose test was renamed would excuse nothing and be noticed by nobody."""
    contract = Path(__file__).parent.glob("test_contract_*.py")
    tests = {
        node.name
        for file in contract
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert len(tests) > 100
    assert {behaviour.partition("[")[0] for behaviour, _ in known()} <= tests


def test_the_machine_is_excused_nowhere_else() -> None:
    """What the machine does not do yet stands in one list, to be emptied."""
    owed = sum(len(parameters) or 1 for each in OWED for parameters in each.tests.values())
    assert sum(place is Place.MACHINE for _, place in known()) == owed
