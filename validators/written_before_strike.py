"""Claim: users' writes were acknowledged before the strike."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.history import Told, Who
from ..drills.verdict import Verdict, passed, unknown


@dataclass(frozen=True)
class WrittenBeforeStrike:
    """Users' writes were acknowledged before the strike, so that there was something to lose."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count the users' writes told by the strike."""
        struck_at = evidence.struck_at
        if struck_at is None:
            return unknown("nothing was struck")
        count = sum(
            w.who is Who.LOAD and w.outcome is Told.OK and w.told_at is not None and w.told_at <= struck_at
            for w in evidence.history.writes
        )
        if count:
            return passed(f"{count} users' writes were acknowledged before the strike")
        return unknown("no user's write was acknowledged before the strike, so nothing shows what would be lost")
