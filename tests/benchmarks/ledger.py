"""How fast a stored run is judged: 200,000 writes on 50,000 keys, read from disk and held against a snapshot.

A history and a snapshot are written by the real recorder; then a fresh process reads both and judges them (diff, cut,
loss, controls), and tells how many seconds that took, and by how much its peak memory rose since it had imported what
it needs.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from dynadrill.drills.evidence import Evidence
from dynadrill.drills.history import Told, Who, read_history
from dynadrill.drills.judge import judge
from dynadrill.drills.marks import Mark
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.runrecord import RunRecord
from dynadrill.drills.snapshot import Page, collect, read_snapshot, write_snapshot
from dynadrill.drills.values import Change, Item, Key, key_of

from .measured import Measured

KEYS, WRITES, DELETED = 50_000, 200_000, 700
SEEDED_AT, STRUCK_AT, POINT_AT = 1_795_000_000.0, 1_795_003_600.0, 1_795_003_598.0
MOST_SECONDS, MOST_MEGABYTES = 3.0, 250.0
RUNS = 3
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
    "items": KEYS,
    "users": 4,
    "rate_per_s": 40.0,
    "key_attributes": ["ImportantId"],
    "validators": [],
    "objectives": {"rpo_s": None, "rto_s": None, "max_lost_after": None},
    "tables": {"source": SOURCE, "restored": RESTORED, "in_service": RESTORED},
    "promise": {"kind": "rewind", "point_at": POINT_AT, "boundary_s": [0.0, 0.0], "found_from": "the benchmark"},
    "settings_before": None,
    "settings_after": None,
    "forced_cutover": False,
    "leftovers": [],
    "ending": None,
}


def measure() -> list[Measured]:
    """Write a run folder, judge it in fresh processes, and hold what the fastest took against the bounds."""
    with tempfile.TemporaryDirectory() as name:
        _write_run(Path(name))
        child = [sys.executable, "-m", "tests.benchmarks.ledger", name]
        runs = [json.loads(subprocess.run(child, check=True, capture_output=True).stdout) for _ in range(RUNS)]
    best = min(runs, key=lambda run: run["seconds"])
    seconds, megabytes = best["seconds"], max(run["megabytes"] for run in runs)
    within_s, within_mb = seconds <= MOST_SECONDS, megabytes <= MOST_MEGABYTES
    name = f"ledger: {WRITES:,} writes on {KEYS:,} keys, read and judged"
    return [
        Measured(name, seconds, "s", f"<= {MOST_SECONDS:g} s", within_s),
        *(Measured(f"ledger: of that {part}", value, "s") for part, value in best["parts"].items()),
        Measured("ledger: peak memory for it", megabytes, "MB", f"<= {MOST_MEGABYTES:g} MB", within_mb),
    ]


def _write_run(folder: Path) -> None:
    """A seeded table, users who write until after a bad batch delete, and the table as it was at the point."""
    random = Random(7)
    table: dict[Key, Item] = {}
    with Recorder(folder / "history", "seed") as seed:
        for first in range(0, KEYS, 25):
            at = SEEDED_AT + first / 100
            batch = [_change(index, f"seed-{index}", random) for index in range(first, first + 25)]
            seed.told(seed.asked(Who.SEED, "batch", SOURCE, batch, at), Told.OK, at + 0.01)
            table |= {change.key: change.value for change in batch if change.value is not None}
    _write_load(folder, table, random)
    rows = list(table.values())
    pages = [Page(rows[first : first + 1000], STRUCK_AT + 600, STRUCK_AT + 601) for first in range(0, len(rows), 1000)]
    write_snapshot(collect(RESTORED, ("ImportantId",), pages, complete=True), folder / "restored.parquet")
    with Recorder(folder / "history", "drill") as drill:
        drill.mark(Mark.STRUCK, STRUCK_AT)
        for first in range(0, DELETED, 25):
            bad = [Change(_key(index), None) for index in range(first, first + 25)]
            at = STRUCK_AT + first / 1000
            drill.told(drill.asked(Who.DISASTER, "batch", SOURCE, bad, at), Told.OK, at + 0.01)


def _write_load(folder: Path, table: dict[Key, Item], random: Random) -> None:
    """Four users in turn, of whose writes some overlap, some are refused and some are never answered."""
    users = [Recorder(folder / "history", f"load-{number}") for number in range(4)]
    writes = WRITES - KEYS - DELETED
    for number in range(writes):
        asked_at = round(STRUCK_AT - 3000 + number * 3060 / writes, 6)
        told_at = round(asked_at + random.expovariate(100), 6)
        indexes = [random.randrange(KEYS) for _ in range(2 if number % 14 == 0 else 1)]
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


def _judge_run(folder: Path) -> Iterator[str]:
    """Do all of it, and say after each part what it was."""
    history = read_history(folder / "history", "expires_at")
    assert not history.damage, history.damage[:3]
    assert len(history.writes) >= WRITES
    yield "reading the history"
    restored = read_snapshot(folder / "restored.parquet")
    yield "reading the snapshot"
    judgement = judge(Evidence(RunRecord(**RECORD), history, restored, None, final=False), {})
    yield "judging"
    assert judgement.items.intact == judgement.items.expected > KEYS * 0.9
    assert judgement.rpo.measured_point_at[0] is not None
    assert judgement.rpo.lost_writes_before_strike > 0
    assert judgement.controls.planted == judgement.controls.caught > 0


def _judge_and_tell(folder: Path) -> None:
    """What the fresh process does."""
    before_kb = _peak_kb()
    parts: dict[str, float] = {}
    began = last = time.perf_counter()
    for part in _judge_run(folder):
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
    _judge_and_tell(Path(sys.argv[1]))
