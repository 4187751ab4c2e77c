"""Reading no faster than asked: read units per second, counted from what the answers say that they consumed."""

from threading import Lock


class ReadRate:
    """Lets pages out so that they consume no more than so many read units per second.

    What a page consumes is known only when it is answered, so each pays afterwards: the next one waits until all that
    was told is paid for, and time in which nothing was read is not saved up. In any window of `w` seconds the pages
    asked for consume at most `w` times the rate, and one page of each reader beside.

    Args:
        units_per_s: more than 0.
    """

    def __init__(self, units_per_s: float) -> None:
        self.units_per_s = units_per_s
        self._paid_at = float("-inf")
        self._lock = Lock()

    def wait_s(self, now: float) -> float:
        """So many seconds the next page has to wait; 0 when it may go."""
        with self._lock:
            return max(0.0, self._paid_at - now)

    def spent(self, units: float, asked_at: float) -> None:
        """A page asked for at that instant consumed so many read units."""
        with self._lock:
            self._paid_at = max(self._paid_at, asked_at) + units / self.units_per_s
