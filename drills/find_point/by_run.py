"""The restore point of a stored run: by its history, which knows the truth, and by its clue, which an SRE has."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ..errors import UnverifiableError
from ..promise import Boundary
from ..restore_points.curve import RestorePoints
from ..store import open_run, read_record
from ..stored import load_evidence
from .found import ClueFound


class OfRun(NamedTuple):
    """What a run's evidence says."""

    points: RestorePoints
    clue: ClueFound | None
    read: list[str]
    doubts: list[str]


def of_run(path: Path, boundary: Boundary | None) -> OfRun:
    """Find the point of a stored run.

    Args:
        path: of the run folder.
        boundary: of the method that is to restore; None for the run's own.

    Raises:
        UsageError: there is no run folder.
        UnverifiableError: its record is not whole, or its disaster wrote no items.
    """
    folder = open_run(path)
    record = read_record(folder)
    evidence = load_evidence(folder, record)
    points = evidence.restore_points
    if points is None:
        raise UnverifiableError(
            f"the disaster of {path}, {record.disaster}, wrote no items: no second is better than another",
            "Of a table that was dropped, or a Region that was lost, nothing has to be gone back from.",
        )
    points = replace(points, boundary=boundary or points.boundary)
    first_bad_at = points.observed.first_bad_at
    clue = None
    if record.clue is not None:
        at = record.clue.first_bad_at
        clue = ClueFound(
            source=record.clue.source,
            first_bad_at=at,
            best_at=None if at is None else points.boundary.last_second_before(at),
            off_s=None if at is None else round(at - first_bad_at, 6),
        )
    doubts = [f"evidence is lost: {lost}" for lost in evidence.lost[:1]]
    return OfRun(points, clue, [f"the history of {record.scenario}, seed {record.seed}"], doubts)
