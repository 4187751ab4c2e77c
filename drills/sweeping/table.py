"""A sweep as people read it: what is there of which run, how old it is, what it costs, and what became of it."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..masking import ending_of
from ..quantities import format_duration
from ..report_text import clean, number_of
from ..tables import name_of
from .results import Left, Sweep, SweptRun

NONE = "-"
CENT = 0.01
RESOURCES = frozenset({"backup-vault", "recovery-point"})
"""How ARNs of AWS Backup begin their last part: the kind is said already."""

STATES = {
    "dead": "nobody runs it any more",
    "running": "still running: left alone",
    "young": "younger than --older-than, and nobody here knows whether it runs: left alone",
}


def table_of(sweep: Sweep, again: str) -> RenderableType:
    """The whole page; `again` is the command that removes what is left."""
    parts: list[RenderableType] = []
    for run in sweep.runs:
        if run.left:
            parts += [_heading(run), Padding(_rows(run), (0, 0, 0, 2)), *_reasons(run), Text("")]
    parts += [Text(f"? not looked: {clean(reason)}", style="magenta") for reason in sweep.not_looked]
    return Group(*parts, *_footing(sweep, again))


def _heading(run: SweptRun) -> Text:
    where = f"{run.target}, {ending_of(run.account)}" if run.account else run.target
    return Text.assemble((f"run {run.run}", "bold"), f" on {where}: {STATES[run.state]}")


def _rows(run: SweptRun) -> Table:
    """The name stands last, where there is room for it."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    for name in ("age", "bytes", "$/month"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("name", overflow="fold")
    for each in run.left:
        table.add_row(*_row(each, run))
    return table


def _row(each: Left, run: SweptRun) -> tuple[RenderableType, ...]:
    became = Text("✓ removed", style="green") if each.removed else Text("✗ left" if each.why else "there", style="red")
    return (
        became if run.state == "dead" else Text("kept", style="dim"),
        Text(each.kind),
        NONE if each.age_s is None else format_duration(each.age_s),
        NONE if each.bytes_ is None else f"{each.bytes_:,}",
        NONE if each.monthly_cost_usd is None else f"{each.monthly_cost_usd:,.2f}",
        Text(clean(_short(each))),
    )


def _short(each: Left) -> str:
    """What it is called, and where it is; the rest of an ARN says nothing new."""
    name = each.name.split(":", 5)[5] if each.name.startswith("arn:") else name_of(each.name)
    kind, _, rest = name.partition(":")
    return f"{rest if kind in RESOURCES else name.removeprefix('table/')} in {each.region}"


def _reasons(run: SweptRun) -> list[RenderableType]:
    return [Padding(Text(f"{clean(each.name)}: {clean(each.why)}"), (0, 0, 0, 2)) for each in run.left if each.why]


def _footing(sweep: Sweep, again: str) -> list[RenderableType]:
    left = [each for run in sweep.runs for each in run.remaining]
    removed = sum(each.removed for run in sweep.runs for each in run.left)
    if left:
        usd = sweep.monthly_cost_usd
        price = f"about ${usd:,.2f}" if usd >= CENT else "less than a cent"
        cost = f"{number_of(len(left), 'thing')} left, {price} a month while they stay."
        then = "Try again later:" if sweep.removing else "Remove them with:"
        return [Text(f"✗ {cost} {then}", style="red"), Text(f"  {again}")]
    if sweep.not_looked:
        return [Text("? Nothing was found where it could be looked, which proves nothing of the rest.")]
    if removed:
        return [Text(f"✓ {number_of(removed, 'thing')} removed; looked again: nothing of a dead run is left.")]
    return [Text("✓ Nothing of a dead run is left.")]
