"""A closer look: the writes and rows of some keys, as the books in memory that they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..books import InMemory, Place
from ..history import TOLD, WHO, History, Write
from ..runrecord import RunRecord
from ..snapshot import Row, Snapshot
from ..values import Key
from .tables import Tables

MOST_WRITES = 150_000
"""About so many writes are in memory at once; more only where one key has more, or keys that must be seen together."""

BUCKETS = """
create or replace temp table buckets as
with busy as (
    select id, together, 1 + (select count(*) from writes where writes.id = looked_at.id) as size
    from looked_at
)
select id, if(together, 0, 1 + (sum(size) over (order by together desc, id) // $most)) as bucket
from busy
"""
"""Keys in buckets; those that must be seen together, as those of one transaction, in one of their own."""


@dataclass(frozen=True)
class Parts:
    """The keys of a large history, from which some are taken out at a time."""

    tables: Tables
    run: RunRecord
    history: History
    snapshots: Mapping[Place, Snapshot]

    def of(self, sql: str) -> Iterator[InMemory]:
        """The books of the keys that a query answers, as `id` and `together`, one bucket after the other.

        There is one at least, if only with no keys.
        """
        for bucket in self._buckets(sql):
            yield self._books(bucket)

    def with_keys(self, sql: str) -> Iterator[tuple[InMemory, frozenset[Key]]]:
        """The same, each with its keys."""
        for bucket in self._buckets(sql):
            keys = self.tables.query("select key from buckets join keys using (id) where bucket = ?", [bucket])
            yield self._books(bucket), frozenset(key for (key,) in keys)

    def _buckets(self, sql: str) -> list[int]:
        self.tables.run(f"create or replace temp table looked_at as {sql}")
        self.tables.run(BUCKETS, {"most": MOST_WRITES})
        found = self.tables.query("select distinct bucket from buckets order by bucket")
        return [int(bucket) for (bucket,) in found] or [0]

    def _books(self, bucket: int) -> InMemory:
        found = self.tables.query(f"{WRITES} join buckets using (id) where bucket = ? order by number", [bucket])
        return InMemory(
            self.run,
            replace(self.history, writes=[write_of(*fields) for fields in found]),
            {place: replace(of, rows=self._rows(place, bucket)) for place, of in self.snapshots.items()},
        )

    def _rows(self, place: Place, bucket: int) -> dict[Key, Row]:
        found = self.tables.query(
            "select key, digest, asked, told from rows join keys using (id) join buckets using (id)"
            " where bucket = ? and snapshot = ?",
            [bucket, place],
        )
        return {key: Row(*fields) for key, *fields in found}


WRITES = """
select op, place, key, digest, who, asked, told, outcome, expires, tx
from (select * from writes where not planted) join keys using (id)
"""
"""The fields of a write, in their order."""


def write_of(op: str, place: str, key: Key, digest: bytes, who: str, *rest: Any) -> Write:
    """A write as it was, of the fields that `WRITES` has of it."""
    asked, told, outcome, expires, tx = rest
    return Write(op, place, key, digest, WHO[who], asked, told, TOLD[outcome], expires, tx)
