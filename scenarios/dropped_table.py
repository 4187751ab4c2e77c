"""Scenario: the table is dropped, and point-in-time recovery went with it."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.dropped_table import DroppedTable
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class TableDropped:
    """Somebody drops the orders, and point-in-time recovery, which was on, has nothing to restore from any more.

    A table that is gone has no restorable window. What is left is the SYSTEM backup that DynamoDB keeps of a table
    deleted with recovery on, which is another way back: `--recovery deleted_table_backup`.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = DroppedTable()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 300.0
    expected: Expected | None = Expected(
        Outcome.FAIL, "point-in-time recovery ends with its table: what is left is the SYSTEM backup"
    )
