"""Scenario: an intruder encrypts the values of most items."""

from dataclasses import dataclass

from ..drills.disaster import Disaster
from ..drills.recovery import Recovery
from ..drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from ..fixtures.orders import Orders
from ..validators.standard import STANDARD
from .disasters.encrypted_values import EncryptedValues
from .recoveries.point_in_time import PointInTime


@dataclass(frozen=True)
class ValuesEncrypted:
    """An intruder encrypts the values of four fifths of the orders; the table goes back to the second before.

    The ransom note comes after half an hour, and another passes until it is known since when the intruder wrote.
    """

    fixture: Fixture = Orders()
    workload: Workload = Workload(rate_per_s=1.0, warm_up_s=60.0)
    disaster: Disaster = EncryptedValues()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives(rpo_s=300.0, rto_s=14400.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 1_000
    starts_at: float = 1_772_722_800.0
    """2026-03-05T15:00:00Z"""
    notice_s: float = 1800.0
    decide_s: float = 1800.0
    expected: Expected | None = None
