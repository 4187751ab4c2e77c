"""Claim: the disaster changed something, so that there was something to recover from; or nothing, as was promised."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.promise import PromiseKind
from ..drills.verdict import Verdict, failed, passed, unknown


@dataclass(frozen=True)
class DamageDone:
    """The disaster changed something, so that there was something to recover from; or was refused, as was promised."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count the disaster's acknowledged writes by key, and its acts that were not refused."""
        damaged = evidence.counted.damaged
        done = [act.act for act in evidence.history.acts if not act.refused]
        said = [f"the disaster's writes to {damaged} keys were acknowledged"] if damaged else []
        if said := [*said, *(f"the disaster's {act} was not refused" for act in done)]:
            # What happened was not prevented, even where users have written over all of it since.
            return (failed if _prevents(evidence) else passed)("; ".join(said))
        return _nothing_done(evidence)


def _prevents(evidence: Evidence) -> bool:
    promise = evidence.run.promise
    return promise is not None and promise.kind is PromiseKind.PREVENT


def _nothing_done(evidence: Evidence) -> Verdict:
    """A disaster that changed nothing shows nothing of a recovery, and all of a protection against it."""
    refused = [f"{act.act} was refused ({act.refused})" for act in evidence.history.acts]
    if not refused:
        return unknown("no write of the disaster was acknowledged, so there was nothing to recover from")
    if _prevents(evidence):
        return passed(f"the disaster was prevented: {'; '.join(refused)}")
    return unknown(f"the disaster changed nothing, so there was nothing to recover from: {'; '.join(refused)}")
