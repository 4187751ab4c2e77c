"""The window of point-in-time recovery: which second to go back to, and waiting until it can be had."""

from math import floor
from typing import TYPE_CHECKING

from ..errors import RecoveryFailedError
from ..promise import Method

if TYPE_CHECKING:
    from ..recovery import RecoveryTools

LAG_S = 300.0
"""LatestRestorableDateTime is typically 5 minutes behind now (API reference, PointInTimeRecoveryDescription)."""

PATIENCE_S = LAG_S + 600.0
POLL_S = 15.0


def restore_point(tools: "RecoveryTools", method: Method) -> tuple[float | None, str]:
    """The second to go back to, None for the latest there is; and what it was found from.

    The method's whole boundary must end before the first bad write: where it is no wider than a second, for deletes
    at 15:00:00.0 and at 15:00:00.4 alike the point is 14:59:59.

    Raises:
        RecoveryFailedError: nothing says when the first bad write was made, and no point was asked for.
    """
    if tools.to == "latest":
        return None, "the latest restorable time, as asked for"
    if tools.to is not None:
        return float(floor(tools.to)), "the time that was asked for"
    if tools.clue is None or tools.clue.first_bad_at is None:
        raise RecoveryFailedError(
            "no restore point was found: nothing says when the first bad write was made",
            "Give one with --to.",
        )
    margin_s = max(1.0, tools.boundary(method).hi_s)
    return float(floor(tools.clue.first_bad_at - margin_s)), tools.clue.source


def await_window(tools: "RecoveryTools", point_at: float) -> None:
    """Wait, on the target's clock, until the point lies within the restorable window.

    Raises:
        RecoveryFailedError: recovery is switched off, the window begins after the point, or does not reach it in time.
    """
    tools.progress("waiting until the point can be restored to")
    began_at = tools.clock.now()
    while (latest_at := _window(tools, point_at)) < point_at:
        if tools.clock.now() - began_at > PATIENCE_S:
            raise RecoveryFailedError(
                f"after {PATIENCE_S:.0f} s the latest restorable time is still {point_at - latest_at:.0f} s"
                " before the restore point"
            )
        tools.clock.wait(min(max(point_at - latest_at, 1.0), POLL_S), "until the point can be restored to")


def _window(tools: "RecoveryTools", point_at: float) -> float:
    """The latest restorable instant; checks that the window is there and does not begin after the point."""
    answer = tools.control.describe_continuous_backups(TableName=tools.table)
    window = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    earliest, latest = window.get("EarliestRestorableDateTime"), window.get("LatestRestorableDateTime")
    if window.get("PointInTimeRecoveryStatus") != "ENABLED" or earliest is None or latest is None:
        raise RecoveryFailedError(
            f"point-in-time recovery of {tools.table} is switched off",
            "It has to be on before a disaster: nothing brings back what was not recorded.",
        )
    if earliest.timestamp() > point_at:
        raise RecoveryFailedError(
            f"the restore point is {earliest.timestamp() - point_at:.0f} s before the earliest restorable time",
            "The window begins when point-in-time recovery is switched on, and again when it was off and on.",
        )
    return float(latest.timestamp())
