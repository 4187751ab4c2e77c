"""Scenario: a payroll script sets salaries to zero."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.employee import Employee
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class PayrollScript:
    """A payroll script sets the salary of a third of the employees to zero; the table goes back, with its capacity.

    The table has provisioned capacity (10 read and 20 write units), which a restore copies. It does not copy
    point-in-time recovery, which was on from the start.
    """

    fixture: Fixture = Employee()
    workload: Workload = Workload(rate_per_s=5.0)
    disaster: Disaster = Overwrite(attribute="salary")
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 500
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 300.0
    expected: Expected | None = None
