"""A disaster that also switches off the protection, so that nothing can be restored."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.values import Change, key_of
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.recoveries.point_in_time import PointInTime
from dynadrill.validators.standard import STANDARD


class SwitchRecoveryOff:
    """Deletes one item, and switches point-in-time recovery off."""

    def strike(self, strike: Strike) -> Clue:
        """Do both."""
        item = strike.client.scan(TableName=strike.table, Limit=1)["Items"][0]
        began_at = strike.clock.now()
        deletion = Change(key_of(item, strike.key_attributes), None)
        strike.send([deletion])
        strike.control.update_continuous_backups(
            TableName=strike.table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )
        return Clue("the intruder's boast", began_at, log=(deletion,))


@dataclass(frozen=True)
class PitrOff:
    """Protection is switched off between arming and recovery."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = SwitchRecoveryOff()
    recovery: Recovery = PointInTime()
    objectives: Objectives = Objectives()
    validators: tuple[Validator, ...] = STANDARD
    items: int = 100
    starts_at: float = 1_772_722_800.0
    notice_s: float = 5.0
    decide_s: float = 5.0
    expected: Expected | None = Expected(Outcome.FAIL, "what was not recorded cannot be brought back")
