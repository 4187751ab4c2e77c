"""Claim: users were taken back to the first Region, and work there."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, failed, not_applicable, passed


@dataclass(frozen=True)
class UsersWentBack:
    """When the Region that was lost was there again, users were taken back to it, and work there."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for a user's acknowledged write and right read of the first table, both asked after the failback."""
        failback = evidence.run.failback
        if not evidence.final:
            return not_applicable("the recovery is not over yet")
        if failback is None:
            return not_applicable("nobody set out to take users back to where they came from")
        if failback.at is None:
            return failed(f"users could not be taken back: {failback.refused}")
        first_good = evidence.first_good_back
        if first_good is None or first_good.write is None:
            return failed("no user's write was acknowledged after the failback")
        if first_good.read is None:
            return failed("no user read what is right after the failback")
        return passed(f"users were held for {failback.held_s:.3f} s, then wrote, and read what is right")
