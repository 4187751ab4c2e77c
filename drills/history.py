"""The history of a drill: who asked for which write, when, and what they were told. Append-only, on disk first.

A history is a folder of part files, one per writing process, one JSON object a line. A write has two lines:
*asked* before the request is sent and *told* after the answer. An asked without a told is a write whose outcome
nobody knows. A batch or a transaction is one op with one asked line per key. Beside the writes stand the users'
reads, the marks of the drill, what the disaster did beside writing items, the jumps of the clock, and what the load
counted.

    {"t": "asked", "op": "load-0-17", "kind": "put", "table": "...", "key": "...", "value": {...}, "digest": "9f...",
     "who": "load", "at": 1.0}
    {"t": "told", "op": "load-0-17", "outcome": "ok", "at": 1.1}
    {"t": "read", "table": "...", "key": "...", "digest": "9f...", "asked_at": 1.0, "told_at": 1.1}
    {"t": "mark", "mark": "struck", "at": 1.0}
    {"t": "act", "act": "DeleteTable", "at": 1.0}
    {"t": "jump", "from_at": 1.0, "to_at": 301.0, "why": "..."}
    {"t": "load", "ops": 10, "ok": 9, "fail": 1, "info": 0, "active_s": 10.0, "latencies_ms": {"3": 10},
     "errors": {"ConditionalCheckFailedException": 1}}
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from .garbage import uncollected
from .lines import UNREADABLE, parts_of, whole_lines
from .marks import Mark
from .values import DIGEST_BYTES, Item, Key


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
    """Something that the disaster did and that is no write of items: it dropped the table, it switched TTL on."""

    act: str
    at: float


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


def read_history(
    folder: Path, ttl_attribute: str | None = None, writes: list[Write] | None = None, reads: list[Read] | None = None
) -> History:
    """Read all part files of a folder. A torn last line is ignored; any other unreadable line is damage.

    `writes` and `reads` are the lists to add to, where they are kept elsewhere than in the memory of a new one.
    """
    reader = _Reader(ttl_attribute, [] if writes is None else writes, [] if reads is None else reads)
    with uncollected():
        for part in parts_of(folder):
            reader.read(part)
        return reader.history(folder)


MOST_TEXTS = 500_000
"""So many names are remembered while a history is read, however many there are."""


@dataclass
class _Reader:
    """Folds lines into a history. What was asked waits for what was told; the outcome of the rest nobody knows."""

    ttl_attribute: str | None
    writes: list[Write]
    reads: list[Read]
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    marks: dict[Mark, float] = field(default_factory=dict)
    jumps: list[Jump] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    loads: list[LoadCount] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Key and table names, each once: a key of many writes would else be in memory as often."""

    def read(self, part: Path) -> None:
        takers: dict[str, Callable[[dict[str, Any]], None]] = {
            "asked": self._asked,
            "told": self._told,
            "read": self._read,
            "mark": self._mark,
            "jump": self._jump,
            "act": self._act,
            "load": self._load,
        }
        parsed = orjson.loads
        for number, line in whole_lines(part):
            try:
                record = parsed(line)
                takers[record["t"]](record)
            except UNREADABLE as error:
                self.damage.append(f"{part.name}:{number}: {type(error).__name__}: {error}")

    def _asked(self, record: dict[str, Any]) -> None:
        op = record["op"]
        if not (type(op) is type(record["table"]) is type(record["key"]) is str):
            raise TypeError(f"op, table and key must be text, found {op!r}, {record['table']!r} and {record['key']!r}")
        self.waiting.setdefault(op, []).append(record)

    def _told(self, record: dict[str, Any]) -> None:
        at, outcome = record["at"] + 0.0, TOLD[record["outcome"]]
        asked = self.waiting.pop(record["op"])
        if at < asked[0]["at"]:
            raise ValueError(f"{record['op']} was told {asked[0]['at'] - at:.6f} s before it was asked")
        if refused := frozenset(record["refused"]) if "refused" in record else None:
            if strange := refused.difference(part["key"] for part in asked):
                raise ValueError(f"{record['op']} was refused keys that it did not ask for: {sorted(strange)}")
            self.writes.extend([self._write(part, at, Told.FAIL) for part in asked if part["key"] in refused])
            asked = [part for part in asked if part["key"] not in refused]
        if len(self.texts) > MOST_TEXTS:
            self.texts.clear()
        told_at = None if outcome is Told.INFO else at
        self.writes.extend([self._write(part, told_at, outcome) for part in asked])

    def _write(self, asked: dict[str, Any], told_at: float | None, outcome: Told) -> Write:
        value, table, key, seen = asked["value"], asked["table"], asked["key"], bytes.fromhex(asked["digest"])
        if len(seen) != (0 if value is None else DIGEST_BYTES):
            raise ValueError(f"{asked['digest']!r} is no digest of {'no' if value is None else 'an'} item")
        return Write(
            asked["op"],
            self.texts.setdefault(table, table),
            self.texts.setdefault(key, key),
            seen,
            WHO[asked["who"]],
            asked["at"] + 0.0,
            told_at,
            outcome,
            _expiry(value, self.ttl_attribute),
            asked["kind"] == "transaction",
        )

    def _read(self, record: dict[str, Any]) -> None:
        seen, asked_at, told_at = bytes.fromhex(record["digest"]), record["asked_at"] + 0.0, record["told_at"] + 0.0
        table, key = record["table"], record["key"]
        if not (type(table) is type(key) is str):
            raise TypeError(f"table and key must be text, found {table!r} and {key!r}")
        self.reads.append(Read(table, key, seen, asked_at, told_at))

    def _mark(self, record: dict[str, Any]) -> None:
        self.marks[Mark(record["mark"])] = record["at"] + 0.0

    def _jump(self, record: dict[str, Any]) -> None:
        self.jumps.append(Jump(record["from_at"] + 0.0, record["to_at"] + 0.0, record["why"]))

    def _act(self, record: dict[str, Any]) -> None:
        self.acts.append(Act(record["act"] + "", record["at"] + 0.0))

    def _load(self, record: dict[str, Any]) -> None:
        self.loads.append(
            LoadCount(
                ops=int(record["ops"]),
                ok=int(record["ok"]),
                fail=int(record["fail"]),
                info=int(record["info"]),
                active_s=float(record["active_s"]),
                latencies_ms={str(int(ms)): int(ops) for ms, ops in record["latencies_ms"].items()},
                errors={str(name): int(ops) for name, ops in record["errors"].items()},
            )
        )

    def history(self, folder: Path) -> History:
        for op, asked in self.waiting.items():
            try:
                self.writes.extend([self._write(part, None, Told.INFO) for part in asked])
            except UNREADABLE as error:
                self.damage.append(f"{op}: {type(error).__name__}: {error}")
        return History(
            writes=self.writes,
            reads=self.reads,
            marks=self.marks,
            jumps=sorted(self.jumps),
            acts=self.acts,
            loads=self.loads,
            damage=self.damage,
            folder=folder,
        )


WHO = {who.value: who for who in Who}
TOLD = {told.value: told for told in Told}


def _expiry(value: Item | None, attribute: str | None) -> float | None:
    """The instant at which TTL may delete an item: its TTL attribute, where that is a number of epoch seconds."""
    if value is None or attribute is None or attribute not in value:
        return None
    number = value[attribute].get("N")
    return float(number) if number is not None else None
