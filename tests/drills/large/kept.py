"""Random runs, and both forms of their books, with everything that can be asked of them."""

from collections.abc import Mapping
from random import Random
from typing import Any

from dynadrill.drills.books import InMemory, Place
from dynadrill.drills.history import History, Read
from dynadrill.drills.large.books import OnDisk
from dynadrill.drills.large.tables import Tables
from dynadrill.drills.marks import Mark
from dynadrill.drills.runrecord import RunRecord
from dynadrill.drills.snapshot import Row, Snapshot

from ..model.test_classes import anything
from ..model.world import END, NEW, SOURCE, STRUCK_AT, Shape, World, digest
from ..test_judge import RECORD

CUT_OVER_AT = 55.0
HOME = f"{SOURCE}@us-east-1"
"""What the source goes by when users have failed back to it."""
UNDO = {"kind": "undo", "point_at": None, "boundary_s": None, "found_from": "the test"}

Run = tuple[RunRecord, History, dict[Place, Snapshot]]


def random_run(seed: int) -> Run:
    """A run of any promise: right, wrong in any way, or in service while it was written."""
    random = Random(seed)
    world = World(
        seed,
        Shape(
            keys=random.choice((1, 4, 12, 30)),
            writes=(2, random.choice((9, 40, 150))),
            values=random.choice((0, 3, 6)),
            ttl=random.choice((0, 0, 0.4)),
            transactions=random.choice((0, 0.25, 0.6)),
            info=random.choice((0, 0.2)),
        ),
    )
    world.later(NEW, random.choice((20, END - 10)), random.randint(0, 20))
    at = random.choice((10, 25, STRUCK_AT - 1, STRUCK_AT + 5, END + 40))
    restored = world.state(at) if random.random() < 0.6 else anything(world)
    in_service = world.state(END + 40, NEW, since=restored) if random.random() < 0.6 else anything(world)
    snapshots: dict[Place, Snapshot] = {
        "gate": _read(world.state(random.choice((15, 30))), 15, 30, random),
        "restored": _read(restored, END - 20, END - 15, random),
        "in_service": _read(in_service, END + random.choice((-15, 20)), END + 22, random),
    }
    failback = _fail_back(world, snapshots, restored) if Random(f"{seed}/back").random() < 0.3 else None
    for place in random.choices(("restored", "in_service", None), (1, 2, 8)):
        if place is not None:
            del snapshots[place]
    promise = random.choice((_rewind(at), _rewind(at, 5), _rewind(at + 1, 30), _rewind(20), UNDO, None))
    tables = {"source": SOURCE, "restored": NEW, "in_service": random.choice((NEW, NEW, SOURCE))}
    record = {**RECORD, "tables": {**tables, **({"in_service": HOME} if failback else {})}, "promise": promise}
    return RunRecord(**record, failback=failback), _history(world, random), snapshots


def _fail_back(world: World, snapshots: dict[Place, Snapshot], restored: dict[str, str]) -> dict[str, Any]:
    """Let users write to the old table again, and both tables be read when they have stopped."""
    world.later(HOME, END + 10, 6)
    everywhere = world.state(END + 60, HOME, since=world.state(END + 60, NEW, since=restored))
    for place in ("in_service", "left"):
        found = everywhere if world.random.random() < 0.7 else anything(world)
        snapshots[place] = _read(found, END + 40, END + 42, world.random)
    return {"left": NEW, "at": float(END + 8), "held_s": 1.0}


def _rewind(point_at: float, wide: float = 0) -> dict[str, Any]:
    return {"kind": "rewind", "point_at": point_at, "boundary_s": (-wide, wide), "found_from": "the test"}


def _read(state: dict[str, str], began_at: int, ended_at: int, random: Random) -> Snapshot:
    """A snapshot whose rows were read at different instants."""
    rows: dict[str, Row] = {}
    for key, value in state.items():
        asked_at = random.randint(began_at, ended_at)
        rows[key] = Row(digest(value), float(asked_at), float(min(ended_at, asked_at + random.randint(0, 3))))
    return Snapshot(NEW, rows, float(began_at), float(ended_at), complete=True)


def _history(world: World, random: Random) -> History:
    writes = world.writes()
    reads = []
    for write in random.choices(writes, k=random.randint(0, 8)):
        asked_at = random.randint(STRUCK_AT, END + 10)
        table = random.choice((NEW, SOURCE))
        reads.append(Read(table, write.key, write.digest, float(asked_at), float(asked_at + random.randint(0, 4))))
    reads += [
        Read(HOME, write.key, write.digest, write.asked_at + at, write.asked_at + at + 1)
        for at, write in enumerate(writes)
        if write.table == HOME
    ]
    marks = {Mark.STRUCK: float(STRUCK_AT)}
    if random.random() < 0.7:
        marks[Mark.CUT_OVER] = CUT_OVER_AT
    return History(writes, reads, marks)


def kept(run: RunRecord, history: History, snapshots: Mapping[Place, Snapshot]) -> OnDisk:
    """The books of a run in a database."""
    tables = Tables()
    writes, reads = tables.writes(), tables.reads()
    writes.extend(history.writes)
    reads.extend(history.reads)
    writes.flush()
    reads.flush()
    for place, snapshot in snapshots.items():
        tables.take_rows(place, snapshot.rows.items())
    tables.finish()
    return OnDisk(tables, run, history, snapshots)


def everything(books: InMemory | OnDisk) -> dict[str, Any]:
    """Whatever is asked of books, by name."""
    told: dict[str, Any] = {"counted": books.counted(STRUCK_AT), "nothing struck": books.counted(None)}
    for place in books.snapshots:
        found = books.diff(place)
        told[f"diff {place}"] = found
        if place == "gate":
            continue
        cut = books.cut(found) if found and place == "restored" else None
        told[f"cut {place}"] = cut
        for name, one in (("", None), (" by the cut", cut)):
            loss = books.loss(place, STRUCK_AT, one)
            lost = sorted(loss.before), sorted(loss.after)
            told[f"loss {place}{name}"] = (*lost, loss.measured_s, loss.at_most_s, loss.after_s, loss.holes)
    if "in_service" in books.snapshots:
        told["lost after"] = books.lost_after(CUT_OVER_AT)
    told["observed"] = books.observed()
    told["recovery time"] = books.recovery_time(())
    told["first good"] = books.first_good(END + 8.0)
    return told
