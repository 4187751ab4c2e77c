"""Scenario: the key that the table is encrypted with is disabled, and a restore is tried."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.key_disabled import KeyDisabled
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class KeyIsDisabled:
    """Somebody disables the key of the orders; a restore to a minute before is tried, and refused.

    What point-in-time recovery keeps is encrypted with the same key. What helps is to enable it again:
    `--recovery key_enabled_again`.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=2.0, warm_up_s=60.0)
    disaster: Disaster = KeyDisabled()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 600.0
    expected: Expected | None = Expected(Outcome.FAIL, "a restore needs the key that is disabled")
