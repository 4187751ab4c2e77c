"""How far reading a table got, and about how long it will still take."""

from collections.abc import Callable

from ..quantities import format_duration
from ..watch import Watch


class Counter:
    """Shows how far reading got, and how long it will take as far as that is known.

    DescribeTable's ItemCount is up to six hours old: once more is read than it says, nobody knows how much is left.
    """

    def __init__(self, watch: Watch, timer: Callable[[], float], expected: int) -> None:
        self._watch = watch
        self._timer = timer
        self._expected = expected
        self._began = timer()
        self.begun_with: int | None = None

    def seconds(self) -> float:
        """How long it took so far."""
        return self._timer() - self._began

    def tell(self, rows: int) -> None:
        """So many rows are there now."""
        if self.begun_with is None:
            self.begun_with = rows
        if rows > self._expected:
            self._watch.count(rows, rows)
            self._watch.note("more than DescribeTable counted, up to six hours ago: nobody knows how many are left")
            return
        self._watch.count(rows, self._expected)
        rate = (rows - self.begun_with) / max(self.seconds(), 1e-9)
        if rate > 0:
            left = format_duration((self._expected - rows) / rate)
            self._watch.note(f"{rate:,.0f} rows/s; about {left} left, by a count of up to six hours ago")
