"""Evidence from disk: what `run` leaves behind, read back and judged without a target."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from . import catalog
from .books import Books, InMemory, Place
from .diff import Diff
from .errors import UnverifiableError, UsageError
from .evidence import Evidence
from .history import History
from .index_snapshot import IndexSnapshot, read_index_snapshot
from .invariants.invariant import kept_invariant
from .judge import judge
from .judgement import Judgement
from .large.keeping import keep
from .lines import parts_of
from .masking import masked
from .reading_history import read_history
from .runrecord import RunRecord
from .scenario import Validator
from .snapshot import Snapshot, read_snapshot
from .store import RunFolder, open_run, read_record, spent_of, write_atomically
from .verdict import Verdict, unknown

COMFORTABLE_BYTES = 256 * 1024 * 1024
"""A larger history is judged from tables on disk: in memory it would take half as much again as its files have, and
several times as much where items are small."""


class Unloadable:
    """A claim whose validator could not be loaded, so that nothing is known about it."""

    def __init__(self, why: str) -> None:
        self.why = why

    def check(self, evidence: Evidence) -> Verdict:  # noqa: ARG002 -- it cannot look at anything
        """Nothing was checked."""
        return unknown(self.why)


def judge_folder(path: Path) -> Judgement:
    """Judge a stored run again, and write the same `verdict.json`.

    Raises:
        UsageError: there is no run folder there.
        UnverifiableError: the run's record is half written or of another version.
    """
    folder = open_run(path)
    record = read_record(folder)
    judgement = judge(load_evidence(folder, record), load_validators(record))
    judgement = judgement.model_copy(update={"spent": spent_of(folder)})
    if not record.show_values:
        judgement = Judgement.model_validate_json(masked(judgement.model_dump_json()))
    write_atomically(folder.verdict_json, judgement.to_json())
    return judgement


def load_validators(record: RunRecord) -> dict[str, Validator]:
    """The validators that a run names, by name; one that cannot be loaded says unknown."""
    found: dict[str, Validator] = {}
    for name in record.validators:
        try:
            found[name] = catalog.load(catalog.Kind.VALIDATOR, name)
        except UsageError as error:
            found[name] = Unloadable(error.message)
    return found


def load_evidence(folder: RunFolder, record: RunRecord) -> Evidence:
    """Read everything that a run has written down so far; it is final when the drill came to its end."""
    final = record.ending is not None and record.ending.how == "completed"
    read = _read(folder, record, ("restored", "in_service", "left") if final else ("restored",))
    problems = list(read.problems)
    indexes = _indexes(folder, record, problems) if final else {}
    uncounted = [] if read.history.loads or not final else ["no load process wrote down what it counted"]
    return Evidence(
        run=record,
        history=read.history,
        restored=read.snapshots.get("restored"),
        in_service=read.snapshots.get("in_service"),
        left=read.snapshots.get("left"),
        final=final,
        problems=tuple(problems),
        missing_history=(*_missing_parts(folder, record), *uncounted),
        kept=read.kept,
        indexes=indexes,
        invariants=tuple(kept_invariant(folder.invariant(name)) for name in record.invariants),
    )


def diff_at_gate(folder: RunFolder, record: RunRecord) -> Diff:
    """The table before the strike, held against what was asked and told until now.

    Raises:
        UnverifiableError: its snapshot cannot be read.
    """
    read = _read(folder, record, ("gate",))
    books = read.kept or InMemory(record, read.history, read.snapshots)
    found = books.diff("gate")
    if found is None:
        raise UnverifiableError(f"the table before the strike was not seen: {', '.join(read.problems)}")
    return found


def users_work(folder: RunFolder, record: RunRecord) -> bool:
    """Whether users have written to the table in service since the recovery, and read there what is right.

    Where they have failed back, since then.
    """
    read = _read(folder, record, ())
    books = read.kept or InMemory(record, read.history, {})
    if record.failed_back_at is not None:
        return books.first_good(record.failed_back_at).at is not None
    time = books.recovery_time(read.history.jumps)
    return time is not None and time.measured_s is not None


class _Read(NamedTuple):
    """What was read of a run: in memory, or kept on disk where it is large."""

    history: History
    snapshots: Mapping[Place, Snapshot]
    problems: tuple[str, ...]
    kept: Books | None


def _read(folder: RunFolder, record: RunRecord, places: Sequence[Place]) -> _Read:
    ttl_attribute = record.settings_before.ttl_attribute if record.settings_before else None
    large = sum(history_parts(folder).values()) > COMFORTABLE_BYTES
    kept = keep(folder.history, ttl_attribute) if large else None
    history = kept.history if kept else read_history(folder.history, ttl_attribute)
    snapshots: dict[Place, Snapshot] = {}
    problems: list[str] = []
    for place in places:
        if (file := folder.snapshot(place)).exists():
            try:
                snapshots[place] = kept.take(place, file) if kept else read_snapshot(file)
            except UnverifiableError as error:
                problems.append(error.message.replace(str(file), file.name))
    return _Read(history, snapshots, tuple(problems), kept.books(record, snapshots) if kept else None)


def history_parts(folder: RunFolder) -> dict[str, int]:
    """The history's part files and their sizes in bytes."""
    return {part.name: part.stat().st_size for part in parts_of(folder.history)}


def _missing_parts(folder: RunFolder, record: RunRecord) -> list[str]:
    found = history_parts(folder)
    return [
        f"history/{name} has {found.get(name, 0):,} of the {size:,} bytes that were written"
        for name, size in record.history_parts.items()
        if found.get(name, 0) < size
    ]


def _indexes(folder: RunFolder, record: RunRecord, problems: list[str]) -> dict[str, IndexSnapshot]:
    """What the drill read of the indexes of the table in service."""
    found: dict[str, IndexSnapshot] = {}
    for name in record.indexes or ():
        path = folder.index_snapshot(name)
        try:
            found[name] = read_index_snapshot(path)
        except UnverifiableError as error:
            problems.append(error.message.replace(str(path), path.name))
    return found
