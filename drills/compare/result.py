"""What a comparison came to: the shape of its JSON, as frozen values with a published JSON Schema.

Within schema version 1 fields are only ever added. What was not measured is null.
"""

from typing import Any, Literal

from ..json_model import JsonModel
from ..masking import masked
from ..verdict import ExitCode

SCHEMA: Literal["dynadrill.compare/1"] = "dynadrill.compare/1"

Verdict = Literal["equal", "different", "unknown"]

EXIT_CODES: dict[Verdict, ExitCode] = {
    "equal": ExitCode.PASS,
    "different": ExitCode.FAIL,
    "unknown": ExitCode.UNKNOWN,
}


class Part(JsonModel):
    """A frozen part of the result; an unknown field is an error."""


class SideRecord(Part):
    """One side: as it was given, what it was taken for, what it is of, and what of it was compared.

    `twice` counts keys that it has more than once, `contradicting` those of them with different values.
    """

    given: str
    taken_for: Literal["table", "snapshot", "run_snapshot", "export", "signature", "ledger"]
    source: str
    rows: int | None
    began_at: float | None
    ended_at: float | None
    live: bool
    twice: int
    contradicting: int


def without_account(side: SideRecord) -> SideRecord:
    """A side without the number of the account that its table is in."""
    return side.model_copy(update={"given": masked(side.given), "source": masked(side.source)})


class ProofRecord(Part):
    """What was planted into both sides, and how much of it came to what it had to."""

    planted: int
    caught: int
    missed: list[str]


class IgnoredRecord(Part):
    """An attribute that was left out of the comparison: why, and how many items of either side had it."""

    reason: str
    left: int
    right: int


class SampleRecord(Part):
    """What a sample says about all keys.

    `share` was asked for; `keys` were compared, of `of_about` keys (an estimate from the sample itself); with
    `confidence`, at most `at_most_share` of all keys, about `at_most_keys`, are not equal.
    """

    share: float
    keys: int
    of_about: int
    confidence: float
    at_most_share: float
    at_most_keys: int


class ChangeRecord(Part):
    """One attribute that differs. `left` and `right` are typed JSON, and null unless values were asked for."""

    path: str
    change: str
    left_type: str | None
    right_type: str | None
    left: Any
    right: Any


class DifferenceRecord(Part):
    """One key that is not the same on both sides; `changes` is null where no items are at hand."""

    class_: str
    key: str
    changes: list[ChangeRecord] | None
    because: str = ""


class Comparison(Part):
    """The content of the JSON.

    Counts are of keys, null where one side is a ledger; `classes` are then the classes of a drill's judgement, and
    null elsewhere. `settled` differed when they were read and agreed when they were looked at again, `moving` still
    differed and had changed meanwhile, `unchecked` are the differences that were not looked at again.
    """

    schema_: Literal["dynadrill.compare/1"] = SCHEMA
    left: SideRecord
    right: SideRecord
    verdict: Verdict
    exit_code: int
    because: str
    keys_only: bool
    equal: int | None
    only_left: int | None
    only_right: int | None
    different: int | None
    settled: int
    moving: int
    unchecked: int
    classes: dict[str, int] | None = None
    buckets: dict[str, int] | None = None
    proof: ProofRecord
    ignored: dict[str, IgnoredRecord]
    sample: SampleRecord | None
    samples: list[DifferenceRecord]

    def to_json(self) -> str:
        """The JSON text: the same bytes for the same findings."""
        return self.model_dump_json(indent=1) + "\n"
