"""What the negative controls plant, and where; `model/` runs them on random evidence."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from dynadrill.drills import planted, values
from dynadrill.drills.defects import ControlResult
from dynadrill.drills.diff import Diff, ItemClass, Seen, diff
from dynadrill.drills.evidence import Evidence
from dynadrill.drills.history import History, Who, Write
from dynadrill.drills.ledger import Expectation, WritesByKey, undone
from dynadrill.drills.planted import prove_detector
from dynadrill.drills.runrecord import RunRecord
from dynadrill.drills.typed import OTHER_VALUES, SAME_VALUES
from dynadrill.drills.verdict import Outcome

from .made import TABLE, bad, key, ledger, promise, seen, write
from .test_judge import RECORD, item, judged, seeded, snapshot

POINT_AT = 50.0
TYPES = len(OTHER_VALUES) + len(SAME_VALUES)
REAL = {
    ItemClass.MISSING: [write("m", 1, under="missing")],
    ItemClass.PHANTOM: [write("p", 1, under="phantom")],
    ItemClass.STALE: [write("s1", 1, under="stale"), write("s2", 10, under="stale")],
    ItemClass.RESURRECTED: [write("r", 1, under="resurrected"), write(None, 10, under="resurrected")],
    ItemClass.CONTAMINATED: [write("c", 1, under="contaminated"), bad("x", 60, under="contaminated")],
    ItemClass.PREMATURE: [write("l1", 1, under="premature"), write("l2", 60, under="premature")],
}
ROWS = {"missing": "m", "phantom": "p", "stale": "s2", "contaminated": "c", "premature": "l1"}


def proved(
    monkeypatch: pytest.MonkeyPatch, expectation: Expectation, table: Seen, physical: WritesByKey
) -> tuple[ControlResult, Diff]:
    """The result of the controls, and the diff with the defects in it."""
    watched: list[Diff] = []

    def watching(*evidence: object) -> Diff:
        watched.append(diff(*evidence))  # type: ignore[arg-type]
        return watched[-1]

    monkeypatch.setattr(planted, "diff", watching)
    result = prove_detector(expectation, table, physical, diff(expectation, table, physical))
    return result, watched[-1]


def test_real_keys_are_used_where_their_past_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each class is planted under the key whose own history fits it, and only the transaction is synthetic."""
    writes = [one for group in REAL.values() for one in group]
    physical = ledger(*writes).physical(TABLE)
    result, after = proved(monkeypatch, promise(writes, POINT_AT), seen(**ROWS), physical)
    found = {
        item_class: [f.key for f in findings if "planted" not in f.key]
        for item_class, findings in after.findings.items()
    }
    assert found == {item_class: [key(item_class.value)] for item_class in REAL}
    assert (result.planted, result.caught, list(result.missed)) == (7 + TYPES, 7 + TYPES, [])
    assert after.torn == ["planted-torn"]


def test_where_no_real_key_fits_synthetic_ones_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a table of which nothing is known lets every class be shown."""
    result, after = proved(monkeypatch, promise([], POINT_AT), seen(), {})
    assert (result.planted, result.caught) == (7 + TYPES, 7 + TYPES)
    assert all("planted" in finding.key for findings in after.findings.values() for finding in findings)


def test_without_a_promised_point_nothing_is_premature(monkeypatch: pytest.MonkeyPatch) -> None:
    """An undo knows five classes of wrong and a torn transaction."""
    book = ledger(write("a", 1))
    result, after = proved(monkeypatch, undone(book, TABLE), seen(k="a"), book.physical(TABLE))
    assert (result.planted, result.caught) == (6 + TYPES, 6 + TYPES)
    assert ItemClass.PREMATURE not in after.findings


def test_a_key_that_is_wrong_already_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planting over a real finding would make its own class fall: real damage stays as it was found."""
    writes = [write("a", 1), write("b", 10)]
    physical = ledger(*writes).physical(TABLE)
    result, after = proved(monkeypatch, promise(writes, POINT_AT), seen(k="a"), physical)
    assert result.caught == result.planted
    assert [finding.key for finding in after.findings[ItemClass.STALE]].count(key("k")) == 1
    assert after.count(ItemClass.STALE) == 2


def test_a_transactions_keys_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect under one of them could tear a second transaction."""
    halves: list[Write] = [write("a", 1, under=name, op="tx", in_transaction=True) for name in ("one", "two")]
    physical = ledger(*halves).physical(TABLE)
    result, after = proved(monkeypatch, promise(halves, POINT_AT), seen(one="a", two="a"), physical)
    assert result.caught == result.planted
    assert after.torn == ["planted-torn"]


def test_a_planted_key_never_is_one_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that has such a key of its own gets another one."""
    own = '{"planted":{"S":"stale"}}'
    writes = [write("a", 1)._replace(key=own, who=Who.SEED)]
    result, after = proved(monkeypatch, promise(writes, POINT_AT), seen(), {own: writes})
    assert result.caught == result.planted
    assert [finding.key for finding in after.findings[ItemClass.STALE]] == ['{"planted":{"S":"stale+"}}']


def test_each_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was called something else, and a count that did not rise, are said in words."""
    writes = [write("a", 1)]
    expectation, table, physical = promise(writes, POINT_AT), seen(k="a"), ledger(*writes).physical(TABLE)
    before = diff(expectation, table, physical)
    monkeypatch.setattr(planted, "diff", lambda *evidence: before)
    result = prove_detector(expectation, table, physical, before)
    assert result.caught == 0
    assert f"missing under {key('k')}: it was called intact, not missing" in result.missed
    assert "torn: the count rose by 0, not by 1" in result.missed

    def misnamed(*evidence: object) -> Diff:
        found = diff(*evidence)  # type: ignore[arg-type]
        findings = {c: [f._replace(key="another") for f in some] for c, some in found.findings.items()}
        return Diff(**{**vars(found), "findings": findings, "torn": ["another"]})

    monkeypatch.setattr(planted, "diff", misnamed)
    result = prove_detector(expectation, table, physical, before)
    assert result.caught == 0
    assert f"missing under {key('k')}: it was called intact, not missing" in result.missed
    assert any(fault.startswith("same N under") and "the count of intact rose by" in fault for fault in result.missed)
    assert "torn: the transaction was not named" in result.missed


def test_counting_a_defect_twice_is_a_fault_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each defect must be counted exactly once."""
    writes = [write("a", 1)]
    expectation, table, physical = promise(writes, POINT_AT), seen(k="a"), ledger(*writes).physical(TABLE)

    def doubled(*evidence: object) -> Diff:
        found = diff(*evidence)  # type: ignore[arg-type]
        findings = {c: [*some, *some] for c, some in found.findings.items()}
        return Diff(**{**vars(found), "findings": findings, "torn": [*found.torn, *found.torn]})

    monkeypatch.setattr(planted, "diff", doubled)
    result = prove_detector(expectation, table, physical, diff(expectation, table, physical))
    assert result.caught == len(SAME_VALUES)
    assert f"missing under {key('k')}: the count of missing rose by 2, not by 1" in result.missed
    assert "torn: the count rose by 2, not by 1" in result.missed


SPELLED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "N as text": ("N", lambda text: text),
    "B as text": ("B", lambda text: text),
    "B ignored": ("B", lambda text: ""),
    "SS by order": ("SS", lambda members: members),
    "NS by order": ("NS", lambda members: members),
    "BS by order": ("BS", lambda members: members),
    "SS ignored": ("SS", lambda members: []),
    "NS ignored": ("NS", lambda members: []),
    "BS ignored": ("BS", lambda members: []),
    "L as a set": ("L", lambda members: sorted(members, key=str)),
    "M by its names": ("M", sorted),
    "BOOL ignored": ("BOOL", lambda truth: True),
    "NULL ignored": ("NULL", lambda null: None),
    "S without case": ("S", str.lower),
}


@pytest.mark.parametrize("broken", SPELLED)
def test_a_digest_that_is_wrong_for_one_type_is_found_out(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the canonical form of one type, and what was planted of that type is missed: a pass becomes unknown."""
    kind, spelled = SPELLED[broken]
    whole = values.canonical_value

    def canonical_value(typed: Mapping[str, Any]) -> dict[str, Any] | None:
        return {kind: spelled(typed[kind])} if kind in typed else whole(typed)

    def canonical(whole_item: values.Item) -> bytes:
        found = {name: canonical_value(typed) for name, typed in whole_item.items()}
        kept = {name: typed for name, typed in found.items() if typed != {"NULL": None}}
        return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)

    table = snapshot(item("a"))
    monkeypatch.setattr(values, "canonical_value", canonical_value)
    monkeypatch.setattr(values, "canonical", canonical)
    found = judged(Outcome.PASS, of=Evidence(RunRecord(**RECORD), History([seeded("a")]), table, table))
    assert (found.verdict, found.exit_code) == (Outcome.UNKNOWN, 2)
    assert any(fault.split(" under ")[0] in (f"other {kind}", f"same {kind}") for fault in found.controls.missed)
