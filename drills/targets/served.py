"""A time machine that somebody serves (`dynadrill serve`): an emulator, whatever name it was reached by."""

from pathlib import Path
from typing import Literal, NamedTuple

from ..clock import Clock
from ..errors import UsageError
from ..target import Capability, Connection, TargetKind, World
from ..timemachine.clock_kind import ClockKind
from .access import Access
from .clients import Place
from .clocks import JumpingClock, OnJump, RealClock, VirtualClock
from .controls import Controls
from .endpoint import connection_to, greet
from .served_clock import LocalTime, ServedClock, move_both
from .served_world import ServedWorld
from .shared_clock import CLOCK_FILE, SharedClock
from .terms import Terms
from .through_access import SomebodyElses


class Machine(NamedTuple):
    """A served machine: its controls, and how its time passes."""

    controls: Controls
    clock: ClockKind


class ServedTarget(SomebodyElses):
    """A time machine that runs already, and goes on after the drill with whatever others have in it.

    Its clock is moved rather than waited for, unless it was served with a clock that nobody can move.

    Args:
        place: where it is.
        name: what it is called.
        machine: what answers there.
        run_id: whose tables these are.
        folder: the run's folder.
        pace: real, or virtual: one thread, and every second is moved over.
        on_jump: told of each move of the clock.
        may_restore_from: foreign tables and backups that a restore may read.
        terms: what the run may reach and what it tags; None writes no journal.

    Raises:
        UsageError: it does not answer, or its clock stands still in real pace.
    """

    def __init__(  # noqa: PLR0913 - each is told apart by its name
        self,
        place: Place,
        name: str,
        machine: Machine,
        *,
        run_id: str,
        folder: Path,
        pace: Literal["real", "virtual"],
        on_jump: OnJump,
        may_restore_from: frozenset[str] = frozenset(),
        terms: Terms | None = None,
    ) -> None:
        if machine.clock is ClockKind.MANUAL and pace == "real":
            raise UsageError(
                f"the clock of the time machine at {place.endpoint_url} stands still until it is moved, and users in"
                " real pace need one that runs",
                "Say --pace virtual, or serve it with --clock real.",
            )
        self.name = name
        self.kind = TargetKind.SERVED
        self.region = place.region
        self.world: World | None = None
        self._controls = machine.controls
        self._movable = machine.clock is not ClockKind.WALL
        self._shared = SharedClock(folder / CLOCK_FILE, create=True, start_at=machine.controls.now())
        self.clock: Clock = _clock(machine, self._shared, pace, on_jump, terms)
        self.connection: Connection | None = connection_to(place, run_id, self._shared)
        try:
            self._access = Access(place, run_id, folder, self.clock, may_restore_from, terms)
            greet(self._access, name)
            self._access.keep_books(name, self.kind)
            self.world = self._world(machine, terms)
        except BaseException:
            self._shared.end()
            raise

    def _world(self, machine: Machine, terms: Terms | None) -> World | None:
        if not self._movable:
            return None
        return ServedWorld(machine.controls, lambda: self._access.journal, terms.known.troubles if terms else ())

    def lacks(self, capability: Capability) -> str | None:
        """Nothing; but whoever serves it with a clock that nobody can move wants no Region taken down either."""
        if capability is Capability.OUTAGES and not self._movable:
            return "it is served with --clock wall, as a stand-in for AWS, where no API takes a Region down"
        return None

    def waits_for_window(self) -> bool:
        """Yes: the window moves as AWS's does."""
        return True

    def holds_to_policies(self) -> bool:
        """Where somebody asked for it."""
        return bool(self._controls.policies())


def _clock(
    machine: Machine, shared: SharedClock, pace: Literal["real", "virtual"], on_jump: OnJump, terms: Terms | None
) -> Clock:
    if machine.clock is ClockKind.WALL:
        return RealClock(shared, terms.waits if terms else None)
    if pace == "real":
        return JumpingClock(shared, on_jump, lambda to_at: move_both(shared, machine.controls, to_at))
    local: LocalTime = shared
    if machine.clock is ClockKind.MANUAL:
        local = VirtualClock(shared.now(), on_jump)
    return ServedClock(local, machine.controls, on_jump)
