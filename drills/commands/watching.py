"""Who watches a command: a person at a terminal, or nobody."""

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..watch import Watch


def watch(*, quiet: bool) -> "Watch":
    """Live progress where standard error is a terminal, and silence in a pipe or where it was asked for."""
    from rich.console import Console  # noqa: PLC0415 -- see HEAVY

    from ..watch import SilentWatch, TerminalWatch  # noqa: PLC0415

    if quiet or not sys.stderr.isatty():
        return SilentWatch()
    return TerminalWatch(Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")) or None), time.monotonic)
