"""Target time: one clock that the target, the load and the drill share."""

from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch in target time, and how to let them pass.

    On a real target a wait is a wait. On the time machine it moves the machine's clock, and the move is recorded.
    """

    def now(self) -> float:
        """This instant, in target time, rounded to microseconds. Never cached."""
        ...

    def wait(self, seconds: float, why: str) -> None:
        """Let so many seconds of target time pass; `why` is for the history and for whoever watches."""
        ...

    def live(self, seconds: float) -> None:
        """Let so many seconds of target time pass with the users at work: never by moving the clock past them."""
        ...


MICROSECONDS = 6


def instant(seconds: float) -> float:
    """An instant as histories keep it: rounded to microseconds, so that differences of instants add up."""
    return round(seconds, MICROSECONDS)
