"""Claim: every transaction came back as a whole or not at all."""

from dataclasses import dataclass

from ..drills.claims import unseen
from ..drills.evidence import Evidence
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown


@dataclass(frozen=True)
class TransactionsWhole:
    """Every transaction came back as a whole or not at all."""

    def check(self, evidence: Evidence) -> Verdict:
        """Count transactions of which some keys show the state after, and others the state before."""
        transactions = evidence.counted.transactions
        if not transactions:
            return not_applicable("the users of this scenario make no transactions")
        for found in evidence.diffs.values():
            if found.torn:
                return failed(f"{len(found.torn)} transactions came back in part: {', '.join(found.torn[:3])}")
        why = unseen(evidence)
        return unknown(why) if why else passed(f"none of {transactions} transactions is torn")
