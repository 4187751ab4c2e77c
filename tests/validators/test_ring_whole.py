"""What the ring's validator says about pointers that are no ring."""

import pytest
from dynadrill.validators.ring_whole import broken

RING: dict[str, str | None] = {"a": "b", "b": "c", "c": "d", "d": "a"}


def test_one_ring_is_whole() -> None:
    """One cycle through all items is a ring; so is the one item that names itself."""
    assert not broken(RING, 4)
    assert not broken({"a": "a"}, 1)


@pytest.mark.parametrize(
    ("pointers", "said"),
    [
        ({**RING, "b": None}, "b points to nothing"),
        ({**RING, "b": "x"}, "b points to x, which is not there"),
        ({**RING, "a": "c"}, "2 items point to c: a, b"),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, "closes after 2 of 4 items, at a"),
        ({**RING, "a": "a"}, "2 items point to a: a, d"),
        ({"a": "b", "b": "c", "c": "a"}, "3 items are there, 4 were expected"),
        ({}, "0 items are there, 4 were expected"),
    ],
)
def test_where_it_breaks_is_named(pointers: dict[str, str | None], said: str) -> None:
    """A missing item, a link to nowhere, two links to one item, two rings: each is said with an item's name."""
    assert said in broken(pointers, 4)
