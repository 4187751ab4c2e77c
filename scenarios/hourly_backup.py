"""Scenario: a backup every hour, and a disaster between two of them."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.on_demand_backup import OnDemandBackup


@dataclass(frozen=True)
class HourlyBackup:
    """Backups every hour, for an RPO of one hour and an RTO of four; a bad job begins half an hour after one.

    What was written in that half hour is lost, by design: an RPO of one hour allows it, a smaller one does not.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=1.0, warm_up_s=1800.0)
    disaster: Disaster = Overwrite()
    recovery: Recovery = OnDemandBackup(every_s=3600.0)
    objectives: Objectives = Objectives(rpo_s=3600.0, rto_s=14_400.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 5_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 300.0
    decide_s: float = 300.0
    expected: Expected | None = None
