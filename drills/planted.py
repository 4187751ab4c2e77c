"""Negative controls: defects laid over the evidence, which the very same diff must find and name.

A drill that has not shown its detector to work has shown nothing. There is one defect of each class: where a real key
fits it, that key's row is changed, else a key that never was is added to history and snapshot alike. And there is one
of each of DynamoDB's types: an item that was written with one value and is read with another, and an item that is
only spelled otherwise and must stay intact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from .defects import ControlResult, Defect, Defects
from .diff import ONLY_ABSENCE, Diff, ItemClass, Seen, diff
from .history import Told, Who, Write
from .ledger import Expectation, WritesByKey
from .snapshot import Row
from .typed import OTHER_VALUES, SAME_VALUES
from .values import ABSENT, Key, digest, key_item

REAL = (
    ItemClass.MISSING,
    ItemClass.PHANTOM,
    ItemClass.STALE,
    ItemClass.RESURRECTED,
    ItemClass.CONTAMINATED,
    ItemClass.PREMATURE,
)
"""The order in which real keys are tried: a key is used for the first of these that it fits."""


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
    typed: list[Defect] = field(default_factory=list)
    torn: list[Write] = field(default_factory=list)
    intact_beside: int = 0

    @property
    def opens_at(self) -> float:
        """The first instant at which a value may have been right."""
        return self.expectation.during[0] if self.expectation.during else self.seen.began_at

    @property
    def closes_at(self) -> float:
        """The last such instant."""
        return self.expectation.during[1] if self.expectation.during else self.seen.ended_at

    @property
    def early(self) -> float:
        """An instant before all that, and before the end of the promised boundary, if there is one."""
        after = self.expectation.premature_after
        return min(self.opens_at, inf if after is None else after) - 30

    @property
    def late(self) -> float:
        """An instant after all that."""
        after = self.expectation.premature_after
        return max(self.closes_at, -inf if after is None else after) + 30

    def row(self, key: Key, value: bytes) -> None:
        self.rows[key] = Row(value, self.seen.began_at, self.seen.ended_at)

    def write(self, key: Key, value: bytes, at: float, who: Who = Who.SEED) -> Write:
        planted = Write(f"planted-{key}-{at}", self.expectation.source, key, value, who, at, at, Told.OK)
        self.writes.setdefault(key, []).append(planted)
        return planted

    def defects(self) -> Defects:
        """All that was planted."""
        return Defects(
            rows=self.rows,
            gone=frozenset(self.gone),
            writes=self.writes,
            transactions=self.torn,
            torn=TORN,
            planted=[*(Defect(name.value, key, name) for name, key in self.planted.items()), *self.typed],
            intact_beside=self.intact_beside,
        )


def plant(expectation: Expectation, seen: Seen, physical: WritesByKey) -> Defects:
    """Plant a defect of each class, a torn transaction, and a defect of each type; the evidence stays as it is."""
    bed = _Bed(expectation, seen, physical)
    _plant_real(bed)
    _plant_synthetic(bed)
    _plant_torn(bed)
    _plant_typed(bed)
    return bed.defects()


def prove_detector(expectation: Expectation, seen: Seen, physical: WritesByKey, before: Diff) -> ControlResult:
    """Plant defects, and look for them with the diff that judged the run."""
    defects = plant(expectation, seen, physical)
    after = diff(defects.over_expectation(expectation), defects.over_seen(seen), defects.over_physical(physical))
    return defects.found(before, after)


def _wanted(bed: _Bed) -> list[ItemClass]:
    """The classes that this expectation knows: without a promised point nothing is premature."""
    return [c for c in REAL if c is not ItemClass.PREMATURE or bed.expectation.premature_after is not None]


def _plant_real(bed: _Bed) -> None:
    """Change the rows of intact keys that fit a class: the first that fits each, in the order of the table."""
    wanted = _wanted(bed)
    for key, writes in bed.expectation.writes.items():
        if not wanted:
            return
        fitting = [c for c in wanted if _may_fit(bed, c, key, writes)]
        if fitting and not any(write.in_transaction for write in bed.physical.get(key, ())):
            planted = _plant_under(bed, key, fitting)
            wanted = [c for c in wanted if c is not planted]


def _may_fit(bed: _Bed, item_class: ItemClass, key: Key, writes: Sequence[Write]) -> bool:
    """A cheap look that spares most keys the closer one: once the common classes are planted, few keys can fit."""
    match item_class:
        case ItemClass.RESURRECTED:
            return key not in bed.seen.rows
        case ItemClass.CONTAMINATED:
            here = bed.physical.get(key, ())
            return here is not writes and any(w.who is Who.DISASTER and w.digest != ABSENT for w in here)
        case ItemClass.PREMATURE:
            after = bed.expectation.premature_after
            return after is not None and any(w.asked_at > after for w in writes)
        case _:
            return key in bed.seen.rows


def _plant_under(bed: _Bed, key: Key, wanted: Sequence[ItemClass]) -> ItemClass | None:
    """Plant a defect of the first class that the past of a real, intact key allows; answer which."""
    row = bed.seen.rows.get(key)
    value = ABSENT if row is None else row.digest
    if value not in bed.expectation.right(key, *(bed.expectation.during or bed.seen.window(row))):
        return None
    right = bed.expectation.right(key, bed.opens_at, bed.closes_at)
    for item_class in wanted:
        wrong = _wrong_value(bed, item_class, key, row, right)
        if wrong is None:
            continue
        bed.intact_beside -= row is not None or right != ONLY_ABSENCE
        if wrong == ABSENT:
            bed.gone.add(key)
        else:
            bed.row(key, wrong)
        bed.planted[item_class] = key
        return item_class
    return None


def _wrong_value(bed: _Bed, item_class: ItemClass, key: Key, row: Row | None, right: frozenset[bytes]) -> bytes | None:
    """A value that makes a key one of a class, by its own past; None where it has no such past."""
    if item_class is ItemClass.MISSING:
        return None if row is None or ABSENT in right else ABSENT
    if item_class is ItemClass.PHANTOM:
        return None if row is None else b"never was" + row.digest[9:]
    past = [write for write in bed.physical.get(key, ()) if write.outcome is not Told.FAIL]
    bad = {write.digest for write in past if write.who is Who.DISASTER} - right - {ABSENT}
    if item_class is ItemClass.CONTAMINATED:
        return min(bad, default=None)
    good = [write for write in past if write.good and write.digest not in right | bad | {ABSENT}]
    late = {write.digest for write in good} - {write.digest for write in good if not _is_late(bed, write)}
    match item_class:
        case ItemClass.PREMATURE:
            return min(late, default=None)
        case ItemClass.RESURRECTED if right != {ABSENT}:
            return None
        case ItemClass.STALE if right == {ABSENT}:
            return None
    return min({write.digest for write in good} - late, default=None)


def _is_late(bed: _Bed, write: Write) -> bool:
    after = bed.expectation.premature_after
    return after is not None and write.asked_at > after and write.table == bed.expectation.source


def _plant_synthetic(bed: _Bed) -> None:
    """Add keys that never were, for the classes that no real key fitted."""
    for item_class in _wanted(bed):
        if item_class in bed.planted:
            continue
        key = _new_key(bed, item_class.value)
        bed.planted[item_class] = key
        bed.write(key, b"planted first...", bed.early - 20)
        match item_class:
            case ItemClass.CONTAMINATED:
                bed.write(key, b"planted bad.....", bed.early, Who.DISASTER)
                bed.row(key, b"planted bad.....")
            case ItemClass.PREMATURE:
                bed.write(key, b"planted late....", bed.late)
                bed.row(key, b"planted late....")
            case ItemClass.RESURRECTED:
                bed.write(key, ABSENT, bed.early)
                bed.row(key, b"planted first...")
            case ItemClass.STALE:
                bed.write(key, b"planted second..", bed.early)
                bed.row(key, b"planted first...")
            case ItemClass.PHANTOM:
                bed.row(key, b"planted nobody's")


def _plant_typed(bed: _Bed) -> None:
    """Add an item of each type whose value is another than was written, and some that are only spelled otherwise."""
    for name, pair, item_class in [
        *((f"other {name}", pair, ItemClass.PHANTOM) for name, pair in OTHER_VALUES.items()),
        *((f"same {name}", pair, ItemClass.INTACT) for name, pair in SAME_VALUES.items()),
    ]:
        key = _new_key(bed, name)
        written, read = ({**key_item(key), **attributes} for attributes in pair)
        bed.write(key, digest(written), bed.early)
        bed.row(key, digest(read))
        bed.typed.append(Defect(name, key, item_class))


def _plant_torn(bed: _Bed) -> None:
    """Add half a transaction, both keys of which are intact: its answer came too late to rule out either state."""
    seen = bed.seen
    after = Row(b"planted after...", seen.began_at, seen.began_at)
    before = Row(b"planted before..", seen.ended_at, seen.ended_at)
    for name, row in (("torn-a", after), ("torn-b", before)):
        key = _new_key(bed, name)
        first = bed.write(key, b"planted before..", bed.early - 20)
        half = first._replace(op=TORN, digest=b"planted after...", asked_at=bed.early, in_transaction=True)
        bed.torn.append(half._replace(told_at=None, outcome=Told.INFO))
        bed.writes[key].append(bed.torn[-1])
        bed.rows[key] = row
        bed.intact_beside += 1


TORN = "planted-torn"


def _new_key(bed: _Bed, name: str) -> Key:
    """A key that neither the history nor the snapshot has."""
    key = f'{{"planted":{{"S":"{name}"}}}}'
    while any(key in known for known in (bed.physical, bed.seen.rows, bed.expectation.begun, bed.expectation.writes)):
        key = key[:-3] + '+"}}'
    return key
