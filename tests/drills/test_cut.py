"""The restore point read from the data."""

import pytest
from dynadrill.drills.cut import SMALLEST_SPREAD_S, Cut, measure_cut
from dynadrill.drills.diff import diff
from dynadrill.drills.history import Who, Write

from .made import TABLE, bad, ledger, promise, seen, unanswered, write

POINT_AT = 50.0
SEEDS = [write("a0", 1, 2, under="a", who=Who.SEED), write("b0", 3, 4, under="b", who=Who.SEED)]


def cut(*writes: Write, **rows: str) -> Cut | None:
    """The cut of a table held to a rewind to second 50."""
    physical = ledger(*writes).physical(TABLE)
    return measure_cut(diff(promise(writes, POINT_AT), seen(**rows), physical), seen(**rows), physical)


def test_the_point_lies_between_what_came_back_and_what_did_not() -> None:
    """S0-07: from the last write that is there was asked, until the first that is not was told."""
    found = cut(*SEEDS, write("a1", 40, 41, under="a"), write("b1", 60, 61, under="b"), a="a1", b="b0")
    assert found == Cut(((40.0, 61.0),), 0.0, 2, 2)
    assert found.point_at == (40.0, 61.0)


def test_an_open_end_is_none_not_a_number() -> None:
    """Nothing after the last write that came back bounds the point: what was not measured is null."""
    found = cut(*SEEDS, a="a0", b="b0")
    assert found is not None
    assert found.point_at == (3.0, None)
    empty = cut(write("a0", 60, 61, under="a"))
    assert empty is not None
    assert empty.point_at == (None, 61.0)


def test_two_writes_a_second_apart_fall_on_the_right_sides() -> None:
    """S0-07: an interval meets an instant of its own, its start included and its end not."""
    found = cut(write("a0", 1), write("a1", 49.5, 49.6, under="a"), write("a2", 50.5, 50.6, under="a"), a="a1", k="a0")
    assert found is not None
    assert found.spans == ((49.5, 50.6),)
    assert [found.meets(at, at) for at in (49.4, 49.5, 50.0, 50.6)] == [False, True, True, False]
    assert found.meets(0.0, 49.5)
    assert not found.meets(50.6, 99.0)


def test_everybodys_writes_bound_the_point() -> None:
    """A bad delete that is not there says that the table is of before it; one that is has no vote for its key."""
    before = cut(*SEEDS, bad(None, 60, under="a"), a="a0", b="b0")
    assert before is not None
    assert before.to_at == 60.1
    after = cut(*SEEDS, bad(None, 60, under="a"), write("b1", 70, 71, under="b"), b="b1")
    assert after == Cut(((70.0, float("inf")),), 0.0, 1, 1)


def test_an_unanswered_write_does_not_end_the_time_before_it() -> None:
    """It may never have happened: what it would have overwritten stays possible for good."""
    found = cut(*SEEDS, unanswered("a1", 40, under="a"), a="a0", b="b0")
    assert found is not None
    assert found.to_at == float("inf")
    seen_after = cut(*SEEDS, unanswered("a1", 40, under="a"), a="a1", b="b0")
    assert seen_after is not None
    assert seen_after.from_at == 40


def test_an_absent_key_votes_for_the_time_before_it_was_written() -> None:
    """Present or absent, every key allows a set of instants."""
    found = cut(*SEEDS, write("c0", 70, 71, under="c"), a="a0", b="b0")
    assert found == Cut(((3.0, 71.0),), 0.0, 3, 3)


def test_keys_from_two_instants_are_as_far_apart_as_the_narrowest_window() -> None:
    """S1-09: half a restore has no instant in common."""
    writes = [*SEEDS, write("a1", 20, 21, under="a"), write("b1", 50, 52, under="b")]
    found = cut(*writes, a="a0", b="b1")
    assert found is not None
    assert (found.spread_s, found.voters, found.agreeing) == (29.0, 2, 1)
    touching = cut(*SEEDS, write("a1", 20, 21, under="a"), write("b1", 21, 22, under="b"), a="a0", b="b1")
    assert touching is not None
    assert touching.spread_s == SMALLEST_SPREAD_S


def test_most_keys_decide_where_not_all_agree() -> None:
    """The measured point is the one that the greatest number of keys allows."""
    writes = [*SEEDS, write("a1", 40, 41, under="a"), write("b1", 40, 41, under="b"), write("c1", 10, 11, under="c")]
    found = cut(*writes, write("c2", 20, 21, under="c"), a="a1", b="b1", c="c1")
    assert found is not None
    assert (found.from_at, found.agreeing, found.voters, found.spread_s) == (40, 2, 3, 19.0)


def test_a_repeated_value_can_leave_two_points_apart() -> None:
    """Several explanations are a union, and an instant between them is none of them."""
    writes = [*SEEDS, write("a1", 20, 21, under="a"), write("a0", 30, 31, under="a"), write("a2", 40, 41, under="a")]
    found = cut(*writes, a="a0", b="b0")
    assert found is not None
    assert found.spans == ((3.0, 21.0), (30.0, 41.0))
    assert [found.meets(at, at) for at in (20, 25, 35)] == [True, False, True]
    assert found.point_at == (3.0, 41.0)


@pytest.mark.parametrize("rows", [{}, {"a": "z", "b": "z"}])
def test_no_vote_no_cut(rows: dict[str, str]) -> None:
    """Where every key is missing or nobody's, nothing says what instant this is."""
    assert cut(*SEEDS, **rows) is None
