"""Reading an index: once where it agrees, again while it lags, and no longer than its time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.errors import UnverifiableError
from dynadrill.drills.index_scan import BOUND_S, take_index_snapshot
from dynadrill.drills.index_snapshot import read_index_snapshot, write_index_snapshot
from dynadrill.drills.indexes import IndexDefinition, IndexKey, definitions
from dynadrill.drills.scan import take_snapshot
from dynadrill.drills.snapshot import Page, collect
from dynadrill.drills.targets.clocks import VirtualClock

KEYS = ("id",)
BY_CITY = IndexDefinition("ByCity", True, (IndexKey("city", "S", "HASH"),), "ALL")
ITEMS = [{"id": {"S": name}, "city": {"S": "Oslo"}} for name in "abc"]
TABLE = collect("T", KEYS, [Page(list(ITEMS), 0.0, 1.0)], complete=True)


class Answers:
    """A client that answers one reading after the other; the last one for ever. An error is raised."""

    def __init__(self, *readings: Any) -> None:
        self.readings = list(readings)
        self.asked: list[dict[str, Any]] = []

    def scan(self, **asked: Any) -> dict[str, Any]:
        """Answer in two pages."""
        self.asked.append(asked)
        reading = self.readings[0]
        if isinstance(reading, Exception):
            self._next()
            raise reading
        if "ExclusiveStartKey" not in asked:
            return {"Items": reading[:1], "LastEvaluatedKey": {"id": {"S": "more"}}}
        self._next()
        return {"Items": reading[1:]}

    def _next(self) -> None:
        if len(self.readings) > 1:
            self.readings.pop(0)


def read(client: Any, definition: IndexDefinition = BY_CITY) -> Any:
    """A reading on a clock that only waits move."""
    return take_index_snapshot(client, definition, TABLE, KEYS, VirtualClock(1000.0, lambda *_: None))


def test_an_index_that_agrees_is_read_once() -> None:
    """All pages of one reading; a global index eventually, a local one consistently."""
    client = Answers(ITEMS)
    found = read(client)
    assert found.items() == ITEMS
    assert [attempt.disagreements for attempt in found.attempts] == [0]
    assert [asked["ConsistentRead"] for asked in client.asked] == [False, False]
    local = Answers(ITEMS)
    read(local, replace(BY_CITY, is_global=False))
    assert local.asked[0]["ConsistentRead"]


def test_a_lag_is_waited_for() -> None:
    """An index that lags, or is still being built, is read until it agrees: that is no loss, and it is written down."""
    building = ClientError({"Error": {"Code": "ValidationException", "Message": "backfilling"}}, "Scan")
    found = read(Answers(building, ITEMS[:1], ITEMS[:2], ITEMS))
    assert [attempt.disagreements for attempt in found.attempts] == [None, 2, 1, 0]
    assert "backfilling" in found.attempts[0].fault
    assert found.complete
    assert 3.0 <= found.lagged_s < BOUND_S


def test_a_loss_is_read_until_the_bound() -> None:
    """An entry that does not come is lost when the bound has passed, in target time, and no sooner."""
    found = read(Answers(ITEMS[:2]))
    assert {attempt.disagreements for attempt in found.attempts} == {1}
    assert found.lagged_s >= found.bound_s == BOUND_S
    assert len(found.items()) == 2


def test_an_index_that_cannot_be_read_is_not_complete() -> None:
    """Where every reading ends in an error, nothing is known about the index."""
    found = read(Answers(ClientError({"Error": {"Code": "InternalServerError", "Message": "no"}}, "Scan")))
    assert not found.complete


def test_it_survives_the_disk(tmp_path: Path) -> None:
    """What is written is read back the same, two entries of one item too; a damaged file is no snapshot."""
    path = tmp_path / "snapshot-index-ByCity.parquet"
    found = read(Answers(ITEMS[:1], [*ITEMS, ITEMS[0]]))
    write_index_snapshot(found, KEYS, path)
    assert read_index_snapshot(path) == found
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UnverifiableError, match="not a whole snapshot of an index"):
        read_index_snapshot(path)


def test_the_time_machines_indexes_agree(time_machine: Any) -> None:
    """A global sparse index and a local one, of every projection, agree with their table after any kind of write."""
    db = time_machine.client("dynamodb")

    def index(name: str, hash_key: str, range_key: str, **projection: Any) -> dict[str, Any]:
        keys = [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]
        return {"IndexName": name, "KeySchema": keys, "Projection": projection}

    db.create_table(
        TableName="Things",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in zip("abcd", "SSNS", strict=True)],
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            index("All", "d", "c", ProjectionType="ALL"),
            index("Some", "d", "b", ProjectionType="INCLUDE", NonKeyAttributes=["x"]),
        ],
        LocalSecondaryIndexes=[index("Local", "a", "c", ProjectionType="KEYS_ONLY")],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(60):
        sparse = {"d": {"S": f"d{number % 7}"}} if number % 3 else {}
        local = {"c": {"N": f"{number}.50"}} if number % 4 else {}
        db.put_item(
            TableName="Things",
            Item={"a": {"S": f"a{number % 5}"}, "b": {"S": str(number)}, "x": {"S": "x"}, **sparse, **local},
        )
    db.delete_item(TableName="Things", Key={"a": {"S": "a1"}, "b": {"S": "1"}})
    db.update_item(TableName="Things", Key={"a": {"S": "a2"}, "b": {"S": "2"}}, UpdateExpression="REMOVE d")
    clock = VirtualClock(1000.0, lambda *_: None)
    table, _ = take_snapshot(db, "Things", ("a", "b"), clock)
    found = definitions(db.describe_table(TableName="Things")["Table"])
    assert [index.name for index in found] == ["All", "Local", "Some"]
    for one in found:
        seen = take_index_snapshot(db, one, table, ("a", "b"), clock)
        assert [attempt.disagreements for attempt in seen.attempts] == [0], one.name
        assert 20 < len(seen.entries) < 60
