"""The classes of keys and what stands beside them, one at a time."""

import pytest
from dynadrill.drills.diff import MOST_VALUES, Diff, ItemClass, Seen, diff
from dynadrill.drills.history import Told, Who, Write
from dynadrill.drills.ledger import Expectation, carried_on, current, undone
from dynadrill.drills.snapshot import Row

from .made import TABLE, bad, key, ledger, promise, refused, seen, unanswered, value, write

POINT_AT = 50.0


def compare(*writes: Write, wide: float = 0.0, **rows: str) -> Diff:
    """A snapshot held to a rewind to second 50."""
    return diff(promise(writes, POINT_AT, wide), seen(**rows), ledger(*writes).physical(TABLE))


def only(found: Diff) -> tuple[ItemClass, str]:
    """The one finding: its class, and why."""
    ((item_class, (finding,)),) = found.findings.items()
    return item_class, finding.because


SEED = write("a", 1, who=Who.SEED)


@pytest.mark.parametrize(
    ("writes", "rows", "item_class", "because"),
    [
        ([SEED, bad(None, 60)], {}, ItemClass.MISSING, "deleted by the disaster (None@60)"),
        ([SEED, write(None, 60)], {}, ItemClass.MISSING, "deleted by the load (None@60)"),
        ([SEED, write(None, 60), bad(None, 55)], {}, ItemClass.MISSING, "deleted by the disaster (None@55)"),
        ([SEED], {}, ItemClass.MISSING, "no write deleted it"),
        ([SEED, bad("x", 60)], {"k": "x"}, ItemClass.CONTAMINATED, "written by the disaster (x@60)"),
        ([SEED, bad("x", 60), write("x", 61)], {"k": "x"}, ItemClass.CONTAMINATED, "written by the disaster (x@60)"),
        ([SEED, write("b", 60)], {"k": "b"}, ItemClass.PREMATURE, "written 10.000 s after the boundary (b@60)"),
        ([SEED, write(None, 20)], {"k": "a"}, ItemClass.RESURRECTED, "deleted after it was written (a@1)"),
        ([SEED, write("b", 20)], {"k": "a"}, ItemClass.STALE, "overwritten since (a@1)"),
        ([SEED, write("b", 20), write("a", 60)], {"k": "a"}, ItemClass.STALE, "overwritten since (a@1)"),
        ([SEED], {"k": "z"}, ItemClass.PHANTOM, "no write explains it"),
        ([SEED, refused("z", 60)], {"k": "z"}, ItemClass.PHANTOM, "no write explains it"),
        ([SEED, bad("x", 60, outcome=Told.FAIL)], {"k": "x"}, ItemClass.PHANTOM, "no write explains it"),
        ([SEED], {"k": "a", "other": "a"}, ItemClass.PHANTOM, "no write explains it"),
    ],
)
def test_a_wrong_key_is_in_the_first_class_that_holds(
    writes: list[Write], rows: dict[str, str], item_class: ItemClass, because: str
) -> None:
    """S0-11: missing, contaminated, premature, resurrected, stale, phantom: each by what explains it."""
    assert only(compare(*writes, **rows)) == (item_class, because)


def test_an_unanswered_bad_write_contaminates_too() -> None:
    """S2-12: the last batch's fate is unknown; where its value is seen, it happened."""
    assert only(compare(SEED, unanswered("x", 60, who=Who.DISASTER), k="x"))[0] is ItemClass.CONTAMINATED


def test_either_fate_of_an_unanswered_good_write_is_intact() -> None:
    """S2-12: both states are right, and the key is counted as undecided."""
    for rows in ({"k": "a"}, {"k": "b"}):
        found = compare(SEED, unanswered("b", 20), **rows)
        assert (found.clean, found.intact, found.undecided, found.within_boundary) == (True, 1, 1, 0)


def test_keys_that_are_rightly_absent_are_not_counted() -> None:
    """A key that only later writes or the disaster ever had belongs to neither expected nor restored."""
    found = compare(SEED, write("b", 60, under="later"), bad("x", 60, under="bad"), k="a")
    assert (found.expected, found.restored, found.keys, found.intact) == (1, 1, 1, 1)


def test_a_key_that_may_be_absent_or_not_is_expected_and_intact() -> None:
    """Every key of expected or restored is counted once."""
    found = compare(unanswered("b", 20))
    assert (found.expected, found.restored, found.keys, found.undecided) == (1, 0, 1, 1)


def test_the_boundary_alone_leaves_a_key_within_it() -> None:
    """Open by the boundary is told apart from open by the history."""
    found = compare(SEED, write("b", 51), wide=5, k="b")
    assert (found.clean, found.undecided, found.within_boundary) == (True, 0, 1)
    assert only(compare(SEED, write("b", 51), k="b"))[0] is ItemClass.PREMATURE


def test_more_than_sixteen_values_are_undecided_even_by_the_boundary_alone() -> None:
    """A key with so many right values says too little, whatever it holds."""
    ops = [write(f"v{n}", 50 + n / 10, 50 + n / 10) for n in range(1, MOST_VALUES + 1)]
    few, many = compare(SEED, *ops[:-1], wide=5, k="v3"), compare(SEED, *ops, wide=5, k="v3")
    assert (few.undecided, few.within_boundary) == (0, 1)
    assert (many.undecided, many.within_boundary) == (1, 0)


def test_what_came_back_past_its_expiry_is_right_and_said() -> None:
    """S2-23: a TTL item that is there although it expired is intact and counted beside the classes."""
    old = write("a", 1, expires_at=40.0)
    assert (compare(old, k="a").clean, compare(old, k="a").expired_returned) == (True, 1)
    assert (compare(old).clean, compare(old).expired_returned) == (True, 0)
    assert compare(write("a", 1, expires_at=0.0), k="a").expired_returned == 1
    assert compare(write("a", 1, expires_at=9000.0), k="a").expired_returned == 0
    book = ledger(old)
    two = diff(carried_on(promise([old], POINT_AT), book, "new"), seen(k="a"), book.anywhere())
    assert (two.clean, two.expired_returned) == (True, 1)


def test_a_live_row_is_right_if_it_was_at_any_instant_of_its_page() -> None:
    """Each row is held to the instants of its own page, an absent key to those of the whole scan."""
    writes = [SEED, write("b", 499, 499.5)]
    rows = {key("k"): Row(value("a"), 498.0, 499.2)}
    live = Seen(rows, 498.0, 600.0, complete=True)
    book = ledger(*writes)
    assert diff(current(book, TABLE), live, book.physical(TABLE)).clean
    late = Seen({key("k"): Row(value("a"), 499.6, 600.0)}, 498.0, 600.0, complete=True)
    assert only(diff(current(book, TABLE), late, book.physical(TABLE)))[0] is ItemClass.STALE
    gone = Seen({}, 0.5, 600.0, complete=True)
    assert diff(current(book, TABLE), gone, book.physical(TABLE)).clean


def test_only_writes_to_the_source_are_premature() -> None:
    """After the cutover a value that users overwrote on the new table is stale, however late it was written."""
    book = ledger(SEED, write("b", 100, table="new"), write("c", 110, table="new"))
    found = diff(carried_on(promise([SEED], POINT_AT), book, "new"), seen(k="b"), book.anywhere())
    assert only(found)[0] is ItemClass.STALE


def half(op: str, under: str, name: str, at: float, until: float | None = None, **other: object) -> Write:
    """One key's part of a transaction."""
    return write(name, at, until, under=under, op=op, in_transaction=True, **other)


BEFORE = [write("a0", 1, under="a"), write("b0", 1, under="b")]
BOTH = [half("tx", "a", "a1", 20), half("tx", "b", "b1", 20)]


@pytest.mark.parametrize(
    ("more", "rows", "torn"),
    [
        ([], {"a": "a1", "b": "b1"}, False),
        ([], {"a": "a0", "b": "b0"}, False),
        ([], {"a": "a1", "b": "b0"}, True),
        ([], {"a": "a1"}, True),
        ([write("b2", 30, under="b")], {"a": "a0", "b": "b2"}, True),
        ([write("b2", 15, 25, under="b")], {"a": "a0", "b": "b2"}, False),
        ([unanswered("b2", 10, under="b")], {"a": "a0", "b": "b2"}, False),
        ([write("b2", 20.1, under="b")], {"a": "a0", "b": "b2"}, False),
        ([bad(None, 60, under="b")], {"a": "a1"}, False),
        ([bad("x", 60, under="b")], {"a": "a0", "b": "x"}, True),
        ([write("b0", 40, under="b")], {"a": "a1", "b": "b0"}, False),
        ([], {"a": "a1", "b": "z"}, False),
    ],
)
def test_a_transaction_is_torn_when_its_keys_show_both_sides_for_certain(
    more: list[Write], rows: dict[str, str], torn: bool
) -> None:
    """Whoever may have left what is seen at another time, or may also have come before, has no say."""
    writes = [*BEFORE, *BOTH, *more]
    found = diff(promise(writes, 300), seen(**rows), ledger(*writes).physical(TABLE))
    assert list(found.torn) == (["tx"] if torn else [])
    assert not (torn and found.clean)


def test_an_unanswered_transaction_can_be_torn_and_a_refused_one_cannot() -> None:
    """One key after it and one before it is torn, whatever its writer was told but that it was refused."""
    for outcome, torn in ((Told.INFO, ["tx"]), (Told.FAIL, [])):
        halves = [part._replace(outcome=outcome, told_at=None) for part in BOTH]
        writes = [*BEFORE, *halves]
        found = diff(promise(writes, 300), seen(a="a1", b="b0"), ledger(*writes).physical(TABLE))
        assert list(found.torn) == torn


def test_what_ttl_may_have_deleted_tears_no_transaction() -> None:
    """A key that the transaction wrote, and that has expired since, shows neither side by being gone."""
    writes = [half("tx", "a", "a1", 20), half("tx", "b", "b1", 20, expires_at=40.0)]
    found = diff(promise(writes, POINT_AT), seen(a="a1"), ledger(*writes).physical(TABLE))
    assert found.clean
    early = [half("tx", "a", "a1", 20), half("tx", "b", "b1", 20, expires_at=900.0)]
    assert diff(promise(early, POINT_AT), seen(a="a1"), ledger(*early).physical(TABLE)).torn == ["tx"]


def test_a_transaction_on_the_new_table_is_torn_against_what_was_restored() -> None:
    """Snapshot 2: what users began with is the state before their first transaction."""
    halves = [part._replace(table="new", asked_at=100.0, told_at=100.1) for part in BOTH]
    book = ledger(*BEFORE, *halves)
    two = carried_on(promise(BEFORE, POINT_AT), book, "new")
    assert diff(two, seen(a="a1", b="b0"), book.anywhere()).torn == ["tx"]
    assert diff(two, seen(a="a1", b="b1"), book.anywhere()).clean


def live(a: Row, b: Row, *, until: float | None = 20.1) -> list[str]:
    """The torn transactions of a table whose two keys were read on different pages."""
    halves = [part._replace(told_at=until, outcome=Told.OK if until else Told.INFO) for part in BOTH]
    book = ledger(*BEFORE, *halves)
    expectation: Expectation = undone(book, TABLE)
    table = Seen({key("a"): a, key("b"): b}, 10.0, 30.0, complete=True)
    return list(diff(expectation, table, book.physical(TABLE)).torn)


def test_a_transaction_between_two_pages_of_a_live_table_is_not_torn() -> None:
    """Read before its end a key may show the state before; read after it, or after the other key, it may not."""
    early, late = Row(value("b0"), 10.0, 12.0), Row(value("b0"), 25.0, 26.0)
    assert live(Row(value("a1"), 25.0, 26.0), early) == []
    assert live(Row(value("a1"), 25.0, 26.0), late) == ["tx"]
    assert live(Row(value("a1"), 20.0, 21.0), late, until=None) == ["tx"]
    assert live(Row(value("a1"), 25.0, 26.0), late, until=None) == []


def test_counts_add_up() -> None:
    """The class counts are the findings', and intact the rest."""
    found = compare(SEED, write("b", 1, under="o"), k="z", o="b")
    assert [found.count(item_class) for item_class in ItemClass] == [1, 0, 0, 0, 0, 0, 1]
    assert found.keys == 2
    assert not found.clean
