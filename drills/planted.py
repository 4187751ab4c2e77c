"""Negative controls: one defect of each class laid over the evidence, which the very same diff must find and name.

A drill that has not shown its detector to work has shown nothing. Where a real key fits a class its row is changed,
else a key that never was is added to history and snapshot alike. Nothing is copied: the defects lie in an overlay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeVar

from .diff import Diff, ItemClass, Seen, diff, torn_transactions
from .history import GOOD, Told, Who, Write
from .ledger import Expectation, WritesByKey
from .snapshot import Row
from .values import ABSENT, Key

Value = TypeVar("Value")


@dataclass(frozen=True)
class Overlay(Mapping[Key, Value]):
    """A mapping with some entries laid over it, and some taken out."""

    base: Mapping[Key, Value]
    over: Mapping[Key, Value]
    without: frozenset[Key] = frozenset()

    def __getitem__(self, key: Key) -> Value:
        if key in self.over:
            return self.over[key]
        if key in self.without:
            raise KeyError(key)
        return self.base[key]

    def __iter__(self) -> Iterator[Key]:
        yield from self.over
        yield from (key for key in self.base if key not in self.over and key not in self.without)

    def __len__(self) -> int:
        return len(self.over) + sum(key not in self.over and key not in self.without for key in self.base)


@dataclass(frozen=True)
class ControlResult:
    """How many defects were planted, and what went wrong with each that was not found."""

    planted: int
    missed: Sequence[str]

    @property
    def caught(self) -> int:
        """How many were found in their class, under their key, and counted once."""
        return self.planted - len(self.missed)


@dataclass
class _Bed:
    """Where defects are planted: an overlay under construction."""

    expectation: Expectation
    seen: Seen
    physical: WritesByKey
    rows: dict[Key, Row] = field(default_factory=dict)
    gone: set[Key] = field(default_factory=set)
    writes: dict[Key, list[Write]] = field(default_factory=dict)
    planted: dict[ItemClass, Key] = field(default_factory=dict)

    @property
    def opens_at(self) -> float:
        """The first instant at which a value may have been right."""
        return self.expectation.during[0] if self.expectation.during else self.seen.began_at

    @property
    def closes_at(self) -> float:
        """The last such instant."""
        return self.expectation.during[1] if self.expectation.during else self.seen.ended_at

    def row(self, key: Key, value: bytes) -> None:
        self.rows[key] = Row(value, self.seen.began_at, self.seen.ended_at)

    def write(self, key: Key, value: bytes, at: float, who: Who = Who.SEED, op: str = "") -> Write:
        planted = Write(op or f"planted-{key}-{at}", self.expectation.source, key, value, who, at, at, Told.OK)
        self.writes.setdefault(key, []).append(planted)
        return planted

    def seen_with_defects(self) -> Seen:
        rows: Mapping[Key, Row] = Overlay(self.seen.rows, self.rows, frozenset(self.gone))
        return replace(self.seen, rows=rows)

    def expectation_with_defects(self) -> Expectation:
        good = {k: [w for w in ws if w.who in GOOD] for k, ws in self.writes.items()}
        return replace(self.expectation, writes=Overlay[Sequence[Write]](self.expectation.writes, good))

    def physical_with_defects(self) -> WritesByKey:
        return Overlay[Sequence[Write]](self.physical, self.writes)


def prove_detector(expectation: Expectation, seen: Seen, physical: WritesByKey, before: Diff) -> ControlResult:
    """Plant one defect of each class and one torn transaction, and look for them with the diff that judged the run."""
    bed = _Bed(expectation, seen, physical)
    _plant_real(bed)
    _plant_synthetic(bed)
    after = diff(bed.expectation_with_defects(), bed.seen_with_defects(), bed.physical_with_defects())
    missed = [
        f"{item_class.value} under {key}: {fault}"
        for item_class, key in bed.planted.items()
        if (fault := _fault(item_class, key, before, after))
    ]
    torn = _torn_fault(expectation, seen, physical, before)
    return ControlResult(len(bed.planted) + 1, missed + ([torn] if torn else []))


def _fault(item_class: ItemClass, key: Key, before: Diff, after: Diff) -> str:
    risen = after.count(item_class) - before.count(item_class)
    if risen != 1:
        return f"the count rose by {risen}, not by 1"
    if all(finding.key != key for finding in after.findings.get(item_class, ())):
        return "the key was not named"
    return ""


def _plant_real(bed: _Bed) -> None:
    """Change the rows of intact keys that fit a class: the first that fits each, in the order of the table."""
    wanted = [
        ItemClass.MISSING,
        ItemClass.PHANTOM,
        ItemClass.STALE,
        ItemClass.RESURRECTED,
        ItemClass.CONTAMINATED,
    ]
    if bed.expectation.premature_after is not None:
        wanted.append(ItemClass.PREMATURE)
    for key, writes in bed.expectation.writes.items():
        if not wanted:
            return
        if any(write.in_transaction for write in writes):
            continue
        for item_class in wanted:
            if _fits(bed, item_class, key, writes):
                bed.planted[item_class] = key
                wanted.remove(item_class)
                break


def _fits(bed: _Bed, item_class: ItemClass, key: Key, writes: Sequence[Write]) -> bool:
    """Plant a defect under a real key, where the key's own past allows it."""
    row = bed.seen.rows.get(key)
    right = bed.expectation.right(key, bed.opens_at, bed.closes_at)
    if (ABSENT if row is None else row.digest) not in right:
        return False
    if item_class is ItemClass.MISSING:
        if row is None or ABSENT in right:
            return False
        bed.gone.add(key)
        return True
    if item_class is ItemClass.PHANTOM:
        if row is None:
            return False
        bed.row(key, b"never was" + row.digest[9:])
        return True
    value = _wrong_value(bed, item_class, key, writes, right)
    if value is not None:
        bed.row(key, value)
    return value is not None


def _wrong_value(
    bed: _Bed, item_class: ItemClass, key: Key, writes: Sequence[Write], right: frozenset[bytes]
) -> bytes | None:
    """A value that some write really left under a key, and that makes it one of a class."""
    if item_class is ItemClass.CONTAMINATED:
        writes = [w for w in bed.physical.get(key, ()) if w.who is Who.DISASTER]
    by_disaster = {w.digest for w in bed.physical.get(key, ()) if w.who is Who.DISASTER}
    after = bed.expectation.premature_after if bed.expectation.premature_after is not None else inf
    for write in writes:
        if write.digest in right or write.digest == ABSENT or write.outcome is Told.FAIL:
            continue
        same = [w for w in bed.expectation.writes.get(key, ()) if w.digest == write.digest]
        early = any(w.asked_at <= after for w in same)
        match item_class:
            case ItemClass.CONTAMINATED:
                return write.digest
            case ItemClass.PREMATURE if not early and write.digest not in by_disaster:
                return write.digest
            case ItemClass.RESURRECTED if early and right == {ABSENT} and write.digest not in by_disaster:
                return write.digest
            case ItemClass.STALE if early and right != {ABSENT} and write.digest not in by_disaster:
                return write.digest
    return None


def _plant_synthetic(bed: _Bed) -> None:
    """Add keys that never were, for the classes that no real key fitted."""
    early, late = bed.opens_at - 30, bed.closes_at + 30
    for item_class in ItemClass:
        if item_class is ItemClass.INTACT or item_class in bed.planted:
            continue
        if item_class is ItemClass.PREMATURE and bed.expectation.premature_after is None:
            continue
        key = _new_key(bed, item_class.value)
        bed.planted[item_class] = key
        bed.write(key, b"planted first...", early - 20)
        match item_class:
            case ItemClass.CONTAMINATED:
                bed.write(key, b"planted bad.....", early, Who.DISASTER)
                bed.row(key, b"planted bad.....")
            case ItemClass.PREMATURE:
                bed.write(key, b"planted late....", late)
                bed.row(key, b"planted late....")
            case ItemClass.RESURRECTED:
                bed.write(key, ABSENT, early)
                bed.row(key, b"planted first...")
            case ItemClass.STALE:
                bed.write(key, b"planted second..", early)
                bed.row(key, b"planted first...")
            case ItemClass.PHANTOM:
                bed.row(key, b"planted nobody's")
            case ItemClass.MISSING:
                pass


def _torn_fault(expectation: Expectation, seen: Seen, physical: WritesByKey, before: Diff) -> str:
    """Plant half a transaction; answer what is wrong with how it was found, or nothing."""
    bed = _Bed(expectation, seen, physical)
    early = bed.opens_at - 30
    halves = [_new_key(bed, name) for name in ("torn-a", "torn-b")]
    for key in halves:
        bed.write(key, b"planted before..", early - 20)
        bed.writes[key].append(
            bed.writes[key][0]._replace(
                op="planted-torn",
                digest=b"planted after...",
                asked_at=early,
                told_at=early,
                in_transaction=True,
            )
        )
    bed.row(halves[0], b"planted after...")
    bed.row(halves[1], b"planted before..")
    found = torn_transactions(bed.expectation_with_defects(), bed.seen_with_defects(), bed.physical_with_defects())
    if len(found) - len(before.torn) != 1:
        return f"torn: the count rose by {len(found) - len(before.torn)}, not by 1"
    return "" if "planted-torn" in found else "torn: the transaction was not named"


def _new_key(bed: _Bed, name: str) -> Key:
    """A key that neither the history nor the snapshot has."""
    key = f'{{"planted":{{"S":"{name}"}}}}'
    while key in bed.physical or key in bed.seen.rows or key in bed.expectation.begun:
        key = key[:-3] + '+"}}'
    return key
