"""Protection that is kept up while a drill goes on: it falls due as target time passes."""

from collections.abc import Callable
from math import inf

from .clock import Clock


class StandingClock:
    """A clock under which something is done again and again, each time at its own instant.

    Args:
        clock: the target's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due_at = inf
        self._every_s = inf
        self._do: Callable[[], None] = lambda: None

    def begin(self, every_s: float, do: Callable[[], None]) -> None:
        """Do something now, and from now on every so many seconds."""
        self._every_s, self._do, self._due_at = every_s, do, self._clock.now()
        self._catch_up()

    def end(self) -> None:
        """Do it no more."""
        self._due_at = inf

    def now(self) -> float:
        """See `Clock.now`."""
        return self._clock.now()

    def wait(self, seconds: float, why: str) -> None:
        """Let time pass, and do on the way what falls due."""
        self._pass(seconds, lambda step_s: self._clock.wait(step_s, why))

    def live(self, seconds: float) -> None:
        """Let users live through so many seconds, and do on the way what falls due."""
        self._pass(seconds, self._clock.live)

    def _pass(self, seconds: float, go_on: Callable[[float], None]) -> None:
        until_at = self._clock.now() + seconds
        while self._due_at < until_at:
            go_on(max(self._due_at - self._clock.now(), 0.0))
            self._catch_up()
        if (left_s := until_at - self._clock.now()) > 0:
            go_on(left_s)

    def _catch_up(self) -> None:
        """Do what is due; what would have fallen due while it was done is not made up for."""
        if self._clock.now() >= self._due_at:
            due_at = self._due_at
            self._due_at = inf  # what it waits for itself is no time in which it falls due again
            self._do()
            passed = max(int((self._clock.now() - due_at) // self._every_s), 0) + 1
            self._due_at = due_at + passed * self._every_s
