"""Turns: work of which one piece runs at a time; the next one that waits begins when it ends."""

from collections.abc import Hashable

from ..agenda import Happening
from ..journal import Journal


class Turns:
    """Who is at work on what, and who waits; guarded by the journal's lock."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._taken: set[Hashable] = set()
        self._waiting: dict[Hashable, list[Happening]] = {}

    def take(self, work: Hashable, begin: Happening) -> bool:
        """Whether work may begin now; if not, `begin` is called when the turn is free, to try again."""
        if work in self._taken:
            self._waiting.setdefault(work, []).append(begin)
            return False
        self._taken.add(work)
        return True

    def give_back(self, work: Hashable) -> None:
        """Let those that wait try, in the order in which they came."""
        self._taken.discard(work)
        for begin in self._waiting.pop(work, []):
            self._journal.agenda.add(self._journal.now(), begin)
