"""To which second to go back: for each candidate what it brings back, what it loses, and what bad it keeps."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor, inf
from typing import NamedTuple

from ..promise import Boundary
from ..quantities import format_instant
from ..values import Key

SHOWN_BEFORE_S = 60
"""How many seconds before the best point are candidates: none of them is better than it."""


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
    `good_lost` good writes made after the point, None where nobody saw the good ones; `bad_kept` bad writes made by
    the point.
    """

    at: float
    recovered: int
    good_lost: int | None
    bad_kept: int


class Instants(NamedTuple):
    """Instants in order, and at or before each of them how many things were done."""

    at: Sequence[float]
    done: Sequence[int]

    @classmethod
    def of(cls, counted: Mapping[float, int]) -> "Instants":
        """So many at each instant."""
        return cls(ordered := sorted(counted), list(accumulate(counted[at] for at in ordered)))

    @property
    def total(self) -> int:
        """All of them."""
        return self.done[-1] if self.done else 0

    def by(self, at: float) -> int:
        """How many were done by an instant."""
        place = bisect_right(self.at, at)
        return self.done[place - 1] if place else 0


class Observed(NamedTuple):
    """What was seen of a disaster: good writes (None where nobody looked), bad ones, and each damaged key's first one.

    `first_bad_at` is the first bad write's instant. Where instants are seconds, each is the end of the second in which
    it lay: for whole seconds the counts are the same.
    """

    good: Instants | None
    bad: Instants
    damaged: Instants
    first_bad_at: float


@dataclass(frozen=True)
class RestorePoints:
    """The changes around a disaster, and what each second is worth.

    `exactness_s` is how far the source's instants may be from the true ones: the boundary is widened by it. Before
    `from_at` nothing can be restored, and nothing is weighed.
    """

    observed: Observed
    until_at: float
    boundary: Boundary
    exactness_s: float = 0.0
    from_at: float = -inf

    @property
    def best_at(self) -> float:
        """The last second whose whole boundary ends before the first bad write."""
        return self.boundary.last_second_before(self.observed.first_bad_at, self.exactness_s)

    @property
    def first_at(self) -> float:
        """The first second that is weighed: a minute before the best one, or as far back as can be gone."""
        earliest = max(self.best_at - SHOWN_BEFORE_S, self.from_at)
        return float(ceil(min(earliest, self.best_at)))

    @property
    def last_at(self) -> float:
        """The last second that is weighed: the end of what was observed."""
        return float(max(floor(self.until_at), int(self.best_at)))

    def candidate(self, at: float) -> Candidate:
        """What a restore to an instant comes to."""
        good, bad, damaged = self.observed.good, self.observed.bad, self.observed.damaged
        return Candidate(
            at,
            recovered=damaged.total - damaged.by(at),
            good_lost=None if good is None else good.total - good.by(at),
            bad_kept=bad.by(at),
        )

    def curve(self) -> list[Candidate]:
        """Every second from a minute before the best one to the end of what was observed."""
        return [self.candidate(float(second)) for second in range(int(self.first_at), int(self.last_at) + 1)]

    def outline(self, rows: int, also: Iterable[float] = ()) -> list[Candidate]:
        """The curve in a few seconds: its ends, the best one, the next, some evenly between, and those asked for.

        Args:
            rows: how many there are to be at most, beside those asked for; 5 or more.
            also: seconds to be among them, as far as they can be restored to.
        """
        last_bad_at = min(float(ceil(self.observed.bad.at[-1])), self.last_at)
        fixed = {self.first_at, self.best_at, min(self.best_at + 1, self.last_at), last_bad_at, self.last_at}
        between = max(rows - len(fixed), 0)
        step = (self.last_at - self.best_at) / (between + 1)
        spread = {float(round(self.best_at + step * number)) for number in range(1, between + 1)}
        return [self.candidate(at) for at in sorted(fixed | spread | {at for at in also if at >= self.from_at})]

    def refusal(self, at: float) -> str:
        """Why a point is no good; empty where it can be restored to and is before the disaster for certain."""
        if at < self.from_at:
            return f"nothing from before {format_instant(self.from_at)}, where the window begins, can be restored"
        if at <= self.best_at:
            return ""
        found = self.candidate(at)
        if not found.bad_kept:
            return "it is so close to the first bad write that the restored table may hold it"
        all_bad, all_damaged = self.observed.bad.total, self.observed.damaged.total
        return (
            f"by then {found.bad_kept:,} of {all_bad:,} bad writes had been made:"
            f" {all_damaged - found.recovered:,} of {all_damaged:,} damaged keys would come back damaged"
        )


def restore_points(
    changes: Iterable[ObservedChange],
    until_at: float,
    boundary: Boundary,
    exactness_s: float = 0.0,
    *,
    saw_good: bool = True,
) -> RestorePoints | None:
    """Sort what was observed; None where no bad write is among it, so that nothing says to which second to go back.

    Args:
        changes: in any order.
        until_at: how far they reach.
        boundary: of the method that will restore.
        exactness_s: how far the instants may be from the true ones: 1 for a stream's.
        saw_good: whether the good writes are among them; a bad job's log alone has none.
    """
    good: Counter[float] = Counter()
    bad: Counter[float] = Counter()
    first_bad: dict[Key, float] = {}
    for change in changes:
        (bad if change.bad else good)[change.at] += 1
        if change.bad:
            first_bad[change.key] = min(change.at, first_bad.get(change.key, change.at))
    if not bad:
        return None
    observed = Observed(
        Instants.of(good) if saw_good else None, Instants.of(bad), Instants.of(Counter(first_bad.values())), min(bad)
    )
    return RestorePoints(observed, until_at, boundary, exactness_s)
