"""Claim: the table that users were left with is there and can be read."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown


@dataclass(frozen=True)
class TableInReach:
    """The table that users were left with is there, in a Region that answers, and can be read."""

    def check(self, evidence: Evidence) -> Verdict:
        """See whether it was out of reach when the users had stopped, and what the disaster did to it."""
        if not evidence.final:
            return not_applicable("the recovery is not over yet")
        if why := evidence.run.out_of_reach:
            acts = "; ".join(act.act for act in evidence.history.acts if not act.refused)
            return failed(f"the table in service cannot be reached: {why}{f' (the disaster: {acts})' if acts else ''}")
        if evidence.in_service is None:
            return unknown("there is no snapshot of the table in service")
        return passed("the table in service was read to its end")
