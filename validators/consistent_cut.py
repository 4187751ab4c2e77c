"""Claim: the restored table is the source at one instant, the promised one, as exactly as the method allows."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown


@dataclass(frozen=True)
class ConsistentCut:
    """The restored table is the source at one instant, the promised one, as exactly as the method allows."""

    def check(self, evidence: Evidence) -> Verdict:
        """Hold the restore point that was measured from the data against the promised boundary."""
        promised, boundary, cut = evidence.promised, evidence.boundary, evidence.cut
        if promised is None or boundary is None:
            if evidence.run.promise is None:
                return unknown("the recovery did not come to a restore point")
            return not_applicable("this recovery promises no point in time")
        if cut is None:
            return unknown("no key says anything about the restore point")
        if cut.spread_s > boundary.width_s:
            return failed(
                f"no window of {boundary.width_s:g} s explains all keys: they are {cut.spread_s:.6g} s apart"
                f" ({cut.voters - cut.agreeing} of {cut.voters} disagree with the others)"
            )
        if not cut.meets(*promised):
            late = cut.from_at - promised[1] if cut.from_at > promised[1] else cut.to_at - promised[0]
            return failed(f"the data says another restore point than was promised: {late:+.6g} s away")
        return passed(f"{cut.agreeing} of {cut.voters} keys agree on the promised restore point")
