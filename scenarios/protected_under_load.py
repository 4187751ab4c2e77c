"""Scenario: point-in-time recovery is switched on while users work."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.important_table import VerySuperImportantTable
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class ProtectedUnderLoad:
    """Point-in-time recovery is switched on under load, and brings the table back; did users notice?

    In real pace the report sets the latency of users' writes before it beside those while it was switched on, and while
    the table was recovered.
    """

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload(unprotected_s=5.0)
    disaster: Disaster = Overwrite(attribute="balance")
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 5.0
    decide_s: float = 60.0
    expected: Expected | None = None
