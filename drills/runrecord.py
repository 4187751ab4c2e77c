"""The shape of `run.json`: what a drill set out to do and how it ended. With it, judging needs no target."""

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, ConfigDict

from .promise import PromiseKind
from .settings import Settings

RUN_SCHEMA: Literal["dynadrill.run/1"] = "dynadrill.run/1"


class RecordPart(BaseModel):
    """A frozen part of the record; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ObjectivesRecord(RecordPart):
    """What the business asked for; see `scenario.Objectives`."""

    rpo_s: float | None
    rto_s: float | None
    max_lost_after: int | None


class SettingsRecord(RecordPart):
    """The settings of one table at one instant; see `settings.Settings`. Null from `table_class` on: not looked at."""

    stream_view: str | None
    ttl_attribute: str | None
    tags: dict[str, str]
    recovery_period_days: int | None
    deletion_protection: bool
    table_class: str | None = None
    resource_policy: str | None = None
    contributor_insights: dict[str, str] | None = None
    kinesis_destinations: dict[str, str] | None = None
    replicas: tuple[str, ...] | None = None
    indexes: tuple[str, ...] | None = None
    billing_mode: str | None = None
    capacity: dict[str, tuple[int, int]] | None = None
    on_demand_limits: dict[str, tuple[int, int]] | None = None
    warm_throughput: dict[str, tuple[int, int]] | None = None
    encryption: str | None = None
    auto_scaling_policies: dict[str, str] | None = None
    cloudwatch_alarms: tuple[str, ...] | None = None
    not_seen: dict[str, str] = {}


def settings_record(settings: Settings) -> SettingsRecord:
    """A table's settings as records keep them."""
    return SettingsRecord.model_validate(asdict(settings))


class PromiseRecord(RecordPart):
    """What the recovery promised: see `promise.PromiseKind`; point and boundary are null for `undo`.

    Of a `failover` the point is the outage, and the boundary reaches back from it by the replication's lag.
    """

    kind: PromiseKind
    point_at: float | None
    boundary_s: tuple[float, float] | None
    found_from: str


class ClueRecord(RecordPart):
    """What an SRE would have found after the disaster: see `disaster.Clue`.

    `logged` is how many writes the bad job's log names, `marker` the names of the attributes that tell its items.
    """

    source: str
    first_bad_at: float | None
    logged: int
    marker: list[str]


class TablesRecord(RecordPart):
    """Which table is which: where the drill began, what was restored, and which one users had at the end."""

    source: str
    restored: str | None
    in_service: str


class FailbackRecord(RecordPart):
    """How users were taken back to the table that was struck, once its Region was there again.

    From then on that table goes by `name@region`, as replicas do: what was asked of it before the strike and what was
    asked of it since then are told apart by that.

    `left` is the table that they left, `at` when they were put on the first one again: null where that was `refused`,
    which says why. `held_s` is for how long they were held for it, `settings` what the first table had then.
    """

    left: str
    at: float | None = None
    held_s: float | None = None
    refused: str = ""
    settings: SettingsRecord | None = None


class Ending(RecordPart):
    """How a drill ended.

    `how`: "completed" (evidence is whole: the validators decide), "recovery_failed", "unverifiable", "refused",
    "unsupported", "gate_failed", "interrupted" or "crashed". `because` says why in one line.
    """

    how: Literal[
        "completed",
        "recovery_failed",
        "unverifiable",
        "refused",
        "unsupported",
        "gate_failed",
        "interrupted",
        "crashed",
    ]
    because: str


class RunRecord(RecordPart):
    """The content of `run.json`. `ending` is null while the drill runs, and stays null when it was killed.

    `out_of_reach` says why nobody could reach the table that users had at the end; empty where it could be read.
    `held_s` is how long users were held for the cutover, null where they were not. `disaster_passed` says whether the
    disaster came to its end while users worked on, as when a lost Region comes back; `failback` how they were taken
    back then, null where nobody tried.
    `protecting` are the stretches of target time in which protection was switched on or kept up while users worked, in
    real pace.
    `cutover_refused` says why the restored table was not put in service, empty where it was or nothing was restored.
    `indexes` names those of the table in service, null where nobody looked.
    `invariants` are the names of a person's own, whose files are in the run folder; `show_values` is whether what they
    find may be shown.
    `clue` is what an SRE would have found, null where nothing was struck; `prevention` what would have kept it from
    happening, empty where the disaster does not say.
    `cleaned_up` is whether clean-up came to its end: until then `leftovers` says nothing.
    `history_parts` are the sizes in bytes that the history's part files had when the drill ended; they may be longer.
    Fields with a default are missing in the records of earlier versions, which can still be judged.
    """

    schema_: Literal["dynadrill.run/1"] = RUN_SCHEMA
    version: str
    run: str
    scenario: str
    fixture: str = ""
    disaster: str
    recovery: str
    target: str
    target_kind: Literal["embedded", "served", "endpoint", "aws"]
    pace: Literal["real", "virtual"]
    seed: int
    items: int
    users: int
    rate_per_s: float
    key_attributes: list[str]
    validators: list[str]
    objectives: ObjectivesRecord
    tables: TablesRecord
    promise: PromiseRecord | None
    settings_before: SettingsRecord | None
    settings_after: SettingsRecord | None
    forced_cutover: bool
    out_of_reach: str = ""
    held_s: float | None = None
    protecting: list[tuple[float, float]] = []
    disaster_passed: bool = False
    failback: FailbackRecord | None = None
    cutover_refused: str = ""
    indexes: list[str] | None = None
    invariants: list[str] = []
    show_values: bool = False
    clue: ClueRecord | None = None
    prevention: str = ""
    leftovers: list[str]
    cleaned_up: bool = True
    history_parts: dict[str, int] = {}
    ending: Ending | None

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.rstrip("_"),
        populate_by_name=True,
        serialize_by_alias=True,
    )

    @property
    def leftovers_known(self) -> bool:
        """Whether it was looked at the end what is left; what an embedded target had made is gone with its process."""
        return self.target_kind == "embedded" or (self.cleaned_up and self.ending is not None)

    @property
    def failed_back_at(self) -> float | None:
        """When users were put on the first table again; None where they stayed where they were."""
        return self.failback.at if self.failback else None

    @property
    def in_place(self) -> bool:
        """Whether users have the table that was struck: they kept it, or have failed back to it."""
        return self.tables.in_service == self.tables.source or self.failed_back_at is not None

    @property
    def cut_over_to(self) -> str:
        """The table that users worked on after the recovery: the one in service, or one that they have left since."""
        if self.failback is None or self.failback.at is None:
            return self.tables.in_service
        return self.failback.left
