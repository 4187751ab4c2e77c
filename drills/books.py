"""The books of one drill: what its writes and its snapshots come to, for everything that is asked of them.

There are two ways to keep them, which give the same answers: in memory, as here, and on disk, for histories that do
not fit comfortably in memory (`large/`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, inf
from typing import Literal, NamedTuple, Protocol, TypeAlias

from .cut import Cut, measure_cut
from .defects import ControlResult
from .diff import Diff, Seen, diff
from .history import History, Jump, Told, Who
from .ledger import Expectation, Ledger, WritesByKey, carried_on, current, rewound, undone
from .loss import Loss, lost_after, measure_loss
from .planted import prove_detector
from .promise import WITHOUT_A_POINT, Boundary, PromiseKind
from .restore_points.curve import Instants, Observed
from .runrecord import PromiseRecord, RunRecord
from .snapshot import Snapshot
from .timeline import FirstGood, RecoveryTime, measure_first_good, measure_recovery_time

Place: TypeAlias = Literal["gate", "restored", "in_service", "left"]
"""What a snapshot is of: the table before the strike, the restored table, the table in service, or its replica that
users left when they failed back."""


class Counted(NamedTuple):
    """How much there is of what claims are about.

    `damaged` keys that an acknowledged write of the disaster hit, `before_strike` users' writes acknowledged by the
    strike, `transactions` the users' transactions, by whatever outcome.
    """

    damaged: int
    before_strike: int
    transactions: int


class Books(Protocol):
    """What evidence asks of the writes and the snapshots of a drill; see `evidence.Evidence` for what each says."""

    def counted(self, struck_at: float | None) -> Counted:
        """How much there is of what claims are about."""

    def diff(self, place: Place) -> Diff | None:
        """A snapshot held against what it must contain; None without a snapshot, or where nothing is known about it."""

    def cut(self, compared: Diff) -> Cut | None:
        """The restore point measured from snapshot 1, of which this is the diff."""

    def loss(self, place: Place, struck_at: float, cut: Cut | None) -> Loss:
        """What the table that was struck had and the snapshot lacks."""

    def lost_after(self, cut_over_at: float) -> int:
        """How many good writes that were asked after the cutover snapshot 2 lacks."""

    def recovery_time(self, jumps: Sequence[Jump]) -> RecoveryTime | None:
        """The RTO and its phases, from the marks and the users' first good write and read."""

    def first_good(self, after_at: float) -> FirstGood:
        """The first acknowledged write and right read of the table in service that users asked for after an instant."""

    def controls(self, place: Place, before: Diff) -> ControlResult:
        """Whether the detector finds what is planted in the evidence."""

    def observed(self) -> Observed | None:
        """What users and the disaster wrote to the table that was struck, by seconds; None where it wrote nothing.

        A good write counts from when its writer was told, and only then, a bad one from when it was asked for, whatever
        became of it but a refusal: so a point never looks better than it is.
        """


def boundary_of(promise: PromiseRecord | None) -> Boundary | None:
    """The boundary of a promise; None where no point was promised."""
    return Boundary(*promise.boundary_s) if promise and promise.boundary_s else None


def promised_by(run: RunRecord) -> tuple[float, float] | None:
    """The promised instants, from and to; None where no point was promised."""
    boundary = boundary_of(run.promise)
    if run.promise is None or run.promise.point_at is None or boundary is None:
        return None
    return run.promise.point_at + boundary.lo_s, run.promise.point_at + boundary.hi_s


def by_second(instants: Iterable[float]) -> Instants:
    """How many there are in each second, which is named by its end."""
    return Instants.of(Counter(float(ceil(at)) for at in instants))


@dataclass(frozen=True)
class InMemory:
    """The books of a history that fits in memory, or of the part of one that some keys have."""

    run: RunRecord
    history: History
    snapshots: Mapping[Place, Snapshot]

    @cached_property
    def ledger(self) -> Ledger:
        """The history by table and key."""
        return Ledger.of(self.history)

    @cached_property
    def promise(self) -> Expectation | None:
        """What the recovered table is held to; None where the recovery did not get as far as a promise."""
        promise, source, boundary = self.run.promise, self.run.tables.source, boundary_of(self.run.promise)
        if promise is None:
            return None
        if promise.kind in WITHOUT_A_POINT:
            return undone(self.ledger, source)
        if promise.point_at is None or boundary is None:
            return None
        found = rewound(self.ledger, source, promise.point_at, boundary.lo_s, boundary.hi_s)
        if promise.kind is not PromiseKind.FAILOVER:
            return found
        # Transactions are atomic only in the Region where they ran (Developer Guide, "Amazon DynamoDB Transactions:
        # how it works"): one that may have been under way has no claim to be whole elsewhere.
        arrived_by = promise.point_at + boundary.lo_s
        arrived = [w for w in found.transactions if w.told_at is not None and w.told_at < arrived_by]
        return replace(found, transactions=arrived)

    @cached_property
    def expected_in_service(self) -> Expectation | None:
        """What the table in service is held to once users have written to it.

        The table that was struck, left in service or in service again, is held to every good write: nothing was taken
        back. It is the same where users have failed back to it: what was written in either Region arrives in the other
        (Developer Guide, "Global tables: how it works"), and of two writes to an item the later one stays.
        """
        if self.promise is None:
            return None
        if self.promise.during is None or self.run.in_place:
            return undone(self.ledger, self.run.tables.source)
        return carried_on(self.promise, self.ledger, self.run.tables.in_service)

    @cached_property
    def expected_after_cutover(self) -> Expectation | None:
        """What reads are held to after the recovery, of the table that users were cut over to."""
        if self.promise is None or self.promise.during is None or self.run.failed_back_at is None:
            return self.expected_in_service
        return carried_on(self.promise, self.ledger, self.run.cut_over_to)

    def expected(self, place: Place) -> Expectation | None:
        """What a snapshot is held to."""
        if place == "gate":
            return current(self.ledger, self.run.tables.source)
        return self.promise if place == "restored" else self.expected_in_service

    def physical(self, place: Place) -> WritesByKey:
        """Everybody's writes that may have left something in a snapshot."""
        return self._everything if place in {"in_service", "left"} else self._old_table

    def seen(self, place: Place) -> Seen:
        """What a snapshot saw."""
        return Seen.of(self.snapshots[place])

    @property
    def _old_table(self) -> WritesByKey:
        """Everybody's writes to the table that was struck, and restored from."""
        return self.ledger.physical(self.run.tables.source)

    @cached_property
    def _everything(self) -> WritesByKey:
        return self.ledger.anywhere()

    def counted(self, struck_at: float | None) -> Counted:
        """How much there is of what claims are about."""
        writes, by = self.history.writes, -inf if struck_at is None else struck_at
        return Counted(
            damaged=len({w.key for w in writes if w.who is Who.DISASTER and w.outcome is Told.OK}),
            before_strike=sum(
                w.who is Who.LOAD and w.outcome is Told.OK and w.told_at is not None and w.told_at <= by for w in writes
            ),
            transactions=len({w.op for w in writes if w.in_transaction and w.good}),
        )

    def diff(self, place: Place) -> Diff | None:
        """A snapshot held against what it must contain."""
        expectation = self.expected(place)
        if place not in self.snapshots or expectation is None:
            return None
        return diff(expectation, self.seen(place), self.physical(place))

    def cut(self, compared: Diff) -> Cut | None:
        """The restore point measured from snapshot 1."""
        return measure_cut(compared, self.seen("restored"), self._old_table)

    def loss(self, place: Place, struck_at: float, cut: Cut | None) -> Loss:
        """What the table that was struck had and the snapshot lacks."""
        return measure_loss(self._old_table, self.seen(place), struck_at, cut, promised_by(self.run))

    def lost_after(self, cut_over_at: float) -> int:
        """How many good writes that were asked after the cutover snapshot 2 lacks."""
        return lost_after(cut_over_at, self._everything, self.seen("in_service"))

    def recovery_time(self, jumps: Sequence[Jump]) -> RecoveryTime | None:
        """The RTO and its phases."""
        return measure_recovery_time(self.history, self.run.cut_over_to, self.expected_after_cutover, jumps)

    def first_good(self, after_at: float) -> FirstGood:
        """The users' first write and right read of the table in service after an instant."""
        return measure_first_good(self.history, self.run.tables.in_service, after_at, self.expected_in_service)

    def controls(self, place: Place, before: Diff) -> ControlResult:
        """Whether the detector finds what is planted."""
        expectation = self.expected(place)
        assert expectation is not None, "what was compared was held to something"
        return prove_detector(expectation, self.seen(place), self.physical(place), before)

    def observed(self) -> Observed | None:
        """What users and the disaster wrote to the table that was struck, by seconds."""
        source = self.run.tables.source
        told: list[float] = []
        bad: list[float] = []
        first: dict[str, float] = {}
        for write in self.history.writes:
            if write.table != source:
                continue
            if write.who is Who.DISASTER and write.outcome is not Told.FAIL:
                bad.append(write.asked_at)
                first[write.key] = min(write.asked_at, first.get(write.key, inf))
            elif write.good and write.outcome is Told.OK and write.told_at is not None:
                told.append(write.told_at)
        if not bad:
            return None
        return Observed(by_second(told), by_second(bad), by_second(first.values()), min(bad))
