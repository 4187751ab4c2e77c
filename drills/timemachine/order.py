"""Keys in order, kept in short lists, so that nothing that is done to them takes long at once.

One list of a million keys could be sorted only in one go, and while Python sorts no other thread runs. Here a key is
put into its place when it comes, and many keys at once are dealt out to lists by a sample of them and sorted list by
list.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterator

from .keys import OrderKey

LONGEST = 2048
"""A list that grows longer is split in two."""
SAMPLED = 32
"""One key of so many is in the sample, and one of so many of the sample begins a list: about 1,024 keys a list."""

SPREAD = 0x9E3779B1
"""Which keys are sampled has no period, for keys may come in turns: one of each partition, and again."""


class Order:
    """A set of keys that can be walked in order, from any key on; not safe to change from two threads at once.

    Args:
        keys: what is in it from the start, each once and in any order.
    """

    def __init__(self, keys: Collection[OrderKey] = ()) -> None:
        sample = sorted(key for number, key in enumerate(keys) if number * SPREAD % (1 << 32) < (1 << 32) // SAMPLED)
        # The first list takes also what sorts before the whole sample.
        self._first: list[OrderKey] = [b"", *sample[SAMPLED::SAMPLED]]
        """Per list, what none of its keys is smaller than, and all keys of the lists before are."""
        self._lists: list[list[OrderKey]] = [[] for _ in self._first]
        first, lists = self._first, self._lists
        for key in keys:
            lists[bisect_right(first, key) - 1].append(key)
        for each in lists:
            each.sort()

    def __iter__(self) -> Iterator[OrderKey]:
        """All keys, as they are when the walk begins."""
        return iter([key for keys in self._lists for key in keys])

    def add(self, key: OrderKey) -> None:
        """Put a key that is not there yet into its place."""
        place = bisect_right(self._first, key) - 1
        keys = self._lists[place]
        insort(keys, key)
        if len(keys) > LONGEST:
            middle = len(keys) // 2
            self._lists[place : place + 1] = [keys[:middle], keys[middle:]]
            self._first.insert(place + 1, keys[middle])

    def remove(self, key: OrderKey) -> None:
        """Take a key out that is there."""
        place = bisect_right(self._first, key) - 1
        keys = self._lists[place]
        del keys[bisect_left(keys, key)]
        if not keys and place > 0:
            del self._lists[place]
            del self._first[place]

    def between(self, start: OrderKey, end: OrderKey, *, backward: bool = False) -> Iterator[list[OrderKey]]:
        """The keys from `start` (included) up to `end` (excluded), list by list."""
        first = bisect_right(self._first, start) - 1
        last = max(bisect_left(self._first, end) - 1, 0)
        places = range(last, first - 1, -1) if backward else range(first, last + 1)
        for place in places:
            keys = self._lists[place]
            low = bisect_left(keys, start) if place == first else 0
            high = bisect_left(keys, end) if place == last else len(keys)
            yield keys[low:high][::-1] if backward else keys[low:high]
