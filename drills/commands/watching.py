"""Who watches a command: a person at a terminal, a log, or nobody."""

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..watch import Watch


def watch(*, quiet: bool) -> "Watch":
    """Live progress on a terminal, a line now and then in a pipe, and silence where it was asked for."""
    from rich.console import Console  # noqa: PLC0415 -- see HEAVY

    from ..watch import LineWatch, SilentWatch, TerminalWatch  # noqa: PLC0415

    if quiet:
        return SilentWatch()
    if not sys.stderr.isatty():
        return LineWatch(sys.stderr, time.monotonic)
    return TerminalWatch(Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")) or None), time.monotonic)
