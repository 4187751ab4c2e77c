"""The matrix as people read it: a row a cell, and below it why some cells cannot work."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..quantities import format_duration
from ..report_text import LOOKS, clean, number_of
from ..verdict import Outcome
from .results import CellResult, Matrix

NONE = "-"


def table_of(matrix: Matrix) -> RenderableType:
    """The whole page."""
    return Group(_rows(matrix.cells), Text(""), *_reasons(matrix.cells), Text(""), _footing(matrix))


def _rows(cells: Sequence[CellResult]) -> Table:
    """A heading a disaster, a row a recovery: it fits a terminal of 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("recovery", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    for name in ("RPO", "RTO", "simulated", "lost", "$/month"):
        table.add_column(name, justify="right", no_wrap=True)
    last = ""
    for cell in cells:
        if cell.disaster != last:
            table.add_row(Text(cell.disaster, style="bold"))
            last = cell.disaster
        table.add_row(*_row(cell))
    return table


def _row(cell: CellResult) -> tuple[RenderableType, ...]:
    look = LOOKS[cell.verdict]
    return (
        Text(f"  {cell.recovery}"),
        Text(f"{look.sign} {look.word}{'' if cell.as_declared else ' *'}", style=look.style),
        _duration(cell.rpo_s),
        _duration(cell.rto_s),
        _duration(cell.simulated_s),
        NONE if cell.lost_writes is None else f"{cell.lost_writes:,}",
        NONE if cell.monthly_cost_usd is None else f"{cell.monthly_cost_usd:,.2f}",
    )


def _duration(seconds: float | None) -> str:
    return NONE if seconds is None else format_duration(seconds)


def _reasons(cells: Sequence[CellResult]) -> list[RenderableType]:
    """Why each cell that does not pass does not, and which came out otherwise than declared."""
    failing = [cell for cell in cells if cell.verdict is not Outcome.PASS or not cell.as_declared]
    if not failing:
        return [Text("Every cell passes.")]
    return [Text("Why not", style="bold"), *(Padding(Text(_reason(cell)), (0, 0, 0, 2)) for cell in failing)]


def _reason(cell: CellResult) -> str:
    declared = (
        "" if cell.as_declared else f"* declared {LOOKS[cell.declared].word}, came out {LOOKS[cell.verdict].word}: "
    )
    return f"{cell.disaster} with {cell.recovery}: {declared}{clean(cell.why)}"


def _footing(matrix: Matrix) -> Text:
    wrong = [cell for cell in matrix.cells if not cell.as_declared]
    came_out = "each as declared" if not wrong else f"{len(wrong)} not as declared"
    return Text(
        f"{number_of(len(matrix.cells), 'cell')}, {came_out}. RPO is the most that may have been lost before the"
        f" strike, lost are good writes, before it and after. Drilled with {matrix.items:,} items and"
        f" {matrix.rate_per_s:g} operations/s on the time machine: simulated time is its duration model's and not"
        f" AWS's. $/month is an estimate for {matrix.size_gb:g} GB and {matrix.writes_per_month:,.0f} writes a month."
    )
