"""Target time over the control API: read it, move it forward."""

from collections.abc import Mapping
from typing import Final

from ...errors import UsageError
from ...quantities import LAST_INSTANT, parse_instant
from ..clock_kind import ClockKind
from .asked import Asked, number_in

EXPECTED: Final = 'Expected {"advance_s": SECONDS} or {"to_at": TIME}, epoch seconds or ISO 8601 with a zone.'


def read_clock(asked: Asked) -> object:
    """This instant, and how time passes here."""
    return {"now": asked.fleet.journal.clock.now(), "clock": asked.fleet.clock_kind.value}


def move_clock(asked: Asked) -> object:
    """Move time forward, and let happen what falls due on the way, in its order; time that has passed stays.

    Raises:
        UsageError: the members do not say where to, or this clock may not be moved.
    """
    if asked.fleet.clock_kind is ClockKind.WALL:
        raise UsageError("this clock is not to be moved", "It was served with --clock wall; real and manual ones move.")
    clock = asked.fleet.journal.clock
    match sorted(asked.members):
        case ["advance_s"]:
            to_at = clock.now() + number_in(asked.members, "advance_s")
        case ["to_at"]:
            to_at = _instant_in(asked.members)
        case found:
            raise UsageError(f"the body has {', '.join(map(repr, found)) or 'no members'}", EXPECTED)
    if to_at > LAST_INSTANT:
        raise UsageError("that is after the year 9999", EXPECTED)
    clock.set_forward(to_at)
    asked.fleet.journal.catch_up()
    return read_clock(asked)


def _instant_in(members: Mapping[str, object]) -> float:
    """Epoch seconds, or ISO 8601 with a zone."""
    to_at = members["to_at"]
    return parse_instant(to_at) if isinstance(to_at, str) else number_in(members, "to_at")
