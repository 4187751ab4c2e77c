"""Claim: users' writes were acknowledged before the strike."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, passed, unknown


@dataclass(frozen=True)
class WrittenBeforeStrike:
    """Users' writes were acknowledged before the strike, so that there was something to lose."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count the users' writes told by the strike."""
        if evidence.struck_at is None:
            return unknown("nothing was struck")
        if count := evidence.counted.before_strike:
            return passed(f"{count} users' writes were acknowledged before the strike")
        return unknown("no user's write was acknowledged before the strike, so nothing shows what would be lost")
