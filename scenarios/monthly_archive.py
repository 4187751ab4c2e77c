"""Scenario: damage that is found when point-in-time recovery no longer reaches back to it, but an archive does."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.on_demand_backup import OnDemandBackup

A_DAY_S = 86_400.0


@dataclass(frozen=True)
class MonthlyArchive:
    """A backup is archived every 30 days and kept for seven years; wrong totals are found 40 days later.

    Point-in-time recovery keeps 35 days at most, so what was there before the damage is in the archive alone: an
    on-demand backup is kept until somebody deletes it. Everything written since that backup is lost, by design: an RPO
    of 31 days is asked for, and no RTO, since what counts is that the old state can be had at all.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.0002, warm_up_s=15 * A_DAY_S)
    disaster: Disaster = Overwrite()
    recovery: Recovery = OnDemandBackup(every_s=30 * A_DAY_S, kept_s=7 * 365 * A_DAY_S)
    objectives: Objectives = Objectives(rpo_s=31 * A_DAY_S)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 40 * A_DAY_S
    decide_s: float = A_DAY_S
    expected: Expected | None = None
