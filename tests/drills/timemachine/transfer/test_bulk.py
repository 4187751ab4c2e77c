"""StartBulkPutItems: ordinary writes into a table that is there, counted, conditional and cancellable."""

import json
from typing import Any

import pytest
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, items, make_table, protect, put, refusal
from .files import ARN, BUCKET, content, keys, load


def record(key: str, value: str = "v", **more: Any) -> Any:
    """A line of an object."""
    return {"Item": {"id": {"S": key}, "value": {"S": value}}, **more}


BOTH = ("ERROR", "CONDITION_CHECK_FAILURE")


def start(db: Any, *, table: str = "Orders", reports: Any = BOTH, **members: Any) -> Any:
    """Start a bulk put; what is said about it at once."""
    asked = {
        "TableName": table,
        "InputS3Configuration": {"S3Bucket": BUCKET, "S3KeyPrefix": "in/", "InputFormat": "DYNAMODB_JSON"},
        "OutputS3Configuration": {"S3Bucket": BUCKET, "S3KeyPrefix": "out", "OutputType": list(reports)},
        **members,
    }
    return db.start_bulk_put_items(**asked)["BulkOperationDescription"]


def describe(db: Any, described: Any) -> Any:
    """What is said about an operation now."""
    return db.describe_bulk_operation(BulkOperationArn=described["BulkOperationArn"])["BulkOperationDescription"]


def finished(db: Any, clock: ManualClock, described: Any) -> Any:
    """What is said about an operation when its time is over."""
    clock.set_forward(clock.now() + 120)
    return describe(db, described)


@pytest.fixture
def orders(db: Any, s3: Any) -> str:
    """A table with one item, and forty records to put."""
    name = make_table(db)
    put(db, "old", "0")
    load(s3, "in/1", [record(f"k{number:02d}") for number in range(40)])
    return name


def test_items_are_put(db: Any, clock: ManualClock, orders: str) -> None:
    """All records are in the table beside what was there."""
    done = finished(db, clock, start(db))
    assert done["BulkOperationStatus"] == "COMPLETED"
    assert (done["ProcessedItemCount"], done["FailedItemCount"]) == (40, 0)
    assert len(items(db, orders)) == 41


def test_an_operation_goes_on(db: Any, clock: ManualClock, orders: str) -> None:
    """IN_PROGRESS with more and more items processed, then COMPLETED with an end."""
    asked = start(db)
    assert (asked["BulkOperationStatus"], asked["ProcessedItemCount"]) == ("IN_PROGRESS", 0)
    assert "EndTime" not in asked
    clock.set_forward(START_AT + 60)
    half = describe(db, asked)
    assert half["BulkOperationStatus"] == "IN_PROGRESS"
    assert 0 < half["ProcessedItemCount"] < 40
    assert len(items(db, orders)) == half["ProcessedItemCount"] + 1
    clock.set_forward(START_AT + 120)
    assert describe(db, asked)["EndTime"].timestamp() == pytest.approx(START_AT + 120)


def test_what_an_operation_says(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """The description repeats the request and names table, tier, rate and sizes."""
    done = finished(db, clock, start(db, ClientToken="t", MaxWriteRequestUnits=1024, table=ARN + orders))
    table = db.describe_table(TableName=orders)["Table"]
    size = s3.head_object(Bucket=BUCKET, Key="in/1")["ContentLength"]
    assert {
        "TableDetails": [{"TableName": orders, "TableId": table["TableId"]}],
        "ClientToken": "t",
        "MaxWriteRequestUnits": 1024,
        "PerformanceTier": "STANDARD",
        "ProcessedInputBytes": size,
        "TotalInputBytes": size,
    }.items() <= done.items()
    (usage,) = done["BulkOperationUsage"]
    assert usage["BulkPutBytes"] == table["TableSizeBytes"] - len("idoldvalue0")


def test_writes_are_in_the_past(db: Any, clock: ManualClock, orders: str) -> None:
    """What a bulk operation writes can be taken back by point-in-time recovery, half of it too."""
    protect(db)
    asked = start(db)
    clock.set_forward(START_AT + 60)
    half = describe(db, asked)["ProcessedItemCount"]
    clock.set_forward(START_AT + 1000)
    for name, after_s, expected in (("Before", 1, 1), ("Half", 60, half + 1), ("After", 121, 41)):
        db.restore_table_to_point_in_time(
            SourceTableName=orders, TargetTableName=name, RestoreDateTime=int(START_AT) + after_s
        )
        clock.set_forward(clock.now() + 301)
        assert len(items(db, name)) == expected


def test_a_record_replaces_an_item(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A record whose key is there replaces the item, and of two with one key the later one stays."""
    load(s3, "in/1", [record("old", "1"), record("x", "1"), record("x", "2")])
    finished(db, clock, start(db))
    assert items(db, orders) == {"old": "1", "x": "2"}


NEW_ONLY = {"ConditionExpression": "attribute_not_exists(id)"}


def test_conditions(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A condition that does not hold leaves the item, is processed, and is no failure."""
    load(s3, "in/1", [record("old", "1", **NEW_ONLY), record("new", "1", **NEW_ONLY)])
    done = finished(db, clock, start(db))
    assert done["BulkOperationStatus"] == "COMPLETED"
    assert (done["ProcessedItemCount"], done["FailedItemCount"]) == (2, 0)
    assert items(db, orders) == {"old": "0", "new": "1"}


def test_ion(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """Records may be structs of Ion, with conditions too."""
    text = (
        '$ion_1_0 {Item:{id:"old",value:"1"},ConditionExpression:"attribute_not_exists(id)"}\n'
        '{Item: {id: "new", value: "1"}, ConditionExpression: "attribute_not_exists(id)"}\n'
    )
    s3.put_object(Bucket=BUCKET, Key="ion/1", Body=text.encode())
    source = {"S3Bucket": BUCKET, "S3KeyPrefix": "ion/", "InputFormat": "ION"}
    done = finished(db, clock, start(db, InputS3Configuration=source))
    assert (done["BulkOperationStatus"], items(db, orders)) == ("COMPLETED", {"old": "0", "new": "1"})


def test_conditions_with_placeholders(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A condition has names and values as that of PutItem has."""
    condition = {"ConditionExpression": "#v = :v", "ExpressionAttributeNames": {"#v": "value"}}
    for value in ("9", "0"):
        guarded = record("old", "1", **condition, ExpressionAttributeValues={":v": {"S": value}})
        load(s3, "in/1", [guarded])
        finished(db, clock, start(db))
        assert items(db, orders)["old"] == ("1" if value == "0" else "0")


@pytest.mark.parametrize(
    "bad",
    [
        {"Item": {"value": {"S": "no key"}}},
        {"Item": {"id": {"N": "1"}}},
        record("x", Expected={}),
        record("x", ConditionExpression="((("),
        record("x", ConditionExpression=5),
        record("x", ConditionExpression="a = :nope"),
        record("x", ConditionExpression="a = :v", ExpressionAttributeValues={":v": {"Q": 1}}),
        "junk",
    ],
    ids=str,
)
def test_records_that_cannot_be_put(db: Any, s3: Any, clock: ManualClock, orders: str, bad: Any) -> None:
    """A record that the table does not take is counted, and the operation is COMPLETED_WITH_ERRORS."""
    load(s3, "in/1", [record("a"), bad, record("b")])
    done = finished(db, clock, start(db))
    assert (done["BulkOperationStatus"], done["FailedItemCount"]) == ("COMPLETED_WITH_ERRORS", 1)
    assert (done["ProcessedItemCount"], set(items(db, orders))) == (3, {"old", "a", "b"})


def test_reports(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """What was not put is reported: errors and failed conditions apart, the latter with the item that is there."""
    load(s3, "in/1", [record("a"), {"Item": {"id": {"N": "1"}}}, record("old", "1", **NEW_ONLY)])
    finished(db, clock, start(db))
    found = {key.rpartition("/")[2]: json.loads(content(s3, key)) for key in keys(s3, "out/AWSDynamoDB/")}
    assert set(found) == {"errors.json", "condition-check-failures.json"}
    assert found["errors.json"]["Item"] == {"id": {"N": "1"}}
    assert (found["errors.json"]["S3Key"], found["errors.json"]["Line"]) == ("in/1", 2)
    failed = found["condition-check-failures.json"]
    assert (failed["Item"]["value"], failed["ExistingItem"]["value"]) == ({"S": "1"}, {"S": "0"})


@pytest.mark.parametrize("kind", BOTH)
def test_only_the_reports_that_are_asked_for(db: Any, s3: Any, clock: ManualClock, orders: str, kind: str) -> None:
    """A kind of report that was not asked for is not written."""
    load(s3, "in/1", [{"Item": {"id": {"N": "1"}}}, record("old", "1", **NEW_ONLY)])
    finished(db, clock, start(db, reports=[kind]))
    wanted = "errors.json" if kind == "ERROR" else "condition-check-failures.json"
    assert [key.rpartition("/")[2] for key in keys(s3, "out/")] == [wanted]


def test_cancelling(db: Any, clock: ManualClock, orders: str) -> None:
    """CANCELLING, then CANCELLED; what was written stays, and no more is."""
    asked = start(db)
    clock.set_forward(START_AT + 60)
    answer = db.cancel_bulk_operation(BulkOperationArn=asked["BulkOperationArn"])
    assert answer["BulkOperationStatus"] == "CANCELLING"
    written = len(items(db, orders))
    done = finished(db, clock, asked)
    assert (done["BulkOperationStatus"], done["ProcessedItemCount"]) == ("CANCELLED", written - 1)
    assert done["FailureCode"]
    assert 1 < len(items(db, orders)) == written < 41


def test_cancelling_what_has_ended(db: Any, clock: ManualClock, orders: str) -> None:
    """An operation that has ended stays as it is."""
    asked = start(db)
    finished(db, clock, asked)
    answer = db.cancel_bulk_operation(BulkOperationArn=asked["BulkOperationArn"])
    assert answer["BulkOperationStatus"] == "COMPLETED"


def test_a_rate_makes_it_longer(clock: ManualClock) -> None:
    """An operation takes as long at least as its rate needs for its units: 2 MB at 1,024 units a second about 2 s."""
    machine = TimeMachine(clock, durations={"bulk": 0.5})
    db, s3 = connect(machine), connect(machine, service="s3")
    s3.create_bucket(Bucket=BUCKET)
    make_table(db)
    load(s3, "in/1", [record(str(number), "x" * 10_000) for number in range(200)])
    slow, fast = start(db, MaxWriteRequestUnits=1024), start(db)
    seen = []
    for after_s in (0.5, 1.8, 2.1):
        clock.set_forward(START_AT + after_s)
        seen.append([describe(db, each)["BulkOperationStatus"] for each in (slow, fast)])
    assert seen == [["IN_PROGRESS", "COMPLETED"], ["IN_PROGRESS", "COMPLETED"], ["COMPLETED", "COMPLETED"]]


def test_a_table_that_is_not_there(db: Any, s3: Any) -> None:
    """The table must be there: it is a ResourceNotFoundException else."""
    assert refusal(start, db=db)[0] == "ResourceNotFoundException"


def test_a_table_that_goes_away(db: Any, clock: ManualClock, orders: str) -> None:
    """An operation whose table is deleted fails, and does not write into another of its name."""
    asked = start(db)
    db.delete_table(TableName=orders)
    make_table(db)
    assert finished(db, clock, asked)["BulkOperationStatus"] == "FAILED"
    assert items(db, orders) == {}


def test_a_bucket_that_is_not_there(db: Any, clock: ManualClock, orders: str) -> None:
    """A missing bucket is accepted and fails the operation later."""
    source = {"S3Bucket": "nowhere", "InputFormat": "DYNAMODB_JSON"}
    done = finished(db, clock, start(db, InputS3Configuration=source))
    assert (done["BulkOperationStatus"], done["FailureCode"]) == ("FAILED", "S3NoSuchBucket")


def test_a_fault_fails_an_operation(machine: TimeMachine, db: Any, clock: ManualClock, orders: str) -> None:
    """A fault makes an operation fail at its end; what it wrote stays."""
    machine.fleet.faults.add(Fault(Effect.FAIL, operation="StartBulkPutItems", times=1))
    assert finished(db, clock, start(db))["BulkOperationStatus"] == "FAILED"
    assert len(items(db, orders)) == 41


def test_tokens(db: Any, clock: ManualClock, orders: str) -> None:
    """A token names an operation for eight hours; with other members it is an IdempotentParameterMismatchException."""
    first = start(db, ClientToken="once")
    clock.set_forward(START_AT + 8 * 3600 - 1)
    assert start(db, ClientToken="once")["BulkOperationArn"] == first["BulkOperationArn"]
    assert refusal(start, db=db, ClientToken="once", reports=["ERROR"])[0] == "IdempotentParameterMismatchException"
    clock.set_forward(START_AT + 8 * 3600)
    assert start(db, ClientToken="once")["BulkOperationArn"] != first["BulkOperationArn"]


SOURCE = {"S3Bucket": BUCKET, "InputFormat": "DYNAMODB_JSON"}


@pytest.mark.parametrize(
    "members",
    [
        {"MaxWriteRequestUnits": 1023},
        {"PerformanceTier": "FAST"},
        {"reports": []},
        {"reports": ["ALL"]},
        {"InputS3Configuration": {**SOURCE, "InputFormat": "CSV"}},
        {"InputS3Configuration": {**SOURCE, "InputCompressionType": "LZ4"}},
        {"InputS3Configuration": {**SOURCE, "S3BucketOwner": "me"}},
    ],
)
def test_requests_of_the_wrong_shape(machine: TimeMachine, orders: str, members: Any) -> None:
    """A request that cannot be is a ValidationException."""
    unchecked = connect(machine, parameter_validation=False)
    assert refusal(start, db=unchecked, **members)[0] == "ValidationException"


def test_operations_are_listed(db: Any, clock: ManualClock, orders: str) -> None:
    """ListBulkOperations: the most recent first, ten a page, for 90 days."""
    arns = []
    for number in range(12):
        clock.set_forward(START_AT + number)
        arns.append(start(db)["BulkOperationArn"])
    first = db.list_bulk_operations()
    second = db.list_bulk_operations(NextToken=first["NextToken"])
    pages = [[each["BulkOperationArn"] for each in page["BulkOperationsSummaryList"]] for page in (first, second)]
    assert [len(page) for page in pages] == [10, 2]
    assert pages[0] + pages[1] == arns[::-1]
    clock.set_forward(START_AT + 11 + 90 * DAY_S)
    assert db.list_bulk_operations()["BulkOperationsSummaryList"] == []


@pytest.mark.parametrize("call", ["describe_bulk_operation", "cancel_bulk_operation"])
def test_an_operation_that_there_is_not(db: Any, call: str) -> None:
    """An unknown ARN is a ResourceNotFoundException."""
    arn = f"{ARN}Orders/bulk-operation/nope"
    assert refusal(getattr(db, call), BulkOperationArn=arn)[0] == "ResourceNotFoundException"
