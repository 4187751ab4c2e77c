"""Claim: no more good writes from after the strike were lost than allowed."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, missed, not_applicable, passed, unknown


@dataclass(frozen=True)
class LaterWritesKept:
    """No more good writes from after the strike were lost than allowed."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count good writes, acknowledged by the old table after the strike, that did not come back."""
        most = evidence.run.objectives.max_lost_after
        if most is None:
            return not_applicable("no limit was set for writes lost after the strike")
        if evidence.loss is None:
            return unknown("no recovered table was seen")
        lost = len(evidence.loss.after)
        said = f"{lost} good writes from after the strike are lost, {most} were allowed"
        return missed(said) if lost > most else passed(said)
