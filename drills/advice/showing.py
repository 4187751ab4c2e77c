"""Advice as people read it: what meets what was asked for, what it costs, drawn, and why the others do not."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..quantities import format_duration
from ..report_text import clean, fields, section
from .figures import Advice, Answered, Figure, Weighed
from .strategies import known

BAR = 22
BASES = (
    "measured: from the data of a drill. modelled: computed, from prices or from how long the emulator takes, and not"
    " AWS's time. assumed: nobody has shown it."
)


def page(advice: Advice, *, explain: bool) -> RenderableType:
    """The whole page.

    Args:
        advice: what was found.
        explain: whether pros and cons are told of every strategy, and not only of those that meet what was asked for.
    """
    parts: list[RenderableType] = [_head(advice)]
    parts += [Padding(Text(f"! {each}", style="yellow"), (0, 0, 0, 2)) for each in advice.contradictions]
    parts += section("BY THE RULES OF THUMB", _rule(advice))
    parts += section("A MONTH OF EACH", _costs(advice.strategies), Text(""), Text(_priced(advice), style="dim"))
    parts += section("BY WHAT WAS DRILLED")
    for weighed in advice.strategies:
        parts += [Padding(part, (0, 0, 0, 2)) for part in _strategy(weighed, explain=explain or weighed.meets)]
    parts += section("WHAT THE NUMBERS ARE", Text(BASES), Text(clean(f"cells: {advice.cells}"), style="dim"))
    return Group(*parts)


def facts() -> RenderableType:
    """What is true of each method, whatever is asked for."""
    parts: list[RenderableType] = []
    for method in known().method.values():
        rows = [
            ("purpose", method.purpose),
            ("RPO", method.rpo),
            ("RTO", method.rto),
            ("cost", method.cost),
            ("best for", method.best_for),
        ]
        parts += section(method.title.upper(), fields(rows, 8))
    return Group(*parts)


def _head(advice: Advice) -> Text:
    asked = f"RPO {format_duration(advice.rpo_objective_s)}, RTO {format_duration(advice.rto_objective_s)}"
    asked += ", a lost Region too" if advice.region_loss else ", no lost Region"
    asked += "" if advice.budget_usd is None else f", at most ${advice.budget_usd:,.0f} a month"
    met = sum(weighed.meets for weighed in advice.strategies)
    if not met:
        return Text(f"✗ met by no strategy: {asked}", style="bold red")
    return Text(f"✓ met by {met} of {len(advice.strategies)} strategies: {asked}", style="bold green")


def _rule(advice: Advice) -> Text:
    rule = advice.rule
    if rule.strategy is None:
        return Text(rule.rule)
    named = next(weighed for weighed in advice.strategies if weighed.name == rule.strategy)
    kept = ("✓ it meets what is asked for", "green") if named.meets else ("✗ it does not, see below", "red")
    return Text.assemble(f"{rule.strategy}: {rule.rule}. ", kept)


def _costs(strategies: Sequence[Weighed]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(width=BAR, no_wrap=True)
    most = max((each.monthly_usd.value or 0.0 for each in strategies), default=0.0)
    for each in strategies:
        sign, style = _sign(each)
        usd = each.monthly_usd.value or 0.0
        bar = "█" * max(round(BAR * usd / most), 1) if most and usd else ""
        table.add_row(Text(f"{sign} {each.name}", style=style), Text(f"${usd:,.2f}"), Text(bar, style=style))
    return table


def _sign(weighed: Weighed) -> tuple[str, str]:
    return ("✓", "green") if weighed.meets else ("✗", "red")


def _priced(advice: Advice) -> str:
    restore = advice.strategies[0].one_restore_usd.value or 0.0
    unsure = any(each.monthly_usd.basis == "assumed" for each in advice.strategies)
    return (
        f"For {advice.size_gb:g} GB and {advice.writes_per_month:,.0f} writes a month; a restore costs ${restore:,.2f}"
        f" more. Modelled at the prices of the dated table{', some of them not confirmed by AWS' if unsure else ''}."
    )


def _strategy(weighed: Weighed, *, explain: bool) -> list[RenderableType]:
    sign, style = _sign(weighed)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=14)
    table.add_column(overflow="fold")
    for answer in weighed.answers:
        table.add_row(answer.kind.said, _answer(answer))
    for why in weighed.why_not:
        if why.startswith("it costs"):
            table.add_row("money", Text(f"✗ {why}", style="red"))
    if explain:
        table.add_row("for it", weighed.pros)
        table.add_row("against it", weighed.cons)
        table.add_row("best for", weighed.best_for)
        table.add_row("articles say", Text(weighed.claims, style="dim"))
    return [
        Text.assemble((f"{sign} {weighed.name}", f"{style} bold"), f"  {weighed.title}"),
        Padding(table, (0, 0, 1, 2)),
    ]


def _answer(answer: Answered) -> Text:
    if answer.rpo is None or answer.rto is None:
        verdict = "not drilled" if answer.verdict is None else answer.verdict.upper()
        return Text(f"✗ {verdict} with {answer.recovery}: {clean(_short(answer.why_not[0]))}", style="red")
    numbers = f"RPO {_shown(answer.rpo)}, RTO {_shown(answer.rto)}, by {answer.recovery}"
    if answer.why_not:
        return Text.assemble(numbers, ("".join(f"\n✗ {why}" for why in answer.why_not), "red"))
    return Text(numbers)


def _shown(figure: Figure) -> str:
    return f"{format_duration(figure.value or 0.0)} {figure.basis}"


def _short(why: str) -> str:
    """The first sentence of why a cell does not pass: the rest is in the matrix."""
    first = why.removeprefix("the cutover was refused: ").removeprefix("the restored table: ")
    return first.partition(" (")[0].partition(". Then")[0]
