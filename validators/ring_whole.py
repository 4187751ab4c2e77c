"""Claim: the items form one ring, as they do between any two transactions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from ..drills.evidence import PLACES, Evidence
from ..drills.snapshot import Snapshot
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown

FIXTURE, NEXT = "ring", "next"


@dataclass(frozen=True)
class RingWhole:
    """The items form one ring, as they do between any two transactions: no history is needed to see it."""

    def check(self, evidence: Evidence) -> Verdict:
        """Follow the pointers of each snapshot, from any item, through all of them and back to it."""
        if evidence.run.fixture != FIXTURE:
            return not_applicable("the items of this scenario form no ring")
        if evidence.recovered is None or (evidence.final and evidence.in_service is None):
            return unknown("there is no snapshot of the table to look at")
        seen = {name: snapshot for name in PLACES if (snapshot := getattr(evidence, name)) is not None}
        for name, snapshot in seen.items():
            if not snapshot.complete:
                return unknown(f"the snapshot of {PLACES[name]} did not come to its end")
            if why := broken(_pointers(snapshot, evidence.run.key_attributes[0]), evidence.run.items):
                return failed(f"{PLACES[name]}: {why}")
        return passed(f"one ring of {evidence.run.items} items in {' and in '.join(PLACES[name] for name in seen)}")


def broken(pointers: Mapping[str, str | None], count: int) -> str:
    """Where what should be one ring of `count` items breaks; empty where it is one.

    Args:
        pointers: the node that each node points to; None where its item has no pointer that can be read.
        count: how many items the ring has.
    """
    for node, following in sorted(pointers.items()):
        if following is None:
            return f"{node} points to nothing"
        if following not in pointers:
            return f"{node} points to {following}, which is not there"
    if len(pointers) != count:
        return f"{len(pointers)} items are there, {count} were expected"
    twice, times = max(Counter(pointers.values()).items(), key=lambda found: (found[1], found[0]), default=("", 0))
    if times > 1:
        both = sorted(node for node, following in pointers.items() if following == twice)
        return f"{times} items point to {twice}: {', '.join(both[:3])}"
    around = _around(pointers)
    return "" if around == count else f"the ring closes after {around} of {count} items, at {min(pointers)}"


def _around(pointers: Mapping[str, str | None]) -> int:
    """How many steps lead from the first node back to it, where no two point to the same."""
    first = node = min(pointers, default=None)
    steps = 0
    while node is not None:
        node = pointers[node]
        steps += 1
        if node == first:
            break
    return steps


def _pointers(snapshot: Snapshot, key_attribute: str) -> dict[str, str | None]:
    return dict(_links(snapshot.items.values(), key_attribute))


def _links(texts: Iterable[bytes], key_attribute: str) -> Iterable[tuple[str, str | None]]:
    for text in texts:
        item = orjson.loads(text)
        yield str(item[key_attribute].get("S")), item.get(NEXT, {}).get("S")
