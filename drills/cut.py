"""The cut: the restore point measured from the data itself, and whether it is one instant at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf, isfinite

from .diff import Diff, ItemClass, Seen
from .ledger import WritesByKey, lives
from .values import ABSENT, Key

NO_VOTE = (ItemClass.MISSING, ItemClass.CONTAMINATED, ItemClass.PHANTOM)

SMALLEST_SPREAD_S = 1e-6
"""Keys that have no instant in common are this far apart at least: stamps are whole microseconds."""

Span = tuple[float, float]
"""From (included) to (excluded)."""


@dataclass(frozen=True)
class Cut:
    """When the restored table was what it is.

    `from_at` and `to_at` bound the instants that most voting keys allow (infinite where open); where such instants
    lie apart, the bounds are those of all of them. `spread_s` is the width of the narrowest window that touches
    every voting key's set of instants: 0 for a table that was like this at some single instant.
    """

    from_at: float
    to_at: float
    spread_s: float
    voters: int
    agreeing: int

    @property
    def point_at(self) -> tuple[float | None, float | None]:
        """The measured point as an interval with None for an open end."""
        return (
            self.from_at if isfinite(self.from_at) else None,
            self.to_at if isfinite(self.to_at) else None,
        )

    def meets(self, from_at: float, to_at: float) -> bool:
        """Whether the measured point may lie between two instants, both included."""
        return self.from_at <= to_at and self.to_at > from_at


def measure_cut(compared: Diff, seen: Seen, physical: WritesByKey) -> Cut | None:
    """Measure the restore point of a table from everybody's writes to the table it was restored from.

    Keys that are missing, contaminated or phantom have no vote. None where no key has one.
    """
    silent = {finding.key for item_class in NO_VOTE for finding in compared.findings.get(item_class, ())}
    votes = [
        spans
        for key, writes in physical.items()
        if key not in silent and (spans := _instants(key, seen, writes_of_key=lives(writes)))
    ]
    if not votes:
        return None
    agreeing, from_at, to_at = _most_allowed(votes)
    spread_s = 0.0 if agreeing == len(votes) else max(_narrowest_window(votes), SMALLEST_SPREAD_S)
    return Cut(from_at, to_at, spread_s, len(votes), agreeing)


def _instants(key: Key, seen: Seen, writes_of_key: Iterable[tuple[bytes, float, float]]) -> list[Span]:
    """The instants at which a key may have held what is seen, as sorted spans that do not touch."""
    row = seen.rows.get(key)
    value = ABSENT if row is None else row.digest
    merged: list[Span] = []
    for from_at, to_at in sorted((asked, closed) for found, asked, closed in writes_of_key if found == value):
        if merged and from_at <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], to_at))
        elif from_at < to_at:
            merged.append((from_at, to_at))
    return merged


def _most_allowed(votes: Sequence[Sequence[Span]]) -> tuple[int, float, float]:
    """The greatest number of votes for one instant, and the bounds of all instants that have it."""
    steps = sorted((at, step) for spans in votes for span in spans for at, step in ((span[0], 1), (span[1], -1)))
    most, standing, bounds = 0, 0, (-inf, inf)
    for index, (at, step) in enumerate(steps):
        standing += step
        next_at = steps[index + 1][0] if index + 1 < len(steps) else inf
        if at == next_at and index + 1 < len(steps):
            continue
        if standing > most:
            most, bounds = standing, (at, next_at)
        elif standing == most:
            bounds = (bounds[0], next_at)
    return most, *bounds


def _narrowest_window(votes: Sequence[Sequence[Span]]) -> float:
    """The width of the narrowest window that touches every vote.

    A window that ends at `y` does best to begin just before the earliest end among the latest-ending spans that
    each vote has begun by `y`; only the beginnings of spans need to be tried as `y`.
    """
    starts = sorted((span[0], span[1], voter) for voter, spans in enumerate(votes) for span in spans)
    latest_end = [-inf] * len(votes)
    begun = 0
    ends: list[tuple[float, int]] = []
    narrowest = inf
    for from_at, to_at, voter in starts:
        begun += latest_end[voter] == -inf
        latest_end[voter] = max(latest_end[voter], to_at)
        heappush(ends, (latest_end[voter], voter))
        while ends[0][0] != latest_end[ends[0][1]]:
            heappop(ends)
        if begun == len(votes):
            narrowest = min(narrowest, max(from_at - ends[0][0], 0.0))
    return narrowest
