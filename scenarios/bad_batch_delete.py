"""Scenario: the story that launched point-in-time recovery, a clean-up script run with the wrong comparison."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.important_table import VerySuperImportantTable
from ..validators.standard import STANDARD
from .disasters.batch_delete import BatchDelete
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class BadBatchDelete:
    """A clean-up script deletes recent items instead of old ones; the table goes back to the second before.

    Somebody watches the script, presses CTRL+C, and knows at once that something is wrong; deciding what to do about
    it takes five minutes more.
    """

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = BatchDelete()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 10_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 5.0
    decide_s: float = 300.0
    expected: Expected | None = None
