"""Claim: after the recovery users can write to the table in service, and read what is right from it."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, failed, not_applicable, passed


@dataclass(frozen=True)
class UsersWorkAgain:
    """After the recovery users can write to the table in service, and read what is right from it."""

    def check(self, evidence: Evidence) -> Verdict:
        """Look for a user's acknowledged write and right read, both asked after the recovery's last mark."""
        if not evidence.final:
            return not_applicable("the recovery is not over yet")
        time = evidence.recovery_time
        if time is None or time.first_write is None:
            return failed("no user's write was acknowledged after the recovery")
        if time.not_over:
            return failed(time.not_over)
        if time.first_read is None:
            return failed("no user read what is right after the recovery")
        return passed("users wrote, and read what is right, after the recovery")
