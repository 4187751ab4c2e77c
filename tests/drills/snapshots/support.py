"""Tables to take snapshots of: some in a time machine in this process, some made of pages only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.snapshots.folder import StoredSnapshot
from dynadrill.drills.snapshots.source import ScannedPage, Segment, TableFacts
from dynadrill.drills.targets.clients import Place
from dynadrill.drills.targets.in_process import Answering
from dynadrill.drills.targets.live_table import RemoteTable
from dynadrill.drills.targets.time_machines import LocalTimeMachine
from dynadrill.drills.values import Item, Key

FACTS = TableFacts("arn:aws:dynamodb:eu-west-1:123456789012:table/Orders", "t-1", 1.0, ("id",), ("S",), 100, True)


class MachineClock:
    """A time machine's clock, as a drill has it: a wait moves it."""

    def __init__(self, machine: LocalTimeMachine) -> None:
        self._machine = machine
        self.waits: list[float] = []

    def now(self) -> float:
        """This instant."""
        return self._machine.now()

    def wait(self, seconds: float, why: str) -> None:
        """Move on."""
        self.waits.append(seconds)
        self._machine.advance(seconds)

    def live(self, seconds: float) -> None:
        """Move on."""
        self.wait(seconds, "")


class StillClock:
    """A clock that moves only when it is waited on."""

    def __init__(self, at: float = 1000.0) -> None:
        self.at = at

    def now(self) -> float:
        """This instant."""
        return self.at

    def wait(self, seconds: float, why: str) -> None:
        """Move on."""
        self.at += seconds

    def live(self, seconds: float) -> None:
        """Move on."""
        self.at += seconds


def remote(machine: LocalTimeMachine, name: str = "Orders", clock: MachineClock | None = None) -> RemoteTable:
    """A table of a time machine, behind the client that reads tables for snapshots."""
    place = Place("http://127.0.0.1:1", "us-east-1", Answering(machine.machine))
    return RemoteTable(place, name, clock or MachineClock(machine))


@dataclass
class PagedTable:
    """A table that is a list of items per segment, whose pages are as small as it is told.

    `before` is called before each page with its segment and the number of items already given; it may raise.
    """

    segments: Sequence[Sequence[Item]]
    page_items: int = 3
    before: Callable[[int, int], None] = lambda _segment, _given: None
    facts: TableFacts = FACTS
    units_per_page: float | None = 1.0
    now: Callable[[], float] = lambda: 5.0
    asked: list[tuple[int, int]] = field(default_factory=list)

    def page(self, segment: Segment, start: Item | None, limit: int, *, keys_only: bool = False) -> ScannedPage:
        """The next items of a segment; where it goes on is written into a key of its own."""
        assert segment.of == len(self.segments)
        first = int(start["at"]["N"]) if start else 0
        self.before(segment.number, first)
        self.asked.append((segment.number, first))
        items = self.segments[segment.number]
        last = first + min(self.page_items, limit)
        found = [{"id": item["id"]} for item in items[first:last]] if keys_only else items[first:last]
        next_key = {"at": {"N": str(last)}} if last < len(items) else None
        return ScannedPage(found, next_key, self.units_per_page, self.now(), self.now())

    def look(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """Nobody looks."""
        raise AssertionError

    def close(self) -> None:
        """There is nothing to close."""


def gone(segment: int, given: int) -> None:
    """What a table does that cannot be read any more."""
    raise UnverifiableError("gone")


def rows_of(stored: StoredSnapshot) -> list[tuple[Any, ...]]:
    """All rows without their instants, in order."""
    names = ("key", "key_high", "key_low", "digest_high", "digest_low", "item")
    found = [row for file in stored.files for row in pq.read_table(file).to_pylist()]
    return sorted(tuple(row[name] for name in names) for row in found)


def files_in(folder: Path) -> list[str]:
    """The names of a folder's files."""
    return sorted(path.name for path in folder.iterdir())
