"""How far reading has got, told now and then."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many items were read, and how many there are in all that is read."""

EVERY = 5_000


def unreported(_items: int, _of: int) -> None:
    """Tell nobody."""


class Tally:
    """Counts what is read, over all exports of one reading."""

    def __init__(self, tell: Progress, of: int) -> None:
        self._tell = tell
        self._of = of
        self._read = 0

    def count(self) -> None:
        """One more."""
        self._read += 1
        if self._read % EVERY == 0:
            self._tell(self._read, self._of)

    def end(self) -> None:
        """Tell the last of it."""
        self._tell(self._read, self._of)
