"""The window of point-in-time recovery: waiting until a second of it can be had."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from botocore.exceptions import ClientError

from ..errors import RecoveryFailedError
from ..table_settings import error_code
from .jobs import Timed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LAG_S = 300.0
"""LatestRestorableDateTime is typically 5 minutes behind now (API reference, PointInTimeRecoveryDescription)."""

PATIENCE_S = LAG_S + 600.0
POLL_S = 15.0

TOO_NEW = frozenset({"InvalidRestoreTimeException", "InvalidExportTimeException"})
"""What a restore and an export are answered whose second the window does not reach yet (API Reference)."""

Answer = TypeVar("Answer")


UNTIL_RESTORABLE = "until the point can be restored to"
"""Why somebody waits for the window."""


class Restoring(Timed, Protocol):
    """Whoever restores a table: its name, a client, and who is told how it goes on."""

    @property
    def control(self) -> "DynamoDBClient":
        """The client of the table's Region."""
        ...

    @property
    def table(self) -> str:
        """The table's name."""
        ...

    @property
    def progress(self) -> Callable[[str], None]:
        """Tells whoever watches."""
        ...


class Window(NamedTuple):
    """The instants between which a table can be restored to any second."""

    earliest_at: float
    latest_at: float


def await_window(tools: Restoring, point_at: float) -> None:
    """Wait, on the target's clock, until the point lies within the restorable window.

    Raises:
        RecoveryFailedError: recovery is switched off, the window begins after the point, or does not reach it in time.
    """
    tools.progress("waiting until the point can be restored to")
    began_at = tools.clock.now()
    while (latest_at := _latest(tools, point_at)) < point_at:
        if tools.clock.now() - began_at > PATIENCE_S:
            raise RecoveryFailedError(
                f"after {PATIENCE_S:.0f} s the latest restorable time is still {point_at - latest_at:.0f} s"
                " before the restore point"
            )
        tools.clock.wait(min(max(point_at - latest_at, 1.0), POLL_S), UNTIL_RESTORABLE)


def until_not_too_new(tools: Timed, ask: Callable[[], Answer]) -> Answer:
    """Ask for a restore or an export; where the target says that the second is too new, wait and ask again.

    Raises:
        ClientError: it is refused for another reason, or for this one after `PATIENCE_S` still.
    """
    began_at = tools.clock.now()
    while True:
        try:
            return ask()
        except ClientError as error:
            if error_code(error) not in TOO_NEW or tools.clock.now() - began_at > PATIENCE_S:
                raise
        tools.clock.wait(POLL_S, UNTIL_RESTORABLE)


def reaches_back(tools: Restoring, point_at: float) -> bool:
    """Whether recovery is on, and its window begins before a point."""
    try:
        _latest(tools, point_at)
    except RecoveryFailedError:
        return False
    return True


def window_of(tools: Restoring) -> Window:
    """The window as it is now.

    Raises:
        RecoveryFailedError: recovery is switched off.
    """
    answer = tools.control.describe_continuous_backups(TableName=tools.table)
    window = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    earliest, latest = window.get("EarliestRestorableDateTime"), window.get("LatestRestorableDateTime")
    if window.get("PointInTimeRecoveryStatus") != "ENABLED" or earliest is None or latest is None:
        raise RecoveryFailedError(
            f"point-in-time recovery of {tools.table} is switched off",
            "It has to be on before a disaster: nothing brings back what was not recorded.",
        )
    return Window(earliest.timestamp(), latest.timestamp())


def _latest(tools: Restoring, point_at: float) -> float:
    """The latest restorable instant; checks that the window does not begin after the point."""
    window = window_of(tools)
    if window.earliest_at > point_at:
        raise RecoveryFailedError(
            f"the restore point is {window.earliest_at - point_at:.0f} s before the earliest restorable time",
            "The window begins when point-in-time recovery is switched on, and again when it was off and on.",
        )
    return window.latest_at
