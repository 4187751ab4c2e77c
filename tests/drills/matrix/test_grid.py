"""The matrix at a glance: every cell's sign and RPO, not by colour alone, on 100 columns."""

from io import StringIO

import pytest
from dynadrill.drills.matrix.grid import short
from dynadrill.drills.matrix.results import CellResult, Matrix
from dynadrill.drills.matrix.table import table_of
from dynadrill.drills.verdict import Outcome
from rich.console import Console

DISASTERS = [f"a_disaster_of_{number:02d}" for number in range(15)]
RECOVERIES = [f"a_long_named_recovery_{number:02d}" for number in range(14)]


def cell(disaster: str, recovery: str, verdict: Outcome = Outcome.PASS, declared: Outcome | None = None) -> CellResult:
    """A cell that came out in some way."""
    return CellResult(
        disaster=disaster,
        recovery=recovery,
        scenario="a_scenario",
        verdict=verdict,
        declared=declared or verdict,
        declared_because="" if verdict is Outcome.PASS else f"{recovery} cannot",
        rpo_s=1860.0,
        rto_s=700.0,
        simulated_s=700.0,
        lost_writes=3,
        monthly_cost_usd=20.0,
        why="it says so",
        run="runs/x",
        real_s=1.0,
    )


def page(cells: list[CellResult], width: int = 100) -> str:
    """The page as a terminal of so many columns shows it, without colours."""
    matrix = Matrix(
        version="0",
        target="embedded",
        items=100,
        rate_per_s=None,
        seed=1,
        rpo_objective_s=None,
        rto_objective_s=None,
        size_gb=100.0,
        writes_per_month=1.0,
        cells=cells,
    )
    console = Console(file=StringIO(), width=width, no_color=True)
    console.print(table_of(matrix))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_fifteen_by_fourteen_fit_a_hundred_columns() -> None:
    """Each disaster is one line with 14 cells, and the letters above them are told below."""
    lines = page([cell(d, r) for d in DISASTERS for r in RECOVERIES]).splitlines()
    shown = [line for line in lines if line.startswith(DISASTERS[3]) and "✓31m" in line]
    assert len(shown) == 1
    assert shown[0].split() == [DISASTERS[3], *["✓31m"] * 14]
    assert any(line.split()[:2] == ["n", RECOVERIES[13]] and "passes 15 of 15" in line for line in lines)


def test_eighty_columns_show_the_signs() -> None:
    """Where there is less room the RPOs are left out, and nothing is cut off."""
    lines = page([cell(d, r) for d in DISASTERS for r in RECOVERIES], 80).splitlines()
    assert [DISASTERS[3], *["✓"] * 14] in [line.split() for line in lines]
    assert not any("…" in line for line in lines)


def test_a_cell_says_how_it_came_out_without_colour() -> None:
    """A sign for each verdict; a failed cell shows no RPO; one that is not as declared has a star, and is told of."""
    outcomes = [Outcome.MISSED, Outcome.FAIL, Outcome.UNKNOWN]
    cells = [cell("one", str(outcome), outcome) for outcome in outcomes]
    cells += [cell("two", str(outcome), outcome, Outcome.PASS) for outcome in outcomes]
    told = page(cells)
    shown = {words[0]: words[1:] for words in map(str.split, told.splitlines()) if len(words) == 4}
    assert shown["one"] == ["!31m", "✗", "?"]
    assert shown["two"] == ["!31m*", "✗*", "?*"]
    assert "* not as declared" in told
    assert "3 not as declared" in " ".join(told.split())


def test_what_is_left_behind_is_not_as_declared() -> None:
    """A cell that ends as it was to, and leaves a table behind, turns the matrix red and says which."""
    left = cell("one", "two").model_copy(update={"leftovers": ("a-table",)})
    assert not left.as_declared
    assert "two against one: * left behind: a-table" in " ".join(page([left]).split())


def test_a_reason_is_told_once() -> None:
    """Disasters against which a recovery fails for one reason stand together before it."""
    told = " ".join(page([cell(d, "hopeless", Outcome.FAIL) for d in DISASTERS[:3]], 200).split())
    assert told.count("hopeless cannot") == 1
    assert "hopeless against all: hopeless cannot" in told


def test_few_exceptions_are_named_in_place_of_many() -> None:
    """Where a reason holds against most disasters, those are named against which it does not."""
    cells = [cell(disaster, "hopeless", Outcome.FAIL) for disaster in DISASTERS[1:]]
    told = " ".join(page([cell(DISASTERS[0], "hopeless"), *cells], 200).split())
    assert f"hopeless against all but {DISASTERS[0]}: hopeless cannot" in told
    few = " ".join(page([*(cell(d, "hopeless") for d in DISASTERS[2:]), *cells[:1]], 200).split())
    assert f"hopeless against {DISASTERS[1]}: hopeless cannot" in few


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, ""),
        (0.0, "0s"),
        (1.2, "2s"),
        (59.5, "60s"),
        (60.0, "1m"),
        (1860.1, "32m"),
        (5400.0, "2h"),
        (1296060.0, "16d"),
    ],
)
def test_a_short_duration_never_says_less(seconds: float | None, shown: str) -> None:
    """A duration is rounded up, in its largest unit."""
    assert short(seconds) == shown


def test_how_much_of_an_rto_is_simulated_is_said_once_or_of_each() -> None:
    """Simulated as a whole, the RTOs of all cells are said to be so in one sentence; else each has its figure."""
    whole = cell("a_disaster", "a_recovery")
    assert "all of each RTO is simulated" in " ".join(page([whole]).split())
    assert "simulated  " not in page([whole])
    told = page([whole, whole.model_copy(update={"recovery": "b", "simulated_s": 60.0})])
    assert "all of each RTO" not in told
    assert [line.split()[-3] for line in told.splitlines() if line.startswith("  b ")] == ["00s"]
    assert "simulated" in told.splitlines()[0]


def test_the_longest_names_fit_eighty_columns() -> None:
    """No name is broken where the page is as narrow as a pipe's, and no line is longer."""
    names = [
        cell("a_disaster", "strong_global_table_failover", verdict) for verdict in (Outcome.PASS, Outcome.UNSUPPORTED)
    ]
    lines = page(names, width=80).splitlines()
    assert sum(line.startswith("  strong_global_table_failover  ") for line in lines) == 2
    assert all(len(line) <= 80 for line in lines)
