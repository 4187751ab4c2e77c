"""GetItem, BatchGetItem, TransactGetItems, Scan, Query."""

import random
from typing import Any

import pytest

from .support import make_table, put, refusal


def fill(db: Any, count: int, pad: int = 0) -> dict[str, str]:
    """Put items by batches and give key to value."""
    written = {f"k{number:05d}": str(number) + "x" * pad for number in range(count)}
    pending = list(written.items())
    while pending:
        batch, pending = pending[:25], pending[25:]
        requests = [{"PutRequest": {"Item": {"id": {"S": k}, "value": {"S": v}}}} for k, v in batch]
        assert db.batch_write_item(RequestItems={"Orders": requests})["UnprocessedItems"] == {}
    return written


def pages(call: Any, **members: Any) -> list[Any]:
    """All pages of a scan or query."""
    found = [call(**members)]
    while "LastEvaluatedKey" in found[-1]:
        found.append(call(**members, ExclusiveStartKey=found[-1]["LastEvaluatedKey"]))
    return found


def keys(found: list[Any]) -> list[str]:
    """The keys on some pages."""
    return [item["id"]["S"] for page in found for item in page["Items"]]


def test_a_page_of_a_scan_holds_one_megabyte(db: Any) -> None:
    """S2-10: an unpaginated Scan sees the first megabyte only; with paging each item comes once."""
    make_table(db)
    written = fill(db, 1500, pad=1000)
    found = pages(db.scan, TableName="Orders")
    assert sorted(keys(found)) == sorted(written)
    size = sum(len("id") + len(k) + len("value") + len(v) for k, v in written.items())
    assert len(found) == -(-size // 2**20)
    assert all(page["Count"] == page["ScannedCount"] == len(page["Items"]) for page in found)
    assert 2**20 * 0.99 < sum(len(i["value"]["S"]) + 12 for i in found[0]["Items"]) <= 2**20


def test_a_limit_ends_a_page(db: Any) -> None:
    """Scan: Limit counts what is read, before the filter; a page that it ended has a LastEvaluatedKey."""
    make_table(db)
    written = fill(db, 25)
    found = pages(db.scan, TableName="Orders", Limit=10)
    assert [page["ScannedCount"] for page in found] == [10, 10, 5]
    assert sorted(keys(found)) == sorted(written)
    filtered = pages(
        db.scan,
        TableName="Orders",
        Limit=10,
        FilterExpression="id < :k",
        ExpressionAttributeValues={":k": {"S": "k00005"}},
    )
    assert [page["ScannedCount"] for page in filtered] == [10, 10, 5]
    assert sorted(keys(filtered)) == sorted(written)[:5]


@pytest.mark.parametrize("total", [1, 2, 3, 7])
def test_segments_share_out_the_table(db: Any, total: int) -> None:
    """Parallel scan: each item lies in one segment, with paging inside the segments."""
    make_table(db)
    written = fill(db, 100)
    found = [
        key
        for segment in range(total)
        for key in keys(pages(db.scan, TableName="Orders", Segment=segment, TotalSegments=total, Limit=9))
    ]
    assert sorted(found) == sorted(written)


@pytest.mark.parametrize(
    "members",
    [{"Segment": 1}, {"TotalSegments": 2}, {"Segment": 2, "TotalSegments": 2}, {"FilterExpression": "a = :missing"},
     {"FilterExpression": "((("}, {"FilterExpression": ""}, {"ProjectionExpression": ""},
     {"Select": "SPECIFIC_ATTRIBUTES"}, {"Select": "COUNT", "ProjectionExpression": "id"},
     {"ExclusiveStartKey": {"other": {"S": "a"}}},
     {"ProjectionExpression": "#missing"}, {"ExpressionAttributeNames": {"#unused": "a"}},
     {"FilterExpression": "a = :v", "ExpressionAttributeValues": {"v": {"S": "a"}}}],
)  # fmt: skip
def test_bad_scans_are_refused(db: Any, members: dict[str, Any]) -> None:
    """Bad input: a ValidationException, never a 500."""
    make_table(db)
    assert refusal(db.scan, TableName="Orders", **members)[0] == "ValidationException"


def test_a_scan_only_counts(db: Any) -> None:
    """Scan: Select=COUNT gives numbers and no items."""
    make_table(db)
    fill(db, 30)
    page = db.scan(TableName="Orders", Select="COUNT")
    assert page["Count"] == 30
    assert "Items" not in page


def test_the_clean_up_script_finds_what_it_should_not(db: Any) -> None:
    """S2-09, S2-10: `>=` where `<` was meant, with a projection: the filter picks the active users."""
    make_table(db)
    for name, updated in (("old", "2013-12-31T23:59:59"), ("edge", "2014-01-01T00:00:00"), ("new", "2018-01-01")):
        db.put_item(TableName="Orders", Item={"id": {"S": name}, "last_update": {"S": updated}, "x": {"S": "y"}})
    members = {
        "TableName": "Orders",
        "ProjectionExpression": "#i",
        "ExpressionAttributeNames": {"#i": "id", "#u": "last_update"},
        "ExpressionAttributeValues": {":d": {"S": "2014-01-01T00:00:00"}},
    }
    damaged = db.scan(FilterExpression="#u >= :d", **members)["Items"]
    assert sorted(item["id"]["S"] for item in damaged) == ["edge", "new"]
    assert all(set(item) == {"id"} for item in damaged)
    meant = db.scan(FilterExpression="#u < :d", **members)["Items"]
    assert [item["id"]["S"] for item in meant] == ["old"]


def test_a_comparison_of_two_types_is_false(db: Any) -> None:
    """Scan: an attribute of another type than the value does not match, and is no error."""
    make_table(db)
    put(db, "a", "text")
    db.put_item(TableName="Orders", Item={"id": {"S": "b"}, "value": {"N": "5"}})
    found = db.scan(
        TableName="Orders",
        FilterExpression="#v > :n",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":n": {"N": "1"}},
    )
    assert keys([found]) == ["b"]


def test_projections_reach_into_documents(db: Any) -> None:
    """ProjectionExpression: paths into maps and lists, with names; what is not there is left out."""
    make_table(db)
    item = {
        "id": {"S": "a"},
        "m": {"M": {"a.b": {"S": "x"}, "c": {"M": {"d": {"N": "1"}}}}},
        "l": {"L": [{"S": "0"}, {"M": {"y": {"S": "1"}, "z": {"S": "2"}}}, {"S": "3"}]},
    }
    db.put_item(TableName="Orders", Item=item)
    found = db.get_item(
        TableName="Orders",
        Key={"id": {"S": "a"}},
        ProjectionExpression="m.#ab, l[1].y, l[2], m.c.d, nothing, l[9]",
        ExpressionAttributeNames={"#ab": "a.b"},
    )["Item"]
    assert found == {
        "m": {"M": {"a.b": {"S": "x"}, "c": {"M": {"d": {"N": "1"}}}}},
        "l": {"L": [{"M": {"y": {"S": "1"}}}, {"S": "3"}]},
    }


@pytest.fixture
def sorted_table(db: Any) -> list[int]:
    """A table with a number sort key: 60 items in partition `p`, some in others; the numbers in `p`, in order."""
    make_table(db, sort=True)
    numbers = random.Random(1).sample(range(-1000, 1000), 60)
    for number in numbers:
        db.put_item(TableName="Orders", Item={"id": {"S": "p"}, "n": {"N": str(number)}})
        db.put_item(TableName="Orders", Item={"id": {"S": f"p{number}"}, "n": {"N": str(number)}})
    return sorted(numbers)


@pytest.mark.parametrize(
    "paging", [{}, {"Limit": 7}, {"ScanIndexForward": False}, {"Limit": 7, "ScanIndexForward": False}]
)
@pytest.mark.parametrize(
    ("condition", "meant"),
    [("", lambda n: True), ("AND n = :a", lambda n: n == -100), ("AND n < :a", lambda n: n < -100),
     ("AND n <= :a", lambda n: n <= -100), ("AND n > :a", lambda n: n > -100), ("AND n >= :a", lambda n: n >= -100),
     ("AND n BETWEEN :a AND :b", lambda n: -100 <= n <= 300)],
)  # fmt: skip
def test_a_query_reads_a_stretch_in_order(
    db: Any, sorted_table: list[int], condition: str, meant: Any, paging: dict[str, Any]
) -> None:
    """Query: the conditions of the sort key, both directions, with paging; other partitions never show."""
    values = {":p": {"S": "p"}, ":a": {"N": "-100"}, ":b": {"N": "300.0"}}
    members = {
        "TableName": "Orders",
        "KeyConditionExpression": f"id = :p {condition}",
        "ExpressionAttributeValues": {name: value for name, value in values.items() if name in ":p" + condition},
        **paging,
    }
    found = [int(item["n"]["N"]) for page in pages(db.query, **members) for item in page["Items"]]
    expected = [number for number in sorted_table if meant(number)]
    assert found == (expected if paging.get("ScanIndexForward", True) else expected[::-1])


def test_a_query_finds_what_begins_with(db: Any) -> None:
    """Query: begins_with on a string sort key, by bytes."""
    db.create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "s")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
    )
    for text in ("a", "ab", "abc", "b", "é", "éa"):
        db.put_item(TableName="Orders", Item={"id": {"S": "p"}, "s": {"S": text}})
    for prefix, expected in (("ab", ["ab", "abc"]), ("é", ["é", "éa"]), ("z", [])):
        found = db.query(
            TableName="Orders",
            KeyConditionExpression="id = :p AND begins_with(s, :s)",
            ExpressionAttributeValues={":p": {"S": "p"}, ":s": {"S": prefix}},
        )["Items"]
        assert [item["s"]["S"] for item in found] == expected


@pytest.mark.parametrize(
    ("condition", "values"),
    [("n = :a", {":a": {"N": "1"}}), ("id = :p", {":p": {"N": "1"}}), ("id = :p AND n = :a", {":p": {"S": "p"}}),
     ("id > :p", {":p": {"S": "p"}}), ("id = :p AND other = :a", {":p": {"S": "p"}, ":a": {"S": "a"}}),
     ("id = :p AND begins_with(n, :a)", {":p": {"S": "p"}, ":a": {"N": "1"}})],
)  # fmt: skip
def test_bad_key_conditions_are_refused(db: Any, condition: str, values: dict[str, Any]) -> None:
    """Bad input: a ValidationException, never a 500."""
    make_table(db, sort=True)
    refused = refusal(db.query, TableName="Orders", KeyConditionExpression=condition, ExpressionAttributeValues=values)
    assert refused[0] == "ValidationException"


def test_conditions_of_before_2014_read_tables_and_indexes(db: Any) -> None:
    """KeyConditions and ScanFilter: they mean what the expressions mean, on a table and on an index."""
    index = {
        "IndexName": "by-value",
        "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    make_table(db, MoreAttributes=[{"AttributeName": "value", "AttributeType": "S"}], GlobalSecondaryIndexes=[index])
    put(db, "a", "x")
    put(db, "b", "x")
    put(db, "c", "y")
    db.put_item(TableName="Orders", Item={"id": {"S": "d"}})
    condition = {"value": {"AttributeValueList": [{"S": "x"}], "ComparisonOperator": "EQ"}}
    found = db.query(TableName="Orders", IndexName="by-value", KeyConditions=condition)
    assert sorted(keys([found])) == ["a", "b"]
    assert sorted(keys([db.scan(TableName="Orders", IndexName="by-value")])) == ["a", "b", "c"]
    assert sorted(keys([db.scan(TableName="Orders", ScanFilter=condition)])) == ["a", "b"]
    by_id = {"id": {"AttributeValueList": [{"S": "c"}], "ComparisonOperator": "EQ"}}
    assert keys([db.query(TableName="Orders", KeyConditions=by_id)]) == ["c"]


def test_batches_are_read(db: Any) -> None:
    """BatchGetItem: what is there, of several tables, projected; duplicates and more than 100 keys are refused."""
    make_table(db)
    make_table(db, "Other", sort=True)
    written = fill(db, 30)
    db.put_item(TableName="Other", Item={"id": {"S": "a"}, "n": {"N": "1"}, "x": {"S": "y"}})
    found = db.batch_get_item(
        RequestItems={
            "Orders": {"Keys": [{"id": {"S": key}} for key in [*written, "missing"]]},
            "Other": {"Keys": [{"id": {"S": "a"}, "n": {"N": "1.0"}}], "ProjectionExpression": "x"},
        }
    )
    assert {item["id"]["S"]: item["value"]["S"] for item in found["Responses"]["Orders"]} == written
    assert found["Responses"]["Other"] == [{"x": {"S": "y"}}]
    assert found["UnprocessedKeys"] == {}
    twice = [{"id": {"S": "a"}, "n": {"N": "1"}}, {"id": {"S": "a"}, "n": {"N": "1.0"}}]
    assert "duplicates" in refusal(db.batch_get_item, RequestItems={"Other": {"Keys": twice}})[1]


def test_a_batch_stops_at_16_megabytes(db: Any) -> None:
    """BatchGetItem: what does not fit is named in UnprocessedKeys, to be asked for again."""
    make_table(db)
    for number in range(45):
        put(db, f"k{number}", "x" * 390_000)
    wanted = [{"id": {"S": f"k{number}"}} for number in range(45)]
    found = db.batch_get_item(RequestItems={"Orders": {"Keys": wanted}})
    read, left = found["Responses"]["Orders"], found["UnprocessedKeys"]["Orders"]["Keys"]
    assert len(read) == 16 * 2**20 // 390_010
    assert len(read) + len(left) == 45


def test_several_items_are_read_at_one_instant(db: Any) -> None:
    """TransactGetItems: in the order asked, an empty answer where there is nothing; up to 100."""
    make_table(db)
    fill(db, 60)
    wanted = [{"Get": {"TableName": "Orders", "Key": {"id": {"S": f"k{n:05d}"}}}} for n in (5, 99999, *range(10, 60))]
    found = db.transact_get_items(TransactItems=wanted)["Responses"]
    assert found[0]["Item"]["value"] == {"S": "5"}
    assert found[1] == {}
    assert [each["Item"]["value"]["S"] for each in found[2:]] == [str(n) for n in range(10, 60)]


def test_consumed_capacity_is_told_to_who_asks(db: Any) -> None:
    """ReturnConsumedCapacity: read units of 4 KB, half for an eventually consistent read; write units of 1 KB."""
    make_table(db)
    written = db.put_item(
        TableName="Orders",
        Item={"id": {"S": "a"}, "x": {"S": "x" * 9000}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert written["ConsumedCapacity"] == {"TableName": "Orders", "CapacityUnits": 9.0}
    members = {"TableName": "Orders", "Key": {"id": {"S": "a"}}, "ReturnConsumedCapacity": "TOTAL"}
    assert db.get_item(**members)["ConsumedCapacity"]["CapacityUnits"] == 1.5
    assert db.get_item(**members, ConsistentRead=True)["ConsumedCapacity"]["CapacityUnits"] == 3.0
    assert "ConsumedCapacity" not in db.get_item(TableName="Orders", Key={"id": {"S": "a"}})


def test_missing_tables_are_resource_not_found(db: Any) -> None:
    """Data calls on a table that is not there answer ResourceNotFoundException."""
    key = {"id": {"S": "a"}}
    for call, members in (
        (db.get_item, {"TableName": "Nowhere", "Key": key}),
        (db.put_item, {"TableName": "Nowhere", "Item": key}),
        (db.scan, {"TableName": "Nowhere"}),
        (db.describe_table, {"TableName": "Nowhere"}),
        (db.delete_table, {"TableName": "Nowhere"}),
        (db.batch_get_item, {"RequestItems": {"Nowhere": {"Keys": [key]}}}),
    ):
        assert refusal(call, **members)[0] == "ResourceNotFoundException"
