"""Brute force: every order in which the writes to one key may have taken effect, tried one by one.

Each write takes effect at one instant between asked and told; an unanswered one at any instant after it was asked, or
never; a refused one never. Only a few writes to a key can be tried this way.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, permutations
from math import inf

from dynadrill.drills.history import Told, Write
from dynadrill.drills.values import ABSENT

OPEN_TO_TRY = 5
"""More writes to one key than this have too many orders."""


def orders(writes: Sequence[Write], by: float = inf) -> Iterator[tuple[Write, ...]]:
    """Every order of the writes that may have taken effect by an instant: all that had to, and any of the others."""
    possible = [w for w in writes if w.outcome is not Told.FAIL and w.asked_at <= by]
    optional = [w for w in possible if _last_instant(w) > by or w.outcome is Told.INFO]
    needed = [w for w in possible if w not in optional]
    for size in range(len(optional) + 1):
        for chosen in combinations(optional, size):
            for order in permutations([*needed, *chosen]):
                if _can_happen(order, by):
                    yield order


def _last_instant(write: Write) -> float:
    return inf if write.told_at is None else write.told_at


def _can_happen(order: Iterable[Write], by: float) -> bool:
    """Whether instants can be found for all, in this order: the earliest possible for each in turn."""
    at = -inf
    for write in order:
        at = max(at, write.asked_at)
        if at > min(_last_instant(write), by):
            return False
    return True


def possible_values(writes: Sequence[Write], at: float, first: bytes = ABSENT) -> set[bytes]:
    """What a key may hold at an instant, in any order of its writes; an expired item may also be gone."""
    found = set()
    for order in orders(writes, at):
        if not order:
            found.add(first)
            continue
        found.add(order[-1].digest)
        expires_at = order[-1].expires_at
        if expires_at is not None and expires_at <= at:
            found.add(ABSENT)
    return found


def possible_between(writes: Sequence[Write], from_at: float, to_at: float) -> set[bytes]:
    """What a key may hold at some instant between two: tried in steps of a half, stamps being whole numbers."""
    steps = int((to_at - from_at) * 2)
    found: set[bytes] = set()
    for step in range(steps + 1):
        found |= possible_values(writes, from_at + step / 2)
    return found


def explanations(writes: Sequence[Write], value: bytes) -> Iterator[tuple[tuple[Write, ...], tuple[Write, ...]]]:
    """Every order of a key's writes and every cut through it after which the key holds a value: (before, after)."""
    for order in orders(writes):
        for length in range(len(order) + 1):
            if (order[length - 1].digest if length else ABSENT) == value:
                yield order[:length], order[length:]
