"""The shape of advice as JSON: every number says whether it was measured, modelled or assumed, and by what."""

from typing import Literal

from ..json_model import JsonModel
from ..verdict import Outcome
from .strategies import Disaster

Basis = Literal["measured", "modelled", "assumed"]


class Figure(JsonModel):
    """A number and what it rests on.

    `measured`: from the data of a drill. `modelled`: computed, from prices or from how long the emulator takes.
    `assumed`: nobody has shown it.
    """

    value: float | None
    basis: Basis
    because: str


class Answered(JsonModel):
    """What a strategy has against a kind of disaster; figures are null where nothing right comes back, or is known."""

    kind: Disaster
    disaster: str
    recovery: str
    verdict: Outcome | None
    rpo: Figure | None
    rto: Figure | None
    why_not: list[str]


class Weighed(JsonModel):
    """A strategy and whether it meets what is asked for; `claims` is what articles say of it."""

    name: str
    title: str
    level: str
    claims: str
    pros: str
    cons: str
    best_for: str
    meets: bool
    why_not: list[str]
    answers: list[Answered]
    monthly_usd: Figure
    one_restore_usd: Figure


class Rule(JsonModel):
    """What the decision tree comes to before anything is measured; `strategy` is null where no rule names one."""

    leaf: str
    strategy: str | None
    rule: str


class Advice(JsonModel):
    """The whole answer. `cells` says where the measured numbers come from."""

    schema_: Literal["dynadrill.advice/1"] = "dynadrill.advice/1"
    rpo_objective_s: float
    rto_objective_s: float
    region_loss: bool
    compliance: bool
    budget_usd: float | None
    size_gb: float
    writes_per_month: float
    cells: str
    rule: Rule
    contradictions: list[str]
    strategies: list[Weighed]
