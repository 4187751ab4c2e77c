"""Comparing two live tables of 100,000 items each, on DynamoDB Local, against the two ways in which people do it.

Ours is what `dynadrill compare` does, with its proof of itself, its second look and its samples. Peer (a) reads both
with boto3's paginator and gives two dictionaries, by primary key, to DeepDiff. Peer (b) reads both segment by segment
with boto3, steps through the two streams by their keys and compares each pair's JSON text with sorted names, as the
`diff` of awslabs' bulk_executor does. The tables differ in a hundred places, and each has to find all of them. Each
runs in a fresh process; seconds and CPU are those from when its clients are made.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import nan
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ..counterparts.dynamodb_local import dynamodb_local
from ..counterparts.wanted import Counterpart, missing
from .bounds import at_least
from .measured import Measured

ITEMS, SEGMENTS, RUNS = 100_000, 8, 3
LEFT, RIGHT = "left", "right"
CHANGED, GONE, ADDED = 50, 25, 25
FASTER_THAN_SEGMENTS, FASTER_THAN_DEEPDIFF, LESS_CPU_THAN_SEGMENTS = 4.0, 10.0, 5.0


class Ran(NamedTuple):
    """What one process took for both tables."""

    wall_s: float
    cpu_s: float

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU for each item read."""
        return self.cpu_s / (2 * ITEMS) * 1e6


def measure() -> list[Measured]:
    """Fill two tables, compare them in each of the three ways, and hold ours to its bounds."""
    reason = missing(Counterpart.LOCAL)
    if reason is not None:
        return [Measured(f"wire: not measured, {reason}", nan, "")]
    with dynamodb_local() as url:
        fill(url)
        ours = [run("ours", url) for _ in range(RUNS)]
        return figures(ours, run("deepdiff", url), run("segments", url))


def figures(ours: list[Ran], deepdiff: Ran, segments: Ran) -> list[Measured]:
    """What was found, ours at its median."""
    wall_s, cpu_us = median(ran.wall_s for ran in ours), median(ran.cpu_us for ran in ours)
    name = f"wire: two live tables of {ITEMS:,}"
    return [
        Measured(f"{name}, ours", wall_s, "s"),
        Measured(f"{name}, (a) boto3 and DeepDiff", deepdiff.wall_s, "s"),
        Measured(f"{name}, (b) segments and JSON text", segments.wall_s, "s"),
        at_least("wire: wall time of (a) to ours", deepdiff.wall_s / wall_s, "x", FASTER_THAN_DEEPDIFF),
        at_least("wire: wall time of (b) to ours", segments.wall_s / wall_s, "x", FASTER_THAN_SEGMENTS),
        Measured("wire: CPU of an item, ours", cpu_us, "us"),
        Measured("wire: CPU of an item, (b)", segments.cpu_us, "us"),
        at_least("wire: CPU of (b) to ours", segments.cpu_us / cpu_us, "x", LESS_CPU_THAN_SEGMENTS),
    ]


def run(way: str, url: str) -> Ran:
    """Let a fresh process compare the two tables, and see that it found what there is."""
    child = [sys.executable, "-m", "tests.benchmarks.wire", way, url]
    told = json.loads(subprocess.run(child, check=True, capture_output=True).stdout)
    assert told["found"] == [CHANGED, GONE, ADDED], f"{way} found {told['found']}"
    return Ran(told["wall_s"], told["cpu_s"])


def fill(url: str) -> None:
    """Two tables that differ in some items."""
    client = boto3_client(url)
    for table in (LEFT, RIGHT):
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "ImportantId", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "ImportantId", "KeyType": "HASH"}],
        )
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda batch: client.batch_write_item(RequestItems=batch), batches()):
            pass


def batches() -> Iterator[dict[str, Any]]:
    """Both tables' items, 25 at a time."""
    for table, numbers in ((LEFT, range(ITEMS)), (RIGHT, range(GONE, ITEMS + ADDED))):
        for first in range(numbers.start, numbers.stop, 25):
            made = [item(number, table) for number in range(first, min(first + 25, numbers.stop))]
            yield {table: [{"PutRequest": {"Item": each}} for each in made]}


def item(number: int, table: str) -> dict[str, Any]:
    """An item of about 450 bytes, as the first scenario has them; a few are others on the right."""
    token = f"{table if 1000 <= number < 1000 + CHANGED else 'both'}-{number}"
    return {
        "ImportantId": {"S": f"important-{number:08d}"},
        "last_update": {"S": "2026-01-01T00:00:00"},
        "name": {"S": f"Somebody {number % 1000}"},
        "email": {"S": f"somebody{number % 1000}@example.com"},
        "city": {"S": "Some City"},
        "balance": {"N": f"{number % 10000}.{number % 97:02d}"},
        "note": {"S": "A sentence that says nothing in particular. " * 4},
        "active": {"BOOL": True},
        "expires_at": {"N": str(4_102_444_800 + number % 86_400)},
        "token": {"S": token},
    }


def boto3_client(url: str) -> Any:
    """A client as anybody makes one."""
    import boto3  # noqa: PLC0415 -- each process imports what it needs

    keys = {"aws_access_key_id": "dynadrill", "aws_secret_access_key": "dynadrill"}
    return boto3.client("dynamodb", endpoint_url=url, region_name="us-east-1", **keys)


def ours(url: str) -> Callable[[], list[int]]:
    """What `dynadrill compare left right` does, all of it: read, join, prove itself, look again, show samples."""
    import pyarrow.compute  # noqa: PLC0415, F401 -- imported before the clock starts, as the peers' libraries are
    from dynadrill.drills.compare.comparing import Asked  # noqa: PLC0415
    from dynadrill.drills.compare.duck import DuckEngine  # noqa: PLC0415, F401 -- imported before the clock starts
    from dynadrill.drills.compare.opening import Given  # noqa: PLC0415
    from dynadrill.drills.compare.request import Request, fulfil  # noqa: PLC0415
    from dynadrill.drills.exports.place import FolderPlace  # noqa: PLC0415
    from dynadrill.drills.snapshots.reading import Reading  # noqa: PLC0415
    from dynadrill.drills.targets.finding import open_table  # noqa: PLC0415
    from dynadrill.drills.targets.wall_clock import WallClock  # noqa: PLC0415

    clock = WallClock()
    tables = {
        name: open_table(name, clock, region="us-east-1", endpoint=url, connections=SEGMENTS) for name in (LEFT, RIGHT)
    }
    left, right = (Given(f"table:{name}", tables.__getitem__, lambda name: FolderPlace(Path(name))) for name in tables)
    request = Request(left, right, Asked(), Reading())

    def compare() -> list[int]:
        found = fulfil(request, clock, None)
        assert found.verdict == "different", found.because
        return [found.different, found.only_left, found.only_right]

    return compare


def deepdiff(url: str) -> Callable[[], list[int]]:
    """Peer (a): two dictionaries."""
    client = boto3_client(url)
    from deepdiff import DeepDiff  # noqa: PLC0415

    def read(table: str) -> dict[str, Any]:
        pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return {item["ImportantId"]["S"]: item for page in pages for item in page["Items"]}

    def compare() -> list[int]:
        found = DeepDiff(read(LEFT), read(RIGHT))
        kinds = ("values_changed", "dictionary_item_removed", "dictionary_item_added")
        return [len(found.get(kind, ())) for kind in kinds]

    return compare


class Stream:
    """The items of one segment of one table, in their order, loaded page by page."""

    def __init__(self, client: Any, table: str, segment: int) -> None:
        self._client = client
        self._request = {"TableName": table, "Segment": segment, "TotalSegments": SEGMENTS, "ConsistentRead": True}
        self._items: list[dict[str, Any]] = []
        self._ended = False

    def peek(self, ahead: int = 0) -> dict[str, Any] | None:
        """The item that is so far ahead; None past the end."""
        while len(self._items) <= ahead and not self._ended:
            answer = self._client.scan(**self._request)
            self._items += answer["Items"]
            self._ended = "LastEvaluatedKey" not in answer
            self._request["ExclusiveStartKey"] = answer.get("LastEvaluatedKey")
        return self._items[ahead] if ahead < len(self._items) else None

    def key(self, ahead: int = 0) -> str | None:
        """The key of the item that is so far ahead."""
        found = self.peek(ahead)
        return None if found is None else next(iter(found["ImportantId"].values()))

    def advance(self) -> None:
        """Go past the first item."""
        del self._items[0]


def segments(url: str) -> Callable[[], list[int]]:
    """Peer (b): each segment of both, item by item, as text."""
    client = boto3_client(url)

    def compare_segment(segment: int) -> tuple[int, int, int]:
        left, right = Stream(client, LEFT, segment), Stream(client, RIGHT, segment)
        changed = gone = added = 0
        while left.peek() is not None or right.peek() is not None:
            if left.key() == right.key():
                changed += json.dumps(left.peek(), sort_keys=True) != json.dumps(right.peek(), sort_keys=True)
                left.advance()
                right.advance()
            elif _comes_first(left, right):
                gone += 1
                left.advance()
            else:
                added += 1
                right.advance()
        return changed, gone, added

    return lambda: [sum(counts) for counts in zip(*map(compare_segment, range(SEGMENTS)), strict=True)]


def _comes_first(left: Stream, right: Stream) -> bool:
    """Whether the left stream's first item is not among the next of the right one: it is there on the left only."""
    ahead = 0
    while left.peek(ahead) is not None or right.peek(ahead) is not None:
        if right.key(ahead) == left.key():
            return False
        if left.key(ahead) == right.key():
            return True
        ahead += 1
    return left.peek() is not None


def _compare_and_tell(way: str, url: str) -> None:
    """What the fresh process does."""
    compare = {"ours": ours, "deepdiff": deepdiff, "segments": segments}[way](url)
    cpu_before, began = _cpu_s(), time.perf_counter()
    found = compare()
    told = {"wall_s": time.perf_counter() - began, "cpu_s": _cpu_s() - cpu_before, "found": found}
    sys.stdout.write(json.dumps(told))


def _cpu_s() -> float:
    """CPU seconds of this process and its children, in user mode and in the kernel."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    _compare_and_tell(sys.argv[1], sys.argv[2])
