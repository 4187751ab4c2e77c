"""Keys in order, in short lists."""

from random import Random

import pytest
from dynadrill.drills.timemachine.order import LONGEST, Order
from hypothesis import given
from hypothesis import strategies as st

KEYS = st.binary(max_size=2)


def walked(order: Order, start: bytes, end: bytes, *, backward: bool = False) -> list[bytes]:
    """The keys of a stretch."""
    return [key for keys in order.between(start, end, backward=backward) for key in keys]


@given(st.sets(KEYS), st.lists(st.tuples(KEYS, st.booleans())), KEYS, KEYS)
def test_a_walk_is_sorted_and_complete(
    given_keys: set[bytes], changes: list[tuple[bytes, bool]], a: bytes, b: bytes
) -> None:
    """DESIGN 8: whatever came and went, any stretch has exactly its keys, in order, forward and backward."""
    order, model = Order(given_keys), set(given_keys)
    for key, comes in changes:
        if comes and key not in model:
            order.add(key)
            model.add(key)
        elif not comes and key in model:
            order.remove(key)
            model.remove(key)
    assert list(order) == sorted(model)
    expected = sorted(key for key in model if a <= key < b)
    assert walked(order, a, b) == expected
    assert walked(order, a, b, backward=True) == expected[::-1]


@pytest.mark.parametrize("prefix", [b"", b"one partition, and a long one at that"])
@pytest.mark.parametrize("from_start", [True, False])
def test_no_list_gets_long(prefix: bytes, from_start: bool) -> None:
    """DESIGN 8: many keys, of one partition or of many, at once or one by one, end in lists of a bounded length."""
    random = Random(1)
    keys = list(dict.fromkeys(prefix + random.randbytes(6) for _ in range(40_000)))
    order = Order(keys if from_start else ())
    if not from_start:
        for key in keys:
            order.add(key)
    lengths = [len(each) for each in order.between(b"", b"\xff" * 50)]
    assert max(lengths) <= LONGEST
    assert sum(lengths) == len(keys)
    assert len(lengths) > 10
    for key in keys:
        order.remove(key)
    assert list(order) == []
    order.add(b"again")
    assert list(order) == [b"again"]


@pytest.mark.parametrize("turns", [2, 16, 31, 32, 33, 64, 1024])
def test_keys_that_come_in_turns_are_dealt_out_evenly(turns: int) -> None:
    """DESIGN 8: also when every so many keys come from one partition, as they do of users that write in turn."""
    order = Order([b"%04d%06d" % (number % turns, number) for number in range(40_000)])
    assert max(len(each) for each in order.between(b"", b"\xff")) <= LONGEST
