"""The evidence of one drill: what was written down, and what follows from it. Pure: no target, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

from .cut import Cut, measure_cut
from .diff import Diff, Seen, diff
from .history import History, Jump
from .ledger import Expectation, Ledger, WritesByKey, carried_on, rewound, undone
from .loss import Loss, lost_after, measure_loss
from .marks import Mark
from .planted import ControlResult, prove_detector
from .promise import Boundary, PromiseKind
from .runrecord import RunRecord
from .snapshot import Snapshot
from .timeline import RecoveryTime, measure_recovery_time

PLACES = {"restored": "the restored table", "in_service": "the table in service"}
"""What the snapshots are of."""


@dataclass(frozen=True)
class Evidence:
    """Everything that validators look at.

    `restored` is snapshot 1 (the restored table before any user wrote to it; None where nothing was restored
    beside the source), `in_service` snapshot 2 (the table that users had at the end, with the load stopped).
    `final` is False while the drill is still deciding about the cutover. `problems` name snapshots that
    could not be read, `missing_history` what was written down and is not there any more.
    """

    run: RunRecord
    history: History
    restored: Snapshot | None
    in_service: Snapshot | None
    final: bool = True
    problems: tuple[str, ...] = ()
    missing_history: tuple[str, ...] = ()

    @cached_property
    def ledger(self) -> Ledger:
        """The history by table and key."""
        return Ledger.of(self.history)

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
        """Whether no second of target time was lived through: virtual pace on the embedded target."""
        return self.run.pace == "virtual" and self.run.target_kind == "embedded"

    @property
    def simulated(self) -> Sequence[Jump]:
        """The stretches of target time that nobody lived through."""
        return (Jump(-inf, inf, "virtual pace"),) if self.virtual else self.history.jumps

    @property
    def boundary(self) -> Boundary | None:
        """The boundary of the promise; None where no point was promised."""
        promise = self.run.promise
        return Boundary(*promise.boundary_s) if promise and promise.boundary_s else None

    @property
    def promised(self) -> tuple[float, float] | None:
        """The promised instants, from and to; None where no point was promised."""
        promise = self.run.promise
        if promise is None or promise.point_at is None or self.boundary is None:
            return None
        return promise.point_at + self.boundary.lo_s, promise.point_at + self.boundary.hi_s

    @property
    def undoes(self) -> bool:
        """Whether the promise is that every good write is there: nothing was gone back to."""
        return self.run.promise is not None and self.run.promise.kind is PromiseKind.UNDO

    @cached_property
    def promise(self) -> Expectation | None:
        """What the recovered table is held to; None where the recovery did not get as far as a promise."""
        promise = self.run.promise
        if promise is None:
            return None
        if promise.kind is PromiseKind.UNDO:
            return undone(self.ledger, self.run.tables.source)
        if promise.point_at is None or self.boundary is None:
            return None
        boundary = self.boundary
        found = rewound(self.ledger, self.run.tables.source, promise.point_at, boundary.lo_s, boundary.hi_s)
        if promise.kind is not PromiseKind.FAILOVER:
            return found
        # Transactions are atomic only in the Region where they ran (Developer Guide, "Amazon DynamoDB Transactions:
        # how it works"): one that may have been under way has no claim to be whole elsewhere.
        arrived = [write for write in found.transactions if (write.told_at or inf) < promise.point_at + boundary.lo_s]
        return replace(found, transactions=arrived)

    @cached_property
    def expected_in_service(self) -> Expectation | None:
        """What the table in service is held to once users have written to it.

        The table that was struck, left in service, is held to every good write: nothing was taken back.
        """
        tables = self.run.tables
        if self.promise is None:
            return None
        if self.promise.during is None or tables.in_service == tables.source:
            return undone(self.ledger, tables.source)
        return carried_on(self.promise, self.ledger, tables.in_service)

    @cached_property
    def diff_restored(self) -> Diff | None:
        """Snapshot 1 held against the promise."""
        if self.restored is None or self.promise is None:
            return None
        return diff(self.promise, Seen.of(self.restored), self._old_table)

    @cached_property
    def diff_in_service(self) -> Diff | None:
        """Snapshot 2 held against the promise and everything good that was written since."""
        if self.in_service is None or self.expected_in_service is None:
            return None
        return diff(self.expected_in_service, Seen.of(self.in_service), self._everything)

    @property
    def _old_table(self) -> WritesByKey:
        """Everybody's writes to the table that was struck, and restored from."""
        return self.ledger.physical(self.run.tables.source)

    @cached_property
    def _everything(self) -> WritesByKey:
        return self.ledger.anywhere()

    @property
    def recovered(self) -> Snapshot | None:
        """The recovered table as it went into service: snapshot 1, or snapshot 2 of a recovery in place."""
        return self.restored or (self.in_service if self.run.tables.restored is None else None)

    @property
    def diff_recovered(self) -> Diff | None:
        """The diff of the recovered table."""
        return self.diff_restored or (self.diff_in_service if self.run.tables.restored is None else None)

    @property
    def diffs(self) -> Mapping[str, Diff]:
        """The diffs there are, by the name of their snapshot."""
        named = {"restored": self.diff_restored, "in_service": self.diff_in_service}
        return {name: found for name, found in named.items() if found is not None}

    @cached_property
    def cut(self) -> Cut | None:
        """The restore point measured from snapshot 1; None where there is none, or no key has a vote."""
        if self.restored is None or self.diff_restored is None:
            return None
        return measure_cut(self.diff_restored, Seen.of(self.restored), self._old_table)

    @cached_property
    def loss(self) -> Loss | None:
        """What was lost; None where nothing was struck or no recovered table was seen."""
        if self.recovered is None or self.struck_at is None:
            return None
        loss = measure_loss(self._old_table, Seen.of(self.recovered), self.struck_at, self.cut, self.promised)
        if self.undoes and self.diff_recovered is not None and self.diff_recovered.clean:
            # Every key holds what all good writes leave: no more can be lost than is.
            return replace(loss, at_most_s=loss.measured_s)
        return loss

    @cached_property
    def lost_after_cutover(self) -> int | None:
        """How many good writes, acknowledged after the cutover, the table in service lacks; None without a cutover."""
        cut_over_at = self.history.marks.get(Mark.CUT_OVER)
        if cut_over_at is None or self.in_service is None:
            return None
        return lost_after(cut_over_at, self._everything, Seen.of(self.in_service))

    @cached_property
    def recovery_time(self) -> RecoveryTime | None:
        """The RTO and its phases; None where nothing was struck."""
        tables = self.run.tables
        time = measure_recovery_time(self.history, tables.in_service, self.expected_in_service, self.simulated)
        if time is None or not self.final:
            return time
        if tables.restored is not None and tables.in_service == tables.source:
            return time.without_an_end("the restored table was not put in service")
        if self.diff_in_service is not None and not self.diff_in_service.clean:
            return time.without_an_end("the table in service is not what it must be")
        return time

    @cached_property
    def controls(self) -> ControlResult | None:
        """Whether the detector found what was planted; None where there is nothing to plant in."""
        if self.restored is not None and self.promise is not None and self.diff_restored is not None:
            return prove_detector(self.promise, Seen.of(self.restored), self._old_table, self.diff_restored)
        expected = self.expected_in_service
        if self.in_service is not None and expected is not None and self.diff_in_service is not None:
            return prove_detector(expected, Seen.of(self.in_service), self._everything, self.diff_in_service)
        return None
