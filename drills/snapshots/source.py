"""What a snapshot is taken of: a live table, as reading it sees one. `targets/` implements it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ..values import Item, Key
from .about import KeyType


class TableFacts(NamedTuple):
    """What DescribeTable says of a table, as far as reading it goes.

    `source` is its ARN, with the index where one is read. `table_id` and `created_at` tell a table from one of the same
    name before it. `key_attributes` and `key_types` are those of the table, partition key first, for an index too: only
    they name an item. `item_count` is up to six hours old (API Reference, TableDescription).
    """

    source: str
    table_id: str
    created_at: float
    key_attributes: tuple[str, ...]
    key_types: tuple[KeyType, ...]
    item_count: int
    consistent: bool


class Segment(NamedTuple):
    """One part of a table that is read in parallel: the n-th, from 0, of so many."""

    number: int
    of: int


class ScannedPage(NamedTuple):
    """One page of a segment, with the instants just before asking and just after the answer.

    `next_key` is None at the segment's end, `read_units` where the answer does not say what it consumed.
    """

    items: Sequence[Item]
    next_key: Item | None
    read_units: float | None
    asked_at: float
    told_at: float


class LiveTable(Protocol):
    """A table (or an index of one) that can be read, and nothing else; safe to use from several threads."""

    facts: TableFacts

    def page(self, segment: Segment, start: Item | None, limit: int, *, keys_only: bool = False) -> ScannedPage:
        """The next page of a segment, of at most `limit` items, or of their bare keys.

        Raises:
            UnverifiableError: it was refused or got lost too often.
        """
        ...

    def look(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """What stands under some keys now, read strongly consistent; keys of nothing are left out.

        Raises:
            UnverifiableError: it was refused or got lost too often.
        """
        ...

    def close(self) -> None:
        """Let go of connections. Can be called twice."""
        ...
