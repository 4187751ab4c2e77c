"""Stream records: what each write leaves in the stream, and what each view type shows of it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from dynadrill.drills.timemachine.changelog import Cause
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT, connect, put
from .reader import BOTH, HOUR_S, iterator, keys, make_streaming, read_all, read_from, specified

A, B = ({"id": {"S": "a"}, "value": {"S": value}} for value in ("one", "other"))


def images(record: Any) -> dict[str, Any]:
    """The images that a record shows."""
    return {name: record["dynamodb"][name] for name in ("OldImage", "NewImage") if name in record["dynamodb"]}


def test_a_new_item_is_inserted_a_changed_one_modified_a_deleted_one_removed(db: Any, streams: Any) -> None:
    """The three events of an item's life, with what it was before and after each."""
    arn = make_streaming(db)
    db.put_item(TableName="Orders", Item=A)
    db.put_item(TableName="Orders", Item=B)
    db.delete_item(TableName="Orders", Key={"id": {"S": "a"}})
    records = read_all(streams, arn)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert [images(record) for record in records] == [
        {"NewImage": A}, {"OldImage": A, "NewImage": B}, {"OldImage": B},
    ]  # fmt: skip


def test_a_record_has_all_its_members(db: Any, streams: Any) -> None:
    """Every member of a record, with the values that AWS documents."""
    arn = make_streaming(db)
    put(db, "a")
    (record,) = read_all(streams, arn)
    inner = record.pop("dynamodb")
    assert len(record.pop("eventID")) == 32
    assert record == {
        "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
    }  # fmt: skip
    assert inner.pop("SequenceNumber").isdecimal()
    assert inner == {
        "ApproximateCreationDateTime": datetime.fromtimestamp(int(START_AT), UTC),
        "Keys": {"id": {"S": "a"}},
        "NewImage": {"id": {"S": "a"}, "value": {"S": "v"}},
        "SizeBytes": 12,
        "StreamViewType": BOTH,
    }


@pytest.mark.parametrize(
    ("view_type", "shown"),
    [("KEYS_ONLY", [[], [], []]), ("NEW_IMAGE", [["NewImage"], ["NewImage"], []]),
     ("OLD_IMAGE", [[], ["OldImage"], ["OldImage"]]),
     (BOTH, [["NewImage"], ["OldImage", "NewImage"], ["OldImage"]])],
)  # fmt: skip
def test_the_view_type_says_which_images_are_shown(db: Any, streams: Any, view_type: str, shown: list[Any]) -> None:
    """NewImage and OldImage by view type; the keys always."""
    arn = make_streaming(db, view_type)
    db.put_item(TableName="Orders", Item=A)
    db.put_item(TableName="Orders", Item=B)
    db.delete_item(TableName="Orders", Key={"id": {"S": "a"}})
    records = read_all(streams, arn)
    assert [list(images(record)) for record in records] == shown
    assert {record["dynamodb"]["StreamViewType"] for record in records} == {view_type}
    assert keys(records) == ["a", "a", "a"]


def test_sizes_are_those_of_awss_example(db: Any, streams: Any) -> None:
    """Developer Guide, "Process new items with DynamoDB Streams and Lambda": records of 26, 59 and 38 bytes."""
    attributes = [{"AttributeName": "Id", "AttributeType": "N"}]
    schema = [{"AttributeName": "Id", "KeyType": "HASH"}]
    arn = db.create_table(
        TableName="Orders", AttributeDefinitions=attributes, KeySchema=schema, BillingMode="PAY_PER_REQUEST",
        StreamSpecification=specified(),
    )["TableDescription"]["LatestStreamArn"]  # fmt: skip
    key = {"Id": {"N": "101"}}
    db.put_item(TableName="Orders", Item={**key, "Message": {"S": "New item!"}})
    db.put_item(TableName="Orders", Item={**key, "Message": {"S": "This item has changed"}})
    db.delete_item(TableName="Orders", Key=key)
    assert [record["dynamodb"]["SizeBytes"] for record in read_all(streams, arn)] == [26, 59, 38]


@pytest.mark.parametrize(
    "same",
    [
        {"n": {"N": "1.50"}},
        {"n": {"N": "15E-1"}},
        {"s": {"SS": ["b", "a"]}},
        {"ns": {"NS": ["2.0", "1"]}},
        {"m": {"M": {"y": {"BS": [b"b", b"a"]}, "x": {"N": "1"}}}},
        {},
    ],
)
def test_a_write_that_changes_nothing_makes_no_record(db: Any, streams: Any, same: dict[str, Any]) -> None:
    """Sets have no order, maps have none, and a number has one value however it is spelt."""
    arn = make_streaming(db)
    item = {
        "id": {"S": "a"},
        "n": {"N": "1.5"},
        "s": {"SS": ["a", "b"]},
        "ns": {"NS": ["1", "2"]},
        "m": {"M": {"x": {"N": "1"}, "y": {"BS": [b"a", b"b"]}}},
    }
    db.put_item(TableName="Orders", Item=item)
    db.put_item(TableName="Orders", Item={**same, **{k: v for k, v in item.items() if k not in same}})
    assert len(read_all(streams, arn)) == 1


def test_what_does_nothing_makes_no_record(db: Any, streams: Any) -> None:
    """A delete of nothing, an update to the same value, a refused condition and a failed transaction."""
    arn = make_streaming(db)
    put(db, "a")
    key = {"id": {"S": "a"}}
    db.delete_item(TableName="Orders", Key={"id": {"S": "missing"}})
    same = {":v": {"S": "v"}}
    names = {"#v": "value"}
    db.update_item(
        TableName="Orders", Key=key, UpdateExpression="SET #v = :v", ExpressionAttributeNames=names,
        ExpressionAttributeValues=same,
    )  # fmt: skip
    with pytest.raises(db.exceptions.ConditionalCheckFailedException):
        db.delete_item(TableName="Orders", Key=key, ConditionExpression="attribute_not_exists(id)")
    check = {"TableName": "Orders", "Key": key, "ConditionExpression": "attribute_not_exists(id)"}
    with pytest.raises(db.exceptions.TransactionCanceledException):
        db.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "Orders", "Item": {"id": {"S": "b"}}}},
                {"ConditionCheck": check},
            ]
        )
    assert keys(read_all(streams, arn)) == ["a"]


def test_every_operation_that_writes_is_in_the_stream(db: Any, streams: Any) -> None:
    """Put, update, batch, transaction and PartiQL each leave their records."""
    arn = make_streaming(db)
    put(db, "put")
    db.update_item(TableName="Orders", Key={"id": {"S": "update"}}, AttributeUpdates={"x": {"Value": {"S": "1"}}})
    db.batch_write_item(RequestItems={"Orders": [{"PutRequest": {"Item": {"id": {"S": "batch"}}}}]})
    db.transact_write_items(
        TransactItems=[{"Put": {"TableName": "Orders", "Item": {"id": {"S": name}}}} for name in ("first", "second")]
    )
    db.execute_statement(Statement="INSERT INTO Orders VALUE {'id': 'statement'}")
    records = read_all(streams, arn)
    assert keys(records) == ["put", "update", "batch", "first", "second", "statement"]
    assert {record["eventName"] for record in records} == {"INSERT"}


def test_an_update_shows_the_whole_item(db: Any, streams: Any) -> None:
    """Images are of whole items, also where an update touched one attribute."""
    arn = make_streaming(db)
    db.put_item(TableName="Orders", Item={**A, "kept": {"N": "1"}})
    names = {"#v": "value"}
    key = {"id": {"S": "a"}}
    db.update_item(TableName="Orders", Key=key, UpdateExpression="REMOVE #v", ExpressionAttributeNames=names)
    assert images(read_all(streams, arn)[1]) == {
        "OldImage": {**A, "kept": {"N": "1"}}, "NewImage": {"id": {"S": "a"}, "kept": {"N": "1"}},
    }  # fmt: skip


def test_sequence_numbers_rise(db: Any, streams: Any) -> None:
    """Decimal strings of at least 21 digits that rise, also within a batch; every event has its own id."""
    arn = make_streaming(db)
    requests = [{"PutRequest": {"Item": {"id": {"S": f"{n}"}}}} for n in range(25)]
    db.batch_write_item(RequestItems={"Orders": requests})
    records = read_all(streams, arn)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert all(number.isdecimal() and 21 <= len(number) <= 40 for number in numbers)
    assert [int(number) for number in numbers] == sorted({int(number) for number in numbers})
    assert len({record["eventID"] for record in records}) == len(records) == 25


def test_records_are_read_by_pages(db: Any, streams: Any) -> None:
    """With a limit each record comes once, in order."""
    arn = make_streaming(db)
    for number in range(10):
        put(db, f"{number}")
    assert keys(read_all(streams, arn, limit=3)) == [f"{number}" for number in range(10)]


def test_a_page_has_at_most_a_thousand_records(db: Any, streams: Any) -> None:
    """GetRecords gives 1,000 records, and the rest with the next iterator."""
    arn = make_streaming(db, "KEYS_ONLY")
    for start in range(0, 1025, 25):
        requests = [{"PutRequest": {"Item": {"id": {"S": f"{start + n}"}}}} for n in range(25)]
        db.batch_write_item(RequestItems={"Orders": requests})
    page = streams.get_records(ShardIterator=iterator(streams, arn))
    assert len(page["Records"]) == 1000
    assert keys(read_from(streams, page["NextShardIterator"])) == [f"{n}" for n in range(1000, 1025)]


def test_a_page_has_at_most_a_megabyte(db: Any, streams: Any) -> None:
    """GetRecords stops before 1 MB, and gives at least one record."""
    arn = make_streaming(db)
    for number in range(4):
        db.put_item(TableName="Orders", Item={"id": {"S": f"{number}"}, "x": {"S": "x" * 390_000}})
    page = streams.get_records(ShardIterator=iterator(streams, arn))
    assert keys(page["Records"]) == ["0", "1"]
    assert keys(read_from(streams, page["NextShardIterator"])) == ["2", "3"]


def test_writes_without_effect_do_not_end_a_reading(db: Any, streams: Any) -> None:
    """A page is filled past any number of writes that changed nothing."""
    arn = make_streaming(db)
    put(db, "a")
    for _ in range(5):
        put(db, "a")
    put(db, "b")
    place = streams.get_records(ShardIterator=iterator(streams, arn), Limit=1)["NextShardIterator"]
    assert keys(streams.get_records(ShardIterator=place, Limit=1)["Records"]) == ["b"]


def test_the_time_of_a_record_is_the_second(db: Any, streams: Any, clock: ManualClock) -> None:
    """ApproximateCreationDateTime is rounded down, so that two writes of one second cannot be told apart."""
    arn = make_streaming(db)
    clock.set_forward(int(START_AT) + 10.01)
    put(db, "a")
    clock.set_forward(int(START_AT) + 10.99)
    put(db, "b")
    times = [record["dynamodb"]["ApproximateCreationDateTime"] for record in read_all(streams, arn)]
    assert times == [datetime.fromtimestamp(int(START_AT) + 10, UTC)] * 2


def test_the_region_is_the_streams(machine: TimeMachine) -> None:
    """`awsRegion` and the ARN name the Region; no other Region and no other account sees the stream."""
    db, streams = (connect(machine, "eu-west-1", service=service) for service in ("dynamodb", "dynamodbstreams"))
    arn = make_streaming(db)
    put(db, "a")
    assert arn.startswith("arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/")
    assert [record["awsRegion"] for record in read_all(streams, arn)] == ["eu-west-1"]
    for elsewhere in (
        connect(machine, "us-east-1", service="dynamodbstreams"),
        connect(machine, "eu-west-1", "999999999999", service="dynamodbstreams"),
    ):
        assert elsewhere.list_streams()["Streams"] == []
        with pytest.raises(elsewhere.exceptions.ResourceNotFoundException):
            elsewhere.describe_stream(StreamArn=arn)


def test_writes_before_the_stream_are_not_in_it(db: Any, streams: Any) -> None:
    """A stream begins with the first write after it was switched on, at the same instant or later."""
    arn = make_streaming(db, name="Other")
    put(db, "a", table="Other")
    db.update_table(TableName="Other", StreamSpecification={"StreamEnabled": False})
    put(db, "b", table="Other")
    second = db.update_table(TableName="Other", StreamSpecification=specified())["TableDescription"]["LatestStreamArn"]
    put(db, "c", table="Other")
    assert (keys(read_all(streams, arn)), keys(read_all(streams, second))) == (["a"], ["c"])


def test_a_replicated_write_is_in_the_replicas_own_stream(db: Any, streams: Any, machine: TimeMachine) -> None:
    """What comes from another Region makes a record like any other, a replicated expiry without identity."""
    arn = make_streaming(db)
    put(db, "a")
    table = machine.fleet.at("123456789012", "us-east-1").tables["Orders"]
    (row,) = table.rows
    with machine.fleet.journal.unit(Cause.REPLICATION):
        machine.fleet.journal.stage(table, row.key, None)
    removed = read_all(streams, arn)[1]
    assert (removed["eventName"], "userIdentity" in removed) == ("REMOVE", False)


@pytest.mark.parametrize("operation", ["DescribeStream", "GetShardIterator", "GetRecords"])
def test_faults_reach_the_streams_of_a_table(db: Any, streams: Any, machine: TimeMachine, operation: str) -> None:
    """A fault that is about a table strikes the operations on its stream, and on no other's."""
    arn, other = make_streaming(db), make_streaming(db, name="Other")
    machine.fleet.faults.add(Fault(Effect.ERROR_BEFORE, operation=operation, table="Orders"))
    assert read_all(streams, other) == []
    with pytest.raises(streams.exceptions.InternalServerError):
        read_all(streams, arn)


def test_a_reader_among_writers_loses_nothing(machine: TimeMachine, clock: ManualClock) -> None:
    """Each record once and per item in order, read while eight threads write and shards close."""
    arn = make_streaming(connect(machine), "NEW_IMAGE")
    done = threading.Event()

    def write(writer: int) -> None:
        client = connect(machine)
        for number in range(100):
            put(client, f"{writer}", f"{number:03d}")

    def read() -> list[Any]:
        client = connect(machine, service="dynamodbstreams")
        at_end = False
        while not at_end:
            at_end = done.is_set()
            clock.set_forward(min(clock.now() + 1200, START_AT + 20 * HOUR_S))
            records = read_all(client, arn, limit=50)
            assert len({record["eventID"] for record in records}) == len(records)
        return records

    with ThreadPoolExecutor(9) as pool:
        reading = pool.submit(read)
        try:
            list(pool.map(write, range(8)))
        finally:
            done.set()
        records = reading.result()
    for writer in range(8):
        values = [record["dynamodb"]["NewImage"]["value"]["S"] for record in records if keys([record]) == [f"{writer}"]]
        assert values == [f"{number:03d}" for number in range(100)]
