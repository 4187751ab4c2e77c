"""Scenario: the table would be dropped, but for its deletion protection."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.dropped_table import DroppedTable
from .recoveries.deletion_protection import DeletionProtection


@dataclass(frozen=True)
class TableDropRefused:
    """Somebody tries to drop the orders, and deletion protection refuses it: users notice nothing."""

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=10.0, warm_up_s=60.0)
    disaster: Disaster = DroppedTable()
    recovery: Recovery = DeletionProtection()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 60.0
    expected: Expected | None = None
