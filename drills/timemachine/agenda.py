"""What happens by itself when target time has come: items expire, replicas hear of writes, jobs come to their end.

Nothing here waits. Before each request, and when the clock is moved by the control API, the machine does what has
fallen due since, in the order of its times and each at its own time, so that a jump over an hour leaves what an hour of
waiting would have left.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple, TypeAlias

Happening: TypeAlias = Callable[[], None]
"""Done under the journal's lock, in which `journal.now()` is the time it was due. It may put more on the agenda."""


class Due(NamedTuple):
    """One thing to do; `number` keeps the order of what is due at the same time."""

    at: float
    number: int
    happening: Happening


class Agenda:
    """What is to come, in order of time; guarded by the journal's lock."""

    def __init__(self) -> None:
        self.next_at = inf
        """When the next thing is due; may be read without the lock."""
        self._due: list[Due] = []
        self._numbers = count()

    def __len__(self) -> int:
        """How many things are to come."""
        return len(self._due)

    def add(self, at: float, happening: Happening) -> None:
        """Let something happen at an instant of target time; one that has passed means as soon as possible."""
        heappush(self._due, Due(at, next(self._numbers), happening))
        self.next_at = self._due[0].at

    def take(self, until: float) -> Due | None:
        """The first thing that is due by an instant, taken off; None when there is none."""
        if self.next_at > until:
            return None
        due = heappop(self._due)
        self.next_at = self._due[0].at if self._due else inf
        return due

    def clear(self) -> None:
        """Let nothing of it happen."""
        self._due.clear()
        self.next_at = inf
