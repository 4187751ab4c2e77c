"""Scenario: TTL deletes contracts that were to be kept."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.contracts import Contracts
from ..validators.standard import STANDARD
from .disasters.ttl_wrong_attribute import TtlWrongAttribute
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class TtlByTheWrongAttribute:
    """TTL is switched on by `signed_at` instead of `keep_until`, and deletes contracts; the table goes back.

    Nobody wrote these deletes, and TTL was never on before: the table comes back without it.
    """

    fixture: Fixture = Contracts()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=300.0)
    disaster: Disaster = TtlWrongAttribute()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=600.0, rto_s=4 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 1800.0
    decide_s: float = 600.0
    expected: Expected | None = None
