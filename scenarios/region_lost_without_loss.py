"""Scenario: a Region is lost, and nothing that was acknowledged is lost with it."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.lost_region import LostRegion
from .recoveries.strong_global_table_failover import StrongGlobalTableFailover


@dataclass(frozen=True)
class RegionLostWithoutLoss:
    """A Region is lost for ten minutes; users go to a replica with strong consistency, and lack nothing there.

    The orders are a global table with multi-Region strong consistency (MRSC) from before the first of them, with
    replicas in two Regions and a witness in the third: so their index by date is a global one, and nobody writes two of
    them in one transaction. Every write that was acknowledged before the Region was lost is in the other one, and
    nothing comes late when it is back.
    """

    fixture: Fixture = Orders(local_index=False, transactions=False)
    workload: Workload = Workload(rate_per_s=20.0, warm_up_s=60.0)
    disaster: Disaster = LostRegion(lasts_s=600.0)
    recovery: Recovery = StrongGlobalTableFailover()
    objectives: Objectives = Objectives(rpo_s=0.0, rto_s=300.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 30.0
    decide_s: float = 60.0
    expected: Expected | None = None
