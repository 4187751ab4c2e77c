"""Query and Scan of secondary indexes: which items are in one, in which order, with which attributes, page by page."""

import threading
from decimal import Decimal
from typing import Any

import orjson
import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import given, settings
from hypothesis import strategies as st

from .support import START_AT, connect, make_table, protect, refusal

G = {":g": {"S": "g"}}
BY_G = {"TableName": "Orders", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": G}
BY_ID = {"TableName": "Orders", "KeyConditionExpression": "id = :g", "ExpressionAttributeValues": G}


def index(name: str, *keys: str, projection: str = "ALL", include: list[str] | None = None) -> dict[str, Any]:
    """A secondary index as CreateTable takes it."""
    kinds = ("HASH", "RANGE")
    projected: dict[str, Any] = {"ProjectionType": projection}
    if include:
        projected["NonKeyAttributes"] = include
    schema = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)]
    return {"IndexName": name, "KeySchema": schema, "Projection": projected}


def indexed_table(db: Any, name: str = "Orders") -> None:
    """A table keyed by `id` and the number `n`, with indexes of each kind and projection."""
    make_table(
        db,
        name,
        sort=True,
        MoreAttributes=[
            {"AttributeName": each, "AttributeType": kind} for each, kind in (("g", "S"), ("h", "N"), ("s", "S"))
        ],
        GlobalSecondaryIndexes=[
            index("all", "g", "h"),
            index("text", "g", "s"),
            index("keys", "g", projection="KEYS_ONLY"),
            index("some", "g", "h", projection="INCLUDE", include=["x"]),
        ],
        LocalSecondaryIndexes=[index("local", "id", "h", projection="KEYS_ONLY"), index("whole", "id", "s")],
    )


def put(db: Any, key: str, n: int, **attributes: Any) -> dict[str, Any]:
    """Put an item: text as strings, numbers as numbers."""
    item = {"id": key, "n": n, **attributes}
    typed = {name: {"N": str(each)} if isinstance(each, int | Decimal) else {"S": each} for name, each in item.items()}
    db.put_item(TableName="Orders", Item=typed)
    return typed


def pages(call: Any, **members: Any) -> list[Any]:
    """All pages of a query or scan."""
    found = [call(**members)]
    while "LastEvaluatedKey" in found[-1]:
        found.append(call(**members, ExclusiveStartKey=found[-1]["LastEvaluatedKey"]))
    return found


def read(call: Any, **members: Any) -> list[Any]:
    """The items of all pages."""
    return [item for page in pages(call, **members) for item in page["Items"]]


def test_an_index_holds_the_items_that_have_its_keys(db: Any) -> None:
    """Sparse: an item without the index's key is not in it; it comes, moves and goes with the attribute."""
    indexed_table(db)
    put(db, "a", 1, g="g", h=2)
    put(db, "b", 1, g="g")
    put(db, "c", 1, h=1)
    assert [item["id"]["S"] for item in read(db.query, IndexName="all", **BY_G)] == ["a"]
    assert sorted(item["id"]["S"] for item in read(db.query, IndexName="keys", **BY_G)) == ["a", "b"]
    put(db, "b", 1, g="g", h=1)
    put(db, "c", 1, g="g", h=3)
    assert [item["id"]["S"] for item in read(db.query, IndexName="all", **BY_G)] == ["b", "a", "c"]
    key = {"id": {"S": "b"}, "n": {"N": "1"}}
    db.update_item(
        TableName="Orders", Key=key, UpdateExpression="SET h = :h", ExpressionAttributeValues={":h": {"N": "9"}}
    )
    assert [item["id"]["S"] for item in read(db.query, IndexName="all", **BY_G)] == ["a", "c", "b"]
    db.update_item(TableName="Orders", Key=key, UpdateExpression="REMOVE g")
    db.delete_item(TableName="Orders", Key={"id": {"S": "a"}, "n": {"N": "1"}})
    assert [item["id"]["S"] for item in read(db.query, IndexName="all", **BY_G)] == ["c"]
    assert [item["id"]["S"] for item in read(db.scan, TableName="Orders", IndexName="keys")] == ["c"]


@pytest.mark.parametrize(
    ("name", "members", "names"),
    [
        ("all", BY_G, {"id", "n", "g", "h", "s", "x", "y"}),
        ("keys", BY_G, {"id", "n", "g"}),
        ("some", BY_G, {"id", "n", "g", "h", "x"}),
        ("local", BY_ID, {"id", "n", "h"}),
        ("whole", BY_ID, {"id", "n", "g", "h", "s", "x", "y"}),
    ],
)
def test_an_index_shows_what_it_projects(db: Any, name: str, members: dict[str, Any], names: set[str]) -> None:
    """KEYS_ONLY, INCLUDE, ALL: the keys of index and table always, and what the projection names; so does a scan."""
    indexed_table(db)
    item = put(db, "g", 1, g="g", h=1, s="s", x="x", y="y")
    expected = [{attribute: item[attribute] for attribute in names}]
    assert read(db.query, IndexName=name, **members) == expected
    assert read(db.query, IndexName=name, Select="ALL_PROJECTED_ATTRIBUTES", **members) == expected
    assert read(db.scan, TableName="Orders", IndexName=name) == expected


def test_a_local_index_fetches_the_rest(db: Any) -> None:
    """A local index gets what it does not project from the table: for ALL_ATTRIBUTES, projections and filters."""
    indexed_table(db)
    item = put(db, "g", 1, h=1, y="y")
    local = {"IndexName": "local", **BY_ID}
    assert read(db.query, Select="ALL_ATTRIBUTES", **local) == [item]
    assert read(db.query, ProjectionExpression="y, h", **local) == [{"y": item["y"], "h": item["h"]}]
    values = {**G, ":y": {"S": "y"}}
    for value, count in (("y", 1), ("z", 0)):
        found = db.query(
            **{**local, "ExpressionAttributeValues": {**values, ":y": {"S": value}}}, FilterExpression="y = :y"
        )
        assert (found["Count"], found["ScannedCount"]) == (count, 1)
    cost = db.query(Select="ALL_ATTRIBUTES", ReturnConsumedCapacity="INDEXES", **local)["ConsumedCapacity"]
    assert cost["Table"]["CapacityUnits"] == cost["LocalSecondaryIndexes"]["local"]["CapacityUnits"] == 0.5
    assert read(db.query, ConsistentRead=True, **local) == [{name: item[name] for name in ("id", "n", "h")}]


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"IndexName": "nope"}, "The table does not have the specified index: nope"),
        (
            {"IndexName": "all", "ConsistentRead": True},
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            {"IndexName": "some", "Select": "ALL_ATTRIBUTES"},
            (
                "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
                "supported for global secondary index some because its projection type is not ALL"
            ),
        ),
        (
            {"IndexName": "some", "ProjectionExpression": "y, x"},
            ("One or more parameter values were invalid: Global secondary index some does not project [y]"),
        ),
        (
            {"IndexName": "keys", "FilterExpression": "x <> :g"},
            (
                "One or more parameter values were invalid: Secondary index keys does not "
                "project one or more filter attributes: [x]"
            ),
        ),
    ],
)
def test_a_global_index_has_what_it_has(db: Any, members: dict[str, Any], text: str) -> None:
    """Consistent reads and attributes that a global index does not project are refused, by query and by scan."""
    indexed_table(db)
    assert refusal(db.query, **BY_G, **members) == ("ValidationException", text)
    values = {"ExpressionAttributeValues": G} if "FilterExpression" in members else {}
    assert refusal(db.scan, TableName="Orders", **members, **values) == ("ValidationException", text)


KEYS = st.integers(-3, 3)
SHARED = connect(TimeMachine(ManualClock(START_AT)))


def emptied() -> Any:
    """A client of a machine with a new table: making a client takes longer than all that is asked of it."""
    if SHARED.list_tables()["TableNames"]:
        SHARED.delete_table(TableName="Orders")
    indexed_table(SHARED)
    return SHARED


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.sampled_from("gx"), KEYS, st.sampled_from(["", "d"])),
        max_size=40,
    ),
    st.integers(1, 7),
    st.integers(0, 20),
)
def test_an_index_is_the_sorted_table(rows: list[Any], limit: int, built_after: int) -> None:
    """Whatever is written before and after an index is first read: its pages are the table's items, in order."""
    db = emptied()
    for number, (key, n, g, h, gone) in enumerate(rows):
        if gone:
            db.delete_item(TableName="Orders", Key={"id": {"S": key}, "n": {"N": str(n)}})
        else:
            put(db, key, n, g=g, h=h)
        if number == built_after:
            db.query(IndexName="all", **BY_G)
    table = read(db.scan, TableName="Orders")
    expected = sorted((item for item in table if item["g"]["S"] == "g"), key=lambda item: int(item["h"]["N"]))
    forward = read(db.query, IndexName="all", Limit=limit, **BY_G)
    assert [item["h"] for item in forward] == [item["h"] for item in expected]
    assert sorted(map(str, forward)) == sorted(map(str, expected))
    assert read(db.query, IndexName="all", Limit=limit, ScanIndexForward=False, **BY_G) == forward[::-1]
    scanned = read(db.scan, TableName="Orders", IndexName="all", Limit=limit)
    assert sorted(map(str, scanned)) == sorted(map(str, table))
    described = db.describe_table(TableName="Orders")["Table"]["GlobalSecondaryIndexes"]
    assert {each["IndexName"]: each["ItemCount"] for each in described}["all"] == len(table)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("\x00\x01aé\U0001f600", min_size=1, max_size=4), min_size=1, max_size=12, unique=True))
def test_strings_are_in_the_order_of_their_bytes(texts: list[str]) -> None:
    """A sort key of an index is ordered by UTF-8 bytes, and every comparison cuts where that order says."""
    db = emptied()
    for number, text in enumerate(texts):
        put(db, "p", number, g="g", s=text)
    ordered = sorted(texts, key=str.encode)
    assert [item["s"]["S"] for item in read(db.query, IndexName="text", **BY_G)] == ordered
    bound = texts[0]
    meant = {
        "=": [bound],
        "<": [text for text in ordered if text.encode() < bound.encode()],
        "<=": [text for text in ordered if text.encode() <= bound.encode()],
        ">": [text for text in ordered if text.encode() > bound.encode()],
        ">=": [text for text in ordered if text.encode() >= bound.encode()],
    }
    conditions = {f"g = :g AND s {sign} :s": found for sign, found in meant.items()}
    conditions["g = :g AND begins_with(s, :s)"] = [text for text in ordered if text.startswith(bound)]
    conditions["g = :g AND s BETWEEN :s AND :s"] = [bound]
    for condition, expected in conditions.items():
        members = {"KeyConditionExpression": condition, "ExpressionAttributeValues": {**G, ":s": {"S": bound}}}
        found = read(db.query, TableName="Orders", IndexName="text", Limit=2, **members)
        assert [item["s"]["S"] for item in found] == expected, condition


def test_equal_keys_keep_their_order(db: Any) -> None:
    """Entries with equal index keys stand in one order, which no paging and no direction changes."""
    indexed_table(db)
    for number in range(30):
        put(db, f"k{number}", number, g="g", h=1)
    whole = read(db.query, IndexName="all", **BY_G)
    for limit in (1, 7, 30):
        assert read(db.query, IndexName="all", Limit=limit, **BY_G) == whole
    assert set(db.query(IndexName="all", Limit=1, **BY_G)["LastEvaluatedKey"]) == {"g", "h", "id", "n"}
    assert set(
        db.query(IndexName="local", Limit=1, **{**BY_ID, "ExpressionAttributeValues": {":g": {"S": "k1"}}})[
            "LastEvaluatedKey"
        ]
    ) == {
        "id",
        "n",
        "h",
    }


def test_segments_share_an_index(db: Any) -> None:
    """A parallel scan of an index: each entry in exactly one segment, and no page from another one's key."""
    indexed_table(db)
    for number in range(60):
        put(db, "p", number, g=f"g{number % 20}", h=number)
    found = [
        read(db.scan, TableName="Orders", IndexName="all", Segment=each, TotalSegments=4, Limit=5) for each in range(4)
    ]
    assert sorted(int(item["n"]["N"]) for segment in found for item in segment) == list(range(60))
    assert sum(map(bool, found)) > 1
    filled = next(number for number, segment in enumerate(found) if segment)
    key = {name: found[filled][0][name] for name in ("g", "h", "id", "n")}
    other = (filled + 1) % 4
    refused = refusal(
        db.scan, TableName="Orders", IndexName="all", Segment=other, TotalSegments=4, ExclusiveStartKey=key
    )
    assert refused[0] == "ValidationException"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ({"g": {"S": "g"}}, "The provided starting key is invalid"),
        ({"id": {"S": "a"}, "n": {"N": "1"}}, "The provided starting key is invalid"),
        ({"g": {"S": "g"}, "h": {"S": "1"}, "id": {"S": "a"}, "n": {"N": "1"}}, "The provided starting key is invalid"),
        (
            {"g": {"S": "other"}, "h": {"N": "1"}, "id": {"S": "a"}, "n": {"N": "1"}},
            "The provided starting key is outside query boundaries",
        ),
    ],
)
def test_a_page_begins_at_a_key_of_the_index(db: Any, key: dict[str, Any], text: str) -> None:
    """ExclusiveStartKey: the keys of index and table, of their types, within the partition that is read."""
    indexed_table(db)
    name, said = refusal(db.query, IndexName="all", ExclusiveStartKey=key, **BY_G)
    assert name == "ValidationException"
    assert said.startswith(text)


def test_filters_and_counts_of_an_index(db: Any) -> None:
    """FilterExpression and COUNT: what is read counts for Limit and ScannedCount, what passes for Count."""
    indexed_table(db)
    for number in range(10):
        put(db, "p", number, g="g", h=number, x="odd" if number % 2 else "even")
    members = {**BY_G, "ExpressionAttributeValues": {**G, ":x": {"S": "odd"}}, "FilterExpression": "x = :x", "Limit": 4}
    found = pages(db.query, IndexName="some", **members)
    assert [(page["Count"], page["ScannedCount"]) for page in found] == [(2, 4), (2, 4), (1, 2)]
    counted = db.query(IndexName="some", Select="COUNT", ReturnConsumedCapacity="INDEXES", **BY_G)
    assert (counted["Count"], "Items" in counted) == (10, False)
    assert counted["ConsumedCapacity"] == {
        "TableName": "Orders",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"some": {"CapacityUnits": 0.5}},
    }
    keyed = {**members, "FilterExpression": "h > :x"}
    assert refusal(db.query, IndexName="some", **keyed) == (
        "ValidationException",
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: h",
    )


def test_writes_cost_what_the_indexes_take(db: Any) -> None:
    """ReturnConsumedCapacity: an index costs a write where its entry changes, two where it moves, else nothing."""
    make_table(
        db,
        MoreAttributes=[{"AttributeName": "g", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[index("keys", "g", projection="KEYS_ONLY")],
    )
    costs = []
    for attributes in ({}, {"g": {"S": "a"}}, {"g": {"S": "a"}, "x": {"S": "x"}}, {"g": {"S": "b"}}, {}):
        item = {"id": {"S": "i"}, **attributes}
        told = db.put_item(TableName="Orders", Item=item, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
        assert told["Table"]["CapacityUnits"] == 1.0
        assert told["CapacityUnits"] == 1.0 + sum(
            each["CapacityUnits"] for each in told.get("GlobalSecondaryIndexes", {}).values()
        )
        costs.append(told["CapacityUnits"])
    assert costs == [1.0, 2.0, 1.0, 3.0, 2.0]


def test_an_index_that_is_added_takes_what_fits(db: Any) -> None:
    """UpdateTable: a new index holds the items that are there, but not those of another type or too long."""
    make_table(db)
    for key, typed in (
        ("a", {"S": "g"}),
        ("b", {"N": "1"}),
        ("c", {"S": "x" * 3000}),
        ("d", {"S": ""}),
        ("e", {"S": "g"}),
    ):
        db.put_item(TableName="Orders", Item={"id": {"S": key}, "g": typed})
    db.update_table(
        TableName="Orders",
        AttributeDefinitions=[{"AttributeName": "g", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": index("new", "g")}],
    )
    assert sorted(item["id"]["S"] for item in read(db.query, IndexName="new", **BY_G)) == ["a", "e"]
    (described,) = db.describe_table(TableName="Orders")["Table"]["GlobalSecondaryIndexes"]
    assert (described["ItemCount"], described["IndexSizeBytes"]) == (2, 2 * len("idagg"))
    key = {"id": {"S": "b"}}
    db.update_item(TableName="Orders", Key=key, UpdateExpression="SET x = g")
    bad = {"TableName": "Orders", "Key": key, "UpdateExpression": "SET g = :v"}
    said = "The update expression attempted to update the secondary index key"
    for value, text in (({"N": "1"}, "unsupported type"), ({"S": "x" * 3000}, "beyond allowed size limits")):
        refused = refusal(db.update_item, ExpressionAttributeValues={":v": value}, **bad)
        assert refused[0] == "ValidationException"
        assert said in refused[1]
        assert text in refused[1]
    db.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "new"}}])
    assert refusal(db.query, IndexName="new", **BY_G)[1] == "The table does not have the specified index: new"


def test_a_restored_table_has_its_own_indexes(db: Any, clock: ManualClock) -> None:
    """The indexes of a restored table hold the items of the restored second, and not what came later."""
    indexed_table(db)
    protect(db)
    put(db, "a", 1, g="g", h=1)
    read(db.query, IndexName="all", **BY_G)
    clock.set_forward(START_AT + 600)
    put(db, "b", 1, g="g", h=0)
    db.delete_item(TableName="Orders", Key={"id": {"S": "a"}, "n": {"N": "1"}})
    db.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName="Back", RestoreDateTime=START_AT + 100)
    clock.set_forward(clock.now() + 300)
    assert [item["id"]["S"] for item in read(db.query, IndexName="all", **{**BY_G, "TableName": "Back"})] == ["a"]
    assert [item["id"]["S"] for item in read(db.query, IndexName="all", **BY_G)] == ["b"]


def test_every_way_of_writing_reaches_an_index(db: Any) -> None:
    """Puts, batches, transactions and PartiQL: an index that was read follows them all."""
    indexed_table(db)
    assert read(db.query, IndexName="keys", **BY_G) == []
    item = {"n": {"N": "1"}, "g": {"S": "g"}}
    db.batch_write_item(RequestItems={"Orders": [{"PutRequest": {"Item": {"id": {"S": "batch"}, **item}}}]})
    db.transact_write_items(
        TransactItems=[{"Put": {"TableName": "Orders", "Item": {"id": {"S": "transaction"}, **item}}}]
    )
    db.execute_statement(Statement="INSERT INTO Orders VALUE {'id': 'partiql', 'n': 1, 'g': 'g'}")
    names = {each["id"]["S"] for each in read(db.query, IndexName="keys", **BY_G)}
    assert names == {"batch", "transaction", "partiql"}


def test_an_index_is_built_while_others_write() -> None:
    """An index whose first reader comes while others write misses no write and repeats none."""
    machine = TimeMachine(ManualClock(START_AT))
    indexed_table(connect(machine))

    def write(start: int) -> None:
        for number in range(start, start + 400):
            item = {"id": {"S": f"k{number % 250}"}, "n": {"N": str(start)}, "g": {"S": "g"}, "h": {"N": str(number)}}
            body = orjson.dumps({"TableName": "Orders", "Item": item})
            assert machine.handle("DynamoDB_20120810.PutItem", body, region="us-east-1").status == 200

    write(0)
    writers = [threading.Thread(target=write, args=(start,)) for start in (1000, 2000)]
    readers = [threading.Thread(target=lambda: connect(machine).query(IndexName="all", **BY_G)) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in (*writers, *readers):
        thread.join()
    db = connect(machine)
    table = sorted((int(item["h"]["N"]), item["id"]["S"]) for item in read(db.scan, TableName="Orders"))
    assert [(int(item["h"]["N"]), item["id"]["S"]) for item in read(db.query, IndexName="all", **BY_G)] == table
    assert len(table) == 750
