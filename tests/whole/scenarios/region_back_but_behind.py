"""A Region is lost and comes back, but what was written meanwhile does not arrive there."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.disasters.lost_region import LostRegion
from dynadrill.scenarios.recoveries.global_table_failover import GlobalTableFailover
from dynadrill.validators.standard import STANDARD


@dataclass(frozen=True)
class _BackButBehind(LostRegion):
    """The Region is back after a minute; from then on nothing is replicated."""

    lasts_s: float | None = 60.0

    def end(self, strike: Strike) -> None:
        """Bring it back, and hold replication."""
        assert strike.world is not None
        strike.world.pause_replication()
        super().end(strike)


@dataclass(frozen=True)
class RegionBackButBehind:
    """The home Region is lost and comes back without what was written meanwhile."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = _BackButBehind()
    recovery: Recovery = GlobalTableFailover()
    objectives: Objectives = Objectives(rpo_s=10.0, rto_s=900.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 300
    starts_at: float = 1_772_722_800.0
    notice_s: float = 20.0
    decide_s: float = 20.0
    expected: Expected | None = Expected(Outcome.FAIL, "users cannot be taken back")
