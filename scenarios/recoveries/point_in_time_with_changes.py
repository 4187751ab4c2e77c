"""Recovery: restore to a point in time, and replay what users have written since, without the damage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...drills.changes.capture import Capture, CapturingClock, begin, capture_turn
from ...drills.changes.damage import Damage
from ...drills.changes.replaying import APPLIED, Replay
from ...drills.costs.estimate import Usage, Use, point_in_time_month, stream_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.target import Capability
from .point_in_time import PointInTime

POINT = "point_at"


@dataclass(frozen=True)
class PointInTimeWithChanges:
    """Restore to the second before the damage, then replay all that users wrote since: they work on meanwhile.

    The table's stream is read into a log on disk from before the load, every minute and while the restore goes on,
    and checked for gaps. Its changes since the restore point are written to the restored table, each item's in their
    order, deletions too, whole items of any size that DynamoDB takes; what the damage wrote is left out. When little
    is left, users are held until none of their operations is in flight; the stream is read to its end, which markers
    of our own prove; the last changes are written, the table is validated, and users go on, on the new one. So no
    write falls between the two tables, and how long users were held is in the report.

    It protects from bad writes that can be told from good ones: by the bad job's own log, or by a marker that its
    values carry. What users made of a damaged item is kept without the damage. It does not help when the table is gone,
    and no log of AWS tells of a user's unconditional deletion of an item that the damage had deleted already: such an
    item comes back.

    Boundary: none, since no write is gone back before; the promise is that every good write is there.
    """

    needs: tuple[Capability, ...] = (Capability.POINT_IN_TIME, Capability.STREAMS)
    promise: PromiseKind = PromiseKind.UNDO
    method: Method | None = None
    every_s: float = 60.0
    replay: type[Replay] = Replay

    def arm(self, tools: RecoveryTools) -> None:
        """Switch point-in-time recovery on, and begin to read the stream: neither is retroactive."""
        PointInTime().arm(tools)
        begin(tools)

    def protect(self, tools: RecoveryTools) -> None:
        """Read what is new in the stream."""
        capture_turn(tools)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of point-in-time recovery, and of reading the stream; the log lies where the recovery runs."""
        size, region = usage.size, usage.region
        return [point_in_time_month(size, region), stream_month(size, self.every_s, region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Restore beside the table while the capture goes on, then replay until little is left."""
        damage = Damage.of(tools.clue)
        capture = Capture(tools)
        capture.catch_up()
        point_at, found_from = _restore(tools, capture)
        tools.kept[POINT] = repr(point_at)
        tools.kept[APPLIED] = "0"  # whatever was applied before was to a table that is no more
        tools.progress("replaying what users have written since the restore point")
        self.replay(tools, damage, point_at).go_on()
        tools.mark(Mark.SETTINGS_BACK)
        return Recovered(tools.new_table, None, f"{found_from}; users' changes since then are replayed")

    def before_cutover(self, tools: RecoveryTools) -> None:
        """Replay the rest, while users are held."""
        self.replay(tools, Damage.of(tools.clue), float(tools.kept[POINT])).finish()


def _restore(tools: RecoveryTools, capture: Capture) -> tuple[float, str]:
    """Restore with all settings; they are back for good when the replay is through."""

    def mark(mark: Mark) -> None:
        if mark is not Mark.SETTINGS_BACK:
            tools.mark(mark)

    meanwhile = replace(tools, clock=CapturingClock(tools.clock, capture), mark=mark)
    restored = PointInTime().recover(meanwhile)
    if restored.point_at is None:
        raise RecoveryFailedError("the target did not say to which instant it restored")
    return restored.point_at, restored.found_from
