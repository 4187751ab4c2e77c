"""Files of JSON lines that processes append to: which there are, and which of their lines are whole."""

from collections.abc import Iterator
from pathlib import Path

UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, ArithmeticError)
"""What reading a line raises that no recorder wrote."""

END_OF_LINE = ord("\n")


def parts_of(folder: Path) -> list[Path]:
    """The part files of a folder, by name."""
    return sorted(folder.glob("*.jsonl"))


def whole_lines(part: Path) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a part file, numbered from 1; only the last can lack its end."""
    with part.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line[-1] == END_OF_LINE:
                yield number, line
