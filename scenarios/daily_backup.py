"""Scenario: one backup a day, and a disaster half a day after one."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.on_demand_backup import OnDemandBackup

A_DAY_S = 86_400.0


@dataclass(frozen=True)
class DailyBackup:
    """One backup a day, kept for 30, for an RPO of a day and an RTO of eight hours; a bad job runs at half a day.

    What was written in that half day is lost, by design. It is the cheapest protection that is kept up at all, and the
    one that auditors ask for.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.02, warm_up_s=A_DAY_S / 2)
    disaster: Disaster = Overwrite()
    recovery: Recovery = OnDemandBackup(every_s=A_DAY_S, kept_s=30 * A_DAY_S)
    objectives: Objectives = Objectives(rpo_s=A_DAY_S, rto_s=8 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 3600.0
    decide_s: float = 1800.0
    expected: Expected | None = None
