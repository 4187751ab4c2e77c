"""The shape of `verdict.json`: what judging a run came to, as frozen values with a published JSON Schema.

Every `_s`, `_at` and bound is a number or null: what was not measured is null, never 0. Within schema version 1
fields are only ever added.
"""

from typing import Literal

from .costs.spent import Spent
from .json_model import JsonModel
from .verdict import Outcome

SCHEMA: Literal["dynadrill.verdict/1"] = "dynadrill.verdict/1"

Seconds = float | None
Instant = float | None
Count = int | None


class Part(JsonModel):
    """A frozen part of the verdict; an unknown field is an error."""


class RpoFigures(Part):
    """How much was lost. `measured_s` is what was lost for certain, `at_most_s` what may have been.

    `measured_point_at` is the restore point read from the data, `promised_point_at` the one that was asked for.
    `arrived_late` counts the writes that a failover had lost and that came when the Region was back, null where it did
    not come back. With `holes` (writes lost from before the promised point) there is no RPO: both figures are null.
    """

    objective_s: Seconds
    measured_s: Seconds
    at_most_s: Seconds
    promised_point_at: Instant
    measured_point_at: tuple[Instant, Instant]
    spread_s: Seconds
    lost_writes_before_strike: Count
    lost_writes_after_strike: Count
    lost_after_strike_s: Seconds
    lost_writes_after_cutover: Count
    arrived_late: Count = None
    holes: bool | None


class Phases(Part):
    """The gaps between the drill's marks; together they are the RTO, exactly."""

    notice: Seconds
    decide: Seconds
    wait: Seconds
    restore: Seconds
    settings: Seconds
    validate_: Seconds
    cutover: Seconds
    first_good: Seconds


class RtoFigures(Part):
    """How long users were without their table, from the strike to the first good write and read; by phase.

    `simulated_s` is how much of it was the emulator's clock being moved, and `phases_simulated_s` the same by phase.
    """

    objective_s: Seconds
    measured_s: Seconds
    simulated_s: Seconds
    phases_s: Phases
    phases_simulated_s: Phases


class FailbackFigures(Part):
    """How users were taken back to the first Region: see `runrecord.FailbackRecord`.

    `first_good_s` is how long they were without a table for it: from when they were held until the first good write
    and read there.
    """

    at: Instant
    held_s: Seconds
    first_good_s: Seconds
    refused: str


class PointFigures(Part):
    """What a restore to a second would have come to: see `restore_points.curve.Candidate`."""

    at: float
    recovered: int
    good_lost: Count
    bad_kept: int


class RestorePointFigures(Part):
    """The seconds to go back to, by the history: the last one before the damage, and what some others come to.

    `clue_first_bad_at` is when the damage began by what an SRE would have found, null where that does not say.
    `bad_writes` and `damaged_keys` are the disaster's, but for those that were refused.
    """

    first_bad_at: float
    clue_first_bad_at: Instant
    best_at: float
    bad_writes: int
    damaged_keys: int
    points: list[PointFigures]


class ItemCounts(Part):
    """Keys by class (each key of expected or restored once), and what stands beside the classes."""

    expected: Count
    restored: Count
    intact: Count
    missing: Count
    contaminated: Count
    premature: Count
    resurrected: Count
    stale: Count
    phantom: Count
    torn: Count
    undecided: Count
    within_boundary: Count
    expired_returned: Count


class LatencyFigures(Part):
    """Answered writes of users in one part of a drill: how many, and below what half and 99 % of them stayed."""

    ops: int
    p50_ms: float | None
    p99_ms: float | None


class LatenciesFigures(Part):
    """Latencies of users' writes before the strike, while protection was at work, and while it was recovered."""

    before: LatencyFigures
    protecting: LatencyFigures
    recovering: LatencyFigures


class LoadFigures(Part):
    """What the users did: operations by outcome, operations per second that they were free to run, latencies.

    `idle_simulated_s` is for how many simulated seconds nobody wrote, because the clock was being moved. Latencies are
    those of real seconds: null in virtual pace. `latencies` has those of writes by what went on; null also where the
    history was too large to be looked at in memory.
    """

    asked_rate_per_s: float
    ops: Count
    ok: Count
    fail: Count
    info: Count
    rate_per_s: float | None
    p50_ms: float | None
    p99_ms: float | None
    idle_simulated_s: float
    latencies: LatenciesFigures | None = None


class Controls(Part):
    """Defects that judging planted into the evidence, and how many of them it found again."""

    planted: int
    caught: int
    missed: list[str]


class Sample(Part):
    """One key that is not as it should be: its class, what explains it, and which attributes differ."""

    snapshot: Literal["restored", "in_service", "left"]
    class_: str
    key: str
    because: str
    attributes: list[str]


class Claim(Part):
    """One validator's answer."""

    name: str
    claim: str
    verdict: Outcome
    because: str


class Judgement(Part):
    """What judging a run came to: the content of `verdict.json`."""

    schema_: Literal["dynadrill.verdict/1"] = SCHEMA
    scenario: str
    recovery: str
    target: str
    pace: str
    seed: int
    run: str
    verdict: Outcome
    exit_code: int
    because: str
    struck_at: Instant
    rpo: RpoFigures
    rto: RtoFigures
    items: ItemCounts
    in_service: ItemCounts | None
    left: ItemCounts | None = None
    failback: FailbackFigures | None = None
    load: LoadFigures
    controls: Controls
    leftovers: list[str]
    not_applicable: list[str]
    validators: list[Claim]
    samples: list[Sample]
    restore_points: RestorePointFigures | None = None
    spent: Spent | None = None
    leftovers_known: bool = True

    def to_json(self) -> str:
        """The text of `verdict.json`: the same bytes for the same evidence."""
        return self.model_dump_json(indent=1) + "\n"
