"""Scenario: a Region is lost, and point-in-time recovery with it."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.lost_region import LostRegion
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class LostRegionWithRecovery:
    """Region us-east-2 is lost; point-in-time recovery was on, and is of no use: its past is lost with the Region.

    A table can be restored into another Region while its own answers, and not afterwards.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=600.0)
    disaster: Disaster = LostRegion()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=3600.0, rto_s=4 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 300.0
    decide_s: float = 1800.0
    expected: Expected | None = Expected(Outcome.FAIL, "what point-in-time recovery keeps is in the lost Region")
    region: str = "us-east-2"
