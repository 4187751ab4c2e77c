"""A Region is lost for a minute, and comes back."""

from dataclasses import dataclass

from dynadrill.drills.disaster import Clue, Disaster, Strike
from dynadrill.drills.recovery import Recovery
from dynadrill.drills.scenario import Expected, Fixture, Objectives, Validator, Workload
from dynadrill.drills.target import Capability
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.scenarios.recoveries.global_table_failover import GlobalTableFailover
from dynadrill.validators.standard import STANDARD


class LoseRegionForAWhile:
    """The home Region goes down for a minute."""

    needs = (Capability.OUTAGES,)
    lasts_s = 60.0

    def strike(self, strike: Strike) -> Clue:
        """Take it down; the provider's status page says when."""
        at = strike.about_to(f"lose {strike.region}")
        assert strike.world is not None
        strike.world.lose_region(strike.region)
        return Clue("the provider's status page", at)

    def end(self, strike: Strike) -> None:
        """Bring it back."""
        assert strike.world is not None
        strike.world.bring_back_region(strike.region)


@dataclass(frozen=True)
class RegionLostForAWhile:
    """The home Region is lost, users go to the replica, and what had not arrived there comes late."""

    fixture: Fixture = VerySuperImportantTable()
    workload: Workload = Workload()
    disaster: Disaster = LoseRegionForAWhile()
    recovery: Recovery = GlobalTableFailover()
    objectives: Objectives = Objectives(rpo_s=10.0, rto_s=900.0)
    validators: tuple[Validator, ...] = STANDARD
    items: int = 300
    starts_at: float = 1_772_722_800.0
    notice_s: float = 30.0
    decide_s: float = 60.0
    expected: Expected | None = None
