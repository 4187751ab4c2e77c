"""A clock in memory that runs as real time does and can be moved forward: of a server that shares it with nobody."""

import threading
import time

from ..clock import instant


class RunningClock:
    """Target time that passes by itself; safe to use from several threads.

    Args:
        start_at: the first instant, epoch seconds; the wall clock's when None.
    """

    def __init__(self, start_at: float | None = None) -> None:
        self._offset_s = (time.time() if start_at is None else start_at) - time.monotonic()
        self._lock = threading.Lock()

    def now(self) -> float:
        """This instant, epoch seconds."""
        return instant(time.monotonic() + self._offset_s)

    def set_forward(self, to_at: float) -> None:
        """Move to an instant; one that has passed changes nothing."""
        with self._lock:
            self._offset_s = max(self._offset_s, to_at - time.monotonic())
