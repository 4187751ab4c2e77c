"""Claim: the disaster changed something, so that there was something to recover from."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, passed, unknown


@dataclass(frozen=True)
class DamageDone:
    """The disaster changed something, so that there was something to recover from."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count the disaster's acknowledged writes by key, and what it did beside them."""
        if damaged := evidence.counted.damaged:
            return passed(f"the disaster's writes to {damaged} keys were acknowledged")
        if acts := evidence.history.acts:
            return passed(f"the disaster's {', '.join(act.act for act in acts)}")
        return unknown("no write of the disaster was acknowledged, so there was nothing to recover from")
