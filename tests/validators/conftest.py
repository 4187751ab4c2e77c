"""Evidence in memory: a small drill that went well, which each test spoils in its own way."""

from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from dynadrill.drills.evidence import Evidence
from dynadrill.drills.history import Act, History, Read, Told, Who, Write
from dynadrill.drills.index_snapshot import Attempt, IndexSnapshot
from dynadrill.drills.indexes import IndexDefinition, IndexKey
from dynadrill.drills.invariants.invariant import Invariant
from dynadrill.drills.marks import Mark
from dynadrill.drills.runrecord import RunRecord
from dynadrill.drills.snapshot import Row, Snapshot

STRUCK_AT = 1000.0
POINT_AT = 998.0
OLD, NEW = "old", "new"
HOME = f"{OLD}@us-east-1"
"""What the old table goes by when users have failed back to it."""


def value(text: str) -> bytes:
    """A digest that reads as its name."""
    return text.ljust(16, ".").encode()


def key(name: str) -> str:
    """A key of a table with one string attribute as its key."""
    return f'{{"id":{{"S":"{name}"}}}}'


def write(name: str, what: str, at: float, **other: Any) -> Write:
    """A write of a value under a key: by the load, to the old table, acknowledged a hundredth later, unless said."""
    fields: dict[str, Any] = {
        "op": f"{what or 'delete'}@{at:g}",
        "table": OLD,
        "key": key(name),
        "digest": value(what) if what else b"",
        "who": Who.LOAD,
        "asked_at": at,
        "told_at": at + 0.01,
        "outcome": Told.OK,
    }
    return Write(**{**fields, **other})


def linked(name: str, following: str) -> dict[str, Any]:
    """An item that names the next one of a ring."""
    return {"id": {"S": name}, "next": {"S": following}}


@dataclass
class Story:
    """What happened in a drill, to be changed before it becomes evidence."""

    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    restored: dict[str, str] = field(default_factory=dict)
    in_service: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] | None = None
    record: dict[str, Any] = field(default_factory=dict)
    marks: dict[Mark, float] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The items of a snapshot, by what it is of, for claims that look into items."""
    indexes: dict[str, IndexSnapshot] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    complete: bool = True
    final: bool = True
    without: frozenset[str] = frozenset()

    def evidence(self) -> Evidence:
        """The evidence that this story leaves."""
        restored = None if "restored" in self.without else self._seen("restored", NEW, 1400.0)
        service = self.record["tables"]["in_service"]
        in_service = None if "in_service" in self.without else self._seen("in_service", service, 1500.0)
        return Evidence(
            run=RunRecord(**self.record),
            history=History(self.writes, self.reads, self.marks, damage=self.damage, acts=self.acts),
            restored=restored,
            in_service=in_service if self.final else None,
            left=None if self.left is None or not self.final else snapshot(NEW, self.left, 1510.0),
            final=self.final,
            indexes=self.indexes,
            invariants=self.invariants,
        )

    def fail_back(self) -> None:
        """Let users go back to the old table, which has got what was written to the new one and lost nothing."""
        self.record["tables"]["in_service"] = HOME
        self.record["failback"] = {"left": NEW, "at": 1460.0, "held_s": 1.0, "settings": dict(SETTINGS)}
        self.writes.append(write("c", "c5", 1461.0, table=HOME))
        self.reads.append(Read(HOME, key("c"), value("c5"), 1462.0, 1462.1))
        self.in_service.update(a="a3", c="c5")
        self.left = dict(self.in_service)
        self.indexes.clear()
        self.record["indexes"] = []

    def index(self, *following: tuple[str, str], disagreements: int | None = 0) -> None:
        """Let the index by the next item, read once, have the entries of some items."""
        self.indexes["ByNext"] = index(*following, disagreements=disagreements)

    def own(self, source: str | None, name: str = "mine.sql") -> None:
        """Let the run have an invariant of a person's own."""
        self.record["invariants"] = [name]
        self.invariants = (Invariant(name, "sql" if name.endswith(".sql") else "python", source),)

    def _seen(self, place: str, table: str, at: float) -> Snapshot:
        """A snapshot; only that of the restored table can have been cut short."""
        values = self.restored if place == "restored" else self.in_service
        complete = self.complete or place != "restored"
        found = snapshot(table, values, at, complete=complete)
        return replace(found, items={key(item["id"]["S"]): orjson.dumps(item) for item in self.items.get(place, ())})


def snapshot(table: str, values: dict[str, str], at: float, *, complete: bool = True) -> Snapshot:
    """A snapshot whose one page was read within a second."""
    rows = {key(name): Row(value(what), at, at + 1) for name, what in values.items()}
    return Snapshot(table, rows, at, at + 1, complete)


def index(*following: tuple[str, str], disagreements: int | None = 0) -> IndexSnapshot:
    """An index by the next item, read once, with the entries of some items."""
    definition = IndexDefinition("ByNext", True, (IndexKey("next", "S", "HASH"),), "KEYS_ONLY")
    entries = tuple(orjson.dumps(linked(*pair)) for pair in following)
    return IndexSnapshot(NEW, definition, entries, (Attempt(1502.0, 1503.0, disagreements, ""),), 60.0)


SETTINGS = {
    "stream_view": "NEW_AND_OLD_IMAGES",
    "ttl_attribute": None,
    "tags": {"team": "orders"},
    "recovery_period_days": 35,
    "deletion_protection": True,
}


@pytest.fixture
def story() -> Story:
    """Three keys are seeded, users write until after the strike, and a rewind to two seconds before it goes well."""
    return Story(
        writes=[
            write("a", "a1", 900.0, who=Who.SEED),
            write("b", "b1", 900.1, who=Who.SEED),
            write("c", "c1", 900.2, who=Who.SEED),
            write("a", "a2", 997.0),
            write("b", "", 1000.0, who=Who.DISASTER),
            write("c", "bad", 1000.1, who=Who.DISASTER),
            write("a", "a3", 1000.2),
            write("b", "b4", 1451.0, table=NEW),
        ],
        reads=[Read(NEW, key("b"), value("b4"), 1452.0, 1452.1)],
        restored={"a": "a2", "b": "b1", "c": "c1"},
        in_service={"a": "a2", "b": "b4", "c": "c1"},
        items={place: [linked("a", "b"), linked("b", "c"), linked("c", "a")] for place in ("restored", "in_service")},
        indexes={"ByNext": index(("a", "b"), ("b", "c"), ("c", "a"))},
        marks={
            Mark.STRUCK: STRUCK_AT,
            Mark.NOTICED: 1005.0,
            Mark.DECIDED: 1010.0,
            Mark.RESTORE_ASKED: 1300.0,
            Mark.ACTIVE: 1390.0,
            Mark.SETTINGS_BACK: 1395.0,
            Mark.VALIDATED: 1449.0,
            Mark.CUT_OVER: 1450.0,
        },
        record={
            "version": "0",
            "run": "run",
            "scenario": "story",
            "disaster": "d",
            "recovery": "point_in_time",
            "target": "embedded",
            "target_kind": "embedded",
            "pace": "virtual",
            "seed": 1,
            "items": 3,
            "users": 1,
            "rate_per_s": 1.0,
            "key_attributes": ["id"],
            "validators": [],
            "objectives": {"rpo_s": 60.0, "rto_s": 600.0, "max_lost_after": 1},
            "tables": {"source": OLD, "restored": NEW, "in_service": NEW},
            "promise": {"kind": "rewind", "point_at": POINT_AT, "boundary_s": (0.0, 0.0), "found_from": "the log"},
            "settings_before": SETTINGS,
            "settings_after": dict(SETTINGS),
            "forced_cutover": False,
            "indexes": ["ByNext"],
            "leftovers": [],
            "ending": {"how": "completed", "because": "done"},
        },
    )
