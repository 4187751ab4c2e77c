"""Full exports: what they hold, how they go on, which files they leave, and what is refused."""

import gzip
import json
from base64 import b64encode
from hashlib import md5
from typing import Any

import pytest
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import DAY_S, START_AT, connect, items, make_table, protect, put, refusal
from .files import ARN, BUCKET, content, export, keys, lines, manifest

VALUE = {"ExpressionAttributeValues": {":v": {"S": "a"}}}


@pytest.fixture
def orders(db: Any, s3: Any, clock: ManualClock) -> str:
    """A protected table with two items that were written a good while ago."""
    name = make_table(db)
    protect(db)
    put(db, "a", "1")
    put(db, "b", "2")
    clock.set_forward(START_AT + 1000)
    return name


def describe(db: Any, described: Any) -> Any:
    """What is said about an export now."""
    return db.describe_export(ExportArn=described["ExportArn"])["ExportDescription"]


def finished(db: Any, clock: ManualClock, described: Any) -> Any:
    """What is said about an export when its time is over."""
    clock.set_forward(clock.now() + 300)
    return describe(db, described)


def values(records: list[Any]) -> dict[str, str]:
    """Key to value of full export's records."""
    return {each["Item"]["id"]["S"]: each["Item"]["value"]["S"] for each in records}


def test_an_export_holds_the_past(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """An export holds the items of its second, not those of now."""
    put(db, "a", "later")
    db.delete_item(TableName=orders, Key={"id": {"S": "b"}})
    described = finished(db, clock, export(db, ExportTime=START_AT + 10))
    assert values(lines(s3, described)) == {"a": "1", "b": "2"}
    assert described["ItemCount"] == 2


def test_an_export_without_a_time_is_of_the_latest_second(db: Any, clock: ManualClock, orders: str) -> None:
    """ExportTime may be left out: the latest restorable second then."""
    assert export(db)["ExportTime"].timestamp() == int(clock.now()) - 300


def test_an_export_goes_on_for_a_while(db: Any, clock: ManualClock, orders: str) -> None:
    """An export is IN_PROGRESS, then COMPLETED, with a start and an end."""
    asked = export(db)
    assert asked["ExportStatus"] == "IN_PROGRESS"
    assert "EndTime" not in asked
    clock.set_forward(clock.now() + 299)
    assert describe(db, asked)["ExportStatus"] == "IN_PROGRESS"
    clock.set_forward(clock.now() + 1)
    done = describe(db, asked)
    assert done["ExportStatus"] == "COMPLETED"
    assert (done["EndTime"] - done["StartTime"]).total_seconds() == pytest.approx(300)


def test_what_an_export_says(db: Any, clock: ManualClock, orders: str) -> None:
    """DescribeExport repeats the request and names table, format, kind, encryption and size."""
    asked = export(db, S3Prefix="here", ClientToken="t", ExportTime=START_AT + 5)
    done = finished(db, clock, asked)
    table = db.describe_table(TableName=orders)["Table"]
    wanted = {
        "TableArn": ARN + orders,
        "TableId": table["TableId"],
        "ClientToken": "t",
        "S3Bucket": BUCKET,
        "S3Prefix": "here",
        "S3SseAlgorithm": "AES256",
        "ExportFormat": "DYNAMODB_JSON",
        "ExportType": "FULL_EXPORT",
        "BilledSizeBytes": table["TableSizeBytes"],
        "ItemCount": 2,
    }
    assert wanted.items() <= done.items()


def test_the_name_of_an_export(db: Any, orders: str) -> None:
    """An export's id is 14 digits of its start in milliseconds, and 8 hexadecimal ones."""
    asked = export(db)
    name = asked["ExportArn"].removeprefix(f"{ARN}{orders}/export/")
    assert int(name[:14]) == int(asked["StartTime"].timestamp() * 1000)
    assert name[14] == "-"
    assert len(bytes.fromhex(name[15:])) == 4


@pytest.mark.parametrize("prefix", ["", "some/where"])
def test_the_files_of_a_full_export(db: Any, s3: Any, clock: ManualClock, orders: str, prefix: str) -> None:
    """The mark, both manifests with their checksums, and a data file for each partition, empty ones too."""
    described = finished(db, clock, export(db, S3Prefix=prefix) if prefix else export(db))
    root = (f"{prefix}/" if prefix else "") + f"AWSDynamoDB/{described['ExportArn'].rpartition('/')[2]}/"
    found = {key.removeprefix(root) for key in keys(s3)}
    data = {name for name in found if name.startswith("data/")}
    manifests = {f"manifest-{kind}.{end}" for kind in ("files", "summary") for end in ("json", "md5", "checksum")}
    assert found - data == {"_started", *manifests}
    assert all(name.endswith(".json.gz") for name in data)
    assert len(data) == 4
    assert any(gzip.decompress(content(s3, root + name)) == b"" for name in data)
    assert content(s3, root + "_started") == b""


def test_the_mark_is_written_at_once(db: Any, s3: Any, orders: str) -> None:
    """`_started` is in the bucket before anything else is."""
    described = export(db)
    assert keys(s3) == [f"AWSDynamoDB/{described['ExportArn'].rpartition('/')[2]}/_started"]


def test_the_manifests(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """The summary describes the export, and the list of files every file, by checksum and count."""
    described = finished(db, clock, export(db, ExportTime=START_AT + 5, S3Prefix="p"))
    summary, files = manifest(s3, described)
    assert set(summary) == {
        "version", "exportArn", "startTime", "endTime", "tableArn", "tableId", "exportTime", "s3Bucket", "s3Prefix",
        "s3SseAlgorithm", "s3SseKmsKeyId", "manifestFilesS3Key", "billedSizeBytes", "itemCount", "outputFormat",
        "exportType",
    }  # fmt: skip
    assert summary["version"] == "2020-06-30"
    assert summary["exportTime"] == "2023-11-14T22:13:25.000Z"
    assert (summary["s3Prefix"], summary["itemCount"], summary["outputFormat"]) == ("p", 2, "DYNAMODB_JSON")
    assert sum(each["itemCount"] for each in files) == 2
    for each in files:
        stored = content(s3, each["dataFileS3Key"])
        assert each["md5Checksum"] == b64encode(md5(stored).digest()).decode()
        assert s3.head_object(Bucket=BUCKET, Key=each["dataFileS3Key"])["ETag"] == f'"{each["etag"]}"'


@pytest.mark.parametrize("kind", ["files", "summary"])
def test_checksums_of_manifests(db: Any, s3: Any, clock: ManualClock, orders: str, kind: str) -> None:
    """Both checksum files of a manifest are its MD5 in base64."""
    folder = finished(db, clock, export(db))["ExportManifest"].rpartition("/")[0]
    wanted = b64encode(md5(content(s3, f"{folder}/manifest-{kind}.json")).digest())
    assert [content(s3, f"{folder}/manifest-{kind}.{end}") for end in ("md5", "checksum")] == [wanted, wanted]


def test_a_partition_is_in_one_file(db: Any, s3: Any, clock: ManualClock) -> None:
    """Items with one partition key are in one file of an export."""
    make_table(db, sort=True)
    protect(db)
    for number in range(40):
        db.put_item(TableName="Orders", Item={"id": {"S": str(number % 8)}, "n": {"N": str(number)}})
    clock.set_forward(START_AT + 1000)
    _, files = manifest(s3, finished(db, clock, export(db)))
    places: dict[str, set[str]] = {}
    for each in files:
        for line in gzip.decompress(content(s3, each["dataFileS3Key"])).splitlines():
            places.setdefault(json.loads(line)["Item"]["id"]["S"], set()).add(each["dataFileS3Key"])
    assert len(places) == 8
    assert all(len(found) == 1 for found in places.values())
    assert len(set.union(*places.values())) > 1


def test_an_export_reads_nothing_later(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """What is written, and that the table is deleted, while an export runs does not change it."""
    asked = export(db)
    put(db, "c", "late")
    protect_off(db)
    db.delete_table(TableName=orders)
    assert values(lines(s3, finished(db, clock, asked))) == {"a": "1", "b": "2"}


def protect_off(db: Any) -> None:
    """Switch point-in-time recovery off."""
    db.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )


def test_an_export_needs_recovery(db: Any, s3: Any) -> None:
    """Point-in-time recovery is looked at before the bucket and the time."""
    make_table(db)
    assert refusal(export, db=db, S3Bucket="nowhere", ExportTime=1) == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'Orders'",
    )


@pytest.mark.parametrize(
    ("after_s", "text"),
    [
        (2000, "Export Time is invalid"),
        (-1, "Export Time is invalid"),
        (900, "Point in Time Recovery is not available for specified export time"),
        (701, "Point in Time Recovery is not available for specified export time"),
    ],
)
def test_times_outside_the_window(db: Any, orders: str, after_s: int, text: str) -> None:
    """InvalidExportTimeException: in the future, before the window, or newer than the latest second."""
    assert refusal(export, db=db, ExportTime=int(START_AT) + after_s) == ("InvalidExportTimeException", text)


@pytest.mark.parametrize("after_s", [0, 700])
def test_the_bounds_of_the_window_can_be_exported(db: Any, orders: str, after_s: int) -> None:
    """The first and the last second of the window are inside."""
    assert export(db, ExportTime=int(START_AT) + after_s)["ExportStatus"] == "IN_PROGRESS"


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (ARN + "Nope", "TableNotFoundException"),
        (ARN.replace("us-east-1", "eu-west-1") + "Orders", "TableNotFoundException"),
        (ARN.replace("1234", "9994") + "Orders", "TableNotFoundException"),
        ("Orders", "ValidationException"),
        (ARN + "Orders/index/x", "ValidationException"),
    ],
)
def test_tables_that_are_not_there(db: Any, orders: str, arn: str, code: str) -> None:
    """An export is of a table's ARN; a name is none, and there must be the table in this account and Region."""
    assert refusal(export, db=db, TableArn=arn)[0] == code


@pytest.mark.parametrize(
    "members",
    [
        {"ExportFormat": "CSV"},
        {"ExportType": "HALF"},
        {"S3SseAlgorithm": "DES"},
        {"S3SseKmsKeyId": "k"},
        {"S3Bucket": "-"},
        {"S3BucketOwner": "me"},
        {"ClientToken": "a$b"},
        {"ExportType": "INCREMENTAL_EXPORT"},
        {"IncrementalExportSpecification": {"ExportFromTime": 1}},
        {"ExportType": "INCREMENTAL_EXPORT", "ExportTime": 1},
        {"FilterSpecification": {"FilterExpression": "((("}},
        {"FilterSpecification": {"FilterExpression": "a = :nope"}},
        {"FilterSpecification": {"KeyConditionExpression": "other = :v", **VALUE}},
        {"FilterSpecification": {"KeyConditionExpression": "id = :v", "FilterExpression": "id <> :v", **VALUE}},
        {"FilterSpecification": {"ProjectionExpression": "a", **VALUE}},
    ],
)
def test_requests_of_the_wrong_shape(db: Any, orders: str, members: Any) -> None:
    """Members that are none of the API's values, or do not go together, are a ValidationException."""
    assert refusal(export, db=db, **members)[0] == "ValidationException"


def test_a_token_names_an_export(db: Any, clock: ManualClock, orders: str) -> None:
    """The same token and members give the same export, also when it is complete."""
    first = export(db, ClientToken="once")
    assert export(db, ClientToken="once")["ExportArn"] == first["ExportArn"]
    done = finished(db, clock, first)
    assert export(db, ClientToken="once") == done
    assert len(db.list_exports()["ExportSummaries"]) == 1


def test_a_token_with_other_members(db: Any, orders: str) -> None:
    """The same token with other members is an ExportConflictException."""
    export(db, ClientToken="once")
    assert refusal(export, db=db, ClientToken="once", S3Prefix="x")[0] == "ExportConflictException"


def test_a_token_is_known_for_eight_hours(db: Any, clock: ManualClock, orders: str) -> None:
    """After eight hours a token starts a new export."""
    first = export(db, ClientToken="once")
    clock.set_forward(clock.now() + 8 * 3600 - 1)
    assert export(db, ClientToken="once")["ExportArn"] == first["ExportArn"]
    clock.set_forward(clock.now() + 1)
    assert export(db, ClientToken="once", S3Prefix="x")["ExportArn"] != first["ExportArn"]


def test_without_a_token_each_request_is_an_export(db: Any, orders: str) -> None:
    """SDKs fill in a token of their own for each call: a retry by hand is another export."""
    assert export(db)["ExportArn"] != export(db)["ExportArn"]


def failure(db: Any, clock: ManualClock, described: Any) -> str:
    """The failure code of an export that was accepted and failed."""
    assert described["ExportStatus"] == "IN_PROGRESS"
    assert "FailureCode" not in described
    done = finished(db, clock, described)
    assert done["ExportStatus"] == "FAILED"
    assert done["FailureMessage"]
    assert "ItemCount" not in done
    code: str = done["FailureCode"]
    return code


def test_a_bucket_that_is_not_there(db: Any, clock: ManualClock, orders: str) -> None:
    """A missing bucket is accepted and fails the export later."""
    assert failure(db, clock, export(db, S3Bucket="nowhere")) == "S3NoSuchBucket"


def test_a_bucket_that_goes_away(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A bucket that is deleted while the export runs fails it."""
    asked = export(db)
    s3.delete_object(Bucket=BUCKET, Key=keys(s3)[0])
    s3.delete_bucket(Bucket=BUCKET)
    assert failure(db, clock, asked) == "S3NoSuchBucket"


def test_a_bucket_whose_policy_denies(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A bucket policy that denies PutObject fails the export."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert failure(db, clock, export(db)) == "S3AccessDenied"


def test_a_key_that_is_not_there(db: Any, clock: ManualClock, orders: str) -> None:
    """A KMS key that the bucket's Region does not have fails the export."""
    asked = export(db, S3SseAlgorithm="KMS", S3SseKmsKeyId="alias/nope")
    assert failure(db, clock, asked) == "KmsNotFoundException"


@pytest.mark.parametrize("named", ["KeyId", "Arn", "alias"])
@pytest.mark.usefixtures("orders")
def test_a_key_encrypts_the_files(machine: TimeMachine, db: Any, s3: Any, clock: ManualClock, named: str) -> None:
    """An export's files are encrypted with the key that it names, by id, ARN or alias."""
    kms = connect(machine, service="kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
    name = "alias/mine" if named == "alias" else key[named]
    done = finished(db, clock, export(db, S3SseAlgorithm="KMS", S3SseKmsKeyId=name))
    assert done["ExportStatus"] == "COMPLETED"
    head = s3.head_object(Bucket=BUCKET, Key=done["ExportManifest"])
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", name)


@pytest.mark.parametrize(("owner", "status"), [({"S3BucketOwner": "222222222222"}, "COMPLETED"), ({}, "FAILED")])
@pytest.mark.usefixtures("orders")
def test_a_bucket_of_another_account(
    machine: TimeMachine, db: Any, clock: ManualClock, owner: Any, status: str
) -> None:
    """A bucket of another account, in another Region, is written where the request names its owner."""
    other = connect(machine, "eu-west-1", "222222222222", "s3")
    other.create_bucket(Bucket="theirs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    done = finished(db, clock, export(db, S3Bucket="theirs", **owner))
    assert done["ExportStatus"] == ("COMPLETED" if owner else "FAILED")
    assert done.get("FailureCode") == (None if owner else "S3AccessDenied")


def test_a_fault_fails_an_export(machine: TimeMachine, db: Any, clock: ManualClock, orders: str) -> None:
    """A fault makes an export fail at its end, and the next one goes well."""
    machine.fleet.faults.add(Fault(Effect.FAIL, operation="ExportTableToPointInTime", times=1))
    assert failure(db, clock, export(db)) == "UNKNOWN"
    assert finished(db, clock, export(db))["ExportStatus"] == "COMPLETED"


def test_a_torn_transaction(machine: TimeMachine, db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A fault lets an export hold a part of a transaction only; the next one holds it whole."""
    written = [{"Put": {"TableName": orders, "Item": {"id": {"S": f"t{n}"}, "value": {"S": "1"}}}} for n in range(5)]
    db.transact_write_items(TransactItems=written)
    at = int(clock.now()) + 1
    clock.set_forward(at + 1000)
    machine.fleet.faults.add(Fault(Effect.TORN_TRANSACTION, operation="ExportTableToPointInTime", times=1))
    torn = values(lines(s3, finished(db, clock, export(db, ExportTime=at))))
    assert 0 < sum(key.startswith("t") for key in torn) < 5
    whole = values(lines(s3, finished(db, clock, export(db, ExportTime=at))))
    assert sum(key.startswith("t") for key in whole) == 5


def test_a_table_whose_key_is_gone(machine: TimeMachine, db: Any, s3: Any, clock: ManualClock) -> None:
    """A table whose key of KMS cannot be used is not exported."""
    kms = connect(machine, service="kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    make_table(db, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})
    protect(db)
    clock.set_forward(START_AT + 1000)
    kms.disable_key(KeyId=key)
    assert refusal(export, db=db)[0] == "AccessDeniedException"


def test_an_export_that_there_is_not(db: Any) -> None:
    """DescribeExport of an unknown ARN is an ExportNotFoundException."""
    assert refusal(db.describe_export, ExportArn=f"{ARN}Orders/export/nope")[0] == "ExportNotFoundException"


def test_exports_are_listed(db: Any, clock: ManualClock, orders: str) -> None:
    """ListExports: the last ARN first, of one table or all, for 90 days."""
    make_table(db, "Others")
    protect(db, "Others")
    arns = [export(db)["ExportArn"]]
    clock.set_forward(clock.now() + 1)
    arns += [export(db, name)["ExportArn"] for name in (orders, "Others")]
    assert [each["ExportArn"] for each in db.list_exports()["ExportSummaries"]] == sorted(arns, reverse=True)
    one = db.list_exports(TableArn=ARN + "Others")["ExportSummaries"]
    assert one == [{"ExportArn": arns[2], "ExportStatus": "IN_PROGRESS", "ExportType": "FULL_EXPORT"}]
    clock.set_forward(START_AT + 1000 + 90 * DAY_S)
    assert len(db.list_exports()["ExportSummaries"]) == 2
    clock.set_forward(clock.now() + 1)
    assert db.list_exports()["ExportSummaries"] == []


def test_exports_are_listed_by_pages(db: Any, clock: ManualClock, orders: str) -> None:
    """Pages of ListExports together have every export once."""
    arns = [export(db)["ExportArn"] for _ in range(7)]
    pages = [db.list_exports(MaxResults=3)]
    while token := pages[-1].get("NextToken"):
        pages.append(db.list_exports(MaxResults=3, NextToken=token))
    assert [len(page["ExportSummaries"]) for page in pages] == [3, 3, 1]
    found = [each["ExportArn"] for page in pages for each in page["ExportSummaries"]]
    assert found == sorted(arns, reverse=True)


@pytest.mark.parametrize("members", [{"MaxResults": 0}, {"MaxResults": 26}, {"NextToken": "zz"}, {"NextToken": "00"}])
def test_bad_pages(machine: TimeMachine, members: Any) -> None:
    """A page has 1 to 25 exports, and a token is one that was given."""
    unchecked = connect(machine, parameter_validation=False)
    assert refusal(unchecked.list_exports, **members)[0] == "ValidationException"


def test_three_hundred_at_a_time(db: Any, orders: str) -> None:
    """The 301st export at a time is a LimitExceededException."""
    for _ in range(300):
        export(db)
    assert refusal(export, db=db)[0] == "LimitExceededException"


def test_the_waiter_of_boto3(db: Any, clock: ManualClock, orders: str) -> None:
    """boto3's waiter for exports understands the states."""
    asked = export(db)
    clock.set_forward(clock.now() + 300)
    db.get_waiter("export_completed").wait(ExportArn=asked["ExportArn"])
    assert items(db, orders)


def test_ion(db: Any, s3: Any, clock: ManualClock) -> None:
    """ION: a version marker and a struct a line, with decimals, blobs and annotated sets."""
    make_table(db)
    protect(db)
    item: Any = {
        "id": {"S": 'a"ü'}, "n": {"N": "5"}, "f": {"N": "-1.5"}, "big": {"N": "2" + "0" * 50}, "b": {"B": b"xy"},
        "t": {"BOOL": True}, "no": {"NULL": True}, "ss": {"SS": ["p"]}, "ns": {"NS": ["1", "2.5"]},
        "bs": {"BS": [b"z"]},
        "l": {"L": [{"S": "x"}, {"M": {}}]}, "null": {"S": ""}, "it's odd": {"BOOL": False},
    }  # fmt: skip
    db.put_item(TableName="Orders", Item=item)
    clock.set_forward(START_AT + 1000)
    _, files = manifest(s3, finished(db, clock, export(db, ExportFormat="ION")))
    assert all(each["dataFileS3Key"].endswith(".ion.gz") for each in files)
    text = b"".join(gzip.decompress(content(s3, each["dataFileS3Key"])) for each in files).decode()
    assert text == (
        '$ion_1_0 {Item:{id:"a\\"ü",n:5.,f:-1.5,big:2d50,b:{{eHk=}},t:true,no:null,ss:$dynamodb_SS::["p"],'
        "ns:$dynamodb_NS::[1.,2.5],bs:$dynamodb_BS::[{{eg==}}],l:[\"x\",{}],'null':\"\",'it\\'s odd':false}}\n"
    )
