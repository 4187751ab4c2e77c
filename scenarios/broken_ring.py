"""Scenario: a repair script breaks the links of a ring that users permute in transactions."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.ring import NEXT, Ring
from ..validators.ring_whole import RingWhole
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class BrokenRing:
    """A repair script sets the links of a third of a ring's items to zero; the table goes back to the second before.

    Every write of a user is a transaction of three items, and whether all of them came back whole is seen in the
    restored items alone: they form one ring, or they do not.
    """

    fixture: Fixture = Ring()
    workload: Workload = Workload()
    disaster: Disaster = Overwrite(attribute=NEXT)
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = (*STANDARD, RingWhole())
    items: int = 2_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 300.0
    expected: Expected | None = None
