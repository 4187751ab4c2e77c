"""What a command has to say besides its verdict: shown as it comes, and said for good when the display is gone."""

import sys
from collections.abc import Callable

from .terminal import say


class Notes:
    """Notes that stay; what `show` does with them is gone with the next phase, and is nothing in a pipe."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._kept: list[str] = []

    def __call__(self, text: str) -> None:
        """Show one, and keep it."""
        self._show(text)
        self._kept.append(text)

    def say(self, *, quiet: bool) -> None:
        """Say those that were kept on standard error, once, and none where nobody wants more than a verdict."""
        for text in [] if quiet else self._kept:
            say(f"note: {text}\n", sys.stderr)
        self._kept.clear()
