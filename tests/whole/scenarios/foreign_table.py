"""A disaster that reaches for a table that the run did not create."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.recoveries.point_in_time import PointInTime
from dynadrill.validators.standard import STANDARD


class ReachForAnother:
    """Deletes a table of somebody else."""

    def strike(self, strike: Strike) -> Clue:
        """Try to."""
        strike.control.delete_table(TableName="customers")
        return Clue("nothing", None)


@dataclass(frozen=True)
class ForeignTable:
    """A script reaches for a table that is not the drill's."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = ReachForAnother()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = STANDARD
    items: int = 100
    starts_at: float = 1_772_722_800.0
    notice_s: float = 5.0
    decide_s: float = 5.0
    expected: Expected | None = Expected(Outcome.REFUSED, "a drill touches only what it made")
