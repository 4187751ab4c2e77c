"""Recovery: a base copy and the log of the table's stream, rebuilt to a point into a new table."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ...drills.changes.applying import Applier
from ...drills.changes.base import BaseCopy
from ...drills.changes.capture import Capture, begin, capture_turn
from ...drills.changes.draining import drain
from ...drills.changes.timing import past
from ...drills.costs.estimate import Usage, Use, stream_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Boundary, Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.restore_points.choosing import find_point
from ...drills.table_settings import await_active, put_settings_on
from ...drills.target import Capability

TO_A_SECOND = Boundary(-1.0, 1.0)
"""How exactly a stream tells when its changes were made."""


@dataclass(frozen=True)
class StreamReplay:
    """Rebuild the table in a new one from a copy of its items and the changes that its stream has told since.

    The copy is a scan, taken before the load; the stream is read into a log on disk every five seconds, and checked for
    gaps. To go back to a point, the copy's items and every change stamped before the point are put together, the
    last of each key is written to a new table, and the settings are put back. Nothing of AWS's own backups is
    needed: it works wherever there are streams, scans and writes. It brings back a table that was damaged or
    dropped, to any second since the copy, as long as the stream was read at least every 24 hours. It does not help
    when the place of the log is lost with the table, and it is as slow as writing every item.

    Boundary: one second to either side, the resolution of a record's time. Where records are stamped more coarsely
    than that, as on DynamoDB Local, a change counts from when it was read.
    """

    needs: tuple[Capability, ...] = (Capability.STREAMS,)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.STREAM
    every_s: float = 5.0

    def arm(self, tools: RecoveryTools) -> None:
        """Begin to read the stream, then copy the table: so no change can fall between the two."""
        begin(tools)
        BaseCopy(tools.folder).take(tools)

    def protect(self, tools: RecoveryTools) -> None:
        """Read what is new in the stream."""
        capture_turn(tools)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of reading the stream; copy and log lie where the recovery runs."""
        return [stream_month(usage.size, self.every_s, usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Read the stream to its end, put copy and changes together up to the point, and write that to a new table."""
        base, capture = BaseCopy(tools.folder), Capture(tools)
        point_at, found_from = find_point(tools.to, tools.clue, TO_A_SECOND)
        tools.mark(Mark.DECIDED)
        if point_at is not None and point_at < base.ended_at:
            raise RecoveryFailedError(
                f"the restore point is {base.ended_at - point_at:.0f} s before the end of the base copy",
                "Only what was written since the copy can be told apart by time.",
            )
        tools.progress("reading the stream to its end")
        drained_at = tools.clock.now()
        drain(tools, capture)
        point_at = drained_at if point_at is None else point_at
        tools.mark(Mark.RESTORE_ASKED)
        captured = capture.changes(lambda records: base.before(records, tools.key_attributes))
        changes, boundary = past(captured, point_at, self.every_s)
        tools.control.create_table(TableName=tools.new_table, **base.shape)
        await_active(tools.control, tools.new_table, tools.clock)
        applied = Applier(tools.write, tools.new_table, tools.clock)
        rebuilt = chain(base.changes(tools.key_attributes), (record.change for record in changes))
        count = applied.apply_to_nothing(rebuilt)
        tools.mark(Mark.ACTIVE)
        put_settings_on(tools.control, tools.new_table, tools.settings, tools.clock)
        tools.mark(Mark.SETTINGS_BACK)
        tools.progress(f"{count:,} items from the base copy and {len(changes):,} changes")
        return Recovered(tools.new_table, point_at, found_from, boundary)
