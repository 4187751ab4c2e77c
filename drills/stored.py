"""Evidence from disk: what `run` leaves behind, read back and judged without a target."""

from pathlib import Path

from . import catalog
from .errors import UnverifiableError, UsageError
from .evidence import Evidence
from .history import read_history
from .index_snapshot import IndexSnapshot, read_index_snapshot
from .invariants.invariant import kept_invariant
from .judge import judge
from .judgement import Judgement
from .runrecord import RunRecord
from .scenario import Validator
from .snapshot import Snapshot, read_snapshot
from .store import RunFolder, open_run, read_record, write_atomically
from .verdict import Verdict, unknown


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
    settings = record.settings_before
    problems: list[str] = []
    history = read_history(folder.history, settings.ttl_attribute if settings else None)
    indexes = _indexes(folder, record, problems) if final else {}
    uncounted = [] if history.loads or not final else ["no load process wrote down what it counted"]
    return Evidence(
        run=record,
        history=history,
        restored=_snapshot(folder.snapshot("restored"), problems),
        in_service=_snapshot(folder.snapshot("in_service"), problems) if final else None,
        final=final,
        missing_history=(*_missing_parts(folder, record), *uncounted),
        indexes=indexes,
        invariants=tuple(kept_invariant(folder.invariant(name)) for name in record.invariants),
        problems=tuple(problems),
    )


def history_parts(folder: RunFolder) -> dict[str, int]:
    """The history's part files and their sizes in bytes."""
    return {part.name: part.stat().st_size for part in sorted(folder.history.glob("*.jsonl"))}


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


def _snapshot(path: Path, problems: list[str]) -> Snapshot | None:
    """A snapshot that the drill took; one that cannot be read is a problem, one that it never took is not there."""
    if not path.exists():
        return None
    try:
        return read_snapshot(path)
    except UnverifiableError as error:
        problems.append(error.message.replace(str(path), path.name))
        return None
