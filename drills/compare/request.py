"""One comparison as it was asked for on the command line, and doing it."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..snapshots.reading import Reading
from .against_ledger import Instant, compare_with_ledger
from .by_signature import compare_signatures, signature_for, signature_record
from .comparing import Asked, Tools, compare, side_record
from .duck import DuckEngine
from .engine import Engine
from .listing import Lines
from .opening import Given, Opener, word_of
from .result import Comparison, without_account
from .sql import Side as Which
from .words import Word


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
    boundary_s: float = 0.0


def fulfil(request: Request, clock: Clock, lines: Lines | None) -> Comparison:
    """Read what has to be read, and compare; accounts are cut to their last digits unless values were asked for.

    Raises:
        UsageError: a word means nothing or two things, or the two cannot be compared so.
        UnverifiableError: a side is damaged, incomplete, or does not answer.
    """
    found = _compared(request, clock, lines)
    if request.asked.showing.values:
        return found
    return found.model_copy(update={"left": without_account(found.left), "right": without_account(found.right)})


def _compared(request: Request, clock: Clock, lines: Lines | None) -> Comparison:
    given: dict[Which, Given] = {"left": request.left, "right": request.right}
    words = {name: word_of(each) for name, each in given.items()}
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(request.keep))
        # What is kept, listed whole, or changed before it is compared has to have its items.
        lean = request.keep is None and lines is None and not request.asked.ignoring.reasons
        opener = Opener(folder, request.reading, clock, stack, lean)
        ledgers = [name for name, word in words.items() if word.taken_for == "ledger"]
        if ledgers:
            return _with_ledger(request, words, ledgers, opener)
        if any(word.taken_for == "signature" for word in words.values()):
            _check_signed(request.asked)
            return _signed(given, words, opener)
        sides = opener.both(given, words)
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dynadrill-compare-")))
        engine = _engine(request.engine)
        stack.callback(engine.close)
        return compare(sides["left"], sides["right"], request.asked, Tools(engine, clock, work), lines)


def _with_ledger(request: Request, words: Mapping[Which, Word], ledgers: Sequence[Which], opener: Opener) -> Comparison:
    """One side is a run's ledger: the other is held against what it says."""
    if len(ledgers) == 2:
        raise UsageError("both sides are ledgers", "Hold one against a table, a snapshot or an export.")
    (which,) = ledgers
    name: Which = "right" if which == "left" else "left"
    other = request.right if name == "right" else request.left
    instant = Instant(words[which], request.boundary_s)
    opener = replace(opener, lean=False)
    return compare_with_ledger(instant, which, opener.side(other, words[name], name), request.asked)


def _check_signed(asked: Asked) -> None:
    if asked.share is not None or asked.ignoring.reasons:
        raise UsageError(
            "a signature is of all keys and of whole items", "Leave out --sample and --ignore, or compare snapshots."
        )


def _signed(given: Mapping[Which, Given], words: Mapping[Which, Word], opener: Opener) -> Comparison:
    """One side is a signature, or both are: what is not is read whole, and signed."""
    sides = {
        name: opener.side(given[name], word, name) for name, word in words.items() if word.taken_for != "signature"
    }
    signatures = {
        name: signature_for(word, sides[name].stored if name in sides else None) for name, word in words.items()
    }
    records = {
        name: side_record(sides[name]) if name in sides else signature_record(word, signatures[name])
        for name, word in words.items()
    }
    return compare_signatures(signatures, records)


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
