"""How fast writes travel between Regions, which ways are paused, and what is under way: a machine's own switchboard.

Normally a write arrives within about a second (Developer Guide, "Consistency modes"). A way is named by table, source
and destination Region, each left empty for any.
"""

from collections.abc import Container, Iterator
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from ...errors import UsageError
from ..attributes import Attributes
from ..journal import Journal
from ..regions import check_region
from .link import Link

if TYPE_CHECKING:
    from .group import GlobalTable

LAG_S: Final = (0.5, 1.0)
"""Least and most seconds that a write is under way, unless it is set otherwise."""


class Way(NamedTuple):
    """Which ways are meant; empty strings mean any."""

    table: str = ""
    source: str = ""
    destination: str = ""

    def matches(self, link: Link) -> bool:
        """Whether a link is one of them."""
        found = (link.source.table.name, link.source.region, link.destination.region)
        return all(not mine or mine == its for mine, its in zip(self, found, strict=True))


def way_named(table: str, source: str, destination: str) -> Way:
    """The ways that are meant by these names.

    Raises:
        UsageError: one of them is no Region.
    """
    for region in filter(None, (source, destination)):
        check_region(region)
    return Way(table, source, destination)


class PendingWrite(NamedTuple):
    """A write that has not arrived in another Region: lost to it if the source were lost now."""

    account: str
    table: str
    source: str
    destination: str
    key: Attributes
    is_deletion: bool
    written_at: float
    arrives_at: float | None
    """None while it is held: the way is paused, or a Region is down."""


class Replication:
    """The ways between all replicas of a machine; safe to use from several threads.

    Args:
        journal: the machine's commit point.
        random: lags are drawn from it.
        outages: the Regions that are down.
    """

    def __init__(self, journal: Journal, random: Random, outages: Container[str]) -> None:
        self.journal = journal
        self.outages = outages
        self.groups: list[GlobalTable] = []
        self._random = random
        self._lags: dict[Way, tuple[float, float]] = {}
        self._paused: set[Way] = set()

    def set_lag(
        self, least_s: float, most_s: float | None = None, *, table: str = "", source: str = "", destination: str = ""
    ) -> None:
        """Let writes take so long from now on; each one's lag is drawn between two bounds, or is just the first.

        Where several settings match a way, the one that was made last holds.

        Raises:
            UsageError: the bounds are negative or the wrong way round, or there is no such Region.
        """
        most_s = least_s if most_s is None else most_s
        if not 0 <= least_s <= most_s:
            raise UsageError(
                f"a lag of {least_s} to {most_s} s is none", "Give seconds, 0 or more, the smaller number first."
            )
        with self.journal.lock:
            way = way_named(table, source, destination)
            self._lags.pop(way, None)
            self._lags[way] = (least_s, most_s)

    def pause(self, *, table: str = "", source: str = "", destination: str = "") -> None:
        """Hold what is written from now on, and what is under way. Strong global tables are not paused.

        Raises:
            UsageError: there is no such Region.
        """
        with self.journal.lock:
            self.journal.catch_up()
            self._paused.add(way_named(table, source, destination))

    def resume(self, *, table: str = "", source: str = "", destination: str = "") -> bool:
        """Take one pause back; what it held goes on where it stopped. False when there is none of that way."""
        with self.journal.lock:
            self.journal.catch_up()
            way = Way(table, source, destination)
            if way not in self._paused:
                return False
            self._paused.remove(way)
            for link in self._links(way):
                link.resume()
            return True

    def paused(self) -> list[Way]:
        """The pauses that are on."""
        with self.journal.lock:
            return sorted(self._paused)

    def pending(self, *, table: str = "", source: str = "", destination: str = "") -> list[PendingWrite]:
        """What has been written and has not arrived, in the order in which it was written."""
        with self.journal.lock:
            self.journal.catch_up()
            found = [each for link in self._links(Way(table, source, destination)) for each in _pending(link)]
        return sorted(found, key=lambda write: write.written_at)

    def clear(self) -> None:
        """Forget all global tables, lags and pauses; for the machine's reset."""
        self.groups.clear()
        self._lags.clear()
        self._paused.clear()

    def lag_s(self, link: Link) -> float:
        """How long the next write is under way; for a link, with the journal's lock."""
        bounds = next((bounds for way, bounds in reversed(self._lags.items()) if way.matches(link)), LAG_S)
        return self._random.uniform(*bounds)

    def is_paused(self, link: Link) -> bool:
        """Whether a way is paused; for a link, with the journal's lock."""
        return any(way.matches(link) for way in self._paused)

    def _links(self, way: Way) -> Iterator[Link]:
        return (link for group in self.groups for link in group.links if way.matches(link))


def _pending(link: Link) -> Iterator[PendingWrite]:
    is_held = link.is_held
    table = link.source.table
    for write in link.writes():
        item = orjson.loads(write.shown)
        yield PendingWrite(
            account=table.account_id,
            table=table.name,
            source=link.source.region,
            destination=link.destination.region,
            key={name: item[name] for name in table.keys.names},
            is_deletion=write.wire is None,
            written_at=write.mark.at,
            arrives_at=None if is_held else write.due_at,
        )
