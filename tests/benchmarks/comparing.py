"""How fast two snapshots are compared: 5,000,000 items, then 20,000,000, with 1,000 differences, from disk to result.

The limit is DuckDB's bare join of the same keys and digests, from the same files, with the same memory. Either is done
by fresh processes, in turn, and the fastest of each counts. Comparing also plants and finds its defects, looks for keys
that are there twice, and shows samples of what differs, attribute by attribute.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson
from dynadrill.drills.compare.comparing import Asked, Tools, compare
from dynadrill.drills.compare.duck import MEMORY_LIMIT, DuckEngine
from dynadrill.drills.compare.sides import Side
from dynadrill.drills.snapshots.about import About
from dynadrill.drills.snapshots.columns import StoredRow, columns_of
from dynadrill.drills.snapshots.folder import PartWriter, open_snapshot, write_about
from dynadrill.drills.targets.wall_clock import WallClock
from dynadrill.drills.values import digest, key_of

from .bounds import at_most
from .measured import Measured

FEW, MANY = 5_000_000, 20_000_000
ONLY_LEFT, ONLY_RIGHT, DIFFERENT = 300, 300, 400
RUNS = {FEW: 5, MANY: 2}
MOST_TIMES_BARE, MOST_MEGABYTES = 1.5, 1000.0
ROWS_A_GROUP = 100_000

SAME = """
    COPY (
        SELECT '{{"id":{{"S":"item-' || i || '"}}}}' AS key,
            (hash(i)::HUGEINT - 9223372036854775808)::BIGINT AS key_high,
            (hash(i + 7777777777)::HUGEINT - 9223372036854775808)::BIGINT AS key_low,
            (hash(i + 5555555555)::HUGEINT - 9223372036854775808)::BIGINT AS digest_high,
            (hash(i + 3333333333)::HUGEINT - 9223372036854775808)::BIGINT AS digest_low,
            1.0::DOUBLE AS asked_at, 2.0::DOUBLE AS told_at,
            '{{"id":{{"S":"item-' || i || '"}},"name":{{"S":"' || md5(i::VARCHAR) || '"}}}}' AS item
        FROM (SELECT {order} AS i FROM range({rows}) AS numbers(n))
    ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})
"""
"""The items that are the same on both sides: what stands for their keys and values is made up, and evenly spread."""

BARE = """
    SELECT count(*) FROM (SELECT key_high, key_low, digest_high, digest_low FROM read_parquet('{left}/*.parquet')) AS l
    FULL OUTER JOIN (SELECT key_high, key_low, digest_high, digest_low FROM read_parquet('{right}/*.parquet')) AS r
    ON l.key_high = r.key_high AND l.key_low = r.key_low
    WHERE l.digest_high IS DISTINCT FROM r.digest_high OR l.digest_low IS DISTINCT FROM r.digest_low
"""


def measure() -> list[Measured]:
    """Make two snapshots, compare them in fresh processes and by the bare join, and hold the ratio to its bound."""
    few, many = _measured(FEW), _measured(MANY)
    return [*_held(FEW, few), *_held(MANY, many)]


def _held(rows: int, found: dict[str, list[dict[str, float]]]) -> Iterator[Measured]:
    best = {name: min(run["seconds"] for run in runs) for name, runs in found.items()}
    name = f"comparing: 2 x {rows:,} items"
    yield Measured(f"{name}, the bare join", best["bare"], "s")
    yield Measured(f"{name}, compared", best["ours"], "s")
    yield at_most(f"{name}, times the bare join", best["ours"] / best["bare"], "times", MOST_TIMES_BARE)
    peak = max(run["megabytes"] for run in found["ours"])
    yield at_most(f"{name}, peak memory", peak, "MB", MOST_MEGABYTES)


def _measured(rows: int) -> dict[str, list[dict[str, float]]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder, rows)
        found: dict[str, list[dict[str, float]]] = {"bare": [], "ours": []}
        for _ in range(RUNS[rows]):
            for who, runs in found.items():
                child = [sys.executable, "-m", "tests.benchmarks.comparing", who, name]
                runs.append(json.loads(subprocess.run(child, check=True, capture_output=True).stdout))
    return found


def _make(folder: Path, rows: int) -> None:
    same = rows - ONLY_LEFT - DIFFERENT
    for side, order in (("left", "n"), ("right", f"{same} - 1 - n")):
        place = folder / side
        place.mkdir()
        with duckdb.connect() as database:
            database.execute("SET memory_limit = '600MB'")
            path = place / "0000-0000.parquet"
            database.execute(SAME.format(order=order, rows=same, path=path, group=ROWS_A_GROUP))
        others = list(_others(side))
        writer = PartWriter(place, "0001-0000.parquet")
        writer.add(columns_of(others))
        writer.finish()
        about = About(
            source=side,
            key_attributes=("id",),
            key_types=("S",),
            began_at=1.0,
            ended_at=2.0,
            complete=True,
            holds="items",
            parts={path.name: same, writer.name: len(others)},
        )
        write_about(place, about)


def _others(side: str) -> Iterator[StoredRow]:
    """The items that are on one side only, or differ: with digests of their own, since they are looked at."""
    alone = ONLY_LEFT if side == "left" else ONLY_RIGHT
    names = [f"{side}-{number}" for number in range(alone)] + [f"both-{number}" for number in range(DIFFERENT)]
    for name in names:
        item = {"id": {"S": name}, "name": {"S": side}}
        yield StoredRow(key_of(item, ("id",)), digest(item), 1.0, 2.0, orjson.dumps(item))


def _bare(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as database:
        database.execute("SET memory_limit = ?", [MEMORY_LIMIT])
        database.execute("SET temp_directory = ?", [spill])
        database.execute("SET preserve_insertion_order = false")
        ((found,),) = database.execute(BARE.format(left=folder / "left", right=folder / "right")).fetchall()
    assert found == ONLY_LEFT + ONLY_RIGHT + DIFFERENT, found


def _ours(folder: Path) -> None:
    left, right = (Side(name, "snapshot", open_snapshot(folder / name)) for name in ("left", "right"))
    engine = DuckEngine()
    found: Any = compare(left, right, Asked(), Tools(engine, WallClock(), folder))
    engine.close()
    assert (found.only_left, found.only_right, found.different) == (ONLY_LEFT, ONLY_RIGHT, DIFFERENT), found
    assert found.equal == left.stored.about.rows - ONLY_LEFT - DIFFERENT
    assert not found.proof.missed


def _tell(do: Callable[[Path], None], folder: Path) -> None:
    """What the fresh process does."""
    began = time.perf_counter()
    do(folder)
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text()
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    sys.stdout.write(json.dumps({"seconds": round(seconds, 3), "megabytes": round(peak_kb / 1024, 1)}))


if __name__ == "__main__":
    _tell({"bare": _bare, "ours": _ours}[sys.argv[1]], Path(sys.argv[2]))
