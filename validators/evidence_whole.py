"""Claim: everything that judging needs was written down and can be read."""

from dataclasses import dataclass

from ..drills.claims import unseen
from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, passed, unknown


@dataclass(frozen=True)
class EvidenceWhole:
    """Everything that judging needs was written down and can be read."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for damage in the history, and for snapshots that are not there or were cut short."""
        faults = [*evidence.lost, *evidence.problems]
        if faults:
            return unknown(f"{len(faults)} parts of the evidence are lost or cannot be read: {faults[0]}")
        why = unseen(evidence)
        return unknown(why) if why else passed(f"{len(evidence.history.writes)} writes and every snapshot were read")
