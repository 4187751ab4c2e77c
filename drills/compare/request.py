"""One comparison as it was asked for on the command line, and doing it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..snapshots.reading import Reading
from .comparing import Asked, Tools, compare
from .duck import DuckEngine
from .engine import Engine
from .listing import Lines
from .opening import Given, Opener, word_of
from .result import Comparison


@dataclass(frozen=True)
class Request:
    """Two sides, and how they are compared.

    `reading` is how tables are read, `keep` the folder where the snapshots that are made stay (None: they are removed).
    `boundary_s` is how exactly a ledger's instant is meant.
    """

    left: Given
    right: Given
    asked: Asked
    reading: Reading
    engine: str = "duckdb"
    keep: Path | None = None
    by_signature: bool = False
    boundary_s: float = 0.0


def fulfil(request: Request, clock: Clock, lines: Lines | None) -> Comparison:
    """Read what has to be read, and compare.

    Raises:
        UsageError: a word means nothing or two things, or the two cannot be compared so.
        UnverifiableError: a side is damaged, incomplete, or does not answer.
    """
    given = {"left": request.left, "right": request.right}
    words = {name: word_of(each) for name, each in given.items()}
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(request.keep))
        sides = Opener(folder, request.reading, clock, stack).both(given, words)
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dynadrill-compare-")))
        engine = _engine(request.engine)
        stack.callback(engine.close)
        return compare(sides["left"], sides["right"], request.asked, Tools(engine, clock, work), lines)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where snapshots are made: a folder that stays, or one that is removed."""
    if keep is not None:
        if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
            raise UsageError(f"--keep {keep} is not an empty folder", "Name a new one.")
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="dynadrill-sides-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _engine(name: str) -> Engine:
    if name == "duckdb":
        return DuckEngine()
    if name == "spark":
        from .spark import local_engine  # noqa: PLC0415 -- an extra that need not be installed

        return local_engine()
    raise UsageError(f"--engine {name} is none", "There are duckdb and spark.")
