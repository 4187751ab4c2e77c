"""Scenario: point-in-time recovery was off for a minute, and its window begins anew."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.recovery_switched_off import RecoverySwitchedOff
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class RecoveryWindowLost:
    """Somebody switches point-in-time recovery off and on again; at once a batch job spoils the orders.

    The table looks protected, and has been since before the first bad write. But the window began anew when recovery
    was switched on again: the second before the first bad write lies before it, and so does everything earlier.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=5.0, warm_up_s=60.0)
    disaster: Disaster = RecoverySwitchedOff(on_again=True)
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 900.0
    decide_s: float = 300.0
    expected: Expected | None = Expected(
        Outcome.FAIL, "switched off and on, point-in-time recovery begins anew, and what was before is gone"
    )
