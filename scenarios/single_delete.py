"""Scenario: one item among many is deleted by hand."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.important_table import VerySuperImportantTable
from ..validators.standard import STANDARD
from .disasters.single_delete import SingleDelete
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class OneItemDeleted:
    """Somebody deletes one customer by hand, and it is the wrong one; the table goes back to the second before.

    The customer calls half an hour later. A restore brings that one item back, and loses what all others wrote since:
    half an hour of good writes for one.
    """

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload(rate_per_s=1.0, warm_up_s=60.0)
    disaster: Disaster = SingleDelete()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=14400.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 10_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 1800.0
    decide_s: float = 600.0
    expected: Expected | None = None
