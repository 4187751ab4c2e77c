"""What `dynadrill doctor` does."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from ..json_model import JsonModel
from ..output import Output
from ..report import to_text
from ..report_text import LOOKS, clean, number_of
from ..targets.looking import Looker
from ..terminal import screen_of
from ..verdict import ExitCode, Outcome
from ..version import VERSION
from .here import Machine, look_here
from .line import Line, State
from .there import Where, look_there

LOOK = {
    State.WELL: LOOKS[Outcome.PASS],
    State.ILL: LOOKS[Outcome.FAIL],
    State.UNKNOWN: LOOKS[Outcome.UNKNOWN],
    State.NOTED: LOOKS[Outcome.NOT_APPLICABLE],
}


@dataclass(frozen=True)
class Asked:
    """The options: where run folders go, and of a target the tables and Regions."""

    out: Path
    tables: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class Examined(JsonModel):
    """What the doctor found: the content of its JSON."""

    schema_: Literal["dynadrill.doctor/1"] = "dynadrill.doctor/1"
    version: str
    where: str
    lines: list[Line]

    @property
    def exit_code(self) -> ExitCode:
        """1 where something is ill, else 2 where something could not be seen, else 0."""
        states = {line.state for line in self.lines}
        if State.ILL in states:
            return ExitCode.FAIL
        return ExitCode.UNKNOWN if State.UNKNOWN in states else ExitCode.PASS


def examine(asked: Asked, looker: Looker | None, machine: Machine, now: Callable[[], float], output: Output) -> int:
    """Look at this machine, and at a target where one is named, and tell it.

    Args:
        asked: the options.
        looker: at the target; None for this machine alone.
        machine: this one.
        now: the wall clock.
        output: where it is told.
    """
    output.check()
    lines = list(look_here(machine, asked.out))
    where = "this machine"
    if looker is not None:
        where = looker.place.endpoint_url or "AWS"
        lines += _there(asked, looker, now)
    examined = Examined(version=VERSION, where=where, lines=lines)
    screen = screen_of(output.stream)
    output.document(
        to_text(_page(examined.lines, alone=looker is None), screen), examined.model_dump_json(indent=1) + "\n"
    )
    return examined.exit_code


def _there(asked: Asked, looker: Looker, now: Callable[[], float]) -> Iterator[Line]:
    regions = tuple(dict.fromkeys([looker.place.region, *asked.regions]))
    try:
        yield from look_there(Where(looker.client, regions, looker.place.endpoint_url is None), asked.tables, now())
    finally:
        looker.close()


def _page(lines: Sequence[Line], *, alone: bool) -> Group:
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    rows.add_column(overflow="fold")
    for line in lines:
        look = LOOK[line.state]
        rows.add_row(Text(look.sign, style=look.style), clean(line.name), clean(line.said))
        if line.fix:
            rows.add_row("", "", Text(clean(line.fix), style="dim"))
    ill, unseen = (sum(line.state is state for line in lines) for state in (State.ILL, State.UNKNOWN))
    told = f"{number_of(len(lines), 'line')}: {number_of(ill, 'finding')}, {unseen} unknown"
    hint = "\nOnly this machine was looked at; --target looks at an account or an endpoint." if alone else ""
    return Group(rows, Text(""), Text(told + hint, style="dim"))
