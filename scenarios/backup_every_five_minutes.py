"""Scenario: a backup every five minutes, and a disaster at the worst moment of the schedule."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.overwrite import Overwrite
from .recoveries.on_demand_backup import OnDemandBackup


@dataclass(frozen=True)
class BackupEveryFiveMinutes:
    """Backups every five minutes, for an RPO of five minutes and an RTO of two hours: the schedule is not enough.

    The bad job begins 59 seconds after a backup. What was written in the minute after CreateBackup may be in it, so
    that backup is not to be trusted, and the one before is six minutes old: the RPO is missed, the RTO is met. To
    be sure of five minutes it takes a backup every three.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=5.0, warm_up_s=659.0)
    disaster: Disaster = Overwrite()
    recovery: Recovery = OnDemandBackup(every_s=300.0)
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 5_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 300.0
    decide_s: float = 300.0
    expected: Expected | None = Expected(
        Outcome.MISSED, "a backup that was taken less than a minute before the damage may hold some of it"
    )
