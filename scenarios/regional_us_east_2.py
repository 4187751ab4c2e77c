"""Scenario: us-east-2 is lost, and the orders are recovered in us-west-1."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.lost_region import LostRegion
from .recoveries.aws_backup import AwsBackup


@dataclass(frozen=True)
class RegionalUsEast2:
    """Region us-east-2 is lost; the orders were backed up there every hour and copied at once to us-west-1.

    The restore is asked for in us-west-1, from the newest copy that is complete there: from us-east-2, where the
    backups are, nobody gets an answer. How old that copy is, and what its copying took, is the RPO; an hour is asked
    for, and four hours for the RTO. Users are moved to the table in us-west-1 once it is validated.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=5400.0)
    disaster: Disaster = LostRegion()
    recovery: Recovery = AwsBackup()
    objectives: Objectives = Objectives(rpo_s=3600.0, rto_s=4 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 300.0
    decide_s: float = 1800.0
    expected: Expected | None = None
    region: str = "us-east-2"
