"""How long work of the service's took, kept in the run folder where somebody waited for it, and read by later runs.

{"kind": "restore", "of": "orders", "place": "aws:eu-west-1", "seconds": 512.3, "at": 1795282330.1}
"""

import os
from collections.abc import Iterator
from pathlib import Path

import orjson
from pydantic import ValidationError

from ..json_model import JsonModel
from .wait import Expected

WAITS = "waits.jsonl"
"""Its name in a run folder."""
LATEST = 5
"""So many of the latest are gone by."""


class Measured(JsonModel):
    """Work that was waited for to its end: its kind, the table, the target as it is called, and when it was done."""

    kind: str
    of: str
    place: str
    seconds: float
    at: float


def keep(folder: Path, measured: Measured) -> None:
    """Append it to those of a run."""
    handle = os.open(folder / WAITS, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.write(handle, orjson.dumps(measured.model_dump()) + b"\n")
    finally:
        os.close(handle)


def expected_by(folder: Path, kind: str, of: str, place: str) -> Expected | None:
    """What earlier runs lead to expect; None where none of them has waited for the like.

    Args:
        folder: this run's; the others are beside it, `OUT/NAME/RUN`.
        kind: of the work.
        of: the table.
        place: the target; how long something took elsewhere says nothing.
    """
    alike = [each for each in _measured(folder.parent.parent) if (each.kind, each.of, each.place) == (kind, of, place)]
    latest = [each.seconds for each in sorted(alike, key=lambda each: each.at)[-LATEST:]]
    if not latest:
        return None
    said = f"last {kind.replace('_', ' ')}" if len(latest) == 1 else f"last {len(latest)} {kind.replace('_', ' ')}s"
    return Expected(min(latest), max(latest), f"the {said} of {of} here" if of else f"the {said} here")


def _measured(out: Path) -> Iterator[Measured]:
    """All that is on disk; a line that is torn, or of another version, says nothing."""
    for path in out.glob(f"*/*/{WAITS}"):
        if path.parent.is_symlink():  # `latest` names what is there anyway
            continue
        try:
            lines = path.read_bytes().splitlines()
        except OSError:  # somebody else's, or being removed
            continue
        for line in lines:
            try:
                yield Measured.model_validate(orjson.loads(line))
            except (orjson.JSONDecodeError, ValidationError):
                continue
