"""Scenario: an intruder deletes the backups, and then encrypts the values."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.deleted_backups import DeletedBackups
from .recoveries.on_demand_backup import OnDemandBackup


@dataclass(frozen=True)
class BackupsDeleted:
    """An intruder deletes every backup of the orders, and then encrypts them: there is nothing left to restore."""

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=600.0)
    disaster: Disaster = DeletedBackups()
    recovery: Recovery = OnDemandBackup()
    objectives: Objectives = Objectives(rpo_s=3600.0, rto_s=4 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 1800.0
    decide_s: float = 600.0
    expected: Expected | None = Expected(Outcome.FAIL, "the backups were deleted before the values were encrypted")
