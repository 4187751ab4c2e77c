"""When a user is due: an open-loop schedule, drawn from the seed, that slow answers do not slow down."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


def due_offsets(seed: int, user: int, interval_s: float) -> Iterator[float]:
    """When a user is due, for ever, in seconds after the load began: once in each interval, somewhere in it."""
    random = Random(f"{seed}/due/{user}")
    intervals = 0
    while True:
        yield (intervals + random.random()) * interval_s
        intervals += 1


@dataclass
class Pace:
    """One user's place in their schedule while the load runs.

    The schedule is shifted by the time for which the user was held, and by nothing else: who was kept by a slow
    answer catches up. All instants are of one clock of real seconds, which no jump moves.
    """

    offsets: Iterator[float]
    began_at: float
    held_s: float = 0.0
    held_since: float | None = None

    def __post_init__(self) -> None:
        self._offset_s = next(self.offsets)

    def wait_s(self, now: float) -> float:
        """How long the user still has to wait until they are due; 0 when they are late."""
        return max(0.0, self.began_at + self.held_s + self._offset_s - now)

    def served(self) -> None:
        """The user has done what was due."""
        self._offset_s = next(self.offsets)

    def held(self, now: float) -> None:
        """The user is due and may not begin."""
        if self.held_since is None:
            self.held_since = now

    def released(self, now: float) -> None:
        """The user may begin again, or never was held."""
        if self.held_since is not None:
            self.held_s += now - self.held_since
            self.held_since = None

    def active_s(self, now: float) -> float:
        """For how many seconds the user was free to do what was due."""
        being_held_s = now - self.held_since if self.held_since is not None else 0.0
        return now - self.began_at - self.held_s - being_held_s
