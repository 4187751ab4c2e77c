"""Scenario: expiries are written in milliseconds, and nothing expires any more."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.important_table import VerySuperImportantTable
from ..validators.standard import STANDARD
from .disasters.ttl_in_milliseconds import TtlInMilliseconds
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class ExpiryInMilliseconds:
    """A new version writes the expiry of customers in milliseconds; an hour later somebody wonders why nothing expires.

    The table goes back to the second before the deployment, and what was written since is lost: for a table that
    works and only does not forget, that is a high price.
    """

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=60.0)
    disaster: Disaster = TtlInMilliseconds()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=14400.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 3600.0
    decide_s: float = 600.0
    expected: Expected | None = None
