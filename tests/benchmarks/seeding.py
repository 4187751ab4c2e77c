"""How fast a table is seeded, against a bare boto3 loop that writes prepared items to the same server.

Ours is what a drill in real pace does: it makes the items, Faker's pools included, writes each down before it is sent
and what was answered after, and keeps several batches in flight. The bare loop has its requests ready, one client as
boto3 makes it and one thread, and sends again what was not processed. The two take turns on one embedded server, each
time on a new table and each pair in the other order, so that what slows the machine down meets both. The median of
the pairs' ratios counts.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import boto3
from dynadrill.drills.history import Who
from dynadrill.drills.load.perform import Writer
from dynadrill.drills.load.seeding import BATCH, seed_table
from dynadrill.drills.recorder import Recorder
from dynadrill.drills.stages import SEEDING_THREADS
from dynadrill.drills.table_settings import await_active
from dynadrill.drills.target import Target, table_prefix
from dynadrill.drills.targets.open import open_target
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.pools import pools

from .bounds import at_least
from .measured import Measured

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEMS, PAIRS, SEED, RUN = 5_000, 9, 7, "benchmark"
LEAST_RATIO = 0.9

FIXTURE = VerySuperImportantTable()
Request = dict[str, Any]
"""What one call is asked to write: `RequestItems` but for the table's name."""


def measure() -> list[Measured]:
    """Seed tables both ways in turn, and hold the median ratio of their items/s against the bound."""
    with tempfile.TemporaryDirectory() as name, Recorder(Path(name) / "history", "benchmark") as recorder:
        target = open_target(
            "embedded",
            run_id=RUN,
            folder=Path(name),
            pace="real",
            starts_at=0.0,
            seed=SEED,
            on_jump=recorder.jump,
        )
        try:
            return figures([_pair(_Bench(target, recorder), number) for number in range(PAIRS)])
        finally:
            target.close()


def figures(pairs: list[tuple[float, float]]) -> list[Measured]:
    """What pairs of seconds come to: those that ours took and those that the bare loop took for as many items."""
    return [
        Measured("seeding: as a drill does it", ITEMS / median(ours_s for ours_s, _ in pairs), "items/s"),
        Measured("seeding: bare batch_write_item loop", ITEMS / median(bare_s for _, bare_s in pairs), "items/s"),
        at_least("seeding: ratio of the two", median(bare_s / ours_s for ours_s, bare_s in pairs), "", LEAST_RATIO),
    ]


@dataclass(frozen=True)
class _Bench:
    """One embedded server, and the part file that is written to."""

    target: Target
    recorder: Recorder

    def ours(self, table: str) -> float:
        """The seconds that a drill takes to fill a table."""
        writer = Writer(Who.SEED, self.recorder, self.target.data(), self.target.clock)
        pools.cache_clear()  # every drill is a new process
        began = time.perf_counter()
        seed_table(FIXTURE, SEED, ITEMS, writer, table, threads=SEEDING_THREADS)
        return time.perf_counter() - began

    def bare(self, table: str) -> float:
        """The seconds that a loop over prepared requests takes to fill a table."""
        client, requests = self._bare_client(), _prepared()
        began = time.perf_counter()
        for request in requests:
            left: Any = {table: request}
            while left:
                left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
        return time.perf_counter() - began

    def timed(self, fill: Callable[[str], float], table: str) -> float:
        """The seconds that filling a new table took; the table is gone afterwards."""
        control = self.target.control()
        control.create_table(TableName=table, **FIXTURE.table())
        await_active(control, table, self.target.clock)
        seconds = fill(table)
        pages = control.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        found = sum(page["Count"] for page in pages)
        assert found == ITEMS, f"{found} of {ITEMS} items were written"
        control.delete_table(TableName=table)
        return seconds

    def _bare_client(self) -> "DynamoDBClient":
        connection = self.target.connection
        assert connection is not None, "in real pace there is a server"
        return boto3.client(
            "dynamodb",
            endpoint_url=connection.endpoint_url,
            region_name=connection.region,
            aws_access_key_id="benchmark",
            aws_secret_access_key="benchmark",
        )


def _pair(bench: _Bench, number: int) -> tuple[float, float]:
    """The seconds of ours and of the bare loop; every second pair begins with the bare loop."""
    table = f"{table_prefix(RUN)}{number}"
    if number % 2:
        bare_s = bench.timed(bench.bare, f"{table}-bare")
        return bench.timed(bench.ours, f"{table}-ours"), bare_s
    ours_s = bench.timed(bench.ours, f"{table}-ours")
    return ours_s, bench.timed(bench.bare, f"{table}-bare")


def _prepared() -> list[list[Request]]:
    """The same items as ours, ready to be sent."""
    puts: list[Request] = [{"PutRequest": {"Item": item}} for item in FIXTURE.items(SEED, ITEMS)]
    return [puts[first : first + BATCH] for first in range(0, ITEMS, BATCH)]
