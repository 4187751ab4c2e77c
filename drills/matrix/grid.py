"""The matrix at a glance: a line a disaster, a column a recovery, in each cell how it came out and its RPO."""

from collections.abc import Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from ..report_text import LOOKS
from ..verdict import Outcome
from .results import CellResult

LETTERS = ascii_lowercase + ascii_uppercase
"""The names of the columns: those of the recoveries are too long for as many as there are."""

UNITS = (("d", 86_400.0), ("h", 3_600.0), ("m", 60.0), ("s", 1.0))

WIDTH = 4
"""Of a cell: its sign and three characters of RPO."""

ByPlace = Mapping[tuple[str, str], CellResult]


def is_grid(cells: Sequence[CellResult]) -> bool:
    """Whether there is anything to see at a glance: several of both, and no more than there are letters."""
    disasters, recoveries = _both(cells)
    whole = len(cells) == len(disasters) * len(recoveries)
    return whole and len(disasters) > 1 and 1 < len(recoveries) <= len(LETTERS)


class Grid:
    """The grid, and below it which column is which.

    15 recoveries fit 100 columns; where there is not so much room the RPOs are left out.

    Args:
        cells: every disaster with every recovery.
    """

    def __init__(self, cells: Sequence[CellResult]) -> None:
        self._cells = cells
        self._disasters, self._recoveries = _both(cells)
        self._by_place: ByPlace = {(cell.disaster, cell.recovery): cell for cell in cells}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """What is printed."""
        needed = max(len(name) for name in self._disasters) + 1 + len(self._recoveries) * (WIDTH + 1)
        with_rpo = options.max_width >= needed
        yield self._table(with_rpo=with_rpo)
        yield Text("")
        yield _legend(self._recoveries, self._by_place, len(self._disasters))
        yield Text("")
        yield _signs(self._cells, with_rpo=with_rpo)

    def _table(self, *, with_rpo: bool) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
        table.add_column("", no_wrap=True)
        for letter in LETTERS[: len(self._recoveries)]:
            table.add_column(letter, no_wrap=True, min_width=WIDTH if with_rpo else 1)
        for disaster in self._disasters:
            row = (self._by_place[disaster, recovery] for recovery in self._recoveries)
            table.add_row(Text(disaster), *(_cell(cell, with_rpo=with_rpo) for cell in row))
        return table


def short(seconds: float | None) -> str:
    """A duration in three characters: rounded up, in its largest unit; nothing where there is none."""
    if seconds is None:
        return ""
    for unit, length_s in UNITS:
        if seconds >= length_s or unit == "s":
            return f"{-int(-seconds // length_s)}{unit}"
    raise AssertionError("the last unit takes all")


def _both(cells: Sequence[CellResult]) -> tuple[list[str], list[str]]:
    return list(dict.fromkeys(cell.disaster for cell in cells)), list(dict.fromkeys(cell.recovery for cell in cells))


def _cell(cell: CellResult, *, with_rpo: bool) -> Text:
    look = LOOKS[cell.verdict]
    rpo = short(cell.rpo_s) if with_rpo and cell.verdict in (Outcome.PASS, Outcome.MISSED) else ""
    return Text(f"{look.sign}{rpo}{'' if cell.as_declared else '*'}", style=look.style)


def _legend(recoveries: Sequence[str], by_place: ByPlace, of: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    for letter, recovery in zip(LETTERS, recoveries, strict=False):
        cells = [cell for (_, name), cell in by_place.items() if name == recovery]
        passed = sum(cell.verdict is Outcome.PASS for cell in cells)
        cost = cells[0].monthly_cost_usd
        money = "" if cost is None else f"${cost:,.2f} a month"
        table.add_row(Text(letter, style="bold"), recovery, f"passes {passed} of {of}", money)
    return table


def _signs(cells: Sequence[CellResult], *, with_rpo: bool) -> Text:
    there = [look for outcome, look in LOOKS.items() if any(cell.verdict is outcome for cell in cells)]
    signs = ", ".join(f"{look.sign} {look.word}" for look in there)
    other = "" if all(cell.as_declared for cell in cells) else ", * not as declared"
    rpo = "; beside it the RPO, rounded up" if with_rpo else ""
    return Text(f"{signs}{other}{rpo}", style="dim")
