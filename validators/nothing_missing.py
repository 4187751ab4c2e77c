"""Claim: no key that must be there is missing."""

from dataclasses import dataclass

from ..drills.claims import none_of
from ..drills.diff import ItemClass
from ..drills.evidence import Evidence
from ..drills.verdict import Verdict


@dataclass(frozen=True)
class NothingMissing:
    """No key that must be there is missing."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for such keys in every snapshot of the run."""
        return none_of(evidence, (ItemClass.MISSING,), "nothing is missing")
