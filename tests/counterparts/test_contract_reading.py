"""Queries and scans of tables and indexes: the same items, order, counts and pages at every place."""

from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .tables import by_group, fill, index, placeholders, plains, rows, wire


@pytest.fixture(autouse=True)
def table(db: Any) -> None:
    """A table of `id` and `n` with three partitions, a global index by `g` and `n`, and a local one by `g`."""
    local = [index("local", "id", "g", "KEYS_ONLY")]
    make_table(db, sort=True, **by_group(sort="n"), LocalSecondaryIndexes=local)
    rows(db, "a", 5, v="even", g="x")
    rows(db, "b", 2, g="y")
    fill(db, {"id": "c", "n": -1, "v": "lone"}, {"id": "c", "n": 10, "v": "ten"}, {"id": "c", "n": 9, "v": "nine"})


def query(
    db: Any, condition: str = "id = :id", *, key: str = "a", values: dict[str, Any] | None = None, **more: Any
) -> Any:
    """Query a partition."""
    given = placeholders(**{"id": key, **(values or {})})
    return db.query(TableName="Orders", KeyConditionExpression=condition, ExpressionAttributeValues=given, **more)


def numbers(answer: Any) -> list[int]:
    """The sort keys of an answer's items."""
    return [item["n"] for item in plains(answer)]


def test_a_partition_is_read_in_order(db: Any) -> None:
    """Numbers sort by value, not as texts."""
    assert numbers(query(db, key="c")) == [-1, 9, 10]


def test_a_partition_is_read_backwards(db: Any) -> None:
    """ScanIndexForward=false turns the order round."""
    assert numbers(query(db, key="c", ScanIndexForward=False)) == [10, 9, -1]


def test_an_empty_partition(db: Any) -> None:
    """A query of a partition that is not there finds nothing and is no error."""
    answer = query(db, key="z")
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 0)


RANGES: dict[str, tuple[dict[str, Any], list[int]]] = {
    "n = :a": ({"a": 3}, [3]),
    "n < :a": ({"a": 3}, [1, 2]),
    "n <= :a": ({"a": 3}, [1, 2, 3]),
    "n > :a": ({"a": 3}, [4, 5]),
    "n >= :a": ({"a": 3}, [3, 4, 5]),
    "n BETWEEN :a AND :b": ({"a": 2, "b": 4}, [2, 3, 4]),
}


@pytest.mark.parametrize("range_", RANGES)
def test_ranges_of_the_sort_key(db: Any, range_: str) -> None:
    """Each comparison of a key condition selects its stretch."""
    values, expected = RANGES[range_]
    assert numbers(query(db, f"id = :id AND {range_}", values=values)) == expected
    assert numbers(query(db, f"{range_} AND id = :id", values=values)) == expected


def test_prefixes_of_the_sort_key(db: Any) -> None:
    """begins_with selects sort keys by their beginning."""
    schema = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "s")]
    db.create_table(TableName="Texts", KeySchema=schema, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST")
    fill(db, *({"id": "a", "s": text} for text in ("aa", "ab", "b", "a")), table="Texts")
    answer = db.query(
        TableName="Texts",
        KeyConditionExpression="id = :id AND begins_with(s, :s)",
        ExpressionAttributeValues=placeholders(id="a", s="a"),
    )
    assert [item["s"] for item in plains(answer)] == ["a", "aa", "ab"]


BAD_CONDITIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "no-partition": ("n = :a", {"a": 1}),
    "partition-range": ("id > :id", {}),
    "other-attribute": ("id = :id AND v = :a", {"a": "x"}),
    "sort-twice": ("id = :id AND n > :a AND n < :b", {"a": 1, "b": 2}),
    "or": ("id = :id OR n = :a", {"a": 1}),
    "not-equal": ("id = :id AND n <> :a", {"a": 1}),
    "wrong-type": ("id = :id AND n = :a", {"a": "1"}),
    "begins-with-number": ("id = :id AND begins_with(n, :a)", {"a": 1}),
    "contains": ("id = :id AND contains(n, :a)", {"a": 1}),
    "undefined": ("id = :id AND n = :nope", {}),
    "unused": ("id = :id", {"a": 1}),
    "empty": ("", {}),
    "syntax": ("id = :id AND", {}),
    "upside-down": ("id = :id AND n BETWEEN :a AND :b", {"a": 4, "b": 2}),
}


@pytest.mark.parametrize("wrong", BAD_CONDITIONS)
def test_key_conditions_that_cannot_be(db: Any, wrong: str) -> None:
    """A key condition must fix the partition and may bound the sort key once; everything else is refused."""
    condition, values = BAD_CONDITIONS[wrong]
    with pytest.raises(db.exceptions.ClientError) as caught:
        query(db, condition, values=values)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_filter_hides_but_counts(db: Any) -> None:
    """A filter takes items out of the answer and of Count, not of ScannedCount."""
    answer = query(db, key="c", FilterExpression="v = :v", values={"v": "nine"})
    assert (numbers(answer), answer["Count"], answer["ScannedCount"]) == ([9], 1, 3)


def test_a_filter_may_not_be_about_the_key(db: Any) -> None:
    """A filter of a query on a key attribute is refused."""
    with pytest.raises(db.exceptions.ClientError) as caught:
        query(db, FilterExpression="n > :v", values={"v": 1})
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("Filter Expression can only contain non-primary key attributes")


def test_a_limit_is_applied_before_the_filter(db: Any) -> None:
    """Limit counts what is read, so a page may be empty and still go on."""
    answer = query(db, key="c", FilterExpression="v = :v", values={"v": "ten"}, Limit=2)
    assert (answer["Count"], answer["ScannedCount"]) == (0, 2)
    assert answer["LastEvaluatedKey"] == wire({"id": "c", "n": 9})


@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_a_query(db: Any, forward: bool) -> None:
    """Pages follow each other without gap or repetition, in both directions."""
    pages = db.get_paginator("query").paginate(
        TableName="Orders",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues=placeholders(id="a"),
        ScanIndexForward=forward,
        Limit=2,
    )
    found = [number for page in pages for number in numbers(page)]
    assert found == ([1, 2, 3, 4, 5] if forward else [5, 4, 3, 2, 1])


def test_a_page_that_ends_with_the_partition(db: Any) -> None:
    """A page as long as the partition still points behind its last item: only the next one is the end."""
    answer = query(db, key="b", Limit=2)
    assert answer["LastEvaluatedKey"] == wire({"id": "b", "n": 2})
    rest = query(db, key="b", ExclusiveStartKey=answer["LastEvaluatedKey"])
    assert rest["Items"] == []
    assert "LastEvaluatedKey" not in rest


def test_a_page_may_begin_behind_what_is_not_there(db: Any) -> None:
    """ExclusiveStartKey need not name an item."""
    answer = query(db, ExclusiveStartKey={"id": {"S": "a"}, "n": {"N": "2.5"}})
    assert numbers(answer) == [3, 4, 5]


@pytest.mark.parametrize(
    "key",
    [wire({"id": "b", "n": 1}), wire({"id": "a"}), wire({"id": "a", "n": "1"}), {}],
    ids=["other", "part", "type", "none"],
)
def test_start_keys_that_cannot_be(db: Any, key: dict[str, Any]) -> None:
    """A query's start key must be a whole key of its partition."""
    with pytest.raises(db.exceptions.ClientError) as caught:
        query(db, ExclusiveStartKey=key)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_only_the_count(db: Any) -> None:
    """Select=COUNT counts and shows no items."""
    answer = query(db, Select="COUNT")
    assert answer["Count"] == 5
    assert "Items" not in answer


def test_a_scan_reads_everything(db: Any) -> None:
    """A scan gives every item once, and each partition in the order of its sort keys."""
    answer = db.scan(TableName="Orders")
    assert (answer["Count"], answer["ScannedCount"]) == (10, 10)
    assert [item["n"] for item in plains(answer) if item["id"] == "a"] == [1, 2, 3, 4, 5]


def test_pages_of_a_scan(db: Any) -> None:
    """Pages of a scan follow each other without gap or repetition."""
    pages = list(db.get_paginator("scan").paginate(TableName="Orders", Limit=3))
    assert [page["Count"] for page in pages] == [3, 3, 3, 1]
    assert len({(item["id"], item["n"]) for page in pages for item in plains(page)}) == 10


@pytest.mark.parametrize("total", [1, 2, 3, 7])
def test_segments_of_a_scan(db: Any, total: int) -> None:
    """The segments of a parallel scan together are the table, each item once."""
    found = [
        (item["id"], item["n"])
        for segment in range(total)
        for item in plains(db.scan(TableName="Orders", Segment=segment, TotalSegments=total))
    ]
    assert len(found) == len(set(found)) == 10


BAD_SCANS: dict[str, dict[str, Any]] = {
    "limit": {"Limit": 0},
    "segment-only": {"Segment": 0},
    "total-only": {"TotalSegments": 2},
    "segment-too-large": {"Segment": 2, "TotalSegments": 2},
    "negative-segment": {"Segment": -1, "TotalSegments": 2},
    "no-segments": {"Segment": 0, "TotalSegments": 0},
    "no-such-index": {"IndexName": "nope"},
    "select": {"Select": "NOPE"},
    "specific-without-any": {"Select": "SPECIFIC_ATTRIBUTES"},
    "count-with-projection": {"Select": "COUNT", "ProjectionExpression": "v"},
    "projected-of-a-table": {"Select": "ALL_PROJECTED_ATTRIBUTES"},
    "consistent-global-index": {"IndexName": "by-g", "ConsistentRead": True},
    "bad-filter": {"FilterExpression": "v ="},
    "start-key": {"ExclusiveStartKey": wire({"id": "a"})},
}


@pytest.mark.parametrize("wrong", BAD_SCANS)
def test_scans_that_cannot_be(db: Any, wrong: str) -> None:
    """A scan that makes no sense is refused with ValidationException."""
    assert refusal(db.scan, TableName="Orders", **BAD_SCANS[wrong])[0] == "ValidationException"


def test_an_index_holds_what_has_its_keys(db: Any) -> None:
    """Items without the index's key attributes are not in it."""
    assert db.scan(TableName="Orders", IndexName="by-g")["Count"] == 7


def by_g(db: Any, **more: Any) -> Any:
    """Query the global index."""
    return query(db, "g = :id", key="x", IndexName="by-g", **more)


def test_an_index_is_read_in_its_order(db: Any) -> None:
    """A query of an index is in the order of the index's sort key, both ways."""
    assert numbers(by_g(db)) == [1, 2, 3, 4, 5]
    assert numbers(by_g(db, ScanIndexForward=False)) == [5, 4, 3, 2, 1]


def test_pages_of_an_index(db: Any) -> None:
    """A page of an index ends with the key of the index and of the table, and the next begins there."""
    first = by_g(db, Limit=2)
    assert first["LastEvaluatedKey"] == wire({"id": "a", "n": 2, "g": "x"})
    assert numbers(by_g(db, Limit=2, ExclusiveStartKey=first["LastEvaluatedKey"])) == [3, 4]


def test_an_index_follows_its_items(db: Any) -> None:
    """An item moves within an index when its key attribute changes, and leaves with it."""
    key = wire({"id": "a", "n": 1})
    db.update_item(
        TableName="Orders", Key=key, UpdateExpression="SET g = :g", ExpressionAttributeValues=placeholders(g="y")
    )
    assert numbers(by_g(db)) == [2, 3, 4, 5]
    assert sorted(numbers(query(db, "g = :id", key="y", IndexName="by-g"))) == [1, 1, 2]
    db.update_item(TableName="Orders", Key=key, UpdateExpression="REMOVE g")
    assert sorted(numbers(query(db, "g = :id", key="y", IndexName="by-g"))) == [1, 2]


def test_a_keys_only_index_shows_keys_only(db: Any) -> None:
    """A KEYS_ONLY index gives the keys of table and index and nothing else."""
    fill(db, {"id": "d", "n": 1, "g": "x", "v": "even"})
    assert plains(query(db, key="d", IndexName="local")) == [{"id": "d", "n": 1, "g": "x"}]


def test_a_local_index_can_fetch_from_its_table(db: Any) -> None:
    """A local index gives whole items where they are asked for."""
    fill(db, {"id": "d", "n": 1, "g": "x", "v": "even"})
    answer = query(db, key="d", IndexName="local", Select="ALL_ATTRIBUTES")
    assert plains(answer) == [{"id": "d", "n": 1, "g": "x", "v": "even"}]


def test_an_index_key_must_be_of_its_type(db: Any) -> None:
    """A put whose index key is of another type is refused, and one without it is not."""
    name, _ = refusal(db.put_item, TableName="Orders", Item=wire({"id": "z", "n": 1, "g": 5}))
    assert name == "ValidationException"
    fill(db, {"id": "z", "n": 1})


@pytest.mark.parametrize("value", [5, ""], ids=["type", "empty"])
def test_an_update_may_not_spoil_an_index_key(db: Any, value: Any) -> None:
    """An update that gives an index key another type or an empty value is refused."""
    name, _ = refusal(
        db.update_item,
        TableName="Orders",
        Key=wire({"id": "a", "n": 1}),
        UpdateExpression="SET g = :g",
        ExpressionAttributeValues=placeholders(g=value),
    )
    assert name == "ValidationException"


def test_pages_end_at_one_megabyte(db: Any) -> None:
    """A page ends with the item that takes it past 1 MB."""
    make_table(db, "Large", sort=True)
    rows_of_300_kb = ({"id": "a", "n": n, "v": "x" * 300_000} for n in range(5))
    fill(db, *rows_of_300_kb, table="Large")
    counts = [page["Count"] for page in db.get_paginator("scan").paginate(TableName="Large")]
    assert sum(counts) == 5
    assert counts[0] in {3, 4}


def test_older_conditions(db: Any) -> None:
    """KeyConditions, QueryFilter and ScanFilter of before 2014 still select items."""

    def compared(operator: str, value: Any) -> dict[str, Any]:
        return {"ComparisonOperator": operator, "AttributeValueList": list(wire({"v": value}).values())}

    conditions = {"id": compared("EQ", "a"), "n": compared("GT", 3)}
    assert numbers(db.query(TableName="Orders", KeyConditions=conditions)) == [4, 5]
    assert db.scan(TableName="Orders", ScanFilter={"v": compared("EQ", "nine")})["Count"] == 1
