"""What a drill makes go wrong on a machine that others use too: written down, and put right by whoever cleans up."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from ..errors import UsageError
from .controls import Controls
from .journal import Journal

OUTAGE, FAULT, REPLICATION = "outage", "fault", "replication"


class ServedWorld:
    """The `World` of a served machine: it knows of its own run's troubles only, and touches nobody else's.

    Args:
        controls: of the machine.
        journal: where a trouble is written down; None while there is none.
        troubles: what the run has made go wrong before: kinds and names.
    """

    def __init__(
        self, controls: Controls, journal: Callable[[], Journal | None], troubles: Iterable[tuple[str, str]]
    ) -> None:
        self._controls = controls
        self._journal = journal
        self._troubles = set(troubles)

    def lose_region(self, region: str) -> None:
        """Take a Region down; one that somebody else took down stays theirs."""
        if region in self._controls.lost_regions() and (OUTAGE, region) not in self._troubles:
            return
        self._trouble(OUTAGE, region)
        self._controls.lose_region(region)

    def bring_back_region(self, region: str) -> None:
        """Bring a Region back that this run took down; whoever takes it down from now on is somebody else."""
        if (OUTAGE, region) not in self._troubles:
            return
        self._controls.bring_back_region(region)
        self._troubles.discard((OUTAGE, region))
        if journal := self._journal():
            journal.mended(OUTAGE, region)

    def lost_regions(self) -> list[str]:
        """The Regions that this run took down, and that are down."""
        return [region for region in self._controls.lost_regions() if (OUTAGE, region) in self._troubles]

    def set_lag(self, least_s: float, most_s: float | None = None) -> None:
        """Let replicated writes take so long."""
        self._trouble(REPLICATION, "")
        self._controls.set_lag(least_s, most_s)

    def pause_replication(self) -> None:
        """Hold replicated writes."""
        self._trouble(REPLICATION, "")
        self._controls.pause_replication()

    def resume_replication(self) -> None:
        """Let them arrive again."""
        self._controls.resume_replication()

    def add_fault(self, effect: str, **where: object) -> int:
        """Let something fail from now on."""
        number = self._controls.add_fault(effect, **where)
        self._trouble(FAULT, str(number))  # its number is not known before
        return number

    def mend(self) -> None:
        """Put right whatever this run made go wrong."""
        for region in self.lost_regions():
            self.bring_back_region(region)
        for kind, name in sorted(self._troubles):
            if kind == FAULT:
                with suppress(UsageError):  # it has struck as often as it was to
                    self._controls.remove_fault(int(name))
            elif kind == REPLICATION:
                self._controls.restore_replication()
        if self._troubles and (journal := self._journal()):
            journal.mended()
        self._troubles.clear()

    def _trouble(self, kind: str, name: str) -> None:
        self._troubles.add((kind, name))
        if journal := self._journal():
            journal.troubling(kind, name)
