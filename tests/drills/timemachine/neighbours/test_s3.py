"""S3 of the machine: buckets and objects over every way that clients have of asking."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from dynadrill.drills.timemachine.faults import Effect, Fault
from dynadrill.drills.timemachine.machine import Call, ManualClock, TimeMachine
from moto.s3.models import FakeKey, s3_backends

from ..support import START_AT, connect

BUCKET = "a-bucket"
KEYS = [
    "plain",
    "with space",
    "a+b",
    "50%",
    "%2F",
    "ü/日本",
    "deep/er/still",
    "trailing/",
    "q?x=1&y",
    "#",
    "dots/../x",
    "//two",
]


@pytest.fixture
def s3(machine: TimeMachine) -> Any:
    """A client of S3, in which there is a bucket."""
    client = connect(machine, service="s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def code_of(caught: Any) -> tuple[str, int]:
    """The name and the status with which a call was refused."""
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("key", KEYS)
def test_any_key(s3: Any, key: str) -> None:
    """A key may have spaces, signs, slashes and letters of any script: it is read back and listed as it was written."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == key.encode()
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == [key]
    s3.delete_object(Bucket=BUCKET, Key=key)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_head_has_the_length(s3: Any) -> None:
    """HEAD tells length and kind of an object without its content."""
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"12345", ContentType="text/plain", Metadata={"mine": "yes"})
    head = s3.head_object(Bucket=BUCKET, Key="k")
    assert (head["ContentLength"], head["ContentType"], head["Metadata"]) == (5, "text/plain", {"mine": "yes"})


@pytest.mark.parametrize(("ask", "part"), [("bytes=2-4", b"cde"), ("bytes=7-", b"hij"), ("bytes=-3", b"hij")])
def test_ranges(s3: Any, ask: str, part: bytes) -> None:
    """A range of an object is answered with 206."""
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"abcdefghij")
    answer = s3.get_object(Bucket=BUCKET, Key="k", Range=ask)
    assert (answer["Body"].read(), answer["ResponseMetadata"]["HTTPStatusCode"]) == (part, 206)


def test_an_upload_in_parts(s3: Any) -> None:
    """An object is put together from its parts, in their order."""
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="k")["UploadId"]
    bodies = {1: b"a" * 5_242_880, 2: b"b" * 10}
    parts = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(Bucket=BUCKET, Key="k", UploadId=upload, PartNumber=number, Body=body)["ETag"],
        }
        for number, body in bodies.items()
    ]
    s3.complete_multipart_upload(Bucket=BUCKET, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"".join(bodies.values())


def test_listing_by_pages_and_folders(s3: Any) -> None:
    """Listings have pages, prefixes and delimiters."""
    for number in range(5):
        s3.put_object(Bucket=BUCKET, Key=f"a/{number}", Body=b"")
    s3.put_object(Bucket=BUCKET, Key="b", Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 2})
    assert [each["Key"] for page in pages for each in page["Contents"]] == [*(f"a/{n}" for n in range(5)), "b"]
    listed = s3.list_objects_v2(Bucket=BUCKET, Delimiter="/")
    assert [each["Prefix"] for each in listed["CommonPrefixes"]] == ["a/"]


def test_copying_and_deleting_many(s3: Any) -> None:
    """Objects are copied within the machine and deleted many at a time."""
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x", Tagging="a=1")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "k"})
    assert s3.get_object(Bucket=BUCKET, Key="copy")["TagCount"] == 1
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "k"}, {"Key": "copy"}]})
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_versions(s3: Any, clock: ManualClock) -> None:
    """A bucket that keeps versions has every one, and a marker for a deletion, each at its time."""
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=BUCKET, Key="k", Body=b"1")["VersionId"]
    clock.set_forward(START_AT + 60)
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"2")
    clock.set_forward(START_AT + 120)
    s3.delete_object(Bucket=BUCKET, Key="k")
    assert s3.get_object(Bucket=BUCKET, Key="k", VersionId=first)["Body"].read() == b"1"
    listed = s3.list_object_versions(Bucket=BUCKET)
    stamps = [each["LastModified"] for each in listed["Versions"] + listed["DeleteMarkers"]]
    assert {round(stamp.timestamp() - START_AT) for stamp in stamps} == {0, 60, 120}


def test_stamps_are_target_time(s3: Any, clock: ManualClock) -> None:
    """Buckets and objects are stamped with the machine's time, not with that of the wall."""
    clock.set_forward(START_AT + 3600)
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"")
    assert s3.get_object(Bucket=BUCKET, Key="k")["LastModified"] == datetime.fromtimestamp(int(START_AT) + 3600, UTC)
    (bucket,) = s3.list_buckets()["Buckets"]
    assert bucket["CreationDate"] == datetime.fromtimestamp(int(START_AT), UTC)


@pytest.mark.parametrize(
    ("call", "members", "refused"),
    [
        ("get_object", {"Bucket": BUCKET, "Key": "nope"}, ("NoSuchKey", 404)),
        ("get_object", {"Bucket": "nope", "Key": "k"}, ("NoSuchBucket", 404)),
        ("list_objects_v2", {"Bucket": "nope"}, ("NoSuchBucket", 404)),
        ("head_object", {"Bucket": BUCKET, "Key": "nope"}, ("404", 404)),
        ("head_bucket", {"Bucket": "nope"}, ("404", 404)),
        ("delete_bucket", {"Bucket": "nope"}, ("NoSuchBucket", 404)),
        ("create_bucket", {"Bucket": "x" * 64}, ("InvalidBucketName", 400)),
        ("get_object", {"Bucket": BUCKET, "Key": "there", "Range": "bytes=9-10"}, ("InvalidRange", 416)),
        ("put_object", {"Bucket": BUCKET, "Key": "there", "StorageClass": "NONE"}, ("InvalidStorageClass", 400)),
    ],
)
def test_refusals_are_those_of_s3(s3: Any, call: str, members: Any, refused: tuple[str, int]) -> None:
    """What S3 refuses comes with its code and its status, in its own XML."""
    s3.put_object(Bucket=BUCKET, Key="there", Body=b"x")
    with pytest.raises(ClientError) as caught:
        getattr(s3, call)(**members)
    assert code_of(caught) == refused


def test_a_bucket_with_objects_stays(s3: Any) -> None:
    """A bucket is deleted only when it is empty."""
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"")
    with pytest.raises(ClientError) as caught:
        s3.delete_bucket(Bucket=BUCKET)
    assert code_of(caught) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=BUCKET, Key="k")
    s3.delete_bucket(Bucket=BUCKET)
    assert s3.list_buckets()["Buckets"] == []


def test_names_of_buckets_are_one_namespace(machine: TimeMachine, s3: Any) -> None:
    """A bucket's name is taken for all accounts; each account lists its own."""
    other = connect(machine, account="222222222222", service="s3")
    with pytest.raises(ClientError) as caught:
        other.create_bucket(Bucket=BUCKET)
    assert code_of(caught) == ("BucketAlreadyExists", 409)
    other.create_bucket(Bucket="theirs")
    assert [each["Name"] for each in other.list_buckets()["Buckets"]] == ["theirs"]


def test_regions_of_buckets(machine: TimeMachine) -> None:
    """A bucket is in the Region that its creation names."""
    client = connect(machine, "eu-west-1", service="s3")
    client.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert client.get_bucket_location(Bucket="far")["LocationConstraint"] == "eu-west-1"
    assert client.head_bucket(Bucket="far")["BucketRegion"] == "eu-west-1"


def test_machines_do_not_see_each_other(machine: TimeMachine, s3: Any) -> None:
    """Two machines have buckets of the same name and know nothing of each other, nor does moto."""
    other = connect(TimeMachine(ManualClock(START_AT)), service="s3")
    assert other.list_buckets()["Buckets"] == []
    other.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"mine")
    other.put_object(Bucket=BUCKET, Key="k", Body=b"theirs")
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"mine"
    assert BUCKET not in s3_backends.bucket_accounts
    assert not FakeKey.__dict__["instances_tracked"]


def test_motos_register_is_left_alone(machine: TimeMachine) -> None:
    """A bucket of the same name in moto's own S3 stays registered there."""
    s3_backends.bucket_accounts["shared"] = ("aws", "999999999999")
    try:
        connect(machine, service="s3").create_bucket(Bucket="shared")
        assert s3_backends.bucket_accounts["shared"] == ("aws", "999999999999")
    finally:
        del s3_backends.bucket_accounts["shared"]


def test_reset_empties_it(machine: TimeMachine, s3: Any) -> None:
    """A reset forgets buckets, and their names are free."""
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")
    machine.reset()
    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket=BUCKET)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_signed_addresses(machine: TimeMachine, version: str) -> None:
    """Presigned URLs work without an Authorization header, of either signature, for the account that signed."""
    client = connect(machine, account="222222222222", service="s3", signature_version=version)
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="a b", Body=b"x")
    url = urlsplit(client.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a b"}))
    answer = machine.respond(Call("GET", url.netloc, f"{url.path}?{url.query}", {"host": url.netloc}, b""))
    assert (answer.status, answer.body) == (200, b"x")


HOSTS = [
    "a-bucket.localhost:8000",
    "a-bucket.s3.localhost",
    "a-bucket.s3.amazonaws.com",
    "a-bucket.s3.eu-west-1.amazonaws.com",
]
SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=key/20231114/us-east-1/s3/aws4_request, Signature=x"}


@pytest.mark.parametrize("host", HOSTS)
def test_the_bucket_in_the_host(machine: TimeMachine, s3: Any, host: str) -> None:
    """The bucket may stand in the host's name."""
    s3.put_object(Bucket=BUCKET, Key="k/l", Body=b"x")
    answer = machine.respond(Call("GET", host, "/k/l", {"host": host, **SIGNED}, b""))
    assert (answer.status, answer.body) == (200, b"x")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "localhost:8000", "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "[::1]:8000", "machine"],
)
def test_the_bucket_in_the_path(machine: TimeMachine, s3: Any, host: str) -> None:
    """A host that names no bucket leaves it to the path."""
    s3.put_object(Bucket=BUCKET, Key="k/l", Body=b"x")
    answer = machine.respond(Call("GET", host, f"/{BUCKET}/k/l", {"host": host, **SIGNED}, b""))
    assert (answer.status, answer.body) == (200, b"x")


def test_faults_name_operations_of_s3(machine: TimeMachine, s3: Any) -> None:
    """A fault can be about one operation of S3, and is answered in S3's own XML."""
    machine.fleet.faults.add(Fault(Effect.THROTTLE, service="s3", operation="PutObject"))
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"")
    assert code_of(caught)[0]
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


PATHS = (
    "/", "//", "/%", "/a-bucket?acl", "/a-bucket?delete", "/a-bucket/k?uploads", "/a-bucket/k?uploadId=x", "/A_B",
    "/a-bucket/k?partNumber=x&uploadId=y", "/a-bucket?policy", "/nope/%ff", "/a-bucket?versioning",
    "/a-bucket/k?tagging", "/a-bucket?list-type=2&max-keys=x", "/a-bucket?nonsense=1",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"])
def test_bad_calls_are_refused(machine: TimeMachine, s3: Any, method: str, path: str) -> None:
    """Whatever is asked, the answer is one: never a 500."""
    for body in (b"", b"<junk", b"\xff\xfe", b"<a/>"):
        answer = machine.respond(Call(method, "127.0.0.1", path, {"host": "127.0.0.1", **SIGNED}, body))
        assert answer.status < 500, (body, answer)
