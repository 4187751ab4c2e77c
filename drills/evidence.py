"""The evidence of one drill: what was written down, and what follows from it. Pure: no target, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Literal, TypeAlias

from .books import Books, Counted, InMemory, Place, boundary_of, promised_by
from .cut import Cut
from .defects import ControlResult
from .diff import NO_WRITE_DELETED_IT, Diff, Finding
from .history import History, Jump
from .index_snapshot import IndexSnapshot
from .invariants.invariant import Invariant
from .latency import Latencies, measure_latencies
from .loss import Loss
from .marks import Mark
from .promise import WITHOUT_A_POINT, Boundary, PromiseKind
from .restore_points.curve import RestorePoints
from .runrecord import RunRecord
from .snapshot import Snapshot
from .timeline import FirstGood, RecoveryTime
from .values import ABSENT

Compared: TypeAlias = Literal["restored", "in_service", "left"]

PLACES: Mapping[Compared, str] = {
    "restored": "the restored table",
    "in_service": "the table in service",
    "left": "the replica that users left",
}
"""What the snapshots are of."""


@dataclass(frozen=True)
class Evidence:
    """Everything that validators look at.

    `restored` is snapshot 1 (the restored table before any user wrote to it; None where nothing was restored
    beside the source), `in_service` snapshot 2 (the table that users had at the end, with the load stopped), `left`
    snapshot 3 (the replica that they left to fail back, at that same time; None where they did not).
    `final` is False while the drill is still deciding about the cutover. `problems` name snapshots that
    could not be read, `missing_history` what was written down and is not there any more. `kept` are the books, where
    the history is kept on disk; else they are kept in memory. On disk, a look at `history.writes`, or at a snapshot's
    rows and items, reads them there: go through them once, and ask `books` what the books can say.
    """

    run: RunRecord
    history: History
    restored: Snapshot | None
    in_service: Snapshot | None
    left: Snapshot | None = None
    final: bool = True
    problems: tuple[str, ...] = ()
    missing_history: tuple[str, ...] = ()
    kept: Books | None = None
    indexes: Mapping[str, IndexSnapshot] = field(default_factory=dict)
    """What the indexes of the table in service held, by their names."""
    invariants: tuple[Invariant, ...] = ()
    """A person's own, as they were when the run began."""

    @cached_property
    def books(self) -> Books:
        """What the writes and the snapshots come to."""
        if self.kept is not None:
            return self.kept
        taken: dict[Place, Snapshot] = {place: found for place, found in self.snapshots.items()}  # noqa: C416
        return InMemory(self.run, self.history, taken)

    @property
    def snapshots(self) -> Mapping[Compared, Snapshot]:
        """The snapshots there are, in the order in which they were taken."""
        taken: dict[Compared, Snapshot | None] = {
            "restored": self.restored,
            "in_service": self.in_service,
            "left": self.left,
        }
        return {name: found for name, found in taken.items() if found is not None}

    @cached_property
    def counted(self) -> Counted:
        """How much there is of what claims are about."""
        return self.books.counted(self.struck_at)

    @property
    def lost(self) -> tuple[str, ...]:
        """What is gone of the history: without it, what is left says nothing for certain."""
        return (*self.missing_history, *self.history.damage)

    @property
    def struck_at(self) -> float | None:
        """The instant of the disaster's first write or call; None where nothing was struck."""
        return self.history.marks.get(Mark.STRUCK)

    @property
    def virtual(self) -> bool:
        """Whether no second of target time was lived through: virtual pace on a time machine."""
        return self.run.pace == "virtual" and self.run.target_kind in {"embedded", "served"}

    @property
    def simulated(self) -> Sequence[Jump]:
        """The stretches of target time that nobody lived through."""
        return (Jump(-inf, inf, "virtual pace"),) if self.virtual else self.history.jumps

    @property
    def boundary(self) -> Boundary | None:
        """The boundary of the promise; None where no point was promised."""
        return boundary_of(self.run.promise)

    @property
    def promised(self) -> tuple[float, float] | None:
        """The promised instants, from and to; None where no point was promised."""
        return promised_by(self.run)

    @property
    def undoes(self) -> bool:
        """Whether the promise is that every good write is there: nothing was gone back to."""
        return self.run.promise is not None and self.run.promise.kind in WITHOUT_A_POINT

    @cached_property
    def diff_restored(self) -> Diff | None:
        """Snapshot 1 held against the promise."""
        return self.books.diff("restored")

    @cached_property
    def diff_in_service(self) -> Diff | None:
        """Snapshot 2 held against the promise and everything good that was written since."""
        return self.books.diff("in_service")

    @cached_property
    def diff_left(self) -> Diff | None:
        """Snapshot 3 held against all that was written to any replica."""
        return self.books.diff("left")

    @cached_property
    def first_good_back(self) -> FirstGood | None:
        """The users' first write and right read after they had failed back; None where they had not."""
        back_at = self.run.failed_back_at
        return None if back_at is None else self.books.first_good(back_at)

    @property
    def recovered(self) -> Snapshot | None:
        """The recovered table as it went into service: snapshot 1, or snapshot 2 of a recovery in place."""
        return self.restored or (self.in_service if self.run.tables.restored is None else None)

    @property
    def diff_recovered(self) -> Diff | None:
        """The diff of the recovered table."""
        return self.diff_restored or (self.diff_in_service if self.run.tables.restored is None else None)

    @property
    def diffs(self) -> Mapping[Compared, Diff]:
        """The diffs there are, by the name of their snapshot."""
        named: dict[Compared, Diff | None] = {
            "restored": self.diff_restored,
            "in_service": self.diff_in_service,
            "left": self.diff_left,
        }
        return {name: found for name, found in named.items() if found is not None}

    def because(self, finding: Finding) -> str:
        """What explains a finding: where no write does, what the disaster did beside writing may."""
        done = [act.act for act in self.history.acts if not act.refused]
        if finding.because != NO_WRITE_DELETED_IT or not done:
            return finding.because
        return f"{finding.because}, but the disaster did this: {'; '.join(done)}"

    @cached_property
    def cut(self) -> Cut | None:
        """The restore point measured from snapshot 1; None where there is none, or no key has a vote."""
        return None if self.diff_restored is None else self.books.cut(self.diff_restored)

    @cached_property
    def loss(self) -> Loss | None:
        """What was lost; None where nothing was struck or no recovered table was seen."""
        if self.recovered is None or self.struck_at is None:
            return None
        loss = self.books.loss("restored" if self.restored else "in_service", self.struck_at, self.cut)
        if self.undoes and self.diff_recovered is not None and self.diff_recovered.clean:
            # Every key holds what all good writes leave: no more can be lost than is.
            return replace(loss, at_most_s=loss.measured_s)
        return loss

    @cached_property
    def arrived_late(self) -> int | None:
        """How many writes that had not arrived in time the replica shows in the end.

        None where no failover was promised, the lost Region did not come back, or the history is kept on disk: then
        it is not counted.
        """
        promise, loss = self.run.promise, self.loss
        failed_over = promise is not None and promise.kind is PromiseKind.FAILOVER and self.run.disaster_passed
        replica = self.in_service if self.run.failed_back_at is None else self.left
        if not failed_over or loss is None or replica is None or self.kept is not None:
            return None
        rows = replica.rows
        return sum(w.digest == (rows[w.key].digest if w.key in rows else ABSENT) for w in loss.before)

    @cached_property
    def latencies(self) -> Latencies | None:
        """How long users' writes took before the strike, while protection was at work, and while it was recovered.

        None where nobody lived through them (virtual pace), or the history is kept on disk: then nobody looks.
        """
        if self.virtual or self.kept is not None or self.struck_at is None:
            return None
        return measure_latencies(self.history, self.run.protecting, self.struck_at)

    @cached_property
    def restore_points(self) -> RestorePoints | None:
        """What each second to go back to would have come to, within the promise's boundary, else to the second.

        None where the disaster wrote no item of the table that was struck.
        """
        found = None if self.struck_at is None else self.books.observed()
        if found is None:
            return None
        seen = [*found.bad.at[-1:], *(found.good.at[-1:] if found.good else ())]
        armed_at = self.history.marks.get(Mark.ARMED, -inf)
        return RestorePoints(found, max(seen), self.boundary or Boundary(0.0, 0.0), from_at=armed_at)

    @cached_property
    def lost_after_cutover(self) -> int | None:
        """How many good writes, acknowledged after the cutover, the table in service lacks; None without a cutover."""
        cut_over_at = self.history.marks.get(Mark.CUT_OVER)
        return None if cut_over_at is None or self.in_service is None else self.books.lost_after(cut_over_at)

    @cached_property
    def recovery_time(self) -> RecoveryTime | None:
        """The RTO and its phases; None where nothing was struck."""
        tables = self.run.tables
        time = self.books.recovery_time(self.simulated)
        if time is None or not self.final:
            return time
        if tables.restored is not None and self.run.cut_over_to == tables.source:
            return time.without_an_end("the restored table was not put in service")
        if self.diff_in_service is not None and not self.diff_in_service.clean:
            return time.without_an_end("the table in service is not what it must be")
        return time

    @cached_property
    def controls(self) -> ControlResult | None:
        """Whether the detector found what was planted; None where there is nothing to plant in."""
        if self.diff_restored is not None:
            return self.books.controls("restored", self.diff_restored)
        if self.diff_in_service is not None:
            return self.books.controls("in_service", self.diff_in_service)
        return None
