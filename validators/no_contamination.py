"""Claim: no value that the disaster wrote is left."""

from dataclasses import dataclass

from ..drills.claims import none_of
from ..drills.diff import ItemClass
from ..drills.evidence import Evidence
from ..drills.verdict import Verdict


@dataclass(frozen=True)
class NoContamination:
    """No value that the disaster wrote is left."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for such keys in every snapshot of the run."""
        return none_of(evidence, (ItemClass.CONTAMINATED,), "nothing of the disaster's is left")
