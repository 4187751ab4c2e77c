"""Claim: for nearly every key the history leaves one right value."""

from dataclasses import dataclass

from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, passed, unknown

MOST_UNDECIDED = 0.01
"""The share of keys that may be open before the whole comparison says too little."""


@dataclass(frozen=True)
class FewUndecided:
    """For nearly every key the history leaves one right value, so that the comparison says something."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count intact keys that several values would have satisfied, for another reason than the boundary."""
        for found in evidence.diffs.values():
            if found.undecided > MOST_UNDECIDED * found.keys:
                return unknown(f"{found.undecided} of {found.keys} keys would be right with several values")
        if not evidence.diffs:
            return unknown("nothing was compared")
        most = max(found.undecided for found in evidence.diffs.values())
        keys = "1 key" if most == 1 else f"{most} keys"
        return passed(f"{keys} would be right with several values: at most 1 %")
