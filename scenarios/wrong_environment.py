"""Scenario: a script that was meant for staging fills the production table with test data."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.wrong_environment import WrongEnvironment
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class ScriptAgainstProduction:
    """A script that was meant for staging puts test data over and beside real orders; the table goes back.

    The developer who ran it sees the wrong table's name in its output, and calls at once.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=10.0, warm_up_s=60.0)
    disaster: Disaster = WrongEnvironment()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 60.0
    decide_s: float = 300.0
    expected: Expected | None = None
