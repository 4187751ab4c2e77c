"""The rows of the strategy table that teams choose from, as cells that are drilled."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from ..catalog import PACKAGES, Kind, load, name_of, unknown
from ..scenario import Expected, Scenario
from ..verdict import Outcome
from .cells import PASSES, Cell
from .objectives import preset

FILE = "strategies.toml"
"""Beside the scenarios."""

IN_PLACE = ("disaster", "recovery", "notice", "decide")
"""What a row may put in the place of its scenario's own."""


def strategies(wanted: Sequence[str] = ()) -> list[Cell]:
    """The cells of some rows, by their names; of all where none is named.

    Raises:
        UsageError: there is no such row, or one names what there is not.
    """
    text = resources.files(PACKAGES[Kind.SCENARIO]).joinpath(FILE).read_text(encoding="utf-8")
    found = {cell.row: cell for cell in _cells(tomllib.loads(text))}
    for name in wanted:
        if name not in found:
            raise unknown("strategy", name, list(found))
    return [found[name] for name in dict.fromkeys(wanted)] or list(found.values())


def _cells(rows: Mapping[str, Mapping[str, str]]) -> Iterator[Cell]:
    for name, row in rows.items():
        scenario: Scenario = load(Kind.SCENARIO, row["scenario"])
        asked = {key: row[key] for key in IN_PLACE if key in row}
        if "objectives" in row:
            objectives = preset(row["objectives"])
            asked |= {"rpo": objectives.rpo, "rto": objectives.rto}
        yield Cell(
            row.get("disaster") or name_of(scenario.disaster, Kind.DISASTER),
            row.get("recovery") or name_of(scenario.recovery, Kind.RECOVERY),
            row["scenario"],
            Expected(Outcome(row["outcome"]), row["because"]) if "outcome" in row else PASSES,
            asked,
            name,
        )
