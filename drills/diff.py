"""The diff: a snapshot held against what it must contain, each key in exactly one class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import NamedTuple

from .history import Told, Who, Write
from .ledger import Expectation, WritesByKey
from .snapshot import Row, Snapshot
from .values import ABSENT, Key

MOST_VALUES = 16
"""A key with more admissible values than this says too little, whatever it holds."""


ONLY_ABSENCE = frozenset({ABSENT})


class ItemClass(StrEnum):
    """What a key's value is, the first that holds."""

    INTACT = "intact"
    MISSING = "missing"
    CONTAMINATED = "contaminated"
    PREMATURE = "premature"
    RESURRECTED = "resurrected"
    STALE = "stale"
    PHANTOM = "phantom"


class Finding(NamedTuple):
    """One key that is not as it should be: what it holds, what it might have held, and what explains it."""

    key: Key
    seen: bytes
    right: frozenset[bytes]
    because: str


@dataclass(frozen=True)
class Diff:
    """How a snapshot compares: every key of expected or restored counted once in `intact` or `findings`.

    `expected` counts keys that may hold an item, `restored` the snapshot's rows. Findings are in the order of their
    keys' text, whatever was read first. Beside the classes: `torn`
    transactions of which some keys show the state after and others the state before; `undecided` intact keys that
    several values would have satisfied even at the very point; `within_boundary` those that the boundary alone
    left open; `expired_returned` items that came back past their TTL, which is right.
    """

    expected: int
    restored: int
    intact: int
    findings: Mapping[ItemClass, Sequence[Finding]]
    torn: Sequence[str]
    undecided: int
    within_boundary: int
    expired_returned: int
    complete: bool

    def count(self, item_class: ItemClass) -> int:
        """How many keys are of a class."""
        return self.intact if item_class is ItemClass.INTACT else len(self.findings.get(item_class, ()))

    @property
    def keys(self) -> int:
        """How many keys were compared."""
        return self.intact + sum(len(found) for found in self.findings.values())

    @property
    def clean(self) -> bool:
        """Whether every key is intact and every transaction whole."""
        return not self.torn and not any(self.findings.values())


@dataclass(frozen=True)
class Seen:
    """What was seen, row by row; a snapshot, or a snapshot with something laid over it."""

    rows: Mapping[Key, Row]
    began_at: float
    ended_at: float
    complete: bool

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Seen":
        """What a snapshot saw."""
        return cls(snapshot.rows, snapshot.began_at, snapshot.ended_at, snapshot.complete)

    def window(self, row: Row | None) -> tuple[float, float]:
        """The instants between which a row was read; for an absent key those of the whole scan."""
        return (self.began_at, self.ended_at) if row is None else (row.asked_at, row.told_at)


def diff(expectation: Expectation, seen: Seen, physical: WritesByKey) -> Diff:
    """Class every key of expected or restored.

    Args:
        expectation: what is right.
        seen: what was found.
        physical: everybody's writes that may have left something in the table, by key: they explain what is wrong.
    """
    findings: dict[ItemClass, list[Finding]] = {each: [] for each in ItemClass if each is not ItemClass.INTACT}
    tally = _Tally(findings, expiring=_anything_expires(expectation, seen.ended_at))
    for key in _keys(expectation, seen.rows):
        tally.take(key, expectation, seen, physical)
    return Diff(
        expected=tally.expected,
        restored=len(seen.rows),
        intact=tally.intact,
        findings={item_class: sorted(found) for item_class, found in tally.findings.items() if found},
        torn=_torn_transactions(expectation, seen, physical, tally.wrong()),
        undecided=tally.undecided,
        within_boundary=tally.within_boundary,
        expired_returned=tally.expired_returned,
        complete=seen.complete,
    )


def _keys(expectation: Expectation, rows: Mapping[Key, Row]) -> Iterable[Key]:
    yield from rows
    yield from (key for key in expectation.writes if key not in rows)
    yield from (key for key in expectation.begun if key not in rows and key not in expectation.writes)


@dataclass
class _Tally:
    findings: dict[ItemClass, list[Finding]]
    expiring: bool
    expected: int = 0
    intact: int = 0
    undecided: int = 0
    within_boundary: int = 0
    expired_returned: int = 0

    def take(self, key: Key, expectation: Expectation, seen: Seen, physical: WritesByKey) -> None:
        row = seen.rows.get(key)
        value = ABSENT if row is None else row.digest
        from_at, to_at = expectation.during or seen.window(row)
        right = expectation.right(key, from_at, to_at)
        if row is None and right == ONLY_ABSENCE:
            return
        self.expected += right != ONLY_ABSENCE
        if value not in right:
            item_class, because = _explain(value, right, key, expectation, physical)
            self.findings[item_class].append(Finding(key, value, right, because))
            return
        self.intact += 1
        if len(right) > 1:
            self._open(right, expectation.right_at_point(key, to_at))
        if row is not None and self.expiring:
            self.expired_returned += _expired(expectation, key, row)

    def wrong(self) -> frozenset[Key]:
        return frozenset(finding.key for found in self.findings.values() for finding in found)

    def _open(self, right: frozenset[bytes], right_at_point: frozenset[bytes]) -> None:
        if len(right) > MOST_VALUES or len(right_at_point) > 1:
            self.undecided += 1
        else:
            self.within_boundary += 1


def _anything_expires(expectation: Expectation, by: float) -> bool:
    """Whether any item may have passed its TTL: where none has, no row needs to be looked at for it."""
    if expectation.beginnings is not None:
        return True
    return any(write.expired(by) for writes in expectation.writes.values() for write in writes)


def _expired(expectation: Expectation, key: Key, row: Row) -> bool:
    """Whether a row was read after the instant that its own TTL attribute names."""
    value, read_at = row.digest, row.asked_at
    if any(write.digest == value and write.expired(read_at) for write in expectation.writes.get(key, ())):
        return True
    if expectation.beginnings is None:
        return False
    return any(one.digest == value and one.expired(read_at) for one in expectation.beginnings(key))


def _explain(
    value: bytes, right: frozenset[bytes], key: Key, expectation: Expectation, physical: WritesByKey
) -> tuple[ItemClass, str]:
    """The first class that holds for a value that is not right, and what explains it."""
    here = [write for write in physical.get(key, ()) if write.outcome is not Told.FAIL]
    if value == ABSENT:
        return ItemClass.MISSING, _deleted_by(here)
    if bad := [write for write in here if write.who is Who.DISASTER and write.digest == value]:
        return ItemClass.CONTAMINATED, f"written by the disaster ({_first(bad).op})"
    good = [write for write in here if write.good and write.digest == value]
    if not good:
        return ItemClass.PHANTOM, "no write explains it"
    after = expectation.premature_after
    if after is not None and all(w.asked_at > after and w.table == expectation.source for w in good):
        return (
            ItemClass.PREMATURE,
            f"written {_first(good).asked_at - after:.3f} s after the boundary ({_first(good).op})",
        )
    if right == ONLY_ABSENCE:
        return ItemClass.RESURRECTED, f"deleted after it was written ({_first(good).op})"
    return ItemClass.STALE, f"overwritten since ({_first(good).op})"


def _first(writes: Sequence[Write]) -> Write:
    """The one that was asked first, wherever it stands in the history."""
    return min(writes, key=lambda write: (write.asked_at, write.op))


def _deleted_by(writes: Sequence[Write]) -> str:
    deletes = [write for write in writes if write.digest == ABSENT]
    if not deletes:
        return "nothing deleted it"
    bad = [write for write in deletes if write.who is Who.DISASTER]
    last = max(bad or deletes, key=lambda write: (write.asked_at, write.op))
    return f"deleted by the {last.who.value} ({last.op})"


def _torn_transactions(expectation: Expectation, seen: Seen, physical: WritesByKey, wrong: frozenset[Key]) -> list[str]:
    """The op ids of good transactions that came back in part.

    A key shows the state *after* when everything that could have left what is seen is the transaction's own write or
    was asked after it was told, and the state *before* when all of it was told before it was asked. A key that shows
    neither for certain has no say.

    Keys that are right at a promised point show nothing else of a transaction than what is right then: only those
    transactions are looked at that have a wrong key, or were on their way at that point.
    """
    parts: dict[str, list[Write]] = {}
    suspicious: set[str] = set()
    from_at, to_at = expectation.during or (-inf, inf)
    for write in expectation.transactions:
        parts.setdefault(write.op, []).append(write)
        on_its_way = write.asked_at <= to_at and (write.told_at is None or write.told_at > from_at)
        if on_its_way or write.key in wrong:
            suspicious.add(write.op)
    return [op for op in parts if op in suspicious and _is_torn(parts[op], expectation, seen, physical)]


def _is_torn(op_writes: Sequence[Write], expectation: Expectation, seen: Seen, physical: WritesByKey) -> bool:
    """Whether one key shows the state after and another the state before.

    Where users write while the table is read, a key that was read before the transaction's end may well show the
    state before, unless another had been read by then and shows the state after.
    """
    shown = [_shows(write, expectation, seen, physical) for write in op_writes]
    if True not in shown or False not in shown:
        return False
    windows = [seen.window(seen.rows.get(write.key)) for write in op_writes]
    before_since = max(asked_at for (asked_at, _), after in zip(windows, shown, strict=True) if after is False)
    after_until = min(told_at for (_, told_at), after in zip(windows, shown, strict=True) if after is True)
    ended_at = min(write.told_at if write.told_at is not None else inf for write in op_writes)
    return expectation.during is not None or before_since >= min(ended_at, after_until)


def _shows(write: Write, expectation: Expectation, seen: Seen, physical: WritesByKey) -> bool | None:
    """True where a key shows the state after a write, False before it, None where it cannot be told."""
    row = seen.rows.get(write.key)
    value = ABSENT if row is None else row.digest
    seen_at = expectation.during[1] if expectation.during else seen.window(row)[1]
    explained, before, after = False, True, True
    for cause in physical.get(write.key, ()):
        if cause.outcome is not Told.FAIL and (cause.digest == value or (value == ABSENT and cause.expired(seen_at))):
            explained = True
            before = before and cause.told_at is not None and cause.told_at < write.asked_at
            after = after and (cause.op == write.op or (write.told_at is not None and cause.asked_at > write.told_at))
    for beginning in expectation.before_writes(write.key):
        if beginning.digest == value or (value == ABSENT and beginning.expired(seen_at)):
            explained, after = True, False
    return after if explained and before is not after else None
