"""A wait in words: an estimate is said as one, and what nobody knows is said to be unknown."""

import pytest
from dynadrill.drills.waits.wait import Expected, Wait, about

UNKNOWN = "how much longer is not known"
BY = "the last restore of orders here"


@pytest.mark.parametrize(
    ("so_far_s", "expected", "said"),
    [
        (31.0, None, f"31 s so far, {UNKNOWN}"),
        (60.0, Expected(300.0, 300.0, BY), f"1m 00s so far, about 4 min left, by {BY}"),
        (60.0, Expected(120.0, 600.0, BY), f"1m 00s so far, about 1 to 9 min left, by {BY}"),
        (150.0, Expected(120.0, 600.0, BY), f"2m 30s so far, up to about 8 min left, by {BY}"),
        (60.0, Expected(3660.0, 18_060.0, BY), f"1m 00s so far, about 1 to 5 h left, by {BY}"),
        (60.0, Expected(1860.0, 12_060.0, BY), f"1m 00s so far, about 30 min to 3 h 20 min left, by {BY}"),
        (301.0, Expected(300.0, 300.0, BY), f"5m 01s so far, longer than 5 min, expected by {BY}: {UNKNOWN}"),
        (60.0, Expected(300.0, 300.0, "", exact=True), "1m 00s so far, 4m 00s left"),
    ],
)  # fmt: skip
def test_what_is_left(so_far_s: float, expected: Expected | None, said: str) -> None:
    """What is left is about so much by somebody, not known, or, once an estimate has passed, not known any more."""
    assert Wait("until x is ACTIVE", so_far_s, 15.0, expected).said() == f"waiting until x is ACTIVE: {said}"


def test_time_goes_on() -> None:
    """The same wait later has lasted longer, and has less left."""
    wait = Wait("the table throttles", 60.0, 15.0, Expected(600.0, 600.0, BY), "1,200 items")
    assert wait.said(120.0) == f"waiting: the table throttles: 3m 00s so far, 1,200 items, about 7 min left, by {BY}"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "1 min"), (89.0, "1 min"), (91.0, "2 min"), (3600.0, "1 h"), (4000.0, "1 h 7 min"), (7500.0, "2 h 5 min"),
     (86_400.0, "24 h")],
)  # fmt: skip
def test_estimates_are_rough(seconds: float, said: str) -> None:
    """An estimate is told in minutes, and one of hours in steps of five."""
    assert about(seconds) == said
