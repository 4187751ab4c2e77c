"""A Region is lost while replication to the other one is held."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.target import Capability
from dynadrill.drills.verdict import Outcome
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.recoveries.global_table_failover import GlobalTableFailover
from dynadrill.validators.standard import STANDARD


class LoseRegionBehind:
    """Replication is held for 20 seconds that nobody notices, then the home Region goes down."""

    needs = (Capability.OUTAGES,)

    def strike(self, strike: Strike) -> Clue:
        """Hold replication, let users work on, take the Region down."""
        assert strike.world is not None
        strike.world.pause_replication()
        strike.clock.live(20.0)
        at = strike.about_to(f"lose {strike.region}")
        strike.world.lose_region(strike.region)
        return Clue("the provider's status page", at)


@dataclass(frozen=True)
class RegionLostWhileBehind:
    """The replica is further behind than was measured when the Region is lost."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = LoseRegionBehind()
    recovery: Recovery = GlobalTableFailover()
    objectives: Objectives = Objectives(rpo_s=10.0, rto_s=900.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 300
    starts_at: float = 1_772_722_800.0
    notice_s: float = 30.0
    decide_s: float = 60.0
    expected: Expected | None = Expected(Outcome.FAIL, "the lag was longer than was measured")
