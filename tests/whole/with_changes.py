"""The defects of a published near-zero-downtime restore, each as one change to our own, and the drill that sees them.

Most are read from aws-samples/dynamodb-pitr-restore-cdc at da0e8ba (2024-08-29) and its README.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dynadrill.drills.changes.applying import Applier
from dynadrill.drills.changes.records import ChangeRecord
from dynadrill.drills.changes.replaying import Replay
from dynadrill.drills.recovery import Recovered, RecoveryTools
from dynadrill.drills.settings import Settings
from dynadrill.drills.table_settings import await_active
from dynadrill.drills.values import Change, canonical
from dynadrill.scenarios.recoveries.point_in_time_with_changes import PointInTimeWithChanges

SQS_MESSAGE = 256 * 1024


class FromLatest(Replay):
    """Reads the stream from when the restore was asked for: what came between the point and that is nowhere."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """Only what is newer than the recovery."""
        began_at = float(self.tools.kept.setdefault("began", str(self.tools.clock.now())))
        return super().wanted([record for record in records if record.at >= began_at])


class WithDamage(Replay):
    """Replays everything, the disaster's writes too."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """All since the point."""
        return [record.change for record in records if record.at >= self.point_at]


class SmallOnly(Replay):
    """Sends changes through a queue whose messages have a limit."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """Those that fit."""
        return [each for each in super().wanted(records) if not each.value or len(canonical(each.value)) < SQS_MESSAGE]


class BothImages(Replay):
    """Sends the item before a change along with the one after it, which together have to fit."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """Those that fit."""
        return super().wanted([record for record in records if images_bytes(record) < SQS_MESSAGE])


def images_bytes(record: ChangeRecord) -> int:
    """How long the images of a record are."""
    return sum(len(canonical(image)) for image in (record.old, record.new) if image is not None)


class NothingSent(Replay):
    """Sends changes to a FIFO queue without a group, which takes no such message: the buffer stays empty."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """Nothing."""
        return []


class NoOrder(Replay):
    """Sends changes through a queue without groups, which keeps no order."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """The newest first."""
        return super().wanted(records)[::-1]


class NoDeletes(Replay):
    """Sends a deletion with the member `Item`, which no client takes, and drops what it cannot send."""

    def wanted(self, records: Sequence[ChangeRecord]) -> list[Change]:
        """Only puts."""
        return [each for each in super().wanted(records) if each.value is not None]


class OnceOnly(Applier):
    """Does not look at UnprocessedItems."""

    def send(self, batch: Sequence[Change]) -> None:
        """Send it, and be done."""
        self._write(self._table, batch)


class AsTheyCome(Applier):
    """Puts changes into batches as they come: a key may be in one twice."""

    def apply(self, changes: Iterable[Change]) -> int:
        """Send them all."""
        every = list(changes)
        for batch in self.batches(every):
            self.send(batch)
        return len(every)


class Unprocessed(Replay):
    """Writes with `OnceOnly`."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # whatever a Replay takes
        self.applier = OnceOnly(self.tools.write, self.tools.new_table, self.tools.clock)


class KeyTwice(Replay):
    """Writes with `AsTheyCome`."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # whatever a Replay takes
        self.applier = AsTheyCome(self.tools.write, self.tools.new_table, self.tools.clock)


class IntoAnother(Replay):
    """Writes into whatever table was restored first: what starts it looks for any restore, and not for this one."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # whatever a Replay takes
        await_active(self.tools.control, another(self.tools), self.tools.clock)
        self.applier = Applier(self.tools.write, another(self.tools), self.tools.clock)


def another(tools: RecoveryTools) -> str:
    """The name of the table that somebody else restores at the same time."""
    return f"{tools.table}-staging"


@dataclass(frozen=True)
class BesideAnother(PointInTimeWithChanges):
    """The same, while somebody restores the table for staging, a moment before."""

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Ask for the other restore, then recover."""
        latest: dict[str, Any] = {"UseLatestRestorableTime": True}
        tools.control.restore_table_to_point_in_time(
            SourceTableName=tools.table, TargetTableName=another(tools), **latest
        )
        return super().recover(tools)


class SwitchedByHand(Replay):
    """Somebody switches users over by hand a little later, and nobody looks whether anything came in between."""

    def go_on(self) -> None:
        """Replay, then let some seconds pass."""
        super().go_on()
        self.tools.clock.live(20.0)

    def finish(self) -> None:
        """Nothing."""


@dataclass(frozen=True)
class NoSettings(PointInTimeWithChanges):
    """Puts no settings back on the restored table."""

    def recover(self, tools: RecoveryTools) -> Recovered:
        """The same, of a table that had none."""
        return super().recover(replace(tools, settings=Settings()))


DEFECTS = {
    "the stream is read from its latest record": (PointInTimeWithChanges(replay=FromLatest), "stale"),
    "the damage is replayed too": (PointInTimeWithChanges(replay=WithDamage), "contaminated"),
    "large items do not fit": (PointInTimeWithChanges(replay=SmallOnly), "stale"),
    "the order of one key's changes is lost": (PointInTimeWithChanges(replay=NoOrder), "stale"),
    "old and new image do not fit together": (PointInTimeWithChanges(replay=BothImages), "stale"),
    "messages have no group": (PointInTimeWithChanges(replay=NothingSent), "stale"),
    "any table's restore starts it": (BesideAnother(replay=IntoAnother), "stale"),
    "deletions are dropped": (PointInTimeWithChanges(replay=NoDeletes), "resurrected"),
    "unprocessed items are ignored": (PointInTimeWithChanges(replay=Unprocessed), "stale"),
    "users are cut over by hand": (PointInTimeWithChanges(replay=SwitchedByHand), "stale"),
    "one batch has a key twice": (PointInTimeWithChanges(replay=KeyTwice), "ValidationException"),
    "no settings are put back": (NoSettings(), "settings differ"),
}
"""By what is wrong: the recovery, and what the drill says of it."""
