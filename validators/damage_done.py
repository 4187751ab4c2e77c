"""Claim: the disaster changed something, so that there was something to recover from."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.history import Told, Who
from ..drills.verdict import Verdict, passed, unknown


@dataclass(frozen=True)
class DamageDone:
    """The disaster changed something, so that there was something to recover from."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count the disaster's acknowledged writes by key, or see that its act left nobody able to write."""
        keys = {w.key for w in evidence.history.writes if w.who is Who.DISASTER and w.outcome is Told.OK}
        if keys:
            return passed(f"the disaster's writes to {len(keys)} keys were acknowledged")
        if evidence.history.acts and (turned_away := _turned_away(evidence)):
            return passed(f"after {evidence.history.acts[0].act} none of {turned_away} users' writes was acknowledged")
        return unknown("no write of the disaster was acknowledged, so there was nothing to recover from")


def _turned_away(evidence: Evidence) -> int:
    """How many users' writes to the table were asked after the disaster's first act; 0 if one was acknowledged."""
    acted_at = evidence.history.acts[0].at
    after = [
        write
        for write in evidence.history.writes
        if write.who is Who.LOAD and write.table == evidence.run.tables.source and write.asked_at > acted_at
    ]
    return 0 if any(write.outcome is Told.OK for write in after) else len(after)
