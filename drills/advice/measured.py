"""The cells that advice stands on: from a stored matrix, from the one that comes with dynadrill, or drilled now."""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from ..catalog import PACKAGES, Kind, load
from ..errors import UsageError
from ..verdict import Outcome
from .strategies import known, wanted_cells

FILE = "measured.json"
HINT = "`dynadrill matrix --json FILE` writes one; without --matrix the cells that come with dynadrill are taken."


class Cell(BaseModel):
    """What advice reads of a cell of a matrix; see `matrix.results.CellResult`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    disaster: str
    recovery: str
    scenario: str
    strategy: str = ""
    verdict: Outcome
    rpo_s: float | None
    rto_s: float | None
    simulated_s: float | None
    why: str

    @property
    def came_back(self) -> bool:
        """Whether what came back is right, whatever its own objectives were."""
        return self.verdict in (Outcome.PASS, Outcome.MISSED) and self.rpo_s is not None and self.rto_s is not None

    @property
    def until_decided_s(self) -> float:
        """How much of its RTO the story gives people to notice and to decide."""
        scenario = load(Kind.SCENARIO, self.scenario)
        return float(scenario.notice_s + scenario.decide_s)


class Stored(BaseModel):
    """What advice reads of a matrix."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_: Literal["dynadrill.matrix/1"]
    version: str
    target: str
    items: int
    cells: list[Cell]

    @classmethod
    def of(cls, text: str) -> "Stored":
        """Read the JSON of a matrix."""
        return cls.model_validate_json(text.replace('"schema":', '"schema_":', 1))


class Cells(NamedTuple):
    """Cells by disaster and recovery, and where they come from."""

    by_place: Mapping[tuple[str, str], Cell]
    source: str


def shipped() -> Cells:
    """The cells that come with dynadrill: old news, and said to be."""
    text = resources.files(PACKAGES[Kind.SCENARIO]).joinpath(FILE).read_text(encoding="utf-8")
    found, measured = Stored.of(text), known().measured
    return _cells(found, f"the drills that come with dynadrill, of {measured.at}, by `{measured.command}`")


def stored(path: Path) -> Cells:
    """The cells of a matrix in a file.

    Raises:
        UsageError: there is none, or it is not a matrix.
    """
    try:
        found = Stored.of(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", HINT) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no matrix: {str(error).splitlines()[0]}", HINT) from error
    return _cells(found, f"{path}, drilled by dynadrill {found.version}")


def missing(cells: Cells) -> list[tuple[str, str]]:
    """The cells that strategies stand on and that nobody drilled."""
    return [place for place in wanted_cells() if place not in cells.by_place]


def drilled(results: Sequence[Cell], items: int) -> Cells:
    """The cells of drills that were just run."""
    return Cells(
        {(cell.disaster, cell.recovery): cell for cell in results}, f"drills run just now, with {items:,} items"
    )


def _cells(found: Stored, source: str) -> Cells:
    by_place = {(cell.disaster, cell.recovery): cell for cell in found.cells if not cell.strategy}
    return Cells(by_place, f"{source}, with {found.items:,} items, on {found.target}")
