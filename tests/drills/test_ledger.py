"""The rules of the ledger, one at a time; `model/` holds them together to brute force."""

from math import inf

import pytest
from dynadrill.drills.history import History, Told, Who
from dynadrill.drills.ledger import Beginning, Ledger, Life, admissible, carried_on, current, lives, rewound, undone
from dynadrill.drills.values import ABSENT

from .made import TABLE, bad, key, ledger, promise, refused, unanswered, value, write


def names(values: frozenset[bytes]) -> set[str | None]:
    """Digests as the names that they were made of."""
    return {one.decode().rstrip(".") if one else None for one in values}


def test_a_write_may_hold_from_its_asking_and_must_from_its_answer() -> None:
    """Between asked and told both states are admissible; from its answer on only the state after."""
    writes = [write("a", 10, 12)]
    assert names(admissible(writes, 9.9, 9.9)) == {None}
    assert names(admissible(writes, 10, 10)) == {None, "a"}
    assert names(admissible(writes, 11.9, 11.9)) == {None, "a"}
    assert names(admissible(writes, 12, 12)) == {"a"}


def test_only_a_write_asked_after_the_answer_closes_a_value() -> None:
    """Writes that overlap in time on one key have no order: both stay admissible."""
    one, other, after = write("a", 10, 12), write("b", 11, 13), write("c", 20, 21)
    assert names(admissible([one, other], 15, 15)) == {"a", "b"}
    assert names(admissible([one, other, after], 20.5, 20.5)) == {"a", "b", "c"}
    assert names(admissible([one, other, after], 21, 21)) == {"c"}


def test_equal_stamps_leave_the_order_open() -> None:
    """A write that was asked in the very instant in which another was told may have come before it."""
    writes = [write("a", 10, 12), write("b", 12, 14)]
    assert names(admissible(writes, 14, 14)) == {"a", "b"}
    assert names(admissible([write("a", 10, 10), write("b", 10, 10)], 10, 10)) == {"a", "b"}


def test_an_unanswered_write_widens_and_closes_nothing() -> None:
    """S2-12: nobody knows whether or when it happened: before it and after it both stand, for good."""
    writes = [write("a", 10, 11), unanswered("b", 20), write("c", 30, 31)]
    assert names(admissible(writes, 25, 25)) == {"a", "b"}
    assert names(admissible(writes, 1000, 1000)) == {"b", "c"}


def test_a_refused_write_is_no_write() -> None:
    """What was refused neither holds nor closes."""
    writes = [write("a", 10, 11), refused("b", 20)]
    assert names(admissible(writes, 30, 30)) == {"a"}
    assert lives([refused("b", 20)]) == [Life(ABSENT, -inf, inf)]


def test_a_boundary_admits_what_is_right_at_any_of_its_instants() -> None:
    """S1-03: both ends of the boundary count."""
    writes = [write("a", 10, 11), write("b", 20, 21), write("c", 30, 31)]
    assert names(admissible(writes, 20, 30)) == {"a", "b", "c"}
    assert names(admissible(writes, 21, 29.9)) == {"b"}


def test_a_repeated_value_lives_more_than_once() -> None:
    """The same value written twice has two lives, with another's between them."""
    writes = [write("a", 10, 11), write("b", 20, 21), write("a", 30, 31)]
    assert [life for life in lives(writes) if life.digest == value("a")] == [
        Life(value("a"), 10, 21),
        Life(value("a"), 30, inf),
    ]
    assert lives(writes, only=value("b")) == [Life(value("b"), 20, 31)]


def test_from_its_expiry_on_an_item_may_be_gone() -> None:
    """S2-23: TTL may or may not have deleted what is past its expiry, until it is overwritten."""
    writes = [write("a", 10, 11, expires_at=40.0), write("b", 50, 51)]
    assert names(admissible(writes, 39.9, 39.9)) == {"a"}
    assert names(admissible(writes, 40, 40)) == {"a", None}
    assert names(admissible(writes, 30, 45)) == {"a", None}
    assert names(admissible(writes, 51, 51)) == {"b"}
    assert Life(ABSENT, 40, 51) in lives(writes)


def test_an_item_that_was_overwritten_before_its_expiry_never_expires() -> None:
    """A far expiry of an old version says nothing about the new one."""
    writes = [write("a", 10, 11, expires_at=60.0), write("b", 50, 51)]
    assert names(admissible(writes, 55, 70)) == {"b"}
    assert not [life for life in lives(writes) if life.digest == ABSENT and life.asked_at > -inf]


def test_beginnings_stand_until_the_first_acknowledged_write() -> None:
    """What a restore left is as good as a write before all others, with its own expiry."""
    beginnings = [Beginning(value("a")), Beginning(value("b"), 5.0)]
    assert names(admissible([], 4, 4, beginnings)) == {"a", "b"}
    assert names(admissible([], 5, 5, beginnings)) == {"a", "b", None}
    assert names(admissible([write("c", 10, 12)], 11, 11, beginnings)) == {"a", "b", "c", None}
    assert names(admissible([write("c", 10, 12)], 12, 12, beginnings)) == {"c"}


def test_no_bad_write_makes_a_value_right() -> None:
    """Expected views fold seed and load only; physical ones everybody's writes to their table."""
    seed, recovery = write("a", 1, who=Who.SEED), write("z", 9, who=Who.RECOVERY)
    book = ledger(seed, bad("x", 5), recovery, write("b", 6, table="new"))
    assert [w.digest for w in book.good(TABLE)[key("k")]] == [value("a")]
    assert {w.digest for w in book.physical(TABLE)[key("k")]} == {value("a"), value("x"), value("z")}
    assert {w.digest for w in book.good_anywhere()[key("k")]} == {value("a"), value("b")}
    assert len(book.anywhere()[key("k")]) == 4
    assert ledger(bad("x", 5)).good(TABLE) == {}
    assert ledger().physical("nowhere") == {}


def test_a_rewind_is_held_to_its_boundary_and_an_undo_to_every_good_write() -> None:
    """Good writes to any table count for an undo, only those to the source by the point for a rewind."""
    book = ledger(write("a", 10), write("b", 20), write("c", 30, table="new"))
    rewind, undo = rewound(book, TABLE, 15.0, -1.0, 1.0), undone(book, TABLE)
    assert rewind.during == (14.0, 16.0)
    assert names(rewind.right(key("k"), *rewind.during)) == {"a"}
    assert names(undo.right(key("k"), 40, 40)) == {"c"}
    assert undo.premature_after is undo.during is undo.point_at is None
    assert names(current(book, TABLE).right(key("k"), 40, 40)) == {"b"}


def test_after_the_cutover_what_was_promised_is_where_users_began() -> None:
    """Snapshot 2: the promise folded with the good writes to the new table; writes to the old one count no more."""
    book = ledger(
        write("a", 10),
        write("late", 18),
        write("b", 30, table="new"),
        write("stray", 31),
        write("x", 9, under="o"),
    )
    two = carried_on(rewound(book, TABLE, 15.0, -1.0, 1.0), book, "new")
    assert names(two.right(key("k"), 29, 29)) == {"a"}
    assert names(two.right(key("k"), 40, 40)) == {"b"}
    assert names(two.right(key("o"), 40, 40)) == {"x"}
    assert names(two.right(key("nobody's"), 40, 40)) == {None}


def test_only_a_rewind_can_be_carried_on() -> None:
    """There is nothing to begin from without a promised point."""
    book = ledger(write("a", 10))
    with pytest.raises(AssertionError, match="rewind"):
        carried_on(undone(book, TABLE), book, "new")


def test_what_the_boundary_alone_left_open_is_decided_at_the_point() -> None:
    """The set at the very point, also once users carried on from it."""
    writes = [write("a", 10), write("b", 20), write("c", 30)]
    one = promise(writes, 20.5, wide=5)
    assert names(one.right(key("k"), 15.5, 25.5)) == {"a", "b"}
    assert names(one.right_at_point(key("k"), 500)) == {"b"}
    two = carried_on(one, ledger(*writes), "new")
    assert names(two.right(key("k"), 500, 500)) == {"a", "b"}
    assert names(two.right_at_point(key("k"), 500)) == {"b"}


def test_an_empty_history_admits_absence_only() -> None:
    """A key that nobody wrote is not there."""
    assert Ledger.of(History([])).tables == {}
    assert admissible([], 5, 5) == frozenset({ABSENT})


def test_an_answer_that_says_nobody_knows_is_no_answer() -> None:
    """An unanswered write has no end, so that what follows cannot close it."""
    assert Life(value("b"), 20, inf) in lives([unanswered("b", 20), write("c", 30, 31)])
    assert unanswered("b", 20).outcome is Told.INFO
