"""How fast the time machine answers, against plain moto in the same run.

Both run as servers in processes of their own, hold the same 100,000 items, and get the same finished requests from a
client that reads answers and parses none. Moto is asked for fewer pages and requests, because it is slower; its first
pages are its fastest. What boto3 reaches stands beside it without a bound: there botocore's own work is the limit.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

import boto3
import orjson
from botocore.config import Config

from .bounds import at_least, at_most
from .measured import Measured
from .rawhttp import HOST, Rate, RawClient, prepared, together
from .servers import Server, plain_moto, time_machine

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE, SMALL = "Benchmark", "Small"
ITEMS, PER_PARTITION = 100_000, 10
BATCH = 25
VALUE = "x" * 360
"""Brings an item to 450 bytes of DynamoDB's JSON."""
CLIENTS = 4
OURS_EACH, MOTOS_EACH = 1500, 300
"""Requests of each client."""
PAGES_OF_MOTO = 3
QUERIES, QUERIES_OF_MOTO = 500, 3
TRANSACTIONS = 400


def measure() -> list[Measured]:
    """Fill both, ask both, and hold the ratios to their bounds."""
    with plain_moto() as moto:
        motos = _Bench(moto, PAGES_OF_MOTO, QUERIES_OF_MOTO, _motos_puts, _motos_gets).figures()
    with time_machine() as machine:
        bench = _Bench(machine, None, QUERIES, _our_puts, _our_gets)
        ours = bench.figures()
        small, large = _transactions_s(machine, SMALL, 100), _transactions_s(machine, TABLE, ITEMS)
    return [
        *_compared("BatchWriteItem", "items/s", ours["batch"], motos["batch"], 5),
        *_compared("Scan of 100,000 items", "items/s", ours["scan"], motos["scan"], 50),
        *_compared("Query of 10 among 100,000 items", "queries/s", ours["query"], motos["query"], 100),
        *_compared("PutItem, 4 processes", "/s", ours["put"].per_s, motos["put"].per_s, 3),
        at_most("emulator: PutItem, p99 of moto's", ours["put"].p99_ms / motos["put"].p99_ms, "", 1),
        *_compared("GetItem, 4 processes", "/s", ours["get"].per_s, motos["get"].per_s, 4),
        at_most("emulator: GetItem, p99 of moto's", ours["get"].p99_ms / motos["get"].p99_ms, "", 1),
        at_most("emulator: transaction at 100,000 items, of one at 100", large / small, "", 1.25),
        Measured("emulator: Scan through boto3", ours["boto3 scan"], "items/s"),
        Measured("emulator: Scan through boto3, moto", motos["boto3 scan"], "items/s"),
        Measured("emulator: PutItem through boto3", ours["boto3 put"], "/s"),
        Measured("emulator: PutItem through boto3, moto", motos["boto3 put"], "/s"),
    ]


def _compared(name: str, unit: str, ours: float, motos: float, bound: float) -> list[Measured]:
    return [
        Measured(f"emulator: {name}", ours, unit),
        Measured(f"emulator: {name}, moto", motos, unit),
        at_least(f"emulator: {name}, ratio", ours / motos, "", bound),
    ]


class _Bench:
    """One server, and how much it is asked."""

    def __init__(
        self,
        server: Server,
        pages: int | None,
        queries: int,
        puts: Callable[[int], Sequence[bytes]],
        gets: Callable[[int], Sequence[bytes]],
    ) -> None:
        self._server = server
        self._client = RawClient(server.port)
        self._pages = pages
        self._queries = queries
        self._puts = puts
        self._gets = gets

    def figures(self) -> dict[str, Any]:
        """Every figure of this server, by name."""
        batch = self._fill()
        return {
            "batch": batch,
            "scan": self._scan(),
            "query": self._query(),
            "put": self._together(self._puts),
            "get": self._together(self._gets),
            "boto3 scan": self._boto3_scan(),
            "boto3 put": self._boto3_put(),
        }

    def _fill(self) -> float:
        self._client.ask(_create(TABLE))
        batches = [prepared("BatchWriteItem", RequestItems={TABLE: puts}) for puts in _batches(ITEMS)]
        return ITEMS / _seconds(self._client, batches)

    def _scan(self) -> float:
        start: dict[str, Any] = {}
        items = pages = 0
        seconds = 0.0
        while self._pages is None or pages < self._pages:
            request = prepared("Scan", TableName=TABLE, **start)
            began = time.perf_counter()
            answer = self._client.ask(request)
            seconds += time.perf_counter() - began
            parsed = orjson.loads(answer)
            items += parsed["Count"]
            pages += 1
            if "LastEvaluatedKey" not in parsed:
                assert items == ITEMS, f"a scan gave {items} of {ITEMS} items"
                break
            start = {"ExclusiveStartKey": parsed["LastEvaluatedKey"]}
        return items / seconds

    def _query(self) -> float:
        step = ITEMS // PER_PARTITION // self._queries
        requests = [
            prepared(
                "Query",
                TableName=TABLE,
                KeyConditionExpression="id = :id",
                ExpressionAttributeValues={":id": {"S": f"p-{number * step}"}},
            )
            for number in range(self._queries)
        ]
        assert orjson.loads(self._client.ask(requests[0]))["Count"] == PER_PARTITION
        return len(requests) / _seconds(self._client, requests)

    def _together(self, requests: Callable[[int], Sequence[bytes]]) -> Rate:
        return together(self._server.port, requests, CLIENTS)

    def _boto3_scan(self) -> float:
        client = self._boto3()
        began = time.perf_counter()
        items = client.scan(TableName=TABLE)["Count"]
        return items / (time.perf_counter() - began)

    def _boto3_put(self) -> float:
        client = self._boto3()
        items = [_item(number) for number in range(200)]
        began = time.perf_counter()
        for item in items:
            client.put_item(TableName=TABLE, Item=item)
        return len(items) / (time.perf_counter() - began)

    def _boto3(self) -> "DynamoDBClient":
        return boto3.client(
            "dynamodb",
            endpoint_url=f"http://{HOST}:{self._server.port}",
            region_name="us-east-1",
            aws_access_key_id="benchmark",
            aws_secret_access_key="benchmark",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
        )


def _seconds(client: RawClient, requests: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for request in requests:
        client.ask(request)
    return time.perf_counter() - began


def _create(table: str) -> bytes:
    return prepared(
        "CreateTable",
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "line", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _item(number: int) -> dict[str, Any]:
    partition, line = divmod(number, PER_PARTITION)
    return {
        "id": {"S": f"p-{partition}"},
        "line": {"S": f"l-{line}"},
        "value": {"S": VALUE},
        "n": {"N": str(number)},
    }


def _batches(items: int) -> list[list[dict[str, Any]]]:
    puts = [{"PutRequest": {"Item": _item(number)}} for number in range(items)]
    return [puts[first : first + BATCH] for first in range(0, items, BATCH)]


def _puts(client: int, each: int) -> list[bytes]:
    first = client * each
    return [prepared("PutItem", TableName=TABLE, Item=_item(number)) for number in range(first, first + each)]


def _gets(client: int, each: int) -> list[bytes]:
    items = (_item(number * 7 % ITEMS) for number in range(client * each, (client + 1) * each))
    return [prepared("GetItem", TableName=TABLE, Key={"id": item["id"], "line": item["line"]}) for item in items]


def _our_puts(client: int) -> list[bytes]:
    return _puts(client, OURS_EACH)


def _motos_puts(client: int) -> list[bytes]:
    return _puts(client, MOTOS_EACH)


def _our_gets(client: int) -> list[bytes]:
    return _gets(client, OURS_EACH)


def _motos_gets(client: int) -> list[bytes]:
    return _gets(client, MOTOS_EACH)


def _transactions_s(server: Server, table: str, items: int) -> float:
    """The median seconds of a transaction of two puts in a table of so many items."""
    client = RawClient(server.port)
    if table == SMALL:
        client.ask(_create(SMALL))
        _seconds(client, [prepared("BatchWriteItem", RequestItems={SMALL: puts}) for puts in _batches(items)])
    requests = [
        prepared(
            "TransactWriteItems",
            TransactItems=[
                {"Put": {"TableName": table, "Item": _item((2 * number + side) % items)}} for side in range(2)
            ],
        )
        for number in range(TRANSACTIONS)
    ]
    return median(_seconds(client, [request]) for request in requests)
