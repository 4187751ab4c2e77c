"""What a check came to: the content of its `verdict.json`, as frozen values with a published JSON Schema.

Every `_s`, `_at` and count is a number or null: what was not measured is null, never 0. Within schema version 1 fields
are only ever added.
"""

from typing import Literal

from ..compare.result import DifferenceRecord
from ..costs.spent import Spent
from ..json_model import JsonModel
from ..judgement import Claim, Controls
from ..verdict import Outcome
from .record import AnswerRecord, CostRecord, PointRecord

SCHEMA: Literal["dynadrill.restore-check/1"] = "dynadrill.restore-check/1"


class Part(JsonModel):
    """A frozen part of the result; an unknown field is an error."""


class RpoFigures(Part):
    """How much would be lost, counted back from `reference_at`: when the check began, or the time that was asked for.

    `promised_s` is the age of the point that the service says it restored to. The others are measured from the
    canaries, and null without: `measured_s` what was lost for certain, `at_most_s` what may have been,
    `measured_point_at` the interval that the point lies in, `spread_s` how far apart the items' instants are.
    """

    objective_s: float | None
    reference_at: float
    promised_s: float | None
    measured_s: float | None
    at_most_s: float | None
    measured_point_at: tuple[float | None, float | None]
    spread_s: float | None
    lost_writes: int | None


class Phases(Part):
    """The gaps between the check's instants; together they are the time of recovery, exactly."""

    ask: float | None
    wait: float | None
    restore: float | None
    indexes: float | None
    settings: float | None
    compare: float | None


class RtoFigures(Part):
    """How long it took from the first call until the restored table was read, by phase.

    Nobody had to notice or to decide anything: that comes on top. `simulated_s` is how much of it an emulator's clock
    was moved, and `phases_simulated_s` the same by phase.
    """

    objective_s: float | None
    measured_s: float | None
    simulated_s: float | None
    phases_s: Phases
    phases_simulated_s: Phases


class ItemCounts(Part):
    """Keys by what the comparison with the independent copy found.

    `missing` are in the copy only, `unexpected` in the restored table only, `open` could not be decided. Where a run's
    ledger is the copy, `classes` counts them as a drill does, and the others are null but for `restored`.
    """

    restored: int | None
    independent: int | None
    equal: int | None
    missing: int | None
    unexpected: int | None
    different: int | None
    open: int | None
    classes: dict[str, int] | None = None


class SettingFigures(Part):
    """One setting: what became of it, why, and what to do in a real recovery."""

    name: str
    came: Literal["same", "put back", "left out", "different", "unseen", "unasked"]
    because: str
    remedy: str


class AgainstFigures(Part):
    """What the restored table was held against, and as of when."""

    kind: str
    given: str
    from_at: float | None
    to_at: float | None


class CheckVerdict(Part):
    """What checking a table came to."""

    schema_: Literal["dynadrill.restore-check/1"] = SCHEMA
    table: str
    region: str
    target: str
    target_kind: Literal["embedded", "served", "endpoint", "aws"]
    method: str
    run: str
    verdict: Outcome
    exit_code: int
    because: str
    began_at: float | None
    restored: str | None
    restored_region: str | None
    point: PointRecord | None
    against: AgainstFigures | None
    rpo: RpoFigures
    rto: RtoFigures
    items: ItemCounts
    settings: tuple[SettingFigures, ...]
    controls: Controls
    cost: CostRecord | None
    leftovers: tuple[str, ...]
    not_applicable: tuple[str, ...]
    validators: tuple[Claim, ...]
    samples: tuple[DifferenceRecord, ...]
    answer: AnswerRecord | None = None
    spent: Spent | None = None
    leftovers_known: bool = True

    def to_json(self) -> str:
        """The text of `verdict.json`: the same bytes for the same evidence."""
        return self.model_dump_json(indent=1) + "\n"
