"""Where a comparison's words and files go: text, JSON or JSON lines, `--json`, and the complete list."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ..errors import UsageError
from ..output import STANDARD_OUTPUT, Output, write_file
from ..report import to_text
from ..terminal import say, screen_of
from .listing import JsonLines, Lines, ListingFile
from .report import page
from .result import Comparison, DifferenceRecord

FORMATS = ("text", "json", "jsonl")


@dataclass(frozen=True)
class Telling:
    """What is asked for: the form of what is said, a file (or `-`) for the JSON, a file for every difference."""

    form: str = "text"
    json_to: str | None = None
    out: Path | None = None

    def __post_init__(self) -> None:
        if self.form not in FORMATS:
            raise UsageError(f"--format {self.form} is none", f"There are {', '.join(FORMATS)}.")
        if self.form != "text" and self.json_to == STANDARD_OUTPUT:
            raise UsageError(f"--format {self.form} and --json - both want standard output", "Leave one of them out.")
        Output(self.json_to).check()

    @contextmanager
    def lines(self) -> Iterator[Lines | None]:
        """Where every difference goes; None where nobody asked for them."""
        with ExitStack() as stack:
            wanted: list[Lines] = []
            if self.out is not None:
                wanted.append(stack.enter_context(ListingFile(self.out)))
            if self.form == "jsonl":
                wanted.append(JsonLines(sys.stdout.buffer))
            several = Several(wanted)
            yield several if wanted else None
            several.close()

    def tell(self, comparison: Comparison) -> None:
        """Say what a comparison came to."""
        if self.form == "text":
            stream: TextIO = sys.stderr if self.json_to == STANDARD_OUTPUT else sys.stdout
            say(to_text(page(comparison), screen_of(stream)), stream)
        else:
            say(comparison.to_json() if self.form == "json" else comparison.model_dump_json() + "\n", sys.stdout)
        if self.json_to == STANDARD_OUTPUT:
            say(comparison.to_json(), sys.stdout)
        elif self.json_to is not None:
            write_file(Path(self.json_to), comparison.to_json())


@dataclass(frozen=True)
class Several:
    """Lines that go to several places."""

    places: Sequence[Lines]

    def add(self, record: DifferenceRecord) -> None:
        """See `Lines.add`."""
        for place in self.places:
            place.add(record)

    def close(self) -> None:
        """See `Lines.close`."""
        for place in self.places:
            place.close()
