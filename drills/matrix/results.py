"""What a matrix came to: the content of its JSON, which later questions are answered from."""

from typing import Literal

from ..json_model import JsonModel
from ..verdict import Outcome

SCHEMA: Literal["dynadrill.matrix/1"] = "dynadrill.matrix/1"


class Part(JsonModel):
    """A frozen part; an unknown field is an error."""


class CellResult(Part):
    """What one cell came to.

    `strategy` is the row of the strategy table, empty in the matrix of disasters and recoveries.
    `rpo_s` is the most that may have been lost before the strike, `rto_s` how long users were without their table,
    and `simulated_s` how much of that is the duration model's: all null where they were not measured. `lost_writes`
    are good writes, before and after the strike. `monthly_cost_usd` is what the protection costs a table of the given
    size when nothing happens; null where nobody has said. `declared` is how the cell was to end, `declared_because`
    why that is so where it is not to pass, and `why` says why it ended as it did. `leftovers` is
    what it could not remove.
    """

    strategy: str = ""
    disaster: str
    recovery: str
    scenario: str
    rpo_objective_s: float | None = None
    rto_objective_s: float | None = None
    verdict: Outcome
    declared: Outcome
    declared_because: str = ""
    rpo_s: float | None
    rto_s: float | None
    simulated_s: float | None
    lost_writes: int | None
    monthly_cost_usd: float | None
    why: str
    leftovers: tuple[str, ...] = ()
    run: str
    real_s: float

    @property
    def name(self) -> str:
        """Its own among all cells."""
        return self.strategy or f"{self.disaster} with {self.recovery}"

    @property
    def as_declared(self) -> bool:
        """Whether it came out as it was to, and left nothing behind."""
        return self.verdict is self.declared and not self.leftovers


class Matrix(Part):
    """A whole matrix, and what it was drilled with."""

    schema_: Literal["dynadrill.matrix/1"] = SCHEMA
    version: str
    target: str
    items: int
    rate_per_s: float | None
    seed: int
    rpo_objective_s: float | None
    rto_objective_s: float | None
    size_gb: float
    writes_per_month: float
    cells: list[CellResult]

    @property
    def as_declared(self) -> bool:
        """Whether every cell came out as it was to."""
        return all(cell.as_declared for cell in self.cells)
