"""The history of a drill: who asked for which write, when, and what they were told. Append-only, on disk first.

A history is a folder of part files, one per writing process, one JSON object a line. A write has two lines:
*asked* before the request is sent and *told* after the answer. An asked without a told is a write whose outcome
nobody knows. A batch or a transaction is one op with one asked line per key. Beside the writes stand the users'
reads, the marks of the drill, what the disaster did beside writing items, the outages and jumps of the clock that the
target was made to have, and what the load counted.

What a Region that the drill itself had taken down was asked, and was told of, before it came back was not done, however
the call ended: in an outage that is made nothing is. Were it otherwise, the table would show a value that no write
explains.

    {"t": "asked", "op": "load-0-17", "kind": "put", "table": "...", "key": "...", "value": {...}, "digest": "9f...",
     "who": "load", "at": 1.0}
    {"t": "told", "op": "load-0-17", "outcome": "ok", "at": 1.1}
    {"t": "read", "table": "...", "key": "...", "digest": "9f...", "asked_at": 1.0, "told_at": 1.1}
    {"t": "mark", "mark": "struck", "at": 1.0}
    {"t": "act", "act": "DeleteTable", "at": 1.0}
    {"t": "outage", "region": null, "from_at": 1.0, "to_at": 3601.0}
    {"t": "jump", "from_at": 1.0, "to_at": 301.0, "why": "..."}
    {"t": "load", "ops": 10, "ok": 9, "fail": 1, "info": 0, "active_s": 10.0, "latencies_ms": {"3": 10},
     "errors": {"ConditionalCheckFailedException": 1}}
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import orjson

from .lines import UNREADABLE, parts_of, whole_lines
from .marks import Mark
from .values import Item, Key


class Who(StrEnum):
    """Who asked for a write. Seed and load are the good ones: they alone say what is right."""

    SEED = "seed"
    LOAD = "load"
    DISASTER = "disaster"
    RECOVERY = "recovery"


SEED, LOAD = Who.SEED, Who.LOAD
GOOD = frozenset({SEED, LOAD})


class Told(StrEnum):
    """What a writer was told. INFO is that nobody knows, and is never rounded to either of the others."""

    OK = "ok"
    FAIL = "fail"
    INFO = "info"


class Write(NamedTuple):
    """One key's part of one write.

    `digest` stands for the item that the write leaves behind (`ABSENT` for a delete); instants are seconds since
    the epoch in target time; `told_at` is None where the outcome is INFO. `expires_at` is the instant that the
    item's TTL attribute names, None where there is none.
    """

    op: str
    table: str
    key: Key
    digest: bytes
    who: Who
    asked_at: float
    told_at: float | None
    outcome: Told
    expires_at: float | None = None
    in_transaction: bool = False

    @property
    def good(self) -> bool:
        """Whether it says what is right: a write of the seed or the load."""
        return self.who is SEED or self.who is LOAD

    def expired(self, at: float) -> bool:
        """Whether TTL may have deleted by some instant what this write left."""
        return self.expires_at is not None and self.expires_at <= at


class Read(NamedTuple):
    """A user's read of one key, answered between `asked_at` and `told_at`."""

    table: str
    key: Key
    digest: bytes
    asked_at: float
    told_at: float


class Jump(NamedTuple):
    """A stretch of target time that nobody lived through: the emulator's clock was moved."""

    from_at: float
    to_at: float
    why: str


class Act(NamedTuple):
    """What a disaster did that is no write of items: it dropped the table. `refused`: the answer, where it was."""

    act: str
    at: float
    refused: str = ""


class Outage(NamedTuple):
    """A stretch of target time for the whole of which the drill had a Region taken down; the home Region is None."""

    region: str | None
    from_at: float
    to_at: float


class LoadCount(NamedTuple):
    """What one load process counted: operations by outcome, the seconds it was free to run, latencies by ms."""

    ops: int
    ok: int
    fail: int
    info: int
    active_s: float
    latencies_ms: Mapping[str, int]
    errors: Mapping[str, int]


@dataclass(frozen=True)
class History:
    """Everything that was written down in one drill.

    `damage` names what could not be read; where it is not empty nothing can be verified.
    """

    writes: Sequence[Write]
    reads: Sequence[Read] = ()
    marks: Mapping[Mark, float] = field(default_factory=dict)
    jumps: Sequence[Jump] = ()
    acts: Sequence[Act] = ()
    loads: Sequence[LoadCount] = ()
    damage: Sequence[str] = ()
    folder: Path | None = None

    def values(self, wanted: frozenset[bytes]) -> dict[bytes, Item]:
        """The items behind some digests, read again from disk: a history in memory holds digests only."""
        found: dict[bytes, Item] = {}
        for part in parts_of(self.folder) if self.folder and wanted else ():
            for _, line in whole_lines(part):
                with suppress(*UNREADABLE):
                    record = orjson.loads(line)
                    if record["t"] == "asked" and (name := bytes.fromhex(record["digest"])) in wanted:
                        found[name] = record["value"]
        return found


WHO = {who.value: who for who in Who}
TOLD = {told.value: told for told in Told}
