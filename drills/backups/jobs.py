"""Waiting for work of AWS's: backups, copies, restores, exports and imports, until they are done or have failed."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from ..clock import Clock
from ..errors import RecoveryFailedError

POLL_S = 15.0
LONGEST_S = 24 * 3600.0
"""Restores and exports "can take several hours" (Developer Guide, "Restoring a DynamoDB table to a point in time")."""

DONE = frozenset({"COMPLETED", "AVAILABLE"})
UNDER_WAY = frozenset({"CREATED", "CREATING", "PENDING", "RUNNING", "IN_PROGRESS"})


class Timed(Protocol):
    """Whoever has a clock to wait by."""

    @property
    def clock(self) -> Clock:
        """The target's."""
        ...


class Stage(NamedTuple):
    """How far some work is: its state as AWS calls it, and what is said of it."""

    state: str
    message: str = ""


def await_done(tools: Timed, what: str, look: Callable[[], Stage], longest_s: float = LONGEST_S) -> None:
    """Wait until something is done, by the target's clock.

    Raises:
        RecoveryFailedError: it failed, was stopped, or is not done after `longest_s`.
    """
    began_at = tools.clock.now()
    while (stage := look()).state not in DONE:
        if stage.state not in UNDER_WAY:
            because = f": {stage.message}" if stage.message else ""
            raise RecoveryFailedError(f"{what} is {stage.state}{because}")
        if tools.clock.now() - began_at > longest_s:
            raise RecoveryFailedError(f"{what} is still {stage.state} after {longest_s / 3600:g} h")
        tools.clock.wait(POLL_S, f"until {what} is done")
