"""The clocks of the targets: one that jumps, one that is real, one that exists only in virtual pace."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from ..clock import instant
from ..errors import UnverifiableError
from .shared_clock import SharedClock

if TYPE_CHECKING:
    from ..waits.hearing import Waits

OnJump = Callable[[float, float, str], None]
"""Told of each move of the clock: from_at, to_at, why."""

RunDue = Callable[[float], None]
"""Runs what users have to do until an instant, moving the clock to each operation's own instant."""

BREATH_S = 0.05
"""Real seconds that users get between two jumps, so that they work through a long wait that is polled."""

GIVE_UP_S = 30.0
"""Real seconds after which an operation that is still in flight makes a jump impossible."""

APART_S = 30.0
"""Real seconds by which the wall clock may drift from the running time: the one goes on while a machine sleeps."""

A_SECOND = 1_000_000
"""In microseconds."""


class JumpingClock:
    """The embedded target's clock in real pace: it runs by itself, and a wait moves it forward at once.

    A move holds the users until none of their operations is in flight, so that no operation spans a jump.

    Args:
        shared: the clock that is moved.
        on_jump: told of each move.
        move: moves it to an instant, and lets happen what fell due on the way, while the users are still held; None
            where nothing but the clock itself is moved.
    """

    def __init__(self, shared: SharedClock, on_jump: OnJump, move: Callable[[float], None] | None = None) -> None:
        self.shared = shared
        self._on_jump = on_jump
        self._move = move or shared.set_forward
        self._released_at = float("-inf")
        self._one_at_a_time = RLock()

    def now(self) -> float:
        """This instant, in target time."""
        return self.shared.now()

    def wait(self, seconds: float, why: str) -> None:
        """Move the clock forward by so many seconds while nobody works, and say so to `on_jump`.

        Raises:
            UnverifiableError: an operation stayed in flight for 30 real seconds.
        """
        if seconds <= 0:
            return
        with self._one_at_a_time, self._users_held():
            from_at = self.now()
            to_at = instant(from_at + seconds)
            self._move(to_at)
            self._on_jump(from_at, to_at, why)

    def live(self, seconds: float) -> None:
        """Let so many seconds pass that the users live through: no jump."""
        time.sleep(max(0.0, seconds))

    @contextmanager
    def _users_held(self) -> Iterator[None]:
        """Nobody works meanwhile; users who were held before stay held after."""
        held_before = self.shared.holding
        if self.shared.has_users and not held_before:
            time.sleep(max(0.0, self._released_at + BREATH_S - time.monotonic()))
        try:
            self.shared.hold()
            if not self.shared.drained(GIVE_UP_S):
                raise UnverifiableError(
                    f"{self.shared.in_flight()} operations of the load were still in flight after {GIVE_UP_S:g} s, "
                    "so the clock was not moved",
                    "See the load's log in the run folder; run the drill again with a lower --rate.",
                )
            yield
        finally:
            if not held_before:
                self.shared.release()
                self._released_at = time.monotonic()


class RealClock:
    """The clock of a target whose time is everybody's: a wait is a wait.

    In virtual pace `run_due` is the users' traffic, which a wait runs as it falls due.

    Args:
        shared: the clock that others share.
        waits: hears of every wait.
    """

    def __init__(self, shared: SharedClock, waits: "Waits | None" = None) -> None:
        self.shared = shared
        self._waits = waits
        self.run_due: RunDue | None = None
        self._ahead_s = time.time() - shared.now()

    def now(self) -> float:
        """This instant: wall time at the start, carried on by the monotonic clock."""
        return self.shared.now()

    def wait(self, seconds: float, why: str) -> None:
        """Sleep; a signal that raises ends it."""
        if self._waits is not None:
            self._waits.waiting(seconds, why, self.now())
        self.live(seconds)

    def live(self, seconds: float) -> None:
        """Let so many seconds pass that the users live through."""
        end_at = self.now() + seconds
        if self.run_due is not None and seconds > 0:
            self.run_due(end_at)
        self.set_forward(end_at)

    def set_forward(self, to_at: float) -> None:
        """Come to an instant in the only way there is here: by sleeping until then.

        Raises:
            UnverifiableError: meanwhile the machine slept, or its clock was set: nobody knows how long that was.
        """
        time.sleep(max(0.0, to_at - self.now()))
        apart_s = time.time() - self.shared.now() - self._ahead_s
        if abs(apart_s) > APART_S:
            raise UnverifiableError(
                f"wall clock and running time came {apart_s:.0f} s apart: this machine slept, or its clock was set, and"
                " no duration that was measured across it is true",
                "Run it again on a machine that stays awake; what was made is removed.",
            )


class VirtualClock:
    """The clock of virtual pace, which only moves when it is read or told to.

    Each reading is a microsecond later than the one before, so that no two stamps are equal. `run_due` is the
    users' traffic: a wait lets it happen, in order, before it is over.
    """

    def __init__(self, starts_at: float, on_jump: OnJump) -> None:
        self.run_due: RunDue | None = None
        self._microseconds = _microseconds(starts_at)
        self._on_jump = on_jump

    def now(self) -> float:
        """The next microsecond, in target time."""
        self._microseconds += 1
        return instant(self._microseconds / A_SECOND)

    def wait(self, seconds: float, why: str) -> None:
        """Run what falls due meanwhile, then be at the end of the wait; say so to `on_jump`."""
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
        """Be at an instant; one that has passed changes nothing."""
        self._microseconds = max(self._microseconds, _microseconds(to_at))

    def _pass_until(self, to_at: float) -> None:
        if self.run_due is not None:
            self.run_due(to_at)
        self.set_forward(to_at)


def _microseconds(at: float) -> int:
    return round(at * A_SECOND)
