"""Recovery: restore to a point in time, into a new table beside the damaged one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from ...drills.backups.restoring import finish_restore
from ...drills.backups.window import await_window, until_not_too_new
from ...drills.costs.estimate import Usage, Use, point_in_time_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.restore_points.choosing import find_point
from ...drills.table_settings import switch_recovery_on
from ...drills.target import Capability


@dataclass(frozen=True)
class PointInTime:
    """Restore the table to a second before the disaster, into a new table, and put back the settings AWS drops."""

    needs: tuple[Capability, ...] = (Capability.POINT_IN_TIME,)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.POINT_IN_TIME

    def arm(self, tools: RecoveryTools) -> None:
        """Switch point-in-time recovery on; it is never retroactive."""
        switch_recovery_on(tools.control, tools.table)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of point-in-time recovery."""
        return [point_in_time_month(usage.size, usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Find the point, wait until it can be restored to, restore, wait, put the settings back."""
        point_at, found_from = find_point(tools.to, tools.clue, tools.boundary(Method.POINT_IN_TIME))
        tools.mark(Mark.DECIDED)
        if point_at is not None and tools.waits_for_window:
            await_window(tools, point_at)
        restored_to = _restore(tools, point_at)
        finish_restore(tools)
        return Recovered(tools.new_table, restored_to, found_from)


def _restore(tools: RecoveryTools, point_at: float | None) -> float | None:
    """Ask for the restore."""
    when: Any = (
        {"UseLatestRestorableTime": True}
        if point_at is None
        else {"RestoreDateTime": datetime.fromtimestamp(point_at, UTC)}
    )

    def ask() -> Any:
        tools.mark(Mark.RESTORE_ASKED)
        return tools.once.restore_table_to_point_in_time(
            SourceTableName=tools.table, TargetTableName=tools.new_table, **when
        )

    try:
        answer = until_not_too_new(tools, ask)
    except ClientError as error:
        raise RecoveryFailedError(f"the restore was refused: {error}") from error
    if point_at is not None:
        return point_at
    restored_to = answer["TableDescription"].get("RestoreSummary", {}).get("RestoreDateTime")
    return restored_to.timestamp() if restored_to else None
