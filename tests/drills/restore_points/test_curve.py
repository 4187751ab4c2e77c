"""The second to go back to, and what each other second would have cost."""

from dataclasses import replace

from dynadrill.drills.promise import Boundary
from dynadrill.drills.restore_points.curve import ObservedChange, RestorePoints, restore_points
from hypothesis import given
from hypothesis import strategies as st

EXACT = Boundary(0.0, 0.0)
THREE = 1_772_722_800.0
"""15:00:00 of some day."""

changes = st.builds(
    ObservedChange,
    at=st.floats(THREE - 30, THREE + 30).map(lambda at: round(at, 3)),
    key=st.sampled_from("abcdef"),
    bad=st.booleans(),
)


def orders() -> RestorePoints:
    """Orders deleted from 15:00:00 on, one every ten seconds for five minutes, and one good write a second."""
    bad = [ObservedChange(THREE + 10 * number, f"order-{number}", bad=True) for number in range(30)]
    good = [ObservedChange(THREE - 300 + number + 0.5, f"new-{number}", bad=False) for number in range(1200)]
    found = restore_points(bad + good, THREE + 900, EXACT)
    assert found is not None
    return found


def test_the_point_is_the_second_before_the_first_bad_write() -> None:
    """For deletes from 15:00:00 on it is 14:59:59: all comes back, good writes since are lost (S0-12, S2-14)."""
    found = orders()
    assert found.best_at == THREE - 1
    best = found.candidate(found.best_at)
    assert (best.recovered, best.bad_kept, best.good_lost) == (30, 0, 901)
    assert found.refusal(found.best_at) == ""


def test_a_point_after_the_damage_is_refused_with_the_reason() -> None:
    """15:10, five minutes before somebody noticed, keeps every bad delete, and the refusal says so (S0-11)."""
    found = orders()
    assert found.candidate(THREE + 600).recovered == 0
    assert found.refusal(THREE + 600) == (
        "by then 30 of 30 bad writes had been made: 30 of 30 damaged keys would come back damaged"
    )
    assert "so close" in found.refusal(THREE - 0.5)


def test_the_method_and_the_source_widen_the_margin() -> None:
    """The whole boundary, and what the source's clock may be off by, end before the first bad write."""
    one = [ObservedChange(THREE + 0.4, "a", bad=True)]
    for boundary, exactness_s, best_at in ((EXACT, 0.0, -1), (Boundary(-60, 60), 0.0, -60), (Boundary(-1, 1), 1.0, -2)):
        found = restore_points(one, THREE + 1, boundary, exactness_s)
        assert found is not None
        assert found.best_at == THREE + best_at


def test_without_a_bad_write_there_is_no_point() -> None:
    """Where nothing bad was observed nothing is proposed: that is an answer, and no second."""
    assert restore_points([ObservedChange(THREE, "a", bad=False)], THREE, EXACT) is None


@given(st.lists(changes, min_size=1, max_size=30))
def test_every_second_is_counted_right(observed: list[ObservedChange]) -> None:
    """Each candidate of the curve says what counting one by one says, and none before the best keeps a bad write."""
    found = restore_points(observed, THREE + 30, EXACT)
    if found is None:
        assert not any(change.bad for change in observed)
        return
    damaged = {change.key for change in observed if change.bad}
    for candidate in found.curve():
        kept = [change for change in observed if change.bad and change.at <= candidate.at]
        assert candidate.bad_kept == len(kept)
        assert candidate.recovered == len(damaged - {change.key for change in kept})
        assert candidate.good_lost == len([c for c in observed if not c.bad and c.at > candidate.at])
        assert bool(found.refusal(candidate.at)) == (candidate.at > found.best_at)
    assert found.candidate(found.best_at).bad_kept == 0


def test_an_outline_has_the_rows_that_matter() -> None:
    """Of 960 seconds a few are shown: the best, the next, the last bad write, the ends, and those asked for."""
    found = orders()
    outline = [candidate.at - THREE for candidate in found.outline(9, [THREE + 600])]
    assert {-61.0, -1.0, 0.0, 290.0, 600.0, 900.0} <= set(outline)
    assert outline == sorted(outline)
    assert len(outline) <= 10


def test_good_writes_that_nobody_saw_are_not_counted_as_none() -> None:
    """Where only bad writes are known, what going back loses is not known."""
    found = restore_points([ObservedChange(THREE, "a", bad=True)], THREE, EXACT, saw_good=False)
    assert found is not None
    assert found.candidate(THREE - 1).good_lost is None


def test_nothing_is_weighed_that_cannot_be_restored() -> None:
    """Before the protection stood there is nothing to go back to; the best point is shown wherever it lies."""
    found = replace(orders(), from_at=THREE - 10.5)
    assert found.curve()[0].at == THREE - 10
    late = replace(orders(), from_at=THREE + 10)
    assert late.curve()[0].at == late.best_at == THREE - 1
