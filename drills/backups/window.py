"""The window of point-in-time recovery: waiting until a second of it can be had."""

from typing import TYPE_CHECKING

from ..errors import RecoveryFailedError

if TYPE_CHECKING:
    from ..recovery import RecoveryTools

LAG_S = 300.0
"""LatestRestorableDateTime is typically 5 minutes behind now (API reference, PointInTimeRecoveryDescription)."""

PATIENCE_S = LAG_S + 600.0
POLL_S = 15.0


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


def reaches_back(tools: "RecoveryTools", point_at: float) -> bool:
    """Whether recovery is on, and its window begins before a point."""
    try:
        _window(tools, point_at)
    except RecoveryFailedError:
        return False
    return True


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
