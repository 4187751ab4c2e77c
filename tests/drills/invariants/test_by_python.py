"""Invariants in Python: plain items come in, what is wrong comes out, and whatever goes wrong is no verdict."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.invariants.invariant import MOST, Held, Invariant, hold, read_invariant
from dynadrill.drills.invariants.plain import plain_item

ITEMS: list[dict[str, Any]] = [{"id": {"S": name}, "total": {"N": total}} for name, total in (("a", "1"), ("b", "-2"))]


def held(source: str | None, items: Any = ITEMS, **options: Any) -> Held:
    """What comes of holding items against a file of this text."""
    return hold(Invariant("mine.py", "python", source), lambda: items, ("id",), **options)


NEGATIVE = """
def check(items):
    for item in items:
        if item["total"] < 0:
            yield item
"""


def test_what_holds_finds_nothing() -> None:
    """A check that yields nothing has no violation and no fault; so has one of a table without items."""
    assert held(NEGATIVE, ITEMS[:1]) == Held("mine.py")
    assert held(NEGATIVE, []) == Held("mine.py")


def test_an_item_is_named_by_its_key() -> None:
    """An item that is yielded shows its key; its values only where that was asked for."""
    assert held(NEGATIVE).violations == ("b",)
    assert held(NEGATIVE, show_values=True).violations == ("b: id='b', total=Decimal('-2')",)


def test_a_text_is_shown_as_it_is() -> None:
    """What a person writes is their own words."""
    assert held("def check(items):\n    return [f'{len(list(items))} items']").violations == ("2 items",)


def test_violations_are_counted_in_order_and_not_for_ever() -> None:
    """A few are named, in an order of their own, and no more than a thousand are waited for."""
    endless = "def check(items):\n    n = 0\n    while True:\n        n += 1\n        yield str(n % 7)"
    found = held(endless)
    assert (found.count, found.violations) == (MOST, ("0", "0", "0"))


def test_values_are_plain() -> None:
    """Every type of DynamoDB's arrives as Python has it."""
    item = {
        "n": {"N": "1E+2"}, "s": {"S": ""}, "b": {"B": "AA=="}, "t": {"BOOL": False}, "z": {"NULL": True},
        "ns": {"NS": ["1.0", "2"]}, "ss": {"SS": ["x"]}, "bs": {"BS": ["AA=="]},
        "l": {"L": [{"N": "1"}, {"M": {"a": {"S": "b"}}}]},
    }  # fmt: skip
    assert plain_item(item) == {
        "n": Decimal(100), "s": "", "b": b"\0", "t": False, "z": None, "ns": {Decimal(1), Decimal(2)}, "ss": {"x"},
        "bs": {b"\0"}, "l": [Decimal(1), {"a": "b"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (None, "not there any more"),
        ("def check(items", "is not Python"),
        ("x = 1", "defines no function check(items)"),
        ("check = 3", "defines no function check(items)"),
        ("raise SystemExit(0)", "mine.py fails: SystemExit"),
        ("import nothing_of_this_name", "ModuleNotFoundError"),
        ("def check(items):\n    pass", "failed: TypeError"),
        ("def check(items):\n    yield 3", "yielded int, where a text or an item was expected"),
        ("def check(items):\n    yield 'x'\n    raise ValueError('oh')", "failed: ValueError: oh"),
        ("def check(items):\n    return [i['gone'] for i in items]", "failed: KeyError"),
        ("def check():\n    return []", "failed: TypeError"),
        ("import sys\ndef check(items):\n    sys.exit(0)", "failed: SystemExit"),
    ],
)
def test_what_cannot_be_held_is_no_verdict(source: str | None, said: str) -> None:
    """A file that is gone, is no Python, defines no check, or whose check crashes says nothing about the items."""
    found = held(source)
    assert said in found.fault
    assert found.count == 0


def test_a_file_is_read(tmp_path: Path) -> None:
    """What is wrong with a file is told before a drill begins, with what to do; a good one is kept with its text."""
    good = tmp_path / "totals.py"
    good.write_text(NEGATIVE)
    assert read_invariant(good) == Invariant("totals.py", "python", NEGATIVE)
    for name, text, said in (
        ("bad.py", "def (", "is not Python"),
        ("bad.txt", "", "neither a .py nor a .sql file"),
        ("bad.sql", "drop table items", "one SELECT, and is DROP"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(UsageError, match=said):
            read_invariant(tmp_path / name)
    with pytest.raises(UsageError, match="cannot read"):
        read_invariant(tmp_path / "none.py")
