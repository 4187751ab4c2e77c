"""Scenario: a batch job writes a wrong value over part of the items."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class BadOverwrite:
    """A batch job sets the totals of a third of the orders to zero; the table goes back to the second before.

    A customer complains after fifteen minutes, and it takes ten more to decide.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = Overwrite()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 5_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 900.0
    decide_s: float = 600.0
    expected: Expected | None = None
