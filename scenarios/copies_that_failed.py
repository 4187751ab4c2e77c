"""Scenario: a Region is lost, and copies to the other one had failed unnoticed."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..drills.verdict import Outcome
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.lost_region import LostRegion
from .recoveries.aws_backup import AwsBackup


@dataclass(frozen=True)
class CopiesThatFailed:
    """Region us-east-2 is lost, and since the first copy to us-west-1 every other one had failed at its end.

    Each job was accepted, and nobody was called when it failed. The table comes back as it was an hour and a half ago:
    right, and with more lost than the hour that was asked for.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=0.5, warm_up_s=5400.0)
    disaster: Disaster = LostRegion(copies_fail=True)
    recovery: Recovery = AwsBackup()
    objectives: Objectives = Objectives(rpo_s=3600.0, rto_s=4 * 3600.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 300.0
    decide_s: float = 1800.0
    expected: Expected | None = Expected(Outcome.MISSED, "the newest copy that is complete is older than the RPO")
    region: str = "us-east-2"
