"""How fast a stored run is judged: 200,000 writes on 50,000 keys in memory, and ten times as many in tables on disk.

A history and a snapshot are written by the real recorder; then a fresh process reads both and judges them (diff, cut,
loss, controls), and tells how many seconds that took, and how much memory: of the small run by how much its peak rose
since it had imported what it needs, of the large one its whole peak.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from dynadrill.drills.history import Told, Who
from dynadrill.drills.judge import judge
from dynadrill.drills.marks import Mark
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.runrecord import RunRecord
from dynadrill.drills.snapshot import Page, collect, write_snapshot
from dynadrill.drills.store import RunFolder
from dynadrill.drills.stored import load_evidence
from dynadrill.drills.values import Change, Item, Key, key_of

from .bounds import at_most
from .measured import Measured


@dataclass(frozen=True)
class Size:
    """How large a run is, how often it is judged, and what that may take; `large` is kept in tables on disk."""

    name: str
    keys: int
    writes: int
    deleted: int
    runs: int
    most_seconds: float
    most_megabytes: float
    large: bool


SMALL = Size("small", 50_000, 200_000, 700, 3, 3.0, 250.0, large=False)
LARGE = Size("large", 500_000, 2_000_000, 7_000, 1, 60.0, 2000.0, large=True)
SIZES = {size.name: size for size in (SMALL, LARGE)}

SEEDED_AT, STRUCK_AT, POINT_AT = 1_795_000_000.0, 1_795_003_600.0, 1_795_003_598.0
SOURCE, RESTORED = "source", "restored"

RECORD: dict[str, Any] = {
    "version": "0",
    "run": "benchmark",
    "scenario": "benchmark",
    "disaster": "bad_batch_delete",
    "recovery": "point_in_time",
    "target": "embedded",
    "target_kind": "embedded",
    "pace": "virtual",
    "seed": 0,
    "items": SMALL.keys,
    "users": 4,
    "rate_per_s": 40.0,
    "key_attributes": ["ImportantId"],
    "validators": [],
    "objectives": {"rpo_s": None, "rto_s": None, "max_lost_after": None},
    "tables": {"source": SOURCE, "restored": RESTORED, "in_service": RESTORED},
    "promise": {"kind": "rewind", "point_at": POINT_AT, "boundary_s": [0.0, 0.0], "found_from": "the benchmark"},
    "settings_before": {
        "stream_view": None,
        "ttl_attribute": "expires_at",
        "tags": {},
        "recovery_period_days": 35,
        "deletion_protection": False,
    },
    "settings_after": None,
    "forced_cutover": False,
    "leftovers": [],
    "ending": None,
}


def measure() -> list[Measured]:
    """Judge runs of both sizes."""
    return [*_measured(SMALL), *_measured(LARGE)]


def _measured(size: Size) -> list[Measured]:
    """Write a run folder, judge it in fresh processes, and hold what the fastest took against the bounds."""
    with tempfile.TemporaryDirectory() as name:
        _write_run(RunFolder(Path(name)), size)
        child = [sys.executable, "-m", "tests.benchmarks.ledger", size.name, name]
        runs = [json.loads(subprocess.run(child, check=True, capture_output=True).stdout) for _ in range(size.runs)]
    best = min(runs, key=lambda run: run["seconds"])
    told = f"ledger: {size.writes:,} writes on {size.keys:,} keys, read and judged"
    memory = "ledger: peak memory of the whole process" if size.large else "ledger: peak memory for it"
    return [
        at_most(told, best["seconds"], "s", size.most_seconds),
        *(Measured(f"ledger: of that {part}", value, "s") for part, value in best["parts"].items()),
        at_most(memory, max(run["megabytes"] for run in runs), "MB", size.most_megabytes),
    ]


def _write_run(folder: RunFolder, size: Size) -> None:
    """A seeded table, users who write until after a bad batch delete, and the table as it was at the point."""
    random = Random(7)
    table: dict[Key, Item] = {}
    with Recorder(folder.history, "seed") as seed:
        for first in range(0, size.keys, 25):
            at = SEEDED_AT + first * 500 / size.keys
            batch = [_change(index, f"seed-{index}", random) for index in range(first, first + 25)]
            seed.told(seed.asked(Who.SEED, "batch", SOURCE, batch, at), Told.OK, at + 0.01)
            table |= {change.key: change.value for change in batch if change.value is not None}
    _write_load(folder, size, table, random)
    rows = list(table.values())
    pages = [Page(rows[first : first + 1000], STRUCK_AT + 600, STRUCK_AT + 601) for first in range(0, len(rows), 1000)]
    write_snapshot(collect(RESTORED, ("ImportantId",), pages, complete=True), folder.snapshot("restored"))
    with Recorder(folder.history, "drill") as drill:
        drill.mark(Mark.STRUCK, STRUCK_AT)
        for first in range(0, size.deleted, 25):
            bad = [Change(_key(index), None) for index in range(first, first + 25)]
            at = STRUCK_AT + first / 1000
            drill.told(drill.asked(Who.DISASTER, "batch", SOURCE, bad, at), Told.OK, at + 0.01)


def _write_load(folder: RunFolder, size: Size, table: dict[Key, Item], random: Random) -> None:
    """Four users in turn, of whose writes some overlap, some are refused and some are never answered."""
    users = [Recorder(folder.history, f"load-{number}") for number in range(4)]
    writes = size.writes - size.keys - size.deleted
    for number in range(writes):
        asked_at = round(STRUCK_AT - 3000 + number * 3060 / writes, 6)
        told_at = round(asked_at + random.expovariate(100), 6)
        indexes = [random.randrange(size.keys) for _ in range(2 if number % 14 == 0 else 1)]
        kind = "transaction" if len(indexes) == 2 else "delete" if number % 11 == 0 else "put"
        changes = [
            Change(_key(index), None) if kind == "delete" else _change(index, f"load-{number}-{index}", random)
            for index in dict.fromkeys(indexes)
        ]
        outcome = Told.INFO if number % 997 == 0 else Told.FAIL if number % 31 == 0 else Told.OK
        user = users[number % 4]
        user.told(user.asked(Who.LOAD, kind, SOURCE, changes, asked_at), outcome, told_at)
        if outcome is Told.OK and told_at <= POINT_AT:
            for change in changes:
                table.pop(change.key, None)
                if change.value is not None:
                    table[change.key] = change.value
    for user in users:
        user.close()


def _key(index: int) -> Key:
    return key_of({"ImportantId": {"S": f"important-{index:08d}"}}, ("ImportantId",))


def _change(index: int, token: str, random: Random) -> Change:
    """An item of about 450 bytes, as the first scenario has them."""
    item: dict[str, dict[str, Any]] = {
        "ImportantId": {"S": f"important-{index:08d}"},
        "last_update": {"S": "2026-01-01T00:00:00"},
        "name": {"S": f"Somebody {random.randrange(1000)}"},
        "email": {"S": f"somebody{random.randrange(1000)}@example.com"},
        "city": {"S": "Some City"},
        "balance": {"N": f"{random.randrange(10000)}.{random.randrange(100):02d}"},
        "note": {"S": "A sentence that says nothing in particular. " * 4},
        "active": {"BOOL": True},
        "expires_at": {"N": str(4_102_444_800 + random.randrange(86_400))},
        "token": {"S": token},
    }
    return Change(_key(index), item)


def _judge_run(folder: RunFolder, size: Size) -> Iterator[str]:
    """Do all of it, and say after each part what it was."""
    evidence = load_evidence(folder, RunRecord(**{**RECORD, "items": size.keys}))
    assert not evidence.history.damage, evidence.history.damage[:3]
    assert (evidence.kept is not None) is size.large
    yield "reading history and snapshot"
    judgement = judge(evidence, {})
    yield "judging"
    assert len(evidence.history.writes) >= size.writes
    assert judgement.items.intact == judgement.items.expected > size.keys * 0.9
    assert judgement.rpo.measured_point_at[0] is not None
    assert judgement.rpo.lost_writes_before_strike > 0
    assert judgement.controls.planted == judgement.controls.caught > 0


def _judge_and_tell(folder: RunFolder, size: Size) -> None:
    """What the fresh process does."""
    before_kb = 0 if size.large else _peak_kb()
    parts: dict[str, float] = {}
    began = last = time.perf_counter()
    for part in _judge_run(folder, size):
        parts[part] = round(time.perf_counter() - last, 3)
        last = time.perf_counter()
    told = {"seconds": round(last - began, 3), "megabytes": round((_peak_kb() - before_kb) / 1024, 1), "parts": parts}
    sys.stdout.write(json.dumps(told))


def _peak_kb() -> int:
    """The most memory that this process has had, in KiB: Linux's `ru_maxrss` begins with that of its parent."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    _judge_and_tell(RunFolder(Path(sys.argv[2])), SIZES[sys.argv[1]])
