"""Scenario: a Region is lost for an hour; users work on in another, and go back."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.important_table import VerySuperImportantTable
from ..validators.standard import STANDARD
from .disasters.lost_region import LostRegion
from .recoveries.global_table_failover import GlobalTableFailover


@dataclass(frozen=True)
class RegionOutage:
    """A Region is lost for an hour; users go to the replica, and what had not arrived there comes late.

    When the first Region is there again, users are taken back to it as soon as it is shown that both replicas hold the
    same items. Writes that come late are counted, and are no damage where nobody has written to their item since: in
    the end nothing of what was acknowledged is lost.
    """

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload(rate_per_s=20.0)
    disaster: Disaster = LostRegion(lasts_s=3600.0)
    recovery: Recovery = GlobalTableFailover()
    objectives: Objectives = Objectives(rpo_s=10.0, rto_s=900.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 30.0
    decide_s: float = 60.0
    expected: Expected | None = None
