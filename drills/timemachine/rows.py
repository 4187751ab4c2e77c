"""The present rows of a table, and their order.

Keys are sorted only when somebody reads in order: new ones wait in a heap of their own and are merged then, so that
seeding costs nothing per key. Deleted keys stay in the order, without a row, until half of it is dead.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import NamedTuple

from .changelog import Version
from .keys import OrderKey

FEW = 32
"""So many new keys are inserted one by one; more are sorted in at once."""


class Page(NamedTuple):
    """The versions of a stretch of keys in order; `stopped` when the limit or the size ended it."""

    versions: list[Version]
    stopped: bool


class Rows:
    """Key to newest version, for keys that have an item; guarded by the journal's lock where order matters."""

    def __init__(self, rows: dict[OrderKey, Version] | None = None) -> None:
        self.by_key: dict[OrderKey, Version] = {} if rows is None else rows
        self.size_bytes = sum(version.size for version in self.by_key.values())
        self._order: list[OrderKey] = sorted(self.by_key)
        self._fresh: list[OrderKey] = []
        self._dead: set[OrderKey] = set()

    def __len__(self) -> int:
        return len(self.by_key)

    def __iter__(self) -> Iterator[Version]:
        """All versions in key order."""
        for key in list(self._sorted()):
            version = self.by_key.get(key)
            if version is not None:
                yield version

    def get(self, key: OrderKey) -> Version | None:
        """The version under a key, None where there is no item."""
        return self.by_key.get(key)

    def put(self, version: Version) -> Version | None:
        """Apply a version, a deletion included, and give what it replaces."""
        key = version.key
        if version.wire is None:
            old = self.by_key.pop(key, None)
            if old is not None:
                self._dead.add(key)
                self.size_bytes -= old.size
            return old
        old = self.by_key.get(key)
        self.by_key[key] = version
        self.size_bytes += version.size
        if old is not None:
            self.size_bytes -= old.size
        elif key in self._dead:
            self._dead.remove(key)
        else:
            self._fresh.append(key)
        return old

    def page(
        self, start: OrderKey, end: OrderKey, *, limit: int | None, size_bytes: int, backward: bool = False
    ) -> Page:
        """Versions from `start` (included) up to `end` (excluded), until a limit of rows or bytes is reached."""
        order = self._sorted()
        first, last = bisect_left(order, start), bisect_left(order, end)
        places = range(last - 1, first - 1, -1) if backward else range(first, last)
        versions: list[Version] = []
        room = size_bytes
        get = self.by_key.get
        for place in places:
            version = get(order[place])
            if version is None:
                continue
            room -= version.size
            if room < 0 and versions:
                return Page(versions, stopped=True)
            versions.append(version)
            if len(versions) == limit:
                return Page(versions, stopped=True)
        return Page(versions, stopped=False)

    def _sorted(self) -> list[OrderKey]:
        if len(self._dead) > FEW and 2 * len(self._dead) > len(self._order) + len(self._fresh):
            self._order, self._fresh, self._dead = sorted(self.by_key), [], set()
        elif self._fresh:
            self._merge()
        return self._order

    def _merge(self) -> None:
        fresh, self._fresh = self._fresh, []
        if len(fresh) <= FEW:
            for key in fresh:
                insort(self._order, key)
        else:
            self._order.extend(fresh)
            self._order.sort()


def after(key: OrderKey) -> OrderKey:
    """The smallest key that is larger than this one."""
    return key + b"\x00"
