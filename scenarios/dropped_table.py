"""Scenario: the table is dropped, and the backup that DynamoDB keeps of it brings it back."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.dropped_table import DroppedTable
from .recoveries.deleted_table_backup import DeletedTableBackup


@dataclass(frozen=True)
class TableDropped:
    """Somebody drops the orders, which had point-in-time recovery on: the backup that DynamoDB keeps brings them back.

    A table that is gone has no restorable window, so point-in-time recovery itself has nothing to restore from
    (`--recovery point_in_time` shows it). What is left is the SYSTEM backup of the moment before, for 35 days.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=10.0, warm_up_s=60.0)
    disaster: Disaster = DroppedTable()
    recovery: Recovery = DeletedTableBackup()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 300.0
    expected: Expected | None = None
