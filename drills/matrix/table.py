"""The matrix as people read it: a row a cell, below them why some cells cannot work, and at the end all at a glance."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..quantities import format_duration
from ..report_text import LOOKS, clean, number_of
from ..verdict import Outcome
from .grid import Grid, is_grid
from .results import CellResult, Matrix

NONE = "-"
FIGURES = ("RPO", "RTO", "simulated", "lost", "$/month")


def table_of(matrix: Matrix) -> RenderableType:
    """The whole page."""
    glance = (Text(""), Grid(matrix.cells)) if is_grid(matrix.cells) else ()
    return Group(_rows(matrix.cells), Text(""), *_reasons(matrix.cells), *glance, Text(""), _footing(matrix))


def _rows(cells: Sequence[CellResult]) -> Table:
    """A heading a disaster (or a strategy), a row a recovery: it fits a terminal of 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("recovery", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    figures = FIGURES if _lived(cells) else [name for name in FIGURES if name != "simulated"]
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    last = ""
    for cell in cells:
        if (heading := _heading(cell)) != last:
            table.add_row(Text(heading, style="bold"))
            last = heading
        told = _figures(cell)
        table.add_row(*_named(cell), *(told[name] for name in figures))
    return table


def _lived(cells: Sequence[CellResult]) -> bool:
    """Whether any RTO is not the duration model's as a whole: else it is said once, and not of each."""
    return any(cell.simulated_s != cell.rto_s for cell in cells)


def _heading(cell: CellResult) -> str:
    return cell.strategy or cell.disaster


def _named(cell: CellResult) -> tuple[Text, Text]:
    look = LOOKS[cell.verdict]
    verdict = f"{look.sign} {look.word}{'' if cell.as_declared else ' *'}"
    return Text(f"  {cell.recovery}"), Text(verdict, style=look.style)


def _figures(cell: CellResult) -> dict[str, str]:
    return {
        "RPO": _duration(cell.rpo_s),
        "RTO": _duration(cell.rto_s),
        "simulated": _duration(cell.simulated_s),
        "lost": NONE if cell.lost_writes is None else f"{cell.lost_writes:,}",
        "$/month": NONE if cell.monthly_cost_usd is None else f"{cell.monthly_cost_usd:,.2f}",
    }


def _duration(seconds: float | None) -> str:
    return NONE if seconds is None else format_duration(seconds)


def _reasons(cells: Sequence[CellResult]) -> list[RenderableType]:
    """Why cells do not pass, each reason once; and which came out otherwise than declared."""
    failing = [cell for cell in cells if cell.verdict is not Outcome.PASS or not cell.as_declared]
    if not failing:
        return [Text("Every cell passes.")]
    grouped: dict[tuple[str, str], list[str]] = {}
    for cell in failing:
        grouped.setdefault((cell.recovery, _reason(cell)), []).append(_heading(cell))
    everywhere = list(dict.fromkeys(map(_heading, cells)))
    lines = [
        Text(f"{recovery} against {_listed(where, everywhere)}: {reason}")
        for (recovery, reason), where in sorted(grouped.items(), key=lambda group: group[0][0])
    ]
    return [Text("Why not", style="bold"), *(Padding(line, (0, 0, 0, 2)) for line in lines)]


def _listed(where: Sequence[str], everywhere: Sequence[str]) -> str:
    """Names, or where that is shorter the few that are not among them."""
    others = [name for name in everywhere if name not in where]
    if len(where) < 2 or len(others) * 2 > len(where):
        return ", ".join(where)
    return f"all but {', '.join(others)}" if others else "all"


def _reason(cell: CellResult) -> str:
    if cell.as_declared:
        return cell.declared_because
    if cell.leftovers:
        return f"* left behind: {clean(', '.join(cell.leftovers))}"
    return f"* declared {LOOKS[cell.declared].word}, came out {LOOKS[cell.verdict].word}: {clean(cell.why)}"


def _footing(matrix: Matrix) -> Text:
    wrong = [cell for cell in matrix.cells if not cell.as_declared]
    came_out = "each as declared" if not wrong else f"{len(wrong)} not as declared"
    rate = "each story's own rate" if matrix.rate_per_s is None else f"{matrix.rate_per_s:g} operations/s"
    simulated = "simulated time is" if _lived(matrix.cells) else "all of each RTO is simulated,"
    return Text(
        f"{number_of(len(matrix.cells), 'cell')}, {came_out}. RPO is the most that may have been lost before the"
        f" strike, lost are good writes, before it and after. Drilled with {matrix.items:,} items and {rate} on the"
        f" time machine: {simulated} its duration model's and not AWS's. $/month is an estimate for"
        f" {matrix.size_gb:g} GB and {matrix.writes_per_month:,.0f} writes a month."
    )
