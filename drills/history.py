"""The history of a drill: who asked for which write, when, and what they were told. Append-only, on disk first.

A history is a folder of part files, one per writing process, one JSON object a line. A write has two lines:
*asked* before the request is sent and *told* after the answer. An asked without a told is a write whose outcome
nobody knows. A batch or a transaction is one op with one asked line per key. Beside the writes stand the users'
reads, the marks of the drill, the jumps of the clock, and what the load counted.

    {"t": "asked", "op": "load-0-17", "kind": "put", "table": "...", "key": "...", "value": {...}, "who": "load",
     "at": 1.0}
    {"t": "told", "op": "load-0-17", "outcome": "ok", "at": 1.1}
    {"t": "read", "table": "...", "key": "...", "digest": "9f...", "asked_at": 1.0, "told_at": 1.1}
    {"t": "mark", "mark": "struck", "at": 1.0}
    {"t": "jump", "from_at": 1.0, "to_at": 301.0, "why": "..."}
    {"t": "load", "ops": 10, "ok": 9, "fail": 1, "info": 0, "active_s": 10.0, "latencies_ms": {"3": 10},
     "errors": {"ConditionalCheckFailedException": 1}}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from .values import ABSENT, Item, Key, digest


class Who(StrEnum):
    """Who asked for a write. Seed and load are the good ones: they alone say what is right."""

    SEED = "seed"
    LOAD = "load"
    DISASTER = "disaster"
    RECOVERY = "recovery"


GOOD = frozenset({Who.SEED, Who.LOAD})


class Told(StrEnum):
    """What a writer was told. INFO is that nobody knows, and is never rounded to either of the others."""

    OK = "ok"
    FAIL = "fail"
    INFO = "info"


class Mark(StrEnum):
    """The instants of a drill, in the order in which they come."""

    ARMED = "armed"
    LOAD_STARTED = "load_started"
    GATE_PASSED = "gate_passed"
    STRUCK = "struck"
    NOTICED = "noticed"
    DECIDED = "decided"
    RESTORE_ASKED = "restore_asked"
    ACTIVE = "active"
    SETTINGS_BACK = "settings_back"
    VALIDATED = "validated"
    CUT_OVER = "cut_over"
    LOAD_STOPPED = "load_stopped"


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
    loads: Sequence[LoadCount] = ()
    damage: Sequence[str] = ()
    folder: Path | None = None

    def values(self, wanted: frozenset[bytes]) -> dict[bytes, Item]:
        """The items behind some digests, read again from disk: a history in memory holds digests only."""
        found: dict[bytes, Item] = {}
        for _, line in _lines(self.folder) if self.folder and wanted else ():
            record = _parsed(line)
            if record and record.get("t") == "asked" and record["value"] is not None:
                value = digest(record["value"])
                if value in wanted:
                    found[value] = record["value"]
        return found


def read_history(folder: Path, ttl_attribute: str | None = None) -> History:
    """Read all part files of a folder. A torn last line is ignored; any other unreadable line is damage."""
    reader = _Reader(ttl_attribute)
    for place, line in _lines(folder):
        reader.take(place, line)
    return reader.history(folder)


def _lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    for part in sorted(folder.glob("*.jsonl")):
        with part.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith(b"\n"):
                    yield f"{part.name}:{number}", line


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


@dataclass
class _Reader:
    """Folds lines into a history; tolds may come before or after other ops' askeds, never before their own."""

    ttl_attribute: str | None
    asked: dict[str, list[Write]] = field(default_factory=dict)
    reads: list[Read] = field(default_factory=list)
    marks: dict[Mark, float] = field(default_factory=dict)
    jumps: list[Jump] = field(default_factory=list)
    loads: list[LoadCount] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    def take(self, place: str, line: bytes) -> None:
        record = _parsed(line)
        if record is None:
            self.damage.append(f"{place}: not a JSON object")
            return
        try:
            self._take(record)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            self.damage.append(f"{place}: {type(error).__name__}: {error}")

    def _take(self, record: dict[str, Any]) -> None:
        match record["t"]:
            case "asked":
                self._asked(record)
            case "told":
                self._told(record)
            case "read":
                seen = bytes.fromhex(record["digest"])
                self.reads.append(Read(record["table"], record["key"], seen, record["asked_at"], record["told_at"]))
            case "mark":
                self.marks[Mark(record["mark"])] = record["at"]
            case "jump":
                self.jumps.append(Jump(record["from_at"], record["to_at"], record["why"]))
            case "load":
                self.loads.append(LoadCount(**{name: record[name] for name in LoadCount._fields}))
            case other:
                raise ValueError(f"no kind of line is called {other!r}")

    def _asked(self, record: dict[str, Any]) -> None:
        value = record["value"]
        write = Write(
            record["op"],
            record["table"],
            record["key"],
            ABSENT if value is None else digest(value),
            WHO[record["who"]],
            record["at"],
            None,
            Told.INFO,
            _expiry(value, self.ttl_attribute),
            record["kind"] == "transaction",
        )
        self.asked.setdefault(write.op, []).append(write)

    def _told(self, record: dict[str, Any]) -> None:
        outcome = Told(record["outcome"])
        refused = frozenset(record.get("refused", ()))
        told_at = None if outcome is Told.INFO else record["at"]
        self.asked[record["op"]] = [
            write._replace(
                told_at=record["at"] if write.key in refused else told_at,
                outcome=Told.FAIL if write.key in refused else outcome,
            )
            for write in self.asked[record["op"]]
        ]

    def history(self, folder: Path) -> History:
        return History(
            writes=[write for writes in self.asked.values() for write in writes],
            reads=self.reads,
            marks=self.marks,
            jumps=sorted(self.jumps),
            loads=self.loads,
            damage=self.damage,
            folder=folder,
        )


WHO = {who.value: who for who in Who}


def _expiry(value: Item | None, attribute: str | None) -> float | None:
    """The instant at which TTL may delete an item: its TTL attribute, where that is a number of epoch seconds."""
    if value is None or attribute is None or attribute not in value:
        return None
    number = value[attribute].get("N")
    return float(number) if number is not None else None
