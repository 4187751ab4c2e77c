"""The benchmarks themselves, without running them: that all are found, and that their bounds hold and fail rightly."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.history import History, Jump, LoadCount, Told, Who, Write
from dynadrill.drills.marks import Mark

ROOT = Path(__file__).parent.parent
FILES = sorted(file.stem for file in (ROOT / "tests" / "benchmarks").glob("*.py"))
HELPERS = {"__main__", "bounds", "measured", "rawhttp", "servers"}

Module = Callable[[str], Any]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    """Imports a file of the benchmarks by its name, as `python -m tests.benchmarks` does."""
    monkeypatch.syspath_prepend(ROOT)
    return lambda name: importlib.import_module(f"tests.benchmarks.{name}")


def test_every_file_is_a_benchmark_or_a_known_helper(module: Module) -> None:
    """A new file that `make bench` would not run, or could not, is noticed."""
    assert module("__main__").names() == sorted(set(FILES) - HELPERS)
    assert {"drill", "emulator", "ledger", "restoring", "seeding", "wire"} <= set(FILES) - HELPERS


@pytest.mark.parametrize("name", sorted(set(FILES) - HELPERS))
def test_every_benchmark_can_be_measured(module: Module, name: str) -> None:
    """Every benchmark has `measure`, which needs nothing."""
    assert not inspect.signature(module(name).measure).parameters


def test_pytest_collects_no_benchmark() -> None:
    """`make test` has no timed assertions: no benchmark is named like a test."""
    assert not [name for name in FILES if name.startswith("test_") or name.endswith("_test")]


@pytest.mark.parametrize(
    ("hold", "value", "holds"),
    [
        ("at_most", 4.9, True),
        ("at_most", 5.0, True),
        ("at_most", 5.1, False),
        ("at_most", nan, False),
        ("at_least", 4.9, False),
        ("at_least", 5.0, True),
        ("at_least", 5.1, True),
        ("at_least", nan, False),
    ],
)
def test_a_bound_is_held_on_its_own_side_only(module: Module, hold: str, value: float, holds: bool) -> None:
    """What must not be larger fails when it is larger, what must not be smaller when it is; a non-number always."""
    found = getattr(module("bounds"), hold)("name", value, "s", 5.0)
    assert found.holds is holds
    assert found.bound == {"at_most": "<= 5", "at_least": ">= 5"}[hold]


def held(found: list[Any]) -> dict[str, bool]:
    """Whether each figure with a bound holds, by name."""
    return {one.name: one.holds for one in found if one.bound}


@pytest.mark.parametrize(("ours_s", "holds"), [(0.5, True), (1.1, True), (1.2, False)])
def test_slow_seeding_is_seen(module: Module, ours_s: float, holds: bool) -> None:
    """Ours against a bare loop of one second: 0.9 of its items/s is enough, less is not; the odd pairs do not count."""
    pairs = [(ours_s, 1.0)] * 3 + [(0.01, 1.0), (100.0, 1.0)]
    assert held(module("seeding").figures(pairs)) == {"seeding: ratio of the two": holds}


def write(who: Who, asked_at: float, told_at: float | None) -> Write:
    """A write of somebody."""
    return Write("op", "t", "k", b"", who, asked_at, told_at, Told.OK if told_at else Told.INFO)


@pytest.fixture
def ran(module: Module) -> Any:
    """A drill of 25 s by the wall clock from 1000: 2 s of seeding from 1001.5, 20 s of load from 1003.75.

    Fifteen seconds of target time were jumped over before the seeding, and 700 within the load.
    """
    jumps = [Jump(1000.5, 1015.5, "created"), Jump(1025.0, 1725.0, "decided")]
    history = History(
        writes=[
            write(Who.SEED, 1017.5, 1018.5),
            write(Who.SEED, 1016.5, 1018.0),
            write(Who.SEED, 1018.0, None),
            write(Who.LOAD, 1019.0, 1738.0),
        ],
        marks={Mark.LOAD_STARTED: 1018.75, Mark.LOAD_STOPPED: 1738.75},
        jumps=jumps,
        loads=[LoadCount(1200, 1200, 0, 0, 1.0, {}, {}), LoadCount(800, 800, 0, 0, 1.0, {}, {})],
    )
    return module("drill").Ran(25.0, 1000.0, history, 100.0)


def test_a_drills_seconds_add_up(module: Module, ran: Any) -> None:
    """Jumps are no real seconds: what is left after seeding and load is told, and where it lies."""
    found = {one.name.removeprefix("drill: "): round(one.value, 6) for one in module("drill").figures(ran)}
    assert found == {
        "wall time": 25.0,
        "of that seeding": 2.0,
        "of that load": 20.0,
        "of that neither seeding, load nor clock": 3.0,
        "before the first item is sent": 1.5,
        "between seeding and load": 0.25,
        "after the load": 1.25,
        "load beyond what users are to live through": 5.0,
        "rate reached of rate asked": 1.0,
    }


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, set()),
        ({"wall_s": 27.0}, set()),
        ({"wall_s": 27.1}, {"drill: of that neither seeding, load nor clock"}),
        ({"wall_s": 30.1}, {"drill: of that neither seeding, load nor clock", "drill: wall time"}),
        ({"asked_rate_per_s": 105.0}, set()),
        ({"asked_rate_per_s": 106.0}, {"drill: rate reached of rate asked"}),
    ],
)
def test_a_slow_drill_is_seen(module: Module, ran: Any, change: dict[str, float], broken: set[str]) -> None:
    """Each of the drill's bounds fails when it is passed, on its own side."""
    found = held(module("drill").figures(replace(ran, **change)))
    assert {name for name, holds in found.items() if not holds} == broken
    assert len(found) == 3


@pytest.mark.parametrize(
    ("deepdiff", "segments", "broken"),
    [
        ((100.0, 9.0), (40.0, 10.0), set()),
        ((99.0, 9.0), (40.0, 10.0), {"wire: wall time of (a) to ours"}),
        ((100.0, 9.0), (39.0, 10.0), {"wire: wall time of (b) to ours"}),
        ((100.0, 9.0), (40.0, 9.9), {"wire: CPU of (b) to ours"}),
    ],
)
def test_slow_reading_is_seen(module: Module, deepdiff: Any, segments: Any, broken: set[str]) -> None:
    """Ten seconds and 2 s of CPU in the median: each of the three ratios fails on its own side."""
    ran = module("wire").Ran
    ours = [ran(10.0, 2.0), ran(99.0, 9.0), ran(1.0, 0.1)]
    found = held(module("wire").figures(ours, ran(*deepdiff), ran(*segments)))
    assert {name for name, holds in found.items() if not holds} == broken
    assert len(found) == 3


def test_the_exit_code_says_whether_all_bounds_are_held(
    module: Module, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 when all are held; 1 when one is not, or a benchmark breaks, and the others are measured all the same."""
    main, bounds = module("__main__").main, module("bounds")

    def broken() -> list[Any]:
        raise RuntimeError("no server")

    monkeypatch.setattr(module("seeding"), "measure", lambda: [bounds.at_least("ratio", 1.0, "", 0.9)])
    monkeypatch.setattr(module("drill"), "measure", lambda: [bounds.at_most("wall", 31.0, "s", 30.0)])
    monkeypatch.setattr(module("ledger"), "measure", broken)
    monkeypatch.setattr(module("__main__"), "names", lambda: ["drill", "ledger", "seeding"])
    assert main(["seeding"]) == 0
    assert main(["drill", "seeding"]) == 1
    assert main(["ledger"]) == 1
    capsys.readouterr()
    assert main([]) == 1
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[2:]]
    assert [(line[0], line[-1]) for line in rows] == [("wall", "NO"), ("ledger:", "NO"), ("ratio", "yes")]


def test_a_name_that_is_no_benchmark_is_refused(module: Module, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name measures nothing and says what there is."""
    assert module("__main__").main(["legder"]) == 64
    assert "there is no benchmark legder" in capsys.readouterr().err
