"""The shape of `check.json`: what a check set out to do and what it saw. With it, judging needs no target."""

from typing import Literal, Self

from ..indexes import IndexDefinition, IndexKey, Projection
from ..json_model import JsonModel
from ..runrecord import Ending, SettingsRecord

CHECK_SCHEMA: Literal["dynadrill.check/1"] = "dynadrill.check/1"

Way = Literal["pitr", "backup", "aws-backup", "given"]
"""By which the table was restored; `given` was restored by somebody else."""

CopyKind = Literal["export", "live", "snapshot", "run_snapshot", "ledger"]
"""What the restored table is held against."""


class RecordPart(JsonModel):
    """A frozen part of the record; an unknown field is an error."""


class AskedRecord(RecordPart):
    """What the person asked for, as far as judging needs it.

    `may_be_open` is the share of keys that may stay undecided. `changed_at` is the attribute that says when an item was
    written last. `reference_at` is what the RPO is counted back from: the beginning, or the time that was asked for.
    """

    to: str
    against: str | None
    changed_at: str | None
    may_be_open: float
    reference_at: float
    rpo_s: float | None
    rto_s: float | None
    invariants: tuple[str, ...]
    show_values: bool
    canary: str | None


class PointRecord(RecordPart):
    """The instant that the restored table is of, how exactly it is meant, and what it was found from.

    `window` are the earliest and the latest restorable instant when it was chosen, null where it is a backup's.
    """

    at: float
    boundary_s: tuple[float, float]
    found_from: str
    window: tuple[float, float] | None = None


class CopyRecord(RecordPart):
    """What the restored table is held against.

    `path` is where it lies: in the run folder, or as it was named. It shows the table as of an instant between
    `from_at` and `to_at`, and `exactness_s` is how exactly that is meant, either way. `fault` says why there is none.
    """

    kind: CopyKind
    given: str
    path: str = ""
    from_at: float | None = None
    to_at: float | None = None
    exactness_s: float = 0.0
    fault: str = ""


class DefinitionRecord(RecordPart):
    """An index as `indexes.IndexDefinition` has it: `keys` are name, type and part."""

    name: str
    is_global: bool
    keys: tuple[tuple[str, str, str], ...]
    projection: Projection
    included: tuple[str, ...]

    @classmethod
    def of(cls, index: IndexDefinition) -> Self:
        """As a record keeps it."""
        return cls(
            name=index.name,
            is_global=index.is_global,
            keys=tuple((key.name, key.type, key.part) for key in index.keys),
            projection=index.projection,
            included=index.included,
        )

    def definition(self) -> IndexDefinition:
        """As indexes are held against their table."""
        keys = tuple(IndexKey(*key) for key in self.keys)
        return IndexDefinition(self.name, self.is_global, keys, self.projection, self.included)


class IndexRecord(RecordPart):
    """One index of the restored table: where what was read lies, how often it was read, and why not to its end."""

    definition: DefinitionRecord
    path: str = ""
    readings: int = 0
    fault: str = ""


class SmokeRecord(RecordPart):
    """The person's own command: how it ended. `fault` says why that is not known."""

    command: str
    exit_code: int | None
    fault: str = ""


class CostRecord(RecordPart):
    """What the check costs at AWS's prices, estimated before it began, and whether anybody bills it."""

    estimated_usd: float
    billed: bool
    unconfirmed: tuple[str, ...]


class AnswerRecord(RecordPart):
    """What AWS Backup was told of a restore test.

    `status` is what the verdict comes to, null where nobody knows; `put` is whether AWS Backup was told so, and
    `because` why it was not.
    """

    job: str
    status: Literal["SUCCESSFUL", "FAILED"] | None
    message: str
    put: bool
    because: str = ""


class CheckRecord(RecordPart):
    """The content of `check.json`. `ending` is null while the check runs, and stays null where it was killed.

    `marks` are instants by name, `jumps` the moves of a clock: from, to. `put_back` names the settings that were put on
    the copy, `left_out` those that were not, with the reason. `resumed` are the instants at which somebody went on
    after its process had died. `parity` is null where nobody looked at the settings.
    `cleaned_up` is whether clean-up came to its end: until then `leftovers` says nothing.
    """

    schema_: Literal["dynadrill.check/1"] = CHECK_SCHEMA
    version: str
    run: str
    target: str
    target_kind: Literal["embedded", "served", "endpoint", "aws"]
    table: str
    region: str
    key_attributes: tuple[str, ...]
    way: Way
    asked: AskedRecord
    cost: CostRecord | None = None
    marks: dict[str, float]
    left_out: dict[str, str]
    jumps: tuple[tuple[float, float], ...] = ()
    resumed: tuple[float, ...] = ()
    point: PointRecord | None = None
    restored: str | None = None
    restored_region: str | None = None
    restored_path: str | None = None
    settings_before: SettingsRecord | None = None
    settings_after: SettingsRecord | None = None
    put_back: tuple[str, ...] = ()
    indexes: tuple[IndexRecord, ...] | None = None
    held_against: CopyRecord | None = None
    smoke: SmokeRecord | None = None
    leftovers: tuple[str, ...] = ()
    cleaned_up: bool = True
    answer: AnswerRecord | None = None
    ending: Ending | None = None

    @property
    def leftovers_known(self) -> bool:
        """Whether it was looked at the end what is left; what an embedded target had made is gone with its process."""
        return self.target_kind == "embedded" or (self.cleaned_up and self.ending is not None)
