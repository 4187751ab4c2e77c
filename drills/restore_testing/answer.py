"""What AWS Backup is answered: SUCCESSFUL or FAILED, and nothing at all where nobody knows.

AWS Backup has four statuses (API Reference, PutRestoreValidationResult). SUCCESSFUL is a check that passed. FAILED is
one that failed, or that missed an objective which somebody asked for. Where the check could not tell, nothing is put:
the job stays VALIDATING, so that a retry or a person can still look at the table and say, until the validation window
ends. TIMED_OUT is taken to be what AWS Backup says then; no page of it says who sets that. A status that is set cannot
be changed, and the restored table is deleted for it: FAILED of what was not seen would end the search for the truth.
"""

from typing import Literal

from ..checking.result import CheckVerdict
from ..verdict import Outcome
from ..version import VERSION

Status = Literal["SUCCESSFUL", "FAILED"]

STATUSES: dict[Outcome, Status | None] = {
    Outcome.PASS: "SUCCESSFUL",
    Outcome.FAIL: "FAILED",
    Outcome.MISSED: "FAILED",
    Outcome.UNKNOWN: None,
    Outcome.UNSUPPORTED: None,
    Outcome.REFUSED: None,
    Outcome.NOT_APPLICABLE: None,
}
"""Of every outcome; None puts nothing."""


def status_of(verdict: CheckVerdict) -> Status | None:
    """The validation status that a verdict comes to, if it comes to any."""
    return STATUSES[verdict.verdict]


def message_of(verdict: CheckVerdict) -> str:
    """What stands beside the status: which claims hold and which do not, and no key or value of anybody's item."""
    by: dict[Outcome, list[str]] = {}
    for claim in verdict.validators:
        by.setdefault(claim.verdict, []).append(claim.name)
    said = [
        f"{words}: {', '.join(by[outcome])}"
        for outcome, words in (
            (Outcome.FAIL, "does not hold"),
            (Outcome.UNKNOWN, "not known"),
            (Outcome.MISSED, "missed"),
            (Outcome.PASS, "holds"),
        )
        if outcome in by
    ]
    return f"dynadrill {VERSION}: {verdict.verdict.value}; {'; '.join(said) or verdict.because}"
