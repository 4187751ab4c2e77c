"""To which second to go back: for each candidate what it brings back, what it loses, and what bad it keeps."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from .promise import Boundary
from .values import Key

SHOWN_BEFORE_S = 60
"""How many seconds before the first bad write are candidates: none of them is better than the last good one."""


class ObservedChange(NamedTuple):
    """One change of one key, as an SRE sees it: in a stream, an export or a job's log.

    Args:
        at: when it was made, epoch seconds, as exactly as the source says.
        key: whose item was changed.
        bad: whether it is one of those that must not have happened.
    """

    at: float
    key: Key
    bad: bool


class Candidate(NamedTuple):
    """What a restore to a second comes to.

    `recovered` counts keys that bad writes changed and that come back as they were before the first of these;
    `good_lost` good writes made after the point; `bad_kept` bad writes made by the point.
    """

    at: float
    recovered: int
    good_lost: int
    bad_kept: int


@dataclass(frozen=True)
class RestorePoints:
    """The changes around a disaster, and what each second is worth.

    `exactness_s` is how far the source's instants may be from the true ones: the boundary is widened by it.
    """

    good: Sequence[float]
    bad: Sequence[float]
    first_bad_of_keys: Sequence[float]
    until_at: float
    boundary: Boundary
    exactness_s: float

    @property
    def first_bad_at(self) -> float:
        """When the first bad write was made."""
        return self.bad[0]

    @property
    def best_at(self) -> float:
        """The last second whose whole boundary ends before the first bad write."""
        return self.boundary.last_second_before(self.first_bad_at, self.exactness_s)

    def candidate(self, at: float) -> Candidate:
        """What a restore to an instant comes to."""
        return Candidate(
            at,
            recovered=len(self.first_bad_of_keys) - bisect_right(self.first_bad_of_keys, at),
            good_lost=len(self.good) - bisect_right(self.good, at),
            bad_kept=bisect_right(self.bad, at),
        )

    def curve(self) -> list[Candidate]:
        """Every second from a minute before the best one to the end of what was observed."""
        first, last = int(self.best_at) - SHOWN_BEFORE_S, floor(self.until_at)
        return [self.candidate(float(second)) for second in range(first, max(last, int(self.best_at)) + 1)]

    def refusal(self, at: float) -> str:
        """Why a point is no good; empty where it is before the disaster for certain."""
        if at <= self.best_at:
            return ""
        found = self.candidate(at)
        if not found.bad_kept:
            return "it is so close to the first bad write that the restored table may hold it"
        damaged = len(self.first_bad_of_keys) - found.recovered
        return (
            f"by then {found.bad_kept:,} of {len(self.bad):,} bad writes had been made:"
            f" {damaged:,} of {len(self.first_bad_of_keys):,} damaged keys would come back damaged"
        )


def restore_points(
    changes: Iterable[ObservedChange], until_at: float, boundary: Boundary, exactness_s: float = 0.0
) -> RestorePoints | None:
    """Sort what was observed; None where no bad write is among it, so that nothing says to which second to go back.

    Args:
        changes: in any order.
        until_at: how far they reach.
        boundary: of the method that will restore.
        exactness_s: how far the instants may be from the true ones: 1 for a stream's.
    """
    good: list[float] = []
    bad: list[float] = []
    first_bad: dict[Key, float] = {}
    for change in changes:
        (bad if change.bad else good).append(change.at)
        if change.bad:
            first_bad[change.key] = min(change.at, first_bad.get(change.key, change.at))
    if not bad:
        return None
    return RestorePoints(sorted(good), sorted(bad), sorted(first_bad.values()), until_at, boundary, exactness_s)
