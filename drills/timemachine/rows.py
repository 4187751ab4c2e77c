"""The present rows of a table, and their order."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .changelog import Version
from .keys import HASH_BYTES, OrderKey
from .order import Order


class Page(NamedTuple):
    """The versions of a stretch of keys in order; `stopped` when the limit or the size ended it."""

    versions: list[Version]
    stopped: bool


class Rows:
    """Key to newest version, for keys that have an item; guarded by the journal's lock where order matters."""

    def __init__(self, rows: dict[OrderKey, Version] | None = None) -> None:
        self.by_key: dict[OrderKey, Version] = {} if rows is None else rows
        self.size_bytes = sum(version.size for version in self.by_key.values())
        self._order = Order(self.by_key)

    def __len__(self) -> int:
        return len(self.by_key)

    def __iter__(self) -> Iterator[Version]:
        """All versions in key order."""
        for key in self._order:
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
                self._order.remove(key)
                self.size_bytes -= old.size
            return old
        old = self.by_key.get(key)
        self.by_key[key] = version
        self.size_bytes += version.size
        if old is None:
            self._order.add(key)
        else:
            self.size_bytes -= old.size
        return old

    def page(
        self, start: OrderKey, end: OrderKey, *, limit: int | None, size_bytes: int, backward: bool = False
    ) -> Page:
        """Versions from `start` (included) up to `end` (excluded), until a limit of rows or bytes is reached."""
        versions: list[Version] = []
        room = size_bytes
        by_key = self.by_key
        for keys in self._order.between(start, end, backward=backward):
            for key in keys:
                version = by_key[key]
                room -= version.size
                if room < 0 and versions:
                    return Page(versions, stopped=True)
                versions.append(version)
                if len(versions) == limit:
                    return Page(versions, stopped=True)
        return Page(versions, stopped=False)


def largest_partition(keys: Iterable[OrderKey]) -> int:
    """How many of some keys are in the partition with the most. All of a partition begin with the same hash."""
    return max(Counter(key[:HASH_BYTES] for key in keys).values(), default=0)


def after(key: OrderKey) -> OrderKey:
    """The smallest key that is larger than this one."""
    return key + b"\x00"
