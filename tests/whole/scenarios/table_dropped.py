"""A table is dropped by somebody who took it for another one."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.recoveries.stream_replay import StreamReplay
from dynadrill.validators.standard import STANDARD


class Drop:
    """Deletes the table."""

    def strike(self, strike: Strike) -> Clue:
        """Do it."""
        at = strike.about_to(f"DeleteTable {strike.table}")
        strike.control.delete_table(TableName=strike.table)
        return Clue("the trail of API calls", at)


@dataclass(frozen=True)
class TableDropped:
    """The table is gone, and what was read of its stream is not."""

    fixture: Fixture = Orders()
    workload: Workload = Workload()
    disaster: Disaster = Drop()
    recovery: Recovery = StreamReplay()
    objectives: Objectives = Objectives(rpo_s=5.0, rto_s=7200.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 200
    starts_at: float = 1_772_722_800.0
    notice_s: float = 60.0
    decide_s: float = 60.0
    expected: Expected | None = None
