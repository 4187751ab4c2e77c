"""Scenario: a service writes half of what belongs together."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.half_transaction import HalfTransaction
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class HalfATransaction:
    """A service takes amounts away from orders and dies before it adds them elsewhere; the table goes back.

    The books do not balance half an hour later; the service's log says when it died, and what it had begun.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=2.0, warm_up_s=60.0)
    disaster: Disaster = HalfTransaction()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=14400.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 1800.0
    decide_s: float = 600.0
    expected: Expected | None = None
