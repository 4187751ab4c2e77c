"""Claim: the items are spread over the partition keys as they were."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from ..drills.claims import off_count
from ..drills.evidence import PLACES, Compared, Evidence
from ..drills.values import Key
from ..drills.verdict import Verdict, failed, not_applicable, passed, unknown

NAMED = 3


class Sizes(NamedTuple):
    """How many items of each partition key were to be expected, and how many are there."""

    before: Mapping[str, int]
    there: Mapping[str, int]


@dataclass(frozen=True)
class KeyDistribution:
    """Every item collection is as large as it was: the items are spread over the partition keys as before."""

    def check(self, evidence: Evidence) -> Verdict:
        """Hold the size of each item collection of the recovered table against what the history allows."""
        if len(evidence.run.key_attributes) < 2:
            return not_applicable("without a sort key every item collection is one item")
        place: Compared = "restored" if evidence.restored is not None else "in_service"
        recovered, found = evidence.recovered, evidence.diff_recovered
        if recovered is None or found is None:
            return unknown("there is no snapshot of a recovered table to look at")
        if not recovered.complete:
            return unknown(f"the snapshot of {PLACES[place]} did not come to its end")
        partition_key = evidence.run.key_attributes[0]
        there = _counted(recovered.rows, partition_key)
        off = off_count(found)
        before = there + _counted(off.missing, partition_key)
        before.subtract(_counted(off.extra, partition_key))
        sizes = Sizes(before, there)
        if changed := _changed(sizes):
            said = "; ".join(_said(name, sizes) for name in changed[:NAMED])
            return failed(f"{PLACES[place]}: {len(changed)} item collections are larger or smaller: {said}")
        return passed(_largest(sizes))


def _changed(sizes: Sizes) -> list[str]:
    """The collections that have too few or too many items, those that differ by most first."""
    off = {name: abs(sizes.there.get(name, 0) - items) for name, items in sizes.before.items()}
    return sorted((name for name, items in off.items() if items > 0), key=lambda name: (-off[name], name))


def _said(name: str, sizes: Sizes) -> str:
    before, after = _share(name, sizes.before), _share(name, sizes.there)
    return f"{name}: {sizes.before.get(name, 0)} items ({before}) before, {sizes.there.get(name, 0)} ({after}) after"


def _largest(sizes: Sizes) -> str:
    if not sizes.there:
        return "no item was expected, and none is there"
    name = max(sizes.there, key=lambda name: (sizes.there[name], name))
    share = _share(name, sizes.there)
    return f"{len(sizes.there)} item collections are as large as before, the largest {name} with {share}"


def _share(name: str, counts: Mapping[str, int]) -> str:
    return f"{counts.get(name, 0) / max(sum(counts.values()), 1):.1%} of all items"


def _counted(keys: Iterable[Key], partition_key: str) -> Counter[str]:
    """How many keys have each partition key, by its bare value."""
    return Counter(str(next(iter(orjson.loads(key)[partition_key].values()))) for key in keys)
