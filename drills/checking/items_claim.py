"""Claim: every item of the restored table is what the independent copy has.

A key that differs is *open*, and neither right nor wrong, where an item's own time stamp says that it was written while
the two need not agree. Against the live table that is since the restore point; against anything else, within the
boundary of the two. A key that is in the restored table only may have been deleted since from the live one: it is open.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from ..compare.against_ledger import Instant, compare_with_ledger
from ..compare.comparing import Asked
from ..compare.duck import DuckEngine
from ..compare.findings import Difference, Joined, Relation, difference, join
from ..compare.kinds import Kind
from ..compare.planted import bed
from ..compare.result import DifferenceRecord
from ..compare.showing import Showing, shown
from ..compare.sides import Side, check_comparable
from ..compare.sql import Scope, listed
from ..compare.words import Word
from ..defects import ControlResult
from ..errors import DrillError
from ..quantities import format_instant
from ..report_text import number_of
from ..snapshots.folder import StoredSnapshot
from ..values import Item
from ..verdict import Verdict, failed, passed, unknown
from .record import CheckRecord, CopyRecord
from .result import ItemCounts
from .stamps import written_at

SAMPLES = 5
"""So many differences of each class are shown."""

HOW = (
    "--against export compares with an export of the same second; a snapshot, an earlier export, a drill's run or, with"
    " --changed-at, the live table can be named too"
)


@dataclass(frozen=True)
class Items:
    """What the comparison came to."""

    verdict: Verdict
    counts: ItemCounts
    samples: tuple[DifferenceRecord, ...] = ()
    proof: ControlResult = ControlResult(0, ())


@dataclass(frozen=True)
class Open:
    """When a difference may be due to a write that only one side has to have."""

    live: bool
    attribute: str | None
    from_at: float
    to_at: float

    def covers(self, kind: Kind, independent: Item | None, restored: Item | None) -> bool:
        """Whether nobody can say that a difference is one."""
        if self.live and kind is Kind.ONLY_RIGHT:
            return True
        seen = [independent] if self.live else [independent, restored]
        stamps = [written_at(item, self.attribute) for item in seen if item is not None and self.attribute]
        return any(at is not None and self.from_at <= at and (self.live or at <= self.to_at) for at in stamps)


def check_items(record: CheckRecord, restored: StoredSnapshot | None, independent: StoredSnapshot | None) -> Items:
    """Hold the restored table against its copy, and prove that what is wrong would be found."""
    copy, rows = record.held_against, None if restored is None else restored.about.rows
    nothing = ItemCounts(
        restored=rows, independent=None, equal=None, missing=None, unexpected=None, different=None, open=None
    )
    if restored is None:
        return Items(unknown("the restored table was not read"), nothing)
    if copy is None:
        return Items(unknown(f"there is no independent copy, so what came back may be anything: {HOW}"), nothing)
    if copy.fault:
        return Items(unknown(copy.fault), nothing)
    if fault := _of_another_time(record, copy):
        return Items(unknown(fault), nothing)
    try:
        if copy.kind == "ledger":
            return _with_ledger(record, copy, restored, nothing)
        if independent is None:
            return Items(unknown("the independent copy is not there any more"), nothing)
        return _joined(record, copy, independent, restored)
    except DrillError as error:
        return Items(unknown(error.message), nothing)


def _of_another_time(record: CheckRecord, copy: CopyRecord) -> str:
    """Why a copy says nothing about the restore point; empty where it does."""
    point = record.point
    if copy.kind == "live" or point is None or copy.from_at is None or copy.to_at is None:
        return "" if point is not None else "the restored table's point in time is not known"
    if copy.from_at - copy.exactness_s <= point.at <= copy.to_at + copy.exactness_s:
        return ""
    said = f"the copy is of {format_instant(copy.from_at)}, and the table was restored to {format_instant(point.at)}"
    return f"{said}: restore to that instant, or name a copy of this one"


def _with_ledger(record: CheckRecord, copy: CopyRecord, restored: StoredSnapshot, nothing: ItemCounts) -> Items:
    assert record.point is not None, "a ledger is held against a point"
    word = Word(copy.given, "ledger", copy.path, record.point.at)
    exactness_s = max(-record.point.boundary_s[0], record.point.boundary_s[1])
    found = compare_with_ledger(
        Instant(word, exactness_s), "left", Side("the restored table", "snapshot", restored), Asked(samples=SAMPLES)
    )
    say = {"equal": passed, "different": failed, "unknown": unknown}[found.verdict]
    counts = nothing.model_copy(update={"classes": found.classes})
    return Items(
        say(found.because), counts, tuple(found.samples), ControlResult(found.proof.planted, tuple(found.proof.missed))
    )


def _joined(record: CheckRecord, copy: CopyRecord, independent: StoredSnapshot, restored: StoredSnapshot) -> Items:
    left, right = Side(copy.given, "snapshot", independent), Side("the restored table", "snapshot", restored)
    check_comparable(left, right, keys_only=False)
    engine = DuckEngine()
    try:
        planted = bed(restored.about.key_attributes, lambda item: item, keys_only=False)
        joined = join(engine, Relation.of(independent), Relation.of(restored), planted, Scope())
        sorting = _Sorting(_open(record, copy), Showing(values=record.asked.show_values))
        for row in engine.rows(listed(items=True)):
            sorting.take(difference(row), row[7], row[8], row[9])
    finally:
        engine.close()
    counts = ItemCounts(
        restored=restored.about.rows,
        independent=independent.about.rows,
        equal=joined.counts[Kind.EQUAL],
        missing=sorting.counts[Kind.ONLY_LEFT],
        unexpected=sorting.counts[Kind.ONLY_RIGHT],
        different=sorting.counts[Kind.DIFFERENT],
        open=sorting.open,
    )
    proof = _proved(joined)
    return Items(_verdict(record, joined, counts, proof), counts, tuple(sorting.samples), proof)


def _open(record: CheckRecord, copy: CopyRecord) -> Open:
    point = record.point
    assert point is not None, "what is compared has a point"
    copy_from, copy_to = copy.from_at or point.at, copy.to_at or point.at
    from_at = point.at + point.boundary_s[0]
    live = copy.kind == "live"
    return Open(
        live=live,
        attribute=record.asked.changed_at,
        from_at=from_at if live else min(from_at, copy_from - copy.exactness_s),
        to_at=max(point.at + point.boundary_s[1], copy_to + copy.exactness_s),
    )


class _Sorting:
    """Sorts differences into those that stand, by kind, and those that are open; keeps the first of each."""

    def __init__(self, when: Open, showing: Showing) -> None:
        self.counts = dict.fromkeys(Kind, 0)
        self.open = 0
        self.samples: list[DifferenceRecord] = []
        self._when = when
        self._showing = showing

    def take(self, found: Difference, key: str, left: Any, right: Any) -> None:
        items = [None if text is None else orjson.loads(text) for text in (left, right)]
        if self._when.covers(found.kind, *items):
            self.open += 1
            return
        self.counts[found.kind] += 1
        if self.counts[found.kind] <= SAMPLES:
            self.samples.append(shown(found, key, (left, right), self._showing))


def _verdict(record: CheckRecord, joined: Joined, counts: ItemCounts, proof: ControlResult) -> Verdict:
    wrong = {"missing": counts.missing, "unexpected": counts.unexpected, "different": counts.different}
    keys = sum(wrong[name] or 0 for name in wrong) + (counts.equal or 0) + (counts.open or 0)
    if proof.missed:
        return unknown(f"the comparison did not find what was planted: {proof.missed[0]}")
    if any(wrong.values()):
        said = ", ".join(f"{count:,} {name}" for name, count in wrong.items() if count)
        return failed(f"of {number_of(keys, 'key')} {said}{_explained(record)}")
    if any(twice.contradicting for twice in joined.twice.values()):
        return unknown("a key had two values in the copy: it changed while it was read")
    if not keys:
        return unknown("the table and its copy are empty: nothing was compared")
    if (counts.open or 0) > record.asked.may_be_open * keys or not counts.equal:
        return unknown(
            f"{counts.open or 0:,} of {keys:,} keys were written or deleted when the two need not agree, and"
            f" {record.asked.may_be_open:.3g} of them may be: compare at a quieter time, or with an export"
        )
    opened = f"; {number_of(counts.open, 'key')} written meanwhile say nothing" if counts.open else ""
    return passed(f"all {number_of(counts.equal or 0, 'key')} that can be compared are equal{opened}")


def _explained(record: CheckRecord) -> str:
    point, copy = record.point, record.held_against
    if record.asked.changed_at or point is None or copy is None or not (copy.exactness_s or any(point.boundary_s)):
        return ""
    return "; writes within the boundary of the two would explain it: --changed-at tells them apart"


def _proved(joined: Joined) -> ControlResult:
    """What was planted in the join, and what is told open from what is not."""
    cases = {name: Open(live, "at", 100.0, 200.0).covers(kind, one, other) is expected
             for name, (live, kind, one, other, expected) in OPEN_CASES.items()}  # fmt: skip
    missed = [*joined.missed, *(f"open: {name}" for name, right in cases.items() if not right)]
    return ControlResult(joined.planted + len(cases), tuple(missed))


def _at(seconds: str) -> Item:
    return {"at": {"N": seconds}}


OPEN_CASES: dict[str, tuple[bool, Kind, Item | None, Item | None, bool]] = {
    "written within the boundary": (False, Kind.DIFFERENT, _at("50"), _at("150"), True),
    "written before the boundary": (False, Kind.DIFFERENT, _at("50"), _at("99"), False),
    "without a stamp": (False, Kind.DIFFERENT, {}, {}, False),
    "missing, and old": (False, Kind.ONLY_LEFT, _at("99"), None, False),
    "unchanged in the live table": (True, Kind.DIFFERENT, _at("99"), _at("150"), False),
    "changed since in the live table": (True, Kind.DIFFERENT, _at("300"), _at("99"), True),
    "missing, and in the live table since before": (True, Kind.ONLY_LEFT, _at("99"), None, False),
}
"""Each is a planted difference, and whether it may be called open."""
