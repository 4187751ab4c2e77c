"""A replica that is to be relied on, to which a write takes longer than is allowed."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Disaster
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.disasters.batch_delete import BatchDelete
from dynadrill.scenarios.recoveries.global_table_failover import GlobalTableFailover
from dynadrill.validators.standard import STANDARD


@dataclass(frozen=True)
class ReplicaTooSlow:
    """The bound for the lag is shorter than any write takes."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = BatchDelete()
    recovery: Recovery = GlobalTableFailover(longest_lag_s=0.2)
    objectives: Objectives = Objectives(rpo_s=10.0, rto_s=900.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 300
    starts_at: float = 1_772_722_800.0
    notice_s: float = 30.0
    decide_s: float = 60.0
    expected: Expected | None = Expected(Outcome.FAIL, "the protection does not stand")
