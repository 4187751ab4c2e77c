"""What a word on the command line is taken for: a table, or something on disk, or in S3; nothing is guessed.

A word is, the first of these that holds: what its prefix says (`table:`, `path:`); a table, if it is an ARN; an export,
if it begins with `s3://`; a run's ledger at an instant, if it reads RUN@TIME and RUN is a run folder; what lies there,
if it is a path; a table.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError
from ..quantities import INSTANT_HINT, parse_instant
from ..snapshots.folder import MANIFEST
from .sides import TakenFor

TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}(/index/[A-Za-z0-9_.-]{3,255})?\Z", re.ASCII)
"""API Reference, CreateTable: TableName; `/index/NAME` is one of its indexes."""

FORMS = (
    "A side is a table (orders, table:orders, an ARN), a snapshot's folder, a run's snapshot-*.parquet, a "
    "signature.json, an export's folder or s3://BUCKET/PREFIX, or a run's ledger at an instant (RUN@TIME)."
)


@dataclass(frozen=True)
class Word:
    """A word and what it is taken for; `name` is the table, path, or prefix, `at` the instant of a ledger."""

    given: str
    taken_for: TakenFor
    name: str
    at: float | None = None

    @property
    def path(self) -> Path:
        """Where it lies, if it is on disk."""
        return Path(self.name)


def read_word(given: str, is_export: Callable[[Path], bool]) -> Word:
    """Find out what a word means; looks at the disk, and at nothing else.

    Args:
        given: the word.
        is_export: whether a folder is an export's, or has some below it.

    Raises:
        UsageError: it means nothing, or two things.
    """
    prefix, _, rest = given.partition(":")
    if prefix == "table":
        return _table(given, rest)
    if prefix == "path":
        return _on_disk(given, Path(rest), is_export)
    if prefix == "arn":
        return Word(given, "table", given)
    if given.startswith("s3://"):
        return Word(given, "export", given)
    if ledger := _ledger(given):
        return ledger
    path = Path(given)
    if not path.exists():
        return _table(given, given)
    if path.is_dir() and TABLE_NAME.match(given):
        raise UsageError(
            f"{given!r} may be the folder that is here, or a table of that name",
            f"Write path:{given} or ./{given} for the folder, table:{given} for the table.",
        )
    return _on_disk(given, path, is_export)


def _table(given: str, name: str) -> Word:
    if name.startswith("arn:") or TABLE_NAME.match(name):
        return Word(given, "table", name)
    raise UsageError(f"{given!r} is neither there nor the name of a table", FORMS)


def _ledger(given: str) -> Word | None:
    """A run's ledger; None where what stands before the sign is no folder."""
    run, sign, at = given.rpartition("@")
    if not sign or not Path(run).is_dir() or Path(given).exists():
        return None
    if not (Path(run) / "run.json").is_file():
        raise UsageError(f"{given!r}: {run} is not a run folder, there is no run.json in it", FORMS)
    try:
        return Word(given, "ledger", run, parse_instant(at))
    except UsageError as error:
        raise UsageError(f"{given!r}: {error.message}", INSTANT_HINT) from error


def _on_disk(given: str, path: Path, is_export: Callable[[Path], bool]) -> Word:
    if not path.exists():
        raise UsageError(f"{given!r}: there is no {path}", FORMS)
    name = str(path)
    if path.is_file():
        if path.suffix == ".parquet":
            return Word(given, "run_snapshot", name)
        if path.suffix == ".json":
            return Word(given, "signature", name)
        raise UsageError(f"{given!r} is a file, and neither a .parquet of a run nor a signature.json", FORMS)
    if (path / MANIFEST).is_file():
        return Word(given, "snapshot", name)
    if (path / "run.json").is_file():
        raise UsageError(
            f"{given!r} is a run: it has several snapshots, and a ledger",
            f"Name one: {path}/snapshot-restored.parquet, {path}/snapshot-in_service.parquet or {path}@TIME.",
        )
    if is_export(path):
        return Word(given, "export", name)
    raise UsageError(f"{given!r} is a folder, and neither a snapshot nor an export", FORMS)
