"""Claim: what a person said of the items holds."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from ..drills.evidence import PLACES, Evidence
from ..drills.invariants.invariant import Held, hold
from ..drills.snapshot import Snapshot
from ..drills.values import Item
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown


@dataclass(frozen=True)
class OwnInvariants:
    """What you say of your items holds: functions in Python and queries in SQL, in files of your own.

    `files` are paths beside the scenario's file. Judging a run runs them again, as they were when the run began.
    """

    files: tuple[str, ...] = ()

    def check(self, evidence: Evidence) -> Verdict:
        """Hold the items of each snapshot against each invariant."""
        if not evidence.run.invariants:
            return not_applicable("no invariant was given")
        if evidence.recovered is None or (evidence.final and evidence.in_service is None):
            return unknown("there is no snapshot of the table to look at")
        unsure = ""
        for name, snapshot in evidence.snapshots.items():
            for held in _held(evidence, snapshot):
                if held.count:
                    return failed(f"{PLACES[name]}: {held.said()}")
                unsure = unsure or held.fault
            if not snapshot.complete:
                unsure = unsure or f"the snapshot of {PLACES[name]} did not come to its end"
        return unknown(unsure) if unsure else passed(f"{', '.join(evidence.run.invariants)} found nothing wrong")


def _held(evidence: Evidence, snapshot: Snapshot) -> Iterator[Held]:
    def items() -> Iterator[Item]:
        return (orjson.loads(text) for text in snapshot.items.values())

    for invariant in evidence.invariants:
        yield hold(invariant, items, evidence.run.key_attributes, show_values=evidence.run.show_values)
