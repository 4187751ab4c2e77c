"""How long users' writes took, before the disaster, while protection was at work, and while the table was recovered."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from .history import History, Who, Write
from .marks import Mark
from .timeline import last_mark_at

MILLISECONDS = 1000


@dataclass(frozen=True)
class Latencies:
    """Answered writes of users by how long they took, in whole milliseconds.

    `before` the strike and beside any protecting; `protecting`: in flight while protection was switched on or kept up;
    `recovering`: asked from the decision until the recovery's last mark. Each operation counts once.
    """

    before: Counter[int] = field(default_factory=Counter)
    protecting: Counter[int] = field(default_factory=Counter)
    recovering: Counter[int] = field(default_factory=Counter)


def measure_latencies(history: History, protecting: Sequence[tuple[float, float]], struck_at: float) -> Latencies:
    """Sort the users' writes by what went on.

    Args:
        history: everything that was written down.
        protecting: stretches of target time, one after the other.
        struck_at: the strike.
    """
    found = Latencies()
    decided_at, last_at = history.marks.get(Mark.DECIDED), last_mark_at(history)
    seen: set[str] = set()
    for write in history.writes:
        if write.who is not Who.LOAD or write.told_at is None or write.op in seen:
            continue
        seen.add(write.op)
        took_ms = int((write.told_at - write.asked_at) * MILLISECONDS)
        if write.asked_at < struck_at:
            (found.protecting if _meets(write, write.told_at, protecting) else found.before)[took_ms] += 1
        elif decided_at is not None and last_at is not None and decided_at <= write.asked_at <= last_at:
            found.recovering[took_ms] += 1
    return found


def _meets(write: Write, told_at: float, stretches: Sequence[tuple[float, float]]) -> bool:
    """Whether a write was in flight in one of some stretches, which are in order."""
    begun = bisect_right(stretches, told_at, key=lambda stretch: stretch[0])
    return begun > 0 and stretches[begun - 1][1] >= write.asked_at
