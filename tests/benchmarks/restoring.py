"""What a restore costs in real time, what it costs the writers meanwhile, and what the past costs in memory.

A table of 100,000 items with point-in-time recovery on is changed 200,000 times; then it is restored to a second in the
middle of these changes while two client processes put items. The seconds are real ones: from the call to the end of the
first page read from the new table, less the target time that the restore is said to take, which is jumped over.
"""

import multiprocessing
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import orjson

from .bounds import at_most
from .measured import Measured
from .rawhttp import RawClient, posted, prepared
from .servers import Server, time_machine

TABLE = "Orders"
ITEMS, BATCH = 100_000, 25
RESTORES, WRITERS = 5, 2
PAUSE_BEFORE_S = 0.3
VALUE = "x" * 380
STARTS = 5


def measure() -> list[Measured]:
    """Measure starts, memory, restores and the writers' pauses."""
    starts = []
    for _ in range(STARTS):
        with time_machine() as server:
            starts.append(server.first_answer_s)
    with time_machine("--duration", "restore=1") as server:
        empty = server.memory_bytes()
        client = RawClient(server.port)
        _create(client)
        _write(client, 0)
        full = server.memory_bytes()
        second = _changed_twice(client)
        changed = server.memory_bytes()
        restores = [_restored(server, client, number, second) for number in range(RESTORES)]
        shared = server.memory_bytes()
    return [
        at_most("machine: first answer after its start", median(starts), "s", 1),
        at_most("machine: memory per 450-byte item", (full - empty) / ITEMS, "bytes", 1500),
        at_most("machine: memory per further version", (changed - full) / (2 * ITEMS), "bytes", 1200),
        Measured("machine: memory per item of a restored table", (shared - changed) / ITEMS / RESTORES, "bytes"),
        at_most("machine: restore of 100,000 items, median", median(s for s, _ in restores), "s", 0.5),
        at_most("machine: longest pause of a writer meanwhile, median", median(p for _, p in restores), "ms", 50),
        Measured("machine: longest pause of a writer meanwhile, worst", max(p for _, p in restores), "ms"),
    ]


def _create(client: RawClient) -> None:
    client.ask(
        prepared(
            "CreateTable",
            TableName=TABLE,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    )
    on = {"PointInTimeRecoveryEnabled": True}
    client.ask(prepared("UpdateContinuousBackups", TableName=TABLE, PointInTimeRecoverySpecification=on))


def _write(client: RawClient, turn: int) -> None:
    """Put every item once; each value is one of its own."""
    for first in range(0, ITEMS, BATCH):
        puts = [{"PutRequest": {"Item": _item(number, turn)}} for number in range(first, first + BATCH)]
        client.ask(prepared("BatchWriteItem", RequestItems={TABLE: puts}))


def _item(number: int, turn: int) -> dict[str, Any]:
    return {"id": {"S": f"item-{number:06d}"}, "turn": {"N": str(turn)}, "value": {"S": VALUE}}


def _changed_twice(client: RawClient) -> int:
    """Change every item twice; the second in between."""
    client.ask(posted("/dynadrill/clock", advance_s=60))
    _write(client, 1)
    now = orjson.loads(client.ask(posted("/dynadrill/clock", advance_s=60)))["now"]
    client.ask(posted("/dynadrill/clock", advance_s=60))
    _write(client, 2)
    client.ask(posted("/dynadrill/clock", advance_s=600))
    return int(now)


def _restored(server: Server, client: RawClient, number: int, second: int) -> tuple[float, float]:
    """The real seconds of one restore, and the longest time in ms that a writer waited for an answer meanwhile."""
    target = f"Restored-{number}"
    context = multiprocessing.get_context("spawn")
    ready, end = context.Barrier(WRITERS + 1), context.Event()
    pauses: Any = context.Queue()
    writers = [context.Process(target=_writer, args=(server.port, n, ready, end, pauses)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    ready.wait()
    time.sleep(PAUSE_BEFORE_S)
    began = time.perf_counter()
    client.ask(
        prepared("RestoreTableToPointInTime", SourceTableName=TABLE, TargetTableName=target, RestoreDateTime=second)
    )
    client.ask(posted("/dynadrill/clock", advance_s=2))
    page = client.ask(prepared("Scan", TableName=target))
    seconds = time.perf_counter() - began
    end.set()
    longest = max(pauses.get() for _ in writers)
    for writer in writers:
        writer.join()
    assert _turns(page) == {"1"}, "the restored table does not hold the state at its second"
    return seconds, longest


def _turns(page: bytes) -> set[str]:
    found: Sequence[dict[str, Any]] = orjson.loads(page)["Items"]
    return {item["turn"]["N"] for item in found}


def _writer(port: int, number: int, ready: Any, end: Any, pauses: Any) -> None:
    client = RawClient(port)
    requests = [prepared("PutItem", TableName=TABLE, Item=_item(1000 * number + n, 3)) for n in range(1000)]
    client.ask(requests[0])
    ready.wait()
    longest, turn = 0.0, 0
    while not end.is_set():
        began = time.perf_counter()
        client.ask(requests[turn % len(requests)])
        longest = max(longest, time.perf_counter() - began)
        turn += 1
    pauses.put(longest * 1000)
