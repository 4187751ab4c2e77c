"""Which cells there are, by which scenario each is drilled, and how each is declared to end."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from ..catalog import PACKAGES, Kind, load, name_of, names, unknown
from ..errors import UsageError
from ..scenario import Expected, Scenario
from ..verdict import Outcome

DECLARED = "matrix.toml"
"""Beside the scenarios: by disaster and recovery, the outcome of cells that are not to pass, and why; and the scenario
of cells that their disaster's own cannot tell."""

EVERY = "*"
"""In the place of a disaster: all that the recovery is not named with itself."""

STAND_IN = "bad_overwrite"
"""The scenario that lends its table to disasters that no scenario tells a story of."""

PASSES = Expected(Outcome.PASS, "")


class Declared(NamedTuple):
    """How a cell is to end, and by which scenario it is drilled; empty for its disaster's own."""

    expected: Expected
    scenario: str = ""


AS_ITS_STORY = Declared(PASSES)


class Cell(NamedTuple):
    """One disaster against one recovery.

    `asked` is what takes the place of the scenario's own: disaster, recovery, when somebody notices and decides, an
    RPO and an RTO, by the names of `plan.Asked`. `row` is the strategy whose row it is, empty in the matrix proper.
    """

    disaster: str
    recovery: str
    scenario: str
    declared: Expected
    asked: Mapping[str, str]
    row: str = ""

    @property
    def name(self) -> str:
        """Its own among all cells, good for a folder."""
        return self.row or f"{self.disaster}--{self.recovery}"


def cells(disasters: Sequence[str] = (), recoveries: Sequence[str] = ()) -> list[Cell]:
    """The cells of some disasters and recoveries; of all where none is named.

    Raises:
        UsageError: there is no such disaster or recovery.
    """
    declared = read_declared()
    scenarios = scenarios_by_disaster()

    def cell(disaster: str, recovery: str) -> Cell:
        found = declared.get((disaster, recovery), AS_ITS_STORY)
        scenario = found.scenario or scenarios.get(disaster, STAND_IN)
        return Cell(disaster, recovery, scenario, found.expected, {"disaster": disaster, "recovery": recovery})

    return [
        cell(disaster, recovery)
        for disaster in _known(Kind.DISASTER, disasters)
        for recovery in _known(Kind.RECOVERY, recoveries)
    ]


def _known(kind: Kind, asked: Sequence[str]) -> Sequence[str]:
    there = names(kind)
    for name in asked:
        if name not in there:
            raise unknown(kind.value, name, there)
    return list(dict.fromkeys(asked)) or there


def scenarios_by_disaster() -> dict[str, str]:
    """For each disaster the scenario that is its story, of those that tell of it as it is by itself if there are any.

    Of several it is the first by name that passes, else the first.
    """
    found: dict[str, str] = {}
    loaded: dict[str, Scenario] = {name: load(Kind.SCENARIO, name) for name in names(Kind.SCENARIO)}
    for name, scenario in sorted(loaded.items(), key=lambda each: (*_odd(each[1]), each[0])):
        found.setdefault(name_of(scenario.disaster, Kind.DISASTER), name)
    return found


def _odd(scenario: Scenario) -> tuple[bool, bool]:
    """Whether a scenario's disaster is not as it is by itself, and whether it is not to pass."""
    itself = load(Kind.DISASTER, name_of(scenario.disaster, Kind.DISASTER))
    return scenario.disaster != itself, scenario.expected is not None


def read_declared() -> dict[tuple[str, str], Declared]:
    """What is declared, by disaster and recovery.

    Raises:
        UsageError: the file names what there is not, or an outcome that is none.
    """
    text = resources.files(PACKAGES[Kind.SCENARIO]).joinpath(DECLARED).read_text(encoding="utf-8")
    entries = dict(_entries(tomllib.loads(text)))
    of_all = {recovery: declared for (disaster, recovery), declared in entries.items() if disaster == EVERY}
    spread = {(disaster, recovery): of_all[recovery] for recovery in of_all for disaster in names(Kind.DISASTER)}
    return {place: declared for place, declared in (spread | entries).items() if place[0] != EVERY}


def _entries(table: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterator[tuple[tuple[str, str], Declared]]:
    known = {Kind.DISASTER: (EVERY, *names(Kind.DISASTER)), Kind.RECOVERY: names(Kind.RECOVERY)}
    for disaster, by_recovery in table.items():
        for recovery, says in by_recovery.items():
            for kind, name in ((Kind.DISASTER, disaster), (Kind.RECOVERY, recovery)):
                if name not in known[kind]:
                    raise UsageError(f"{DECLARED} names no {kind.value}: {name}", "Correct it beside the scenarios.")
            if (scenario := says.get("scenario", "")) and scenario not in names(Kind.SCENARIO):
                raise UsageError(f"{DECLARED} names no scenario: {scenario}", "Correct it beside the scenarios.")
            yield (disaster, recovery), Declared(Expected(Outcome(says["outcome"]), says.get("because", "")), scenario)
