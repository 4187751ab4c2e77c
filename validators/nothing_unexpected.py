"""Claim: no item is there that must not be: none from later, none that was deleted, none that nobody wrote."""

from dataclasses import dataclass

from ..drills.claims import none_of
from ..drills.diff import ItemClass
from ..drills.evidence import Evidence
from ..drills.verdict import Verdict


@dataclass(frozen=True)
class NothingUnexpected:
    """No item is there that must not be: none from later, none that was deleted, none that nobody wrote."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for such keys in every snapshot of the run."""
        unexpected = (ItemClass.PREMATURE, ItemClass.RESURRECTED, ItemClass.PHANTOM)
        return none_of(evidence, unexpected, "nothing is there that should not be")
