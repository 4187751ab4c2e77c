"""Scenario: a migration takes items out of an index."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.type_migration import TypeMigration
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class OutOfTheIndex:
    """A migration makes a map of an order's city; half of the orders are found by city no longer; the table goes back.

    Who searches by city complains after half an hour. The restored table has its indexes, made from its items.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=1.0, warm_up_s=60.0)
    disaster: Disaster = TypeMigration()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=14400.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 1800.0
    decide_s: float = 600.0
    expected: Expected | None = None
