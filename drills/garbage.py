"""Python's garbage collector, kept from looking for cycles among a million objects that have none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile; what is not part of a cycle is freed as ever."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def seldom_collected() -> None:
    """From now on this process looks for cycles when 200,000 objects have come, not 700: a fifth less to do."""
    gc.set_threshold(200_000, 50, 50)
