"""The streams that words go to: how wide they are, what they can show, and readers that went away."""

import os
import shutil
from typing import NamedTuple, TextIO

PIPE_WIDTH = 80
WIDEST = 100
NARROWEST = 40


class Screen(NamedTuple):
    """What can be shown at a stream's other end."""

    width: int
    color: bool
    unicode: bool


PLAIN_PAGE = Screen(PIPE_WIDTH, color=False, unicode=True)
"""A file, or a pipe."""


def screen_of(stream: TextIO) -> Screen:
    """Find out; a pipe gets 80 columns and no colour, a dumb terminal no colour and ASCII only."""
    terminal = stream.isatty()
    dumb = os.environ.get("TERM", "") == "dumb"
    width = shutil.get_terminal_size((PIPE_WIDTH, 25)).columns if terminal else PIPE_WIDTH
    return Screen(
        width=max(NARROWEST, min(width, WIDEST)),
        color=terminal and not dumb and not os.environ.get("NO_COLOR"),
        unicode=(stream.encoding or "").lower().startswith("utf") and not (terminal and dumb),
    )


def say(text: str, stream: TextIO) -> None:
    """Write text; a reader that went away (`| head`) and a character that cannot be shown are no errors."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # What is still in the buffer would raise again when the interpreter exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
