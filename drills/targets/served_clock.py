"""The clock of a time machine that somebody serves: kept here, moved there."""

from typing import Protocol

from ..clock import instant
from ..errors import UnverifiableError
from .clocks import OnJump, RunDue
from .controls import Controls

AGREED_S = 1.0
"""So far apart the two clocks may be when one is moved: what is promised here is only good to the second anyway."""


class LocalTime(Protocol):
    """The same time in this process."""

    def now(self) -> float:
        """This instant."""
        ...

    def set_forward(self, to_at: float) -> None:
        """Move to an instant; one that has passed changes nothing."""
        ...


def move_both(local: LocalTime, controls: Controls, to_at: float) -> None:
    """Bring the machine's clock to an instant, and the local one to what the machine says then.

    The local one follows, so that it is never ahead: what is stamped before a call was before it.

    Raises:
        UnverifiableError: somebody else has moved the machine's clock. The local one has followed.
    """
    there_at = controls.move_to(to_at)
    ahead_s = there_at - max(to_at, local.now())
    local.set_forward(there_at)
    if ahead_s > AGREED_S:
        raise UnverifiableError(
            f"somebody else moved the time machine's clock by {ahead_s:.1f} s: what was written meanwhile has stamps"
            " that nobody can trust",
            "One drill at a time moves a clock: serve each a machine of its own, or all one with --clock wall.",
        )


class ServedClock:
    """A served machine's time in virtual pace: every wait moves it, and lets users do what falls due on the way.

    Args:
        local: the same time in this process: running, or standing still as the machine's does.
        controls: of the machine.
        on_jump: told of each wait.
    """

    def __init__(self, local: LocalTime, controls: Controls, on_jump: OnJump) -> None:
        self.run_due: RunDue | None = None
        self._local = local
        self._controls = controls
        self._on_jump = on_jump

    def now(self) -> float:
        """This instant, in target time."""
        return self._local.now()

    def wait(self, seconds: float, why: str) -> None:
        """Run what falls due meanwhile, then be at the end of the wait; say so to `on_jump`.

        Raises:
            UnverifiableError: somebody else moves the same clock.
        """
        if seconds <= 0:
            return
        from_at = self.now()
        to_at = instant(from_at + seconds)
        self._pass_until(to_at)
        self._on_jump(from_at, to_at, why)

    def live(self, seconds: float) -> None:
        """Let so many seconds pass that the users live through: as `wait`, but no jump to tell of."""
        if seconds > 0:
            self._pass_until(self.now() + seconds)

    def set_forward(self, to_at: float) -> None:
        """Be at an instant; one that has passed changes nothing.

        Raises:
            UnverifiableError: somebody else moves the same clock.
        """
        move_both(self._local, self._controls, to_at)

    def _pass_until(self, to_at: float) -> None:
        if self.run_due is not None:
            self.run_due(to_at)
        self.set_forward(to_at)
