"""How far a snapshot got that is still being taken: what it takes to go on after a kill."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import UnverifiableError, UsageError
from ..json_model import JsonModel
from ..store import write_atomically
from .about import Holds
from .folder import PRIVATE, make_folder
from .source import TableFacts

BEGINNING = "reading.json"
LEFT_BY_A_KILL = ("*.parquet", "*.unfinished", ".*.json-*")
"""What a killed reading may have left behind: parts that nothing names, half parts, half written records."""
OTHER_HINT = "Take a new snapshot into another folder."

Record = TypeVar("Record", bound=BaseModel)


class Beginning(JsonModel):
    """What is being read, and how: what must be the same for a snapshot to go on. Kept as `reading.json`."""

    schema_: Literal["dynadrill.reading/1"] = "dynadrill.reading/1"
    source: str
    table_id: str
    created_at: float
    key_attributes: tuple[str, ...]
    key_types: tuple[str, ...]
    segments: int
    holds: Holds


class SegmentProgress(BaseModel):
    """How far one segment got: its whole parts and where it goes on. Kept as `segment-0003.json`.

    Rows of unfinished parts are not in it; they are read again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    segment: int
    ended: bool = False
    next_key: dict[str, Any] | None = None
    parts: dict[str, int] = {}
    read_units: float | None = None
    began_at: float | None = None
    ended_at: float | None = None


def beginning_of(facts: TableFacts, segments: int, holds: Holds) -> Beginning:
    """What a reading of a table is bound to."""
    return Beginning(
        source=facts.source,
        table_id=facts.table_id,
        created_at=facts.created_at,
        key_attributes=facts.key_attributes,
        key_types=facts.key_types,
        segments=segments,
        holds=holds,
    )


def begin(folder: Path, beginning: Beginning) -> None:
    """Write down what is going to be read, in a folder that is empty or not there.

    Raises:
        UsageError: there is something in it.
    """
    make_folder(folder)
    if (folder / BEGINNING).exists():
        raise UsageError(f"{folder} holds a snapshot that was begun", "Go on with --resume, or name another folder.")
    if any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", "Name a folder that is empty or not there.")
    _write(folder / BEGINNING, beginning)


def go_on(folder: Path, beginning: Beginning) -> dict[int, SegmentProgress]:
    """How far each segment got that got anywhere; what is not part of that is removed.

    Raises:
        UsageError: nothing was begun there, or the table, the segments or what is kept are others now.
        UnverifiableError: what was written down cannot be read.
    """
    if not (folder / BEGINNING).is_file():
        raise UsageError(f"{folder} holds no snapshot that was begun", "Leave out --resume to begin one.")
    begun = _read(folder / BEGINNING, Beginning)
    if begun != beginning:
        raise UsageError(f"{folder} cannot be gone on with: {_differences(begun, beginning)}", OTHER_HINT)
    progress = {found.segment: found for found in map(_segment, sorted(folder.glob("segment-*.json")))}
    kept = {name for each in progress.values() for name in each.parts}
    for file in [each for pattern in LEFT_BY_A_KILL for each in folder.glob(pattern)]:
        if file.name not in kept:
            file.unlink()
    return progress


def keep(folder: Path, progress: SegmentProgress) -> None:
    """Write down how far a segment got, once its parts are on disk."""
    _write(folder / f"segment-{progress.segment:04d}.json", progress)


def forget(folder: Path) -> None:
    """Remove what it takes to go on: the snapshot is complete."""
    for file in [*folder.glob("segment-*.json"), folder / BEGINNING]:
        file.unlink(missing_ok=True)


def _write(path: Path, record: BaseModel) -> None:
    write_atomically(path, record.model_dump_json(indent=1) + "\n", PRIVATE)


def _segment(path: Path) -> SegmentProgress:
    return _read(path, SegmentProgress)


def _read(path: Path, kind: type[Record]) -> Record:
    try:
        return kind.model_validate(orjson.loads(path.read_bytes()))
    except (OSError, ValidationError, orjson.JSONDecodeError) as error:
        raise UnverifiableError(f"{path} cannot be read: {error}", OTHER_HINT) from error


def _differences(begun: Beginning, now: Beginning) -> str:
    before: Mapping[str, Any] = begun.model_dump()
    return "; ".join(
        f"{name.replace('_', ' ')} was {before[name]}, now {value}"
        for name, value in now.model_dump().items()
        if value != before[name]
    )
