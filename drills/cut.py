"""The cut: the restore point measured from the data itself, and whether it is one instant at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from math import inf, isfinite

from .diff import Diff, ItemClass, Seen
from .history import Write
from .ledger import WritesByKey, lives
from .snapshot import Row
from .values import ABSENT

NO_VOTE = (ItemClass.MISSING, ItemClass.CONTAMINATED, ItemClass.PHANTOM)

SMALLEST_SPREAD_S = 1e-6
"""Keys that have no instant in common are this far apart at least: stamps are whole microseconds."""

Span = tuple[float, float]
"""From (included) to (excluded)."""


@dataclass(frozen=True)
class Cut:
    """When the restored table was what it is.

    `spans` are the instants that most voting keys allow, in order (infinite where open); there are several where such
    instants lie apart, which takes repeated values. `spread_s` is the width of the narrowest window that touches
    every voting key's set of instants: 0 for a table that was like this at some single instant.
    """

    spans: tuple[Span, ...]
    spread_s: float
    voters: int
    agreeing: int

    @property
    def from_at(self) -> float:
        """The first instant that most voting keys allow."""
        return self.spans[0][0]

    @property
    def to_at(self) -> float:
        """The end (excluded) of the last such instants."""
        return self.spans[-1][1]

    @property
    def point_at(self) -> tuple[float | None, float | None]:
        """The measured point as an interval with None for an open end."""
        return (
            self.from_at if isfinite(self.from_at) else None,
            self.to_at if isfinite(self.to_at) else None,
        )

    def meets(self, from_at: float, to_at: float) -> bool:
        """Whether the measured point may lie between two instants, both included."""
        return any(begins_at <= to_at and ends_at > from_at for begins_at, ends_at in self.spans)


def measure_cut(compared: Diff, seen: Seen, physical: WritesByKey) -> Cut | None:
    """Measure the restore point of a table from everybody's writes to the table it was restored from.

    Keys that are missing, contaminated or phantom have no vote. None where no key has one.
    """
    silent = {finding.key for item_class in NO_VOTE for finding in compared.findings.get(item_class, ())}
    votes = [
        spans
        for key, writes in physical.items()
        if key not in silent and (spans := _instants(seen.rows.get(key), writes))
    ]
    if not votes:
        return None
    agreeing, spans = _most_allowed(votes)
    if agreeing == len(votes):
        return Cut(tuple(spans), 0.0, len(votes), agreeing)
    starts = sorted((span[0], span[1], voter) for voter, spans in enumerate(votes) for span in spans)
    return Cut(tuple(spans), max(narrowest_window(starts, len(votes)), SMALLEST_SPREAD_S), len(votes), agreeing)


def _instants(row: Row | None, writes: Sequence[Write]) -> list[Span]:
    """The instants at which a key may have held what is seen, as sorted spans that do not touch."""
    value = ABSENT if row is None else row.digest
    merged: list[Span] = []
    for from_at, to_at in sorted([(asked, closed) for _, asked, closed in lives(writes, only=value)]):
        if merged and from_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to_at))
        else:
            merged.append((from_at, to_at))
    return merged


def _most_allowed(votes: Sequence[Sequence[Span]]) -> tuple[int, list[Span]]:
    """The greatest number of votes for one instant, and all instants that have it."""
    if common := _common(votes):
        return len(votes), common
    steps = sorted([(at, step) for spans in votes for span in spans for at, step in ((span[0], 1), (span[1], -1))])
    most, standing = 0, 0
    allowed: list[Span] = []
    for (at, step), (next_at, _) in pairwise(steps):
        standing += step
        if standing < most:
            continue
        if standing > most:
            most, allowed = standing, []
        if allowed and allowed[-1][1] == at:
            allowed[-1] = (allowed[-1][0], next_at)
        else:
            allowed.append((at, next_at))
    return most, allowed


def _common(votes: Iterable[Sequence[Span]]) -> list[Span]:
    """The instants that every vote allows: nearly always there are some, and no sorting is needed to find them."""
    common: Sequence[Span] = [(-inf, inf)]
    for spans in votes:
        common = _in_both(common, spans)
    return list(common)


def _in_both(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    first = second = 0
    while first < len(one) and second < len(other):
        from_at, to_at = max(one[first][0], other[second][0]), min(one[first][1], other[second][1])
        if from_at < to_at:
            found.append((from_at, to_at))
        if one[first][1] == to_at:
            first += 1
        else:
            second += 1
    return found


def narrowest_window(starts: Iterable[tuple[float, float, int]], voters: int) -> float:
    """The width of the narrowest window that touches every vote: spans by their beginning, each with its voter.

    A window that ends at `y` does best to begin just before the earliest end among the latest-ending spans that
    each vote has begun by `y`; only the beginnings of spans need to be tried as `y`.
    """
    latest_end = [-inf] * voters
    begun = 0
    ends: list[tuple[float, int]] = []
    narrowest = inf
    for from_at, to_at, voter in starts:
        begun += latest_end[voter] == -inf
        latest_end[voter] = to_at
        heappush(ends, (latest_end[voter], voter))
        while ends[0][0] != latest_end[ends[0][1]]:
            heappop(ends)
        if begun == voters:
            narrowest = min(narrowest, max(from_at - ends[0][0], 0.0))
    return narrowest
