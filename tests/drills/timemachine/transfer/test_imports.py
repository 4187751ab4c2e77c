"""ImportTable: how a new table comes into being, what is read, what is not taken, and what is refused."""

import gzip
import json
from typing import Any

import pyarrow as pa
import pytest
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, items, make_table, protect, put, refusal, window
from .files import ARN, BUCKET, load

TABLE = {
    "TableName": "Imported",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def record(key: str, value: str = "v") -> Any:
    """A line of an object."""
    return {"Item": {"id": {"S": key}, "value": {"S": value}}}


def ask(db: Any, *, prefix: str = "in/", table: Any = None, **members: Any) -> Any:
    """Ask for an import; what is said about it at once."""
    asked = {
        "S3BucketSource": {"S3Bucket": BUCKET, "S3KeyPrefix": prefix},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": {**TABLE, **(table or {})},
        **members,
    }
    return db.import_table(**asked)["ImportTableDescription"]


def describe(db: Any, described: Any) -> Any:
    """What is said about an import now."""
    return db.describe_import(ImportArn=described["ImportArn"])["ImportTableDescription"]


def finished(db: Any, clock: ManualClock, described: Any) -> Any:
    """What is said about an import when its time is over."""
    clock.set_forward(clock.now() + 120)
    return describe(db, described)


@pytest.fixture
def two(s3: Any) -> None:
    """Two items in two objects."""
    load(s3, "in/1.json", [record("a")])
    load(s3, "in/2.json", [record("b")])


def test_an_import_makes_a_table(db: Any, clock: ManualClock, two: None) -> None:
    """The items of all objects with the prefix are in the new table."""
    done = finished(db, clock, ask(db))
    assert (done["ImportStatus"], items(db, "Imported")) == ("COMPLETED", {"a": "v", "b": "v"})
    counts = ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")
    assert [done[name] for name in counts] == [2, 2, 0]


def test_the_table_while_it_is_imported(db: Any, clock: ManualClock, two: None) -> None:
    """The table cannot be seen for 30 s, is CREATING then, and ACTIVE before the import is COMPLETED."""
    asked = ask(db)

    def status() -> str:
        try:
            found: str = db.describe_table(TableName="Imported")["Table"]["TableStatus"]
        except db.exceptions.ResourceNotFoundException:
            return "unseen"
        return found

    seen = []
    for after_s in (0, 29, 30, 114, 115, 119, 120):
        clock.set_forward(START_AT + after_s)
        seen.append((after_s, status(), describe(db, asked)["ImportStatus"]))
    assert seen == [
        (0, "unseen", "IN_PROGRESS"),
        (29, "unseen", "IN_PROGRESS"),
        (30, "CREATING", "IN_PROGRESS"),
        (114, "CREATING", "IN_PROGRESS"),
        (115, "ACTIVE", "IN_PROGRESS"),
        (119, "ACTIVE", "IN_PROGRESS"),
        (120, "ACTIVE", "COMPLETED"),
    ]


def test_a_table_that_is_imported_is_no_restore(db: Any, clock: ManualClock, two: None) -> None:
    """DescribeTable of a table that is being imported has no RestoreSummary."""
    ask(db)
    clock.set_forward(START_AT + 60)
    assert "RestoreSummary" not in db.describe_table(TableName="Imported")["Table"]


def test_what_an_import_says(db: Any, s3: Any, clock: ManualClock, two: None) -> None:
    """DescribeImport repeats the request, and names the table, the log group and the times."""
    done = finished(db, clock, ask(db, ClientToken="t"))
    table = db.describe_table(TableName="Imported")["Table"]
    assert {
        "TableArn": ARN + "Imported",
        "TableId": table["TableId"],
        "ClientToken": "t",
        "S3BucketSource": {"S3Bucket": BUCKET, "S3KeyPrefix": "in/"},
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "NONE",
        "TableCreationParameters": TABLE,
        "ProcessedSizeBytes": sum(each["Size"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]),
        "CloudWatchLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws-dynamodb/imports:*",
    }.items() <= done.items()
    assert done["ImportArn"].startswith(f"{ARN}Imported/import/{int(START_AT * 1000):014d}-")
    assert (done["EndTime"] - done["StartTime"]).total_seconds() == pytest.approx(120)


def test_an_imported_table_is_an_ordinary_one(db: Any, clock: ManualClock, two: None) -> None:
    """It can be written and protected; recovery, TTL, stream and tags are off."""
    finished(db, clock, ask(db))
    assert window(db, "Imported")["PointInTimeRecoveryStatus"] == "DISABLED"
    assert db.describe_time_to_live(TableName="Imported")["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
    assert "StreamSpecification" not in db.describe_table(TableName="Imported")["Table"]
    assert db.list_tags_of_resource(ResourceArn=ARN + "Imported")["Tags"] == []
    protect(db, "Imported")
    put(db, "c", table="Imported")
    assert set(items(db, "Imported")) == {"a", "b", "c"}


def test_indexes_and_capacity_of_the_table(db: Any, clock: ManualClock, two: None) -> None:
    """Global indexes, provisioned capacity and encryption are those of the request."""
    wanted = {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "value")],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-value",
                "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            }
        ],
    }
    finished(db, clock, ask(db, table=wanted))
    table = db.describe_table(TableName="Imported")["Table"]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 4
    assert table["SSEDescription"]["Status"] == "ENABLED"
    found = db.query(
        TableName="Imported",
        IndexName="by-value",
        KeyConditionExpression="#v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "v"}},
    )
    assert found["Count"] == 2


@pytest.mark.parametrize("compression", ["GZIP", "ZSTD", "NONE"])
def test_compressions(db: Any, s3: Any, clock: ManualClock, compression: str) -> None:
    """Objects may be compressed with gzip or Zstandard, or not at all."""
    text = b'{"Item":{"id":{"S":"a"},"value":{"S":"v"}}}\n'
    packed = {"GZIP": gzip.compress(text), "ZSTD": pa.Codec("zstd").compress(text, asbytes=True), "NONE": text}
    s3.put_object(Bucket=BUCKET, Key="in/x", Body=packed[compression])
    done = finished(db, clock, ask(db, InputCompressionType=compression))
    assert (done["ImportStatus"], items(db, "Imported")) == ("COMPLETED", {"a": "v"})
    assert done["ProcessedSizeBytes"] == len(text)


def test_the_prefix_is_a_string(db: Any, s3: Any, clock: ManualClock) -> None:
    """The prefix is compared letter by letter: it need not end at a slash."""
    for key in ("in/one", "in/one-more", "inner", "out/one"):
        load(s3, key, [record(key)])
    finished(db, clock, ask(db, prefix="in/one"))
    assert set(items(db, "Imported")) == {"in/one", "in/one-more"}


BAD = [
    {"Item": {"value": {"S": "no key"}}},
    {"Item": {"id": {"N": "1"}}},
    {"Item": {"id": {"S": ""}}},
    {"Item": {"id": {"S": "x"}, "n": {"N": "many"}}},
    {"Item": {"id": {"S": "x"}, "large": {"S": "x" * 410_000}}},
    {"Item": {"id": {"S": "x"}, "empty": {"SS": []}}},
    {"Keys": {"id": {"S": "x"}}},
    {"Item": 5},
    [1],
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: str(bad)[:40])
def test_an_item_that_the_table_does_not_take(db: Any, s3: Any, clock: ManualClock, bad: Any) -> None:
    """One bad item: the import is FAILED with ItemValidationError, the good items are there, the table is ACTIVE."""
    load(s3, "in/1", [record("a"), bad, record("b")])
    done = finished(db, clock, ask(db))
    assert (done["ImportStatus"], done["FailureCode"]) == ("FAILED", "ItemValidationError")
    assert (done["ErrorCount"], done["ImportedItemCount"], done["ProcessedItemCount"]) == (1, 2, 3)
    assert db.describe_table(TableName="Imported")["Table"]["TableStatus"] == "ACTIVE"
    assert set(items(db, "Imported")) == {"a", "b"}


@pytest.mark.parametrize("body", [b"{", b"junk\n", b"\x1f\x8b\x08", b"\xff\xfe"])
def test_objects_that_are_no_json(db: Any, s3: Any, clock: ManualClock, body: bytes) -> None:
    """What is no line of JSON is an error each, and does no harm to the rest."""
    load(s3, "in/1", [record("a")])
    s3.put_object(Bucket=BUCKET, Key="in/2", Body=body)
    done = finished(db, clock, ask(db))
    assert (done["ImportStatus"], done["ErrorCount"] >= 1, items(db, "Imported")) == ("FAILED", True, {"a": "v"})


@pytest.mark.parametrize("compression", ["GZIP", "ZSTD"])
def test_objects_that_are_not_compressed(db: Any, clock: ManualClock, two: None, compression: str) -> None:
    """An object that is not compressed as the request says is an error."""
    done = finished(db, clock, ask(db, InputCompressionType=compression))
    assert (done["FailureCode"], done["ErrorCount"]) == ("ItemValidationError", 2)


def test_one_key_twice(db: Any, s3: Any, clock: ManualClock) -> None:
    """Several items with one key are no error; one of them is there."""
    load(s3, "in/1", [record("a", "1"), record("a", "2")])
    done = finished(db, clock, ask(db))
    assert (done["ImportStatus"], done["ErrorCount"]) == ("COMPLETED", 0)
    assert items(db, "Imported")["a"] in {"1", "2"}


def test_csv(db: Any, s3: Any, clock: ManualClock) -> None:
    """CSV: the first line names the attributes; key attributes have their types, all others are strings."""
    s3.put_object(Bucket=BUCKET, Key="in/1.csv", Body=b'id,n,value\na,1.50,"x, ""y"""\nb,2,7\n')
    table = {
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    }
    assert finished(db, clock, ask(db, InputFormat="CSV", table=table))["ImportStatus"] == "COMPLETED"
    found = sorted(db.scan(TableName="Imported")["Items"], key=lambda item: item["id"]["S"])
    assert found == [
        {"id": {"S": "a"}, "n": {"N": "1.5"}, "value": {"S": 'x, "y"'}},
        {"id": {"S": "b"}, "n": {"N": "2"}, "value": {"S": "7"}},
    ]


@pytest.mark.parametrize("delimiter", [",", ";", ":", "|", "\t", " "])
def test_csv_with_other_delimiters_and_headers(db: Any, s3: Any, clock: ManualClock, delimiter: str) -> None:
    """With a HeaderList the first line is data; the delimiter is one of six."""
    s3.put_object(Bucket=BUCKET, Key="in/1.csv", Body=delimiter.join(["a", "v"]).encode())
    options = {"Csv": {"Delimiter": delimiter, "HeaderList": ["id", "value"]}}
    done = finished(db, clock, ask(db, InputFormat="CSV", InputFormatOptions=options))
    assert (done["InputFormatOptions"], items(db, "Imported")) == (options, {"a": "v"})


def test_csv_rows_of_another_width(db: Any, s3: Any, clock: ManualClock) -> None:
    """A row with more or fewer columns than the header is an error."""
    s3.put_object(Bucket=BUCKET, Key="in/1.csv", Body=b"id,value\na,v\nb\nc,v,w\n")
    done = finished(db, clock, ask(db, InputFormat="CSV"))
    assert (done["ErrorCount"], items(db, "Imported")) == (2, {"a": "v"})


def test_a_table_that_is_there(db: Any, clock: ManualClock, two: None) -> None:
    """An import makes a new table only: a name that is taken is a ResourceInUseException."""
    make_table(db, "Imported")
    assert refusal(ask, db=db)[0] == "ResourceInUseException"


def test_nothing_is_restored_into_a_table_that_is_imported(db: Any, clock: ManualClock, two: None) -> None:
    """A restore into the name of an import is TableAlreadyExistsException, also before the table is seen."""
    make_table(db)
    arn = db.create_backup(TableName="Orders", BackupName="before")["BackupDetails"]["BackupArn"]
    clock.set_forward(clock.now() + 1)
    ask(db)
    restore = refusal(db.restore_table_from_backup, BackupArn=arn, TargetTableName="Imported")
    assert restore[0] == "TableAlreadyExistsException"
    clock.set_forward(clock.now() + 120)
    assert items(db, "Imported") == {"a": "v", "b": "v"}


def test_a_name_is_taken_before_it_is_seen(db: Any, clock: ManualClock, two: None) -> None:
    """While the table cannot be seen yet, no other of its name can be created or imported."""
    ask(db)
    assert refusal(ask, db=db)[0] == "ResourceInUseException"
    assert refusal(make_table, db=db, name="Imported")[0] == "ResourceInUseException"


def test_a_bucket_that_is_not_there(db: Any, clock: ManualClock) -> None:
    """A missing bucket is accepted and fails the import later; there is no table, and its name is free."""
    done = finished(db, clock, ask(db, S3BucketSource={"S3Bucket": "nowhere"}))
    assert (done["ImportStatus"], done["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert db.list_tables()["TableNames"] == []
    assert make_table(db, "Imported")


def test_a_bucket_of_another_account(machine: TimeMachine, db: Any, clock: ManualClock) -> None:
    """A bucket of another account is read where the request names its owner."""
    other = connect(machine, account="222222222222", service="s3")
    other.create_bucket(Bucket="theirs")
    other.put_object(Bucket="theirs", Key="1", Body=b'{"Item":{"id":{"S":"a"},"value":{"S":"v"}}}')
    source = {"S3Bucket": "theirs", "S3BucketOwner": "222222222222"}
    assert finished(db, clock, ask(db, S3BucketSource=source))["ImportStatus"] == "COMPLETED"
    denied = finished(db, clock, ask(db, S3BucketSource={"S3Bucket": "theirs"}, table={"TableName": "Other"}))
    assert denied["FailureCode"] == "S3AccessDenied"


def test_a_fault_fails_an_import(machine: TimeMachine, db: Any, clock: ManualClock, two: None) -> None:
    """A fault makes an import fail at its end."""
    machine.fleet.faults.add(Fault(Effect.FAIL, operation="ImportTable", table="Imported", times=1))
    assert finished(db, clock, ask(db))["ImportStatus"] == "FAILED"


def test_tokens(db: Any, clock: ManualClock, two: None) -> None:
    """The same token and members give the same import for eight hours, other members an ImportConflictException."""
    first = ask(db, ClientToken="once")
    clock.set_forward(START_AT + 8 * 3600 - 1)
    assert ask(db, ClientToken="once")["ImportArn"] == first["ImportArn"]
    assert refusal(ask, db=db, ClientToken="once", prefix="x")[0] == "ImportConflictException"
    clock.set_forward(START_AT + 8 * 3600)
    assert refusal(ask, db=db, ClientToken="once")[0] == "ResourceInUseException"


@pytest.mark.parametrize(
    "members",
    [
        {"InputFormat": "XML"},
        {"InputCompressionType": "LZ4"},
        {"InputFormatOptions": {"Csv": {"Delimiter": ","}}},
        {"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"Delimiter": "#"}}},
        {"S3BucketSource": {"S3Bucket": "-"}},
        {"table": {"TableName": "a b"}},
        {"table": {"KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}]}},
        {"table": {"BillingMode": "PROVISIONED"}},
    ],
)
def test_requests_of_the_wrong_shape(db: Any, s3: Any, members: Any) -> None:
    """A request that cannot be is a ValidationException, and leaves nothing behind."""
    assert refusal(ask, db=db, **members)[0] == "ValidationException"
    assert db.list_imports()["ImportSummaryList"] == []
    assert db.list_tables()["TableNames"] == []


def test_local_indexes_cannot_be_asked_for(machine: TimeMachine) -> None:
    """TableCreationParameters has no local indexes: they are refused, not ignored."""
    asked = {
        "S3BucketSource": {"S3Bucket": BUCKET},
        "InputFormat": "DYNAMODB_JSON",
        "TableCreationParameters": {**TABLE, "LocalSecondaryIndexes": []},
    }
    answer = machine.handle("DynamoDB_20120810.ImportTable", json.dumps(asked).encode(), region="us-east-1")
    assert (answer.status, b"LocalSecondaryIndexes" in answer.body) == (400, True)


def test_an_import_that_there_is_not(db: Any) -> None:
    """DescribeImport of an unknown ARN is an ImportNotFoundException."""
    assert refusal(db.describe_import, ImportArn=f"{ARN}Imported/import/nope")[0] == "ImportNotFoundException"


def test_imports_are_listed(db: Any, clock: ManualClock, two: None) -> None:
    """ListImports: of one table or all, by pages, for 90 days."""
    arns = [ask(db, table={"TableName": f"Table{number}"})["ImportArn"] for number in range(3)]
    first = db.list_imports(PageSize=2)
    second = db.list_imports(PageSize=2, NextToken=first["NextToken"])
    found = [each["ImportArn"] for page in (first, second) for each in page["ImportSummaryList"]]
    assert found == sorted(arns, reverse=True)
    (one,) = db.list_imports(TableArn=ARN + "Table1")["ImportSummaryList"]
    assert (one["ImportArn"], one["ImportStatus"], one["InputFormat"]) == (arns[1], "IN_PROGRESS", "DYNAMODB_JSON")
    clock.set_forward(START_AT + 90 * DAY_S)
    assert db.list_imports()["ImportSummaryList"] == []


def test_fifty_at_a_time(db: Any, s3: Any) -> None:
    """The 51st import at a time is a LimitExceededException."""
    for number in range(50):
        ask(db, table={"TableName": f"Table{number}"})
    assert refusal(ask, db=db)[0] == "LimitExceededException"


def test_imports_are_no_restores(db: Any, s3: Any, clock: ManualClock) -> None:
    """Fifty imports that run leave room for a restore."""
    make_table(db)
    protect(db)
    for number in range(50):
        ask(db, table={"TableName": f"Table{number}"})
    clock.set_forward(START_AT + 60)
    db.restore_table_to_point_in_time(
        SourceTableName="Orders", TargetTableName="Restored", UseLatestRestorableTime=True
    )


def test_the_waiter_of_boto3(db: Any, clock: ManualClock, two: None) -> None:
    """boto3's waiter for imports understands the states."""
    asked = ask(db)
    clock.set_forward(START_AT + 120)
    db.get_waiter("import_completed").wait(ImportArn=asked["ImportArn"])
