"""Claim: no item is an older version than the one that must be there."""

from dataclasses import dataclass

from ..drills.claims import none_of
from ..drills.diff import ItemClass
from ..drills.evidence import Evidence
from ..drills.verdict import Verdict


@dataclass(frozen=True)
class NothingStale:
    """No item is an older version than the one that must be there."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for such keys in every snapshot of the run."""
        return none_of(evidence, (ItemClass.STALE,), "nothing is older than it should be")
