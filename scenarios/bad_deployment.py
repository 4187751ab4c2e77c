"""Scenario: a backup right before a deployment, and a deployment that writes wrong values."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.on_demand_backup import OnDemandBackup

A_YEAR_S = 365 * 86_400.0


@dataclass(frozen=True)
class BadDeployment:
    """One backup before a deployment, with the shop closed for two minutes; the new version writes wrong totals.

    The backup is alone in the minute before and the minute after it, so that nothing is left to chance: all that was
    written before it comes back, and what users wrote between the opening and the damage is lost.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = Overwrite()
    recovery: Recovery = OnDemandBackup(every_s=A_YEAR_S)
    objectives: Objectives = Objectives(rpo_s=600.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 5_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 120.0
    expected: Expected | None = None
