"""A recovery that restores the table and forgets that a restore does not bring everything."""

from dataclasses import dataclass, replace

from dynadrill.drills.disaster import Disaster
from dynadrill.drills.promise import Method, PromiseKind
from dynadrill.drills.recovery import Recovered, Recovery, RecoveryTools
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.settings import Settings
from dynadrill.drills.target import Capability
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.disasters.batch_delete import BatchDelete
from dynadrill.scenarios.recoveries.point_in_time import PointInTime
from dynadrill.validators.standard import STANDARD


class RestoreOnly:
    """Restores to the point in time, and puts nothing back."""

    needs: tuple[Capability, ...] = (Capability.POINT_IN_TIME,)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.POINT_IN_TIME

    def arm(self, tools: RecoveryTools) -> None:
        """Switch point-in-time recovery on."""
        PointInTime().arm(tools)

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Restore."""
        return PointInTime().recover(replace(tools, settings=Settings()))


@dataclass(frozen=True)
class Forgetful:
    """The items come back, and the settings do not."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = BatchDelete()
    recovery: Recovery = RestoreOnly()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = STANDARD
    items: int = 300
    starts_at: float = 1_772_722_800.0
    notice_s: float = 5.0
    decide_s: float = 5.0
    expected: Expected | None = Expected(Outcome.FAIL, "a restore does not bring the settings back")
