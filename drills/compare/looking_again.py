"""A table that changes while it is read: what differs is looked at again, before it is called a difference.

A live table is read page by page, so its two ends are of different instants. A key that differed and now agrees is
*settled*: nothing is wrong with it. One that still differs and stands as it was read is a difference. One that has
changed since and still differs is *moving*: it is looked at a few times more, and if it does not settle nobody knows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from ..clock import Clock
from ..values import Item, Key
from .engine import KEY_SCHEMA, Halves
from .findings import Difference
from .kinds import Kind
from .sides import Looks
from .sql import Side

ROUNDS = 3
"""How often what is moving is looked at, in all."""

PAUSE_S = 1.0
"""How long before it is looked at once more."""

AT_ONCE = 100
"""As many keys as one BatchGetItem takes."""

MOST = 100_000
"""So many differences are looked at again: two tables that differ in more are not the same table in motion."""

DigestOf: TypeAlias = Callable[[Item | None], Halves | None]


class Seen(NamedTuple):
    """A difference and its key as text."""

    difference: Difference
    key: Key


@dataclass
class Again:
    """What a second look came to: keys that agree now, keys that are in motion, and how many were not looked at."""

    settled: list[Difference] = field(default_factory=list)
    moving: list[Difference] = field(default_factory=list)
    unchecked: int = 0

    def count(self, kind: Kind) -> int:
        """How many differences of a kind were taken back, by either."""
        return sum(each.kind is kind for each in (*self.settled, *self.moving))

    def taken_back(self) -> pa.Table:
        """The keys that were taken back."""
        keys = [each.key_digest for each in (*self.settled, *self.moving)]
        return pa.table([[key[half] for key in keys] for half in (0, 1)], schema=KEY_SCHEMA)


NOT_AGAIN = Again()


def look_again(
    differences: Iterable[Seen], tables: Mapping[Side, Looks], digest_of: DigestOf, clock: Clock, most: int = MOST
) -> Again:
    """Ask the live sides again about the keys that differ.

    Args:
        differences: as they were found.
        tables: the sides that live; at least one.
        digest_of: an item as it is compared; None for no item.
        clock: to pause by.
        most: how many differences are looked at.

    Raises:
        UnverifiableError: a live side does not answer any more.
    """
    again = Again()
    each = iter(differences)
    moving = list(_moving(islice(each, most), tables, digest_of, again))
    again.unchecked = sum(1 for _ in each)
    for _ in range(ROUNDS - 1):
        if not moving:
            break
        clock.wait(PAUSE_S, "keys that differ are changing")
        moving = list(_moving(iter(moving), tables, digest_of, again))
    again.moving = [seen.difference for seen in moving]
    return again


def _moving(
    differences: Iterator[Seen], tables: Mapping[Side, Looks], digest_of: DigestOf, again: Again
) -> Iterator[Seen]:
    """Look once: note what agrees, pass on what has changed and does not; what stands still is a difference."""
    while some := list(islice(differences, AT_ONCE)):
        found = _look(some, tables, digest_of)
        for number, seen in enumerate(some):
            was: dict[Side, Halves | None] = {"left": seen.difference.left, "right": seen.difference.right}
            now = was | {side: values[number] for side, values in found.items()}
            if now["left"] == now["right"]:
                again.settled.append(seen.difference)
            elif now != was:
                yield seen


def _look(
    some: Sequence[Seen], tables: Mapping[Side, Looks], digest_of: DigestOf
) -> Mapping[Side, Sequence[Halves | None]]:
    keys = [seen.key for seen in some]
    items = {side: table.look(keys) for side, table in tables.items()}
    return {side: [digest_of(found.get(key)) for key in keys] for side, found in items.items()}
