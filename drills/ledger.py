"""The ledger: what each key may hold at any instant, folded from a history of writes whose order is partly unknown.

Every write that was not refused has a *life*: from the instant it was asked (it cannot have taken effect before)
to the instant by which it has been overwritten for certain: the earliest answer to an acknowledged write that was
asked only after this one had been told. An unanswered write may take effect at any time, so nothing that it might
follow closes it, and it closes nothing itself. Writes that overlap have no order: both lives stand open together.

A key may hold a value at instant `t` when one of that value's lives contains `t`. Absence is a value, and holds
from the beginning of time until the first acknowledged write.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf
from typing import NamedTuple

from .history import History, Told, Write
from .values import ABSENT, Key

OK, FAIL = Told.OK, Told.FAIL

A_FEW = 3


class Life(NamedTuple):
    """A value that a key may hold from `asked_at` on and until just before `closed_at`."""

    digest: bytes
    asked_at: float
    closed_at: float


class Beginning(NamedTuple):
    """A value that a key may hold before any of its writes; `expires_at` as in `history.Write`."""

    digest: bytes
    expires_at: float | None = None

    def expired(self, at: float) -> bool:
        """Whether TTL may have deleted it by some instant."""
        return self.expires_at is not None and self.expires_at <= at


NOTHING_YET = (Beginning(ABSENT),)


def lives(
    writes: Sequence[Write], beginnings: Sequence[Beginning] = NOTHING_YET, only: bytes | None = None
) -> list[Life]:
    """The lives of one key's values (or `only` of one of them), from its writes in any order.

    Refused writes have none. From its expiry on, an item with a TTL may also be absent: that absence is a life of
    its own.
    """
    closers = [(write.asked_at, write.told_at) for write in writes if write.outcome is OK and write.told_at is not None]
    every = only is None or only == ABSENT
    wanted = [write for write in writes if (every or write.digest == only) and write.outcome is not FAIL]
    begun = [one for one in beginnings if every or one.digest == only]
    closing = _closing(closers, len(wanted) + len(begun))
    found = [Life(one.digest, -inf, closing(-inf)) for one in begun]
    found += [Life(one.digest, one.asked_at, inf if one.told_at is None else closing(one.told_at)) for one in wanted]
    if every:
        expiries = [one.expires_at for one in begun] + [one.expires_at for one in wanted]
        found += [
            Life(ABSENT, max(life.asked_at, expires_at), life.closed_at)
            for life, expires_at in zip(found, expiries, strict=True)
            if expires_at is not None and expires_at < life.closed_at
        ]
    return found if only is None else [life for life in found if life.digest == only]


def _closing(closers: list[tuple[float, float]], times: int) -> Callable[[float], float]:
    """Answers the earliest end of those that began after an instant: by sorting, when asked more than a few times."""
    if times <= A_FEW:
        return lambda at: min([told_at for asked_at, told_at in closers if asked_at > at], default=inf)
    closers.sort()
    asked = [asked_at for asked_at, _ in closers]
    earliest = [inf, *accumulate([told_at for _, told_at in reversed(closers)], min)][::-1]
    return lambda at: earliest[bisect_right(asked, at)]


def admissible(
    writes: Sequence[Write], from_at: float, to_at: float, beginnings: Sequence[Beginning] = NOTHING_YET
) -> frozenset[bytes]:
    """The values that a key may hold at any instant between two, both included: those of the lives that are open then.

    It says the same as `lives`, without making them: a value has been overwritten for certain by `from_at` when
    its write was told before the latest write that was acknowledged by then was asked.
    """
    through = _latest_through(writes, from_at)
    found = set() if through > -inf else {digest for digest, _ in beginnings}
    expiring = through == -inf and beginnings is not NOTHING_YET
    for write in writes:
        told_at = write.told_at
        if write.asked_at <= to_at and (told_at is None or told_at >= through) and write.outcome is not FAIL:
            found.add(write.digest)
            expiring = expiring or write.expired(to_at)
    if expiring and ABSENT not in found and _may_have_expired(writes, from_at, to_at, beginnings):
        found.add(ABSENT)
    return frozenset(found)


def _latest_through(writes: Iterable[Write], at: float) -> float:
    """When the latest of the writes that were acknowledged by an instant was asked."""
    through = -inf
    for write in writes:
        if write.asked_at > through and write.outcome is OK and write.told_at is not None and write.told_at <= at:
            through = write.asked_at
    return through


def _may_have_expired(writes: Sequence[Write], from_at: float, to_at: float, beginnings: Sequence[Beginning]) -> bool:
    """Whether an item that is past its expiry at an instant between two had not been overwritten by then."""
    candidates = [(-inf, -inf, beginning.expires_at) for beginning in beginnings]
    candidates += [
        (write.asked_at, inf if write.told_at is None else write.told_at, write.expires_at)
        for write in writes
        if write.outcome is not FAIL
    ]
    return any(
        asked_at <= to_at
        and expires_at is not None
        and expires_at <= to_at
        and told_at >= _latest_through(writes, max(from_at, expires_at, asked_at))
        for asked_at, told_at, expires_at in candidates
    )


WritesByKey = Mapping[Key, Sequence[Write]]


@dataclass(frozen=True)
class Ledger:
    """The writes of a history by table and key, in the two views that are never mixed.

    *Expected* views hold the writes of seed and load only, and alone say what is right. *Physical* views hold
    everybody's writes to one table, and only explain what is seen.
    """

    tables: Mapping[str, WritesByKey]
    hurt: frozenset[Key]
    """The keys that others than seed and load have written to: of all others, every write is a good one."""
    transactions: Sequence[Write]
    """The good writes that are a part of a transaction, and were not refused."""

    @classmethod
    def of(cls, history: History) -> "Ledger":
        """Sort the writes of a history by table and key."""
        tables: defaultdict[str, defaultdict[Key, list[Write]]] = defaultdict(lambda: defaultdict(list))
        hurt: set[Key] = set()
        transactions: list[Write] = []
        for write in history.writes:
            tables[write.table][write.key].append(write)
            if not write.good:
                hurt.add(write.key)
            elif write.in_transaction and write.outcome is not FAIL:
                transactions.append(write)
        return cls({table: dict(keys) for table, keys in tables.items()}, frozenset(hurt), transactions)

    def physical(self, table: str) -> WritesByKey:
        """Everybody's writes to one table."""
        return self.tables.get(table, {})

    def good(self, table: str) -> WritesByKey:
        """The good writes to one table."""
        return self._good(self.physical(table))

    def anywhere(self) -> WritesByKey:
        """Everybody's writes to any table of the drill, as if there had been one table only."""
        merged: defaultdict[Key, list[Write]] = defaultdict(list)
        for writes_by_key in self.tables.values():
            for key, writes in writes_by_key.items():
                merged[key] += writes
        return dict(merged)

    def good_anywhere(self) -> WritesByKey:
        """The good writes to any table of the drill."""
        return self._good(self.anywhere())

    def _good(self, writes_by_key: WritesByKey) -> WritesByKey:
        """Only the good writes; a key that has no others keeps its very list, which most keys do."""
        good_by_key = dict(writes_by_key)
        for key in self.hurt & writes_by_key.keys():
            good = [write for write in writes_by_key[key] if write.good]
            if good:
                good_by_key[key] = good
            else:
                del good_by_key[key]
        return good_by_key


@dataclass(frozen=True)
class Expectation:
    """What a snapshot is held to.

    `writes` are the good writes that say what is right, by key, and `transactions` those of them that came back whole
    or not at all; `beginnings` what keys may hold before them, where
    that is not absence (`beginnings_at_point`: if the boundary had no width); `during` the instants at any of which
    a value may have been right: None where each row has its own, the time of its page. `point_at` is the promised
    instant, and `premature_after` the end of its boundary: both None where no point was promised. `source` is the
    table the promise is about.
    """

    writes: WritesByKey
    during: tuple[float, float] | None
    source: str
    transactions: Sequence[Write] = ()
    point_at: float | None = None
    beginnings: Callable[[Key], Sequence[Beginning]] | None = None
    beginnings_at_point: Callable[[Key], Sequence[Beginning]] | None = None
    begun: frozenset[Key] = frozenset()
    premature_after: float | None = None
    found: dict[Key, frozenset[bytes]] = field(default_factory=dict, compare=False, repr=False)
    """What is right in `during`, by key, once it was asked for: controls compare every key a second time."""

    def before_writes(self, key: Key) -> Sequence[Beginning]:
        """What a key may hold before any of its writes."""
        return self.beginnings(key) if self.beginnings else NOTHING_YET

    def right(self, key: Key, from_at: float, to_at: float) -> frozenset[bytes]:
        """The right values of one key, at any instant between two."""
        if (from_at, to_at) != self.during:
            return admissible(self.writes.get(key, ()), from_at, to_at, self.before_writes(key))
        try:
            return self.found[key]
        except KeyError:
            right = self.found[key] = admissible(self.writes.get(key, ()), from_at, to_at, self.before_writes(key))
            return right

    def right_at_point(self, key: Key, read_at: float) -> frozenset[bytes]:
        """The right values if the boundary were the point alone; where none was promised, when the key was read."""
        if self.beginnings_at_point is not None:
            return admissible(self.writes.get(key, ()), read_at, read_at, self.beginnings_at_point(key))
        at = read_at if self.point_at is None else self.point_at
        return self.right(key, at, at)


def rewound(ledger: Ledger, source: str, point_at: float, lo_s: float, hi_s: float) -> Expectation:
    """The promise of a rewind: what the source held at some instant of the boundary around the point."""
    return Expectation(
        writes=ledger.good(source),
        during=(point_at + lo_s, point_at + hi_s),
        source=source,
        transactions=_of(source, ledger),
        point_at=point_at,
        premature_after=point_at + hi_s,
    )


def undone(ledger: Ledger, source: str) -> Expectation:
    """The promise of an undo: every good write to any table, as if the disaster's had never been."""
    return Expectation(writes=ledger.good_anywhere(), during=None, source=source, transactions=ledger.transactions)


def current(ledger: Ledger, table: str) -> Expectation:
    """What a table that is being written should hold now, by the good writes to it alone."""
    return Expectation(writes=ledger.good(table), during=None, source=table, transactions=_of(table, ledger))


def carried_on(promise: Expectation, ledger: Ledger, table: str) -> Expectation:
    """A rewind's promise, folded with the good writes to the table that went into service since."""
    point_at, during = promise.point_at, promise.during
    assert during is not None, "only a rewind is carried on"
    assert point_at is not None, "only a rewind is carried on"

    def beginnings(key: Key, from_at: float, to_at: float) -> list[Beginning]:
        expiries = {write.digest: write.expires_at for write in promise.writes.get(key, ())}
        return [Beginning(value, expiries.get(value)) for value in sorted(promise.right(key, from_at, to_at))]

    return Expectation(
        writes=ledger.good(table),
        during=None,
        source=promise.source,
        transactions=_of(table, ledger),
        beginnings=lambda key: beginnings(key, *during),
        beginnings_at_point=lambda key: beginnings(key, point_at, point_at),
        begun=frozenset(promise.writes),
        premature_after=promise.premature_after,
    )


def _of(table: str, ledger: Ledger) -> list[Write]:
    return [write for write in ledger.transactions if write.table == table]
