"""The wall clock, where no drill is on: reading a table of somebody's, whose time is everybody's."""

import time

from ..clock import instant


class WallClock:
    """Real seconds; a wait is a wait."""

    def now(self) -> float:
        """This instant, epoch seconds."""
        return instant(time.time())

    def wait(self, seconds: float, why: str) -> None:  # noqa: ARG002 -- nobody is told
        """Sleep."""
        time.sleep(max(0.0, seconds))

    def live(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(0.0, seconds))
