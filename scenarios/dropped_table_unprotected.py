"""Scenario: the table is dropped, with nothing that would bring it back."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.dropped_table import DroppedTable
from .recoveries.nothing import Nothing


@dataclass(frozen=True)
class UnprotectedTableDropped:
    """Somebody drops the orders, with point-in-time recovery off and no backup: nothing brings them back."""

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=10.0, warm_up_s=60.0)
    disaster: Disaster = DroppedTable()
    recovery: Recovery = Nothing()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 300.0
    expected: Expected | None = Expected(Outcome.FAIL, "nothing was kept of the table, so nothing can come back")
