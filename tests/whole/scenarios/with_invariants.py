"""A scenario that says itself what must hold of its items, in files beside it."""

from dataclasses import dataclass

from dynadrill.drills.scenario import Disaster, Expected, Fixture, Objectives, Recovery, Validator, Workload
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.overwrite import Overwrite
from dynadrill.scenarios.recoveries.point_in_time import PointInTime
from dynadrill.validators.own_invariants import OwnInvariants
from dynadrill.validators.standard import STANDARD


@dataclass(frozen=True)
class WithInvariants:
    """Totals are overwritten, and an order's total is what its lines add up to."""

    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = Overwrite()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = (*STANDARD, OwnInvariants(files=("totals.sql",)))
    items: int = 300
    starts_at: float = 1_772_722_800.0
    notice_s: float = 5.0
    decide_s: float = 5.0
    expected: Expected | None = None
