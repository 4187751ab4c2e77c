"""Scenario: a bug deletes orders from 15:00 on, little by little, and is noticed at 15:15."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.slow_deletes import SlowDeletes
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class OrdersDeletedSlowly:
    """A bug deletes orders from 15:00 on, one every ten seconds; at 15:15 somebody notices.

    With an RPO of five minutes one might go back to 15:10, and would bring back a table from which two thirds of those
    orders were gone already. The point is 14:59:59: every order is back, and what users wrote between 15:00 and the
    cutover is lost. `--to 2026-03-05T15:10:00Z` shows the first.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=10.0)
    disaster: Disaster = SlowDeletes()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_770.0
    """2026-03-05T14:59:30Z"""
    notice_s: float = 0.0
    decide_s: float = 300.0
    expected: Expected | None = None
