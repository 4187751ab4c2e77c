"""The words, signs and building blocks that every part of the console report is made of."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .quantities import format_duration, format_instant
from .verdict import Outcome

UNMEASURED = "not measured"
LABEL_WIDTH = 14
PREVENTION = "WHAT WOULD HAVE PREVENTED IT"
"""The title above a disaster's missed control."""


class Look(NamedTuple):
    """How an outcome is told: by a sign, by a word, and by a colour for those who see it."""

    sign: str
    word: str
    style: str


LOOKS = {
    Outcome.PASS: Look("✓", "pass", "green"),
    Outcome.MISSED: Look("!", "missed", "yellow"),
    Outcome.UNKNOWN: Look("?", "unknown", "magenta"),
    Outcome.FAIL: Look("✗", "FAIL", "bold red"),
    Outcome.NOT_APPLICABLE: Look("-", "not applicable", "dim"),
    Outcome.UNSUPPORTED: Look("-", "unsupported", "magenta"),
    Outcome.REFUSED: Look("✗", "REFUSED", "bold red"),
}

PLAIN = str.maketrans({"✓": "+", "✗": "x", "·": "-", "█": "#", "░": ":", "━": "="})
"""The signs of the report for terminals that have only ASCII; one for one, so that columns stay."""


def clean(text: str) -> str:
    """Text from elsewhere, made safe to print: control characters are shown, not obeyed."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def duration(seconds: float | None) -> str:
    """A duration, or that there is none."""
    return UNMEASURED if seconds is None else format_duration(seconds)


def instant(at: float | None) -> str:
    """An instant, or that there is none."""
    return UNMEASURED if at is None else format_instant(at)


def number_of(count: int, thing: str) -> str:
    """`1 write`, `2,000 writes`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def section(title: str, *parts: RenderableType | None) -> list[RenderableType]:
    """A titled part of the page; what is None is left out."""
    return [Text(""), Text(title, style="bold"), *(Padding(part, (0, 0, 0, 2)) for part in parts if part is not None)]


def fields(rows: Iterable[tuple[str, str | Text]], label_width: int = LABEL_WIDTH) -> Table:
    """Labels on the left, values on the right, wrapped below themselves."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=label_width)
    table.add_column(overflow="fold")
    for label, value in rows:
        table.add_row(Text(label), value if isinstance(value, Text) else Text(value))
    return table


def held_to(objective_s: float | None, *, met: bool | None, why_unknown: str) -> Text:
    """An objective and whether it was met; `met` is None where the figures do not say."""
    if objective_s is None:
        return Text("none asked for", style="dim")
    outcome = Outcome.UNKNOWN if met is None else Outcome.PASS if met else Outcome.MISSED
    word = {Outcome.PASS: "met", Outcome.MISSED: "MISSED", Outcome.UNKNOWN: f"unknown: {why_unknown}"}[outcome]
    look = LOOKS[outcome]
    return Text.assemble(f"{format_duration(objective_s)}  ", (f"{look.sign} {word}", look.style))
