"""Scenario: a Region is lost, and the only backups were in it."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.lost_region import LostRegion
from .recoveries.on_demand_backup import OnDemandBackup


@dataclass(frozen=True)
class LostRegionWithoutCopies:
    """Region us-east-2 is lost, and with it every backup of the orders: one was taken every hour, and none copied.

    On-demand backups stay in their Region and cannot be copied. There is nothing to restore from until it is back.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=3600.0)
    disaster: Disaster = LostRegion()
    recovery: Recovery = OnDemandBackup()
    objectives: Objectives = Objectives(rpo_s=3600.0, rto_s=4 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 300.0
    decide_s: float = 1800.0
    expected: Expected | None = Expected(Outcome.FAIL, "the only backups were in the Region that is lost")
    region: str = "us-east-2"
