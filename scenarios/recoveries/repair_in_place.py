"""Recovery: put back only the damaged keys, in the table that users go on working with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...drills.changes.capture import Capture, begin_with_what_is_left, reaches_back
from ...drills.changes.damage import Damage
from ...drills.changes.draining import drain
from ...drills.changes.records import ChangeRecord
from ...drills.changes.repairing import Done, Fate, Repair, Repairer, items_by_key, plan_repairs, write_done, write_plan
from ...drills.costs.estimate import Usage, Use, point_in_time_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.settings import Settings
from ...drills.target import Capability
from .point_in_time import PointInTime

MARGIN_S = 2.0
"""How much before the point changes are looked at too: the last of a key counts, wherever the copy ends."""


@dataclass(frozen=True)
class RepairInPlace:
    """Restore a copy beside the table, and put back in the live table only what the damage has changed.

    The copy is restored by point-in-time recovery to the second before the damage. Each damaged key is put back on
    condition that the damage is still there; where somebody has written a good value since, it is left alone. Where
    the table's stream reaches back to the restore point, it tells what users wrote between that point and the
    damage, and that is put back instead. First the plan is written down (`repair-plan.jsonl`), then what came of
    every key: repaired, skipped or left open (`repair.jsonl`). Users keep the table they have: there is no cutover,
    and the copy is removed again.

    It protects from bad writes that can be told from good ones: by the bad job's own log, or by a marker that its
    values carry. It does not help when the table is gone. Without a stream, what users wrote to damaged keys in the
    last second or two before the damage is lost, and so is what they made of damaged items since; and no log of AWS
    tells of a user's unconditional deletion of an item that the damage had deleted already: such an item comes back.

    Boundary: none, since no point is gone back to; the promise is that every good write is there.
    """

    needs: tuple[Capability, ...] = (Capability.POINT_IN_TIME,)
    promise: PromiseKind = PromiseKind.UNDO
    method: Method | None = None
    dry_run: bool = False
    """Whether to stop when the plan is written down."""

    def arm(self, tools: RecoveryTools) -> None:
        """Switch point-in-time recovery on; it is never retroactive."""
        PointInTime().arm(tools)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of point-in-time recovery; the copy is paid for when it is restored."""
        return [point_in_time_month(usage.size, usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Restore a copy, plan, repair key by key, remove the copy."""
        damage = Damage.of(tools.clue)
        point_at, found_from = _restore_copy(tools)
        tools.progress("comparing the copy with the live table")
        changes, live = _changes_since(tools, point_at), items_by_key(tools, tools.table)
        plan = plan_repairs(damage, live, items_by_key(tools, tools.new_table), changes)
        write_plan(tools, plan)
        tools.progress(f"{len(plan.repairs):,} keys are to be put back")
        repairer = Repairer(tools)
        done = [
            Done(each.key, Fate.OPEN, "dry run") if self.dry_run else repairer.repair(each) for each in plan.repairs
        ]
        told = write_done(tools, [*done, *plan.skipped])
        tools.control.delete_table(TableName=tools.new_table)
        tools.mark(Mark.SETTINGS_BACK)
        tools.progress(told)
        return Recovered(None, None, f"{found_from}; {told}")

    def _repair(self, tools: RecoveryTools, repair: Repair) -> Done:
        return Done(repair.key, Fate.OPEN, "dry run") if self.dry_run else Repairer(tools).repair(repair)


def _restore_copy(tools: RecoveryTools) -> tuple[float, str]:
    """Restore beside the table, without settings: nobody will work with the copy."""

    def mark(mark: Mark) -> None:
        if mark is not Mark.SETTINGS_BACK:
            tools.mark(mark)

    copy = PointInTime().recover(replace(tools, settings=Settings(), mark=mark))
    if copy.point_at is None:
        raise RecoveryFailedError("the target did not say to which instant it restored")
    return copy.point_at, copy.found_from


def _changes_since(tools: RecoveryTools, point_at: float) -> list[ChangeRecord] | None:
    """Every change since the point; None where no stream reaches back to it."""
    if because := reaches_back(tools, point_at):
        tools.progress(f"what users wrote between the point and the damage is not known: {because}")
        return None
    begin_with_what_is_left(tools)
    capture = Capture(tools)
    drain(tools, capture)
    return [record for record in capture.changes() if record.at >= point_at - MARGIN_S]
