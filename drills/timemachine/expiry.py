"""Time to live: items are deleted by themselves, some time after the instant that an attribute of theirs names.

An item expires when the attribute is a Number, seconds since the epoch, that has passed and is not more than five years
old; it is deleted later, and until then it is read and written like any other (Developer Guide, "Using time to live";
AWS says "typically within a few days" and promises nothing). How much later is drawn for each item from the range of
the duration `expiry`, and rounded up to a whole second: all items of one second are deleted in one unit of the journal.
"""

from collections.abc import Iterable
from hashlib import blake2b
from heapq import heapify, heappop, heappush
from math import ceil
from typing import NamedTuple
from weakref import WeakMethod

import orjson

from .changelog import Cause, Change, Version
from .durations import Durations
from .keys import OrderKey
from .table import Table

OLDEST_S = 5 * 365 * 86_400
"""An attribute that lies further in the past is taken for a mistake, and deletes nothing."""
RETRY_S = 3600
"""While the table's key of KMS cannot be used, its service tries again so often; ours, nothing is documented."""
FEW = 1024
"""So many entries of items that were written since are no reason to sort them out."""


class Due(NamedTuple):
    """When an item is to be deleted, if it is still the version of this sequence."""

    at: int
    sequence: int
    key: OrderKey


class Expiry:
    """Time to live that is on for one table, by one attribute; it follows the table's changes.

    Args:
        table: whose items expire.
        attribute: which of their attributes says when.
        durations: how long expired items are left.
    """

    def __init__(self, table: Table, attribute: str, durations: Durations) -> None:
        self._table = table
        self._attribute = attribute
        self._quoted = orjson.dumps(attribute)
        self._durations = durations
        self._present: Iterable[Version] = ()
        self._due: list[Due] = []
        self._sweeps: set[int] = set()

    @property
    def waiting(self) -> int:
        """How many times to delete something are remembered."""
        return len(self._due)

    def begin(self) -> None:
        """Follow the table from now on; call with the journal's lock, and `read_present` after it."""
        self._present = list(self._table.rows.by_key.values())
        self._table.followers = (*self._table.followers, self)

    def read_present(self) -> None:
        """Note when the items expire that were there at the beginning; call without the journal's lock.

        Nobody waits for a million items to be read: versions do not change, and one that was replaced meanwhile is
        found to be so when its time has come.
        """
        present, self._present = self._present, ()
        journal = self._table.journal
        found = [due for version in present if (due := self._due_of(version, journal.now())) is not None]
        with journal.lock:
            self._due += found
            heapify(self._due)
            self._wake()

    def follow(self, table: Table, change: Change) -> None:
        """Note when a version expires that was just written."""
        due = self._due_of(change.new, change.new.at)
        if due is None:
            return
        heappush(self._due, due)
        if len(self._due) > 2 * len(table.rows) + FEW:
            self._due = [due for due in self._due if self._is_current(due)]
            heapify(self._due)
        self._wake()

    def _due_of(self, version: Version, now: float) -> Due | None:
        wire = version.wire
        if wire is None or self._quoted not in wire:
            return None
        number = orjson.loads(wire).get(self._attribute, {}).get("N")
        if number is None:
            return None
        expires_at = float(number)
        if expires_at < now - OLDEST_S:
            return None
        delay_s = self._durations.spread("expiry", self._lot(version.key))
        return Due(ceil(max(expires_at, now) + delay_s), version.sequence, version.key)

    def _lot(self, key: OrderKey) -> float:
        """An item's draw between 0 and 1; it takes nothing from the machine's draws."""
        digest = blake2b(key, digest_size=8, key=self._table.table_id.encode()).digest()
        return int.from_bytes(digest, "big") / (1 << 64)

    def _is_current(self, due: Due) -> bool:
        version = self._table.rows.get(due.key)
        return version is not None and version.sequence == due.sequence

    def _wake(self) -> None:
        """Have the next sweep on the agenda."""
        if self._due:
            self._sweep_at(self._due[0].at)

    def _sweep_at(self, at: int) -> None:
        """Put a sweep on the agenda, once; it does not keep alive a table that was deleted."""
        if at in self._sweeps:
            return
        self._sweeps.add(at)
        mine = WeakMethod(self._sweep)

        def sweep() -> None:
            still_there = mine()
            if still_there is not None:
                still_there(at)

        self._table.journal.agenda.add(at, sweep)

    def _sweep(self, at: int) -> None:
        """Delete what is due, unless the table is none any more, or the service cannot get at its data now."""
        self._sweeps.discard(at)
        table = self._table
        if self not in table.followers or table.is_deleting or table.archival is not None:
            return
        if table.life.locked_at <= at:
            self._sweep_at(at + RETRY_S)
            return
        with table.journal.unit(Cause.EXPIRY):
            while self._due and self._due[0].at <= at:
                due = heappop(self._due)
                if self._is_current(due):
                    table.journal.stage(table, due.key, None)
        self._wake()


def let_expire(table: Table, attribute: str | None, durations: Durations) -> Expiry | None:
    """Let the items of a table expire by an attribute, or no more; call with the journal's lock.

    Of what is answered `read_present` is to be called, without the lock.
    """
    table.followers = tuple(follower for follower in table.followers if not isinstance(follower, Expiry))
    if attribute is None:
        table.ttl = {"TimeToLiveStatus": "DISABLED"}
        return None
    table.ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": attribute}
    expiry = Expiry(table, attribute, durations)
    expiry.begin()
    return expiry
