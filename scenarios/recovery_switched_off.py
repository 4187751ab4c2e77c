"""Scenario: point-in-time recovery is off when it is needed."""

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
class RecoveryOff:
    """Somebody switches point-in-time recovery off; then a batch job spoils the orders, and nothing can be restored.

    It has to be on before a disaster, and through it: switched off, all that it had recorded is gone.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=5.0, warm_up_s=60.0)
    disaster: Disaster = RecoverySwitchedOff()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 900.0
    decide_s: float = 300.0
    expected: Expected | None = Expected(Outcome.FAIL, "switched off, point-in-time recovery can restore nothing")
