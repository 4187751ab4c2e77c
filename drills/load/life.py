"""How long a load process lives, and how it tells the drill that its users are there."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import gevent

from ..targets.shared_clock import SharedClock

LOOK_S = 0.02
"""How often a process looks whether it has to end."""


@dataclass
class Life:
    """Why a load process goes on, or has to end; `now` are its own seconds, which no jump of the clock moves."""

    parent: int
    control: SharedClock
    now: Callable[[], float]
    signalled: bool = False

    def over(self) -> bool:
        """Whether the process has to end: it was asked to, or nobody is left to ask."""
        return self.signalled or self.control.stopping or os.getppid() != self.parent

    def end(self) -> None:
        """Have the process end: what a signal does."""
        self.signalled = True

    def until(self, reached: Callable[[], bool]) -> bool:
        """Wait until something is reached; False when the process has to end before."""
        while not reached():
            if self.over():
                return False
            gevent.sleep(LOOK_S)
        return True


def tell_ready(descriptor: int | None) -> None:
    """Tell whoever holds the other end that all users are there.

    The descriptor stays open: its end says that the process has ended.
    """
    if descriptor is not None:
        os.write(descriptor, b"ready\n")
