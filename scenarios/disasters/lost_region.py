"""Disaster: the Region is lost."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.target import Capability


@dataclass(frozen=True)
class LostRegion:
    """The table's Region is lost: from one moment on no service in it answers anything, and nothing leaves it.

    With `lasts_s` it comes back by itself so many seconds later, and what was held arrives late.

    What was on its way to another Region, such as the copy of a backup or a replicated write, is held. Whatever
    protects the table from there is of no use: a restore has to be asked for in a Region that answers.

    With `copies_fail` every copy job of AWS Backup that begins after the protection was armed is accepted, runs, and
    fails at its end, for as long as nobody looks at it: what is found elsewhere after the disaster is stale.
    """

    prevention: ClassVar[str] = (
        "Nobody prevents the loss of a Region. Keep a replica, or copies of backups, in another one, and "
        "put an alarm on copy jobs that do not end: what was not copied is lost."
    )

    copies_fail: bool = False
    lasts_s: float | None = None
    needs: tuple[Capability, ...] = (Capability.OUTAGES,)

    def brew(self, strike: Strike) -> None:
        """Let copies fail from now on, where that is a part of the story."""
        if self.copies_fail:
            assert strike.world is not None, "a target with outages has a world"
            strike.world.add_fault("fail", operation="StartCopyJob")

    def strike(self, strike: Strike) -> Clue:
        """Take the home Region down; leave behind what the AWS Health Dashboard says."""
        assert strike.world is not None, "a target with outages has a world"
        lost_at = strike.about_to(f"loss of Region {strike.region}")
        strike.world.lose_region(strike.region)
        return Clue("the AWS Health Dashboard", lost_at)

    def end(self, strike: Strike) -> None:
        """Bring the Region back."""
        assert strike.world is not None, "a target with outages has a world"
        strike.world.bring_back_region(strike.region)
