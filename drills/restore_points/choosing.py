"""The instant to go back to, from what was asked for or what an SRE has found."""

from math import floor
from typing import Literal, NamedTuple

from ..disaster import Clue
from ..errors import RecoveryFailedError
from ..promise import Boundary


class RestorePoint(NamedTuple):
    """The whole second to go back to, None for the latest there is; and what it was found from."""

    at: float | None
    found_from: str


def find_point(to: float | Literal["latest"] | None, clue: Clue | None, boundary: Boundary) -> RestorePoint:
    """The point that was asked for, else the last second before the damage that the clue tells of.

    The whole boundary must end before the first bad write: for deletes at 15:00:00.0 and at 15:00:00.4 alike
    the point is 14:59:59.

    Raises:
        RecoveryFailedError: none was asked for, and nothing says when the damage began.
    """
    if to == "latest":
        return RestorePoint(None, "the latest restorable time, as asked for")
    if to is not None:
        return RestorePoint(float(floor(to)), "the time that was asked for")
    if clue is None or clue.first_bad_at is None:
        raise RecoveryFailedError(
            "no restore point was found: nothing says when the first bad write was made",
            "Give one with --to.",
        )
    return RestorePoint(boundary.last_second_before(clue.first_bad_at), clue.source)
