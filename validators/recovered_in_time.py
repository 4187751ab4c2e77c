"""Claim: users had their table back within the RTO."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, missed, not_applicable, passed, unknown


@dataclass(frozen=True)
class RecoveredInTime:
    """Users had their table back within the RTO."""

    def check(self, evidence: Evidence) -> Verdict:
        """Hold the time from the strike to the first good write and read against the objective."""
        objective_s = evidence.run.objectives.rto_s
        if objective_s is None:
            return not_applicable("no RTO objective was set")
        if not evidence.final:
            return not_applicable("the recovery is not over yet")
        time = evidence.recovery_time
        if time is None or time.measured_s is None:
            why = time.not_over if time else ""
            return unknown(why or "there is no first good write and read to measure to")
        said = f"it took {time.measured_s:.3f} s, {objective_s:g} s were allowed"
        return missed(said) if time.measured_s > objective_s else passed(said)
