"""Claim: as many items are there as the history allows."""

from dataclasses import dataclass

from ..drills.claims import off_count, unseen
from ..drills.evidence import PLACES, Evidence
from ..drills.verdict import Verdict, failed, passed, unknown


@dataclass(frozen=True)
class CountsAgree:
    """As many items are there as the history allows, counted one by one.

    DescribeTable's ItemCount is no proof: it "is updated approximately every six hours" (API reference,
    TableDescription), and a restored table's may say 0 for as long.
    """

    def check(self, evidence: Evidence) -> Verdict:
        """Hold the number of items in each snapshot against how many must and how many may be there."""
        if why := unseen(evidence):
            return unknown(why)
        counted: list[str] = []
        for name, found in evidence.diffs.items():
            there, most = found.restored, found.expected
            off = off_count(found)
            # Of the keys that may hold an item or none, so many hold none.
            least = most - (most - (there - len(off.extra)) - len(off.missing))
            expected = f"{least}" if least == most else f"from {least} to {most}"
            if not least <= there <= most:
                return failed(f"{PLACES[name]}: {there} items are there, {expected} were expected")
            counted.append(f"{there} items in {PLACES[name]}, {expected} expected")
        return passed("; ".join(counted))
