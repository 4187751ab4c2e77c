"""A bad overwrite, after which every restore that is asked for fails at its end."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.overwrite import Overwrite
from dynadrill.scenarios.recoveries.point_in_time_with_changes import PointInTimeWithChanges
from dynadrill.validators.standard import STANDARD


class OverwriteAndFail:
    """`Overwrite`, and no restore comes to a good end from then on."""

    def strike(self, strike: Strike) -> Clue:
        """Overwrite, then let restores fail."""
        clue = Overwrite().strike(strike)
        assert strike.world is not None
        strike.world.add_fault("fail", operation="RestoreTableToPointInTime")
        return clue


@dataclass(frozen=True)
class RestoreFails:
    """A restore is accepted, and its table is gone when it should be there."""

    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = OverwriteAndFail()
    recovery: Recovery = PointInTimeWithChanges()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = STANDARD
    items: int = 100
    starts_at: float = 1_772_722_800.0
    notice_s: float = 5.0
    decide_s: float = 5.0
    expected: Expected | None = Expected(Outcome.FAIL, "the restore did not come to a good end")
