"""Which backup to go back to: the newest of which nothing can be bad."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import RecoveryFailedError
from ..promise import Boundary

if TYPE_CHECKING:
    from ..recovery import RecoveryTools

MOST_NAMED = 5


@dataclass(frozen=True)
class Taken:
    """A backup as its service lists it: when it was taken, in which state it is, and whether it can be restored."""

    arn: str
    taken_at: float
    state: str
    usable: bool


def first_bad_at(tools: "RecoveryTools") -> float:
    """When the first bad write was made, as the clue says it.

    Raises:
        RecoveryFailedError: it does not say.
    """
    if tools.clue is None or tools.clue.first_bad_at is None:
        raise RecoveryFailedError(
            "no good backup can be told from a bad one: nothing says when the first bad write was made",
            "Find out from the bad job's log, or from when something was first wrong.",
        )
    return tools.clue.first_bad_at


def newest_good(backups: Iterable[Taken], boundary: Boundary, bad_at: float) -> Taken:
    """The newest backup that can be restored and whose whole boundary ends before the first bad write.

    Raises:
        RecoveryFailedError: there is none; it says which there were.
    """
    found = sorted(backups, key=lambda each: each.taken_at, reverse=True)
    for backup in found:
        if backup.usable and backup.taken_at + boundary.hi_s < bad_at:
            return backup
    named = [_described(backup, bad_at) for backup in found[:MOST_NAMED]]
    more = [f"and {len(found) - MOST_NAMED} more"] if len(found) > MOST_NAMED else []
    raise RecoveryFailedError(
        f"there is no good backup: of {len(found)} there were {', '.join([*named, *more]) or 'none'}",
        f"One must be complete, and have been taken more than {boundary.hi_s:g} s before the first bad write:"
        " what was written closer to it may be in it or not.",
    )


def _described(backup: Taken, bad_at: float) -> str:
    apart_s = bad_at - backup.taken_at
    return f"{backup.state} of {abs(apart_s):.0f} s {'before' if apart_s >= 0 else 'after'} the first bad write"
