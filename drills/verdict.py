"""Verdicts, how they merge, and the exit codes that carry them out of the process."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """The exit codes of every command."""

    PASS = 0
    FAIL = 1
    UNKNOWN = 2
    MISSED = 3
    UNSUPPORTED = 4
    REFUSED = 5
    LEFTOVERS = 6
    USAGE = 64
    DEFECT = 70
    INTERRUPTED = 130
    TERMINATED = 143


class Outcome(StrEnum):
    """What a validator, or a whole drill, came to.

    FAIL, UNKNOWN, MISSED and PASS are verdicts about a table; NOT_APPLICABLE is a validator's only. UNSUPPORTED
    and REFUSED end a drill before its strike.
    """

    FAIL = "fail"
    UNKNOWN = "unknown"
    MISSED = "missed"
    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    NOT_APPLICABLE = "not applicable"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"


WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.MISSED, Outcome.PASS)

EXIT_CODES = {
    Outcome.PASS: ExitCode.PASS,
    Outcome.FAIL: ExitCode.FAIL,
    Outcome.UNKNOWN: ExitCode.UNKNOWN,
    Outcome.MISSED: ExitCode.MISSED,
    Outcome.UNSUPPORTED: ExitCode.UNSUPPORTED,
    Outcome.REFUSED: ExitCode.REFUSED,
}


WORST_CODE_FIRST = (
    ExitCode.FAIL,
    ExitCode.UNKNOWN,
    ExitCode.REFUSED,
    ExitCode.UNSUPPORTED,
    ExitCode.LEFTOVERS,
    ExitCode.MISSED,
    ExitCode.PASS,
)
"""The order in which the exit codes of several runs are merged into one."""


@dataclass(frozen=True)
class Verdict:
    """What one validator found: its outcome and, in one line, why."""

    outcome: Outcome
    because: str


def passed(because: str) -> Verdict:
    """The claim was held against the evidence and holds."""
    return Verdict(Outcome.PASS, because)


def failed(because: str) -> Verdict:
    """The claim was held against the evidence and is broken."""
    return Verdict(Outcome.FAIL, because)


def missed(because: str) -> Verdict:
    """What came back is right, but an objective was not met."""
    return Verdict(Outcome.MISSED, because)


def unknown(because: str) -> Verdict:
    """The evidence does not let us say."""
    return Verdict(Outcome.UNKNOWN, because)


def not_applicable(because: str) -> Verdict:
    """The scenario has nothing that the claim is about; never a pass."""
    return Verdict(Outcome.NOT_APPLICABLE, because)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Merge outcomes by the worst of them.

    What is not applicable has no say, and where nothing has a say the answer is unknown: no vacuous pass.
    """
    said = set(outcomes)
    return next((outcome for outcome in WORST_FIRST if outcome in said), Outcome.UNKNOWN)


def worst_code(codes: Iterable[int]) -> int:
    """The exit code of several runs: fail, unknown, refused, unsupported, leftovers, missed, pass."""
    found = set(codes)
    return next(code for code in WORST_CODE_FIRST if code in found)
