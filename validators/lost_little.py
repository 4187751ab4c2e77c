"""Claim: no more was lost from before the disaster than the RPO allows."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, failed, missed, not_applicable, passed, unknown


@dataclass(frozen=True)
class LostLittle:
    """No more time's worth of writes from before the disaster was lost than the RPO allows."""

    def check(self, evidence: Evidence) -> Verdict:
        """Hold both ends of the measured RPO against the objective."""
        loss, objective_s = evidence.loss, evidence.run.objectives.rpo_s
        if loss is None:
            return unknown("no recovered table was seen")
        if loss.holes:
            return failed(f"writes from before the restore point are lost ({len(loss.before)} in all): this is no RPO")
        if objective_s is None:
            return not_applicable("no RPO objective was set")
        if loss.measured_s is not None and loss.measured_s > objective_s:
            return missed(f"{loss.measured_s:.3f} s of writes are lost, {objective_s:g} s were allowed")
        if loss.at_most_s is None:
            return unknown("too few writes to tell: the data does not bound the restore point")
        said = f"at most {loss.at_most_s:.3f} s of writes are lost, {objective_s:g} s were allowed"
        return unknown(f"too few writes to tell: {said}") if loss.at_most_s > objective_s else passed(said)
