"""Reading a history from its part files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from .garbage import uncollected
from .history import TOLD, WHO, Act, History, Jump, LoadCount, Outage, Read, Told, Write
from .lines import UNREADABLE, parts_of, whole_lines
from .marks import Mark
from .tables import region_of
from .values import DIGEST_BYTES, Item


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
    outages: list[Outage] = field(default_factory=list)
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
            "outage": self._outage,
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
        if outcome is Told.INFO and self._in_an_outage(asked, at):
            outcome = Told.FAIL
        told_at = None if outcome is Told.INFO else at
        self.writes.extend([self._write(part, told_at, outcome) for part in asked])

    def _in_an_outage(self, asked: Sequence[Mapping[str, Any]], told_at: float) -> bool:
        """Whether a write was on its way only while its Region was down.

        The outages are in the drill's own part, which is read before those of the users: parts are read by name.
        """
        return any(
            region_of(part["table"]) == outage.region and outage.from_at <= part["at"] and told_at <= outage.to_at
            for outage in self.outages
            for part in asked[:1]
        )

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

    def _outage(self, record: dict[str, Any]) -> None:
        region = None if record["region"] is None else record["region"] + ""
        self.outages.append(Outage(region, record["from_at"] + 0.0, record["to_at"] + 0.0))

    def _jump(self, record: dict[str, Any]) -> None:
        self.jumps.append(Jump(record["from_at"] + 0.0, record["to_at"] + 0.0, record["why"]))

    def _act(self, record: dict[str, Any]) -> None:
        act = Act(record["act"] + "", record["at"] + 0.0, record.get("refused", "") + "")
        self.acts = [*(one for one in self.acts if one[:2] != act[:2]), act]

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


def _expiry(value: Item | None, attribute: str | None) -> float | None:
    """The instant at which TTL may delete an item: its TTL attribute, where that is a number of epoch seconds."""
    if value is None or attribute is None or attribute not in value:
        return None
    number = value[attribute].get("N")
    return float(number) if number is not None else None
