"""Incremental exports: one record for each key that was written in a stretch of time, with the images asked for."""

import gzip
from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock

from ..support import DAY_S, START_AT, make_table, protect, put, refusal
from .files import export, keys, lines, manifest

FROM_AT = int(START_AT) + 1000
TO_AT = FROM_AT + 900


@pytest.fixture
def orders(db: Any, s3: Any, clock: ManualClock) -> str:
    """A protected table; time stands a little before what the tests export."""
    name = make_table(db)
    protect(db)
    clock.set_forward(FROM_AT - 10)
    return name


def incremental(db: Any, *, to_at: float | None = TO_AT, from_at: float = FROM_AT, view: str = "", **more: Any) -> Any:
    """Ask for an incremental export."""
    specification: dict[str, Any] = {"ExportFromTime": from_at}
    if to_at is not None:
        specification["ExportToTime"] = to_at
    if view:
        specification["ExportViewType"] = view
    return export(db, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=specification, **more)


def exported(db: Any, s3: Any, clock: ManualClock, **asked: Any) -> list[Any]:
    """The records of an export of the stretch, when it is complete."""
    clock.set_forward(TO_AT + 60)
    described = incremental(db, **asked)
    clock.set_forward(clock.now() + 300)
    return lines(s3, db.describe_export(ExportArn=described["ExportArn"])["ExportDescription"])


def delete(db: Any, key: str) -> None:
    """Delete an item."""
    db.delete_item(TableName="Orders", Key={"id": {"S": key}})


def image(value: str, key: str = "a") -> Any:
    """An item of one attribute as it stands in a record."""
    return {"id": {"S": key}, "value": {"S": value}}


def test_an_insert(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A key that is new has a new image, and the write's time in microseconds as a typed number."""
    clock.set_forward(FROM_AT + 1.5)
    put(db, "a", "1")
    assert exported(db, s3, clock) == [
        {
            "Metadata": {"WriteTimestampMicros": {"N": str((FROM_AT * 10 + 15) * 100_000)}},
            "Keys": {"id": {"S": "a"}},
            "NewImage": image("1"),
        }
    ]


def test_an_update(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """An update has both images: the old one is the item as it was before the stretch."""
    clock.set_forward(FROM_AT - 1)
    put(db, "a", "0")
    clock.set_forward(FROM_AT + 1)
    put(db, "a", "1")
    put(db, "a", "2")
    (record,) = exported(db, s3, clock)
    assert (record["OldImage"], record["NewImage"]) == (image("0"), image("2"))


def test_a_delete(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """A deletion has an old image and no new one."""
    clock.set_forward(FROM_AT - 1)
    put(db, "a", "0")
    clock.set_forward(FROM_AT + 1)
    delete(db, "a")
    (record,) = exported(db, s3, clock)
    assert set(record) == {"Metadata", "Keys", "OldImage"}
    assert record["OldImage"] == image("0")


def test_an_insert_and_its_delete(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """What was put and deleted within the stretch leaves no record."""
    clock.set_forward(FROM_AT + 1)
    put(db, "a", "1")
    delete(db, "a")
    put(db, "b", "1")
    assert [record["Keys"]["id"]["S"] for record in exported(db, s3, clock)] == ["b"]


def test_a_delete_and_its_insert(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """What was deleted and put again is an update."""
    clock.set_forward(FROM_AT - 1)
    put(db, "a", "0")
    clock.set_forward(FROM_AT + 1)
    delete(db, "a")
    put(db, "a", "2")
    (record,) = exported(db, s3, clock)
    assert (record["OldImage"], record["NewImage"]) == (image("0"), image("2"))


@pytest.mark.parametrize("view", ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"])
def test_views(db: Any, s3: Any, clock: ManualClock, orders: str, view: str) -> None:
    """NEW_IMAGE leaves the old images out, of updates and of deletions."""
    clock.set_forward(FROM_AT - 1)
    for key in "ab":
        put(db, key, "0")
    clock.set_forward(FROM_AT + 1)
    put(db, "a", "1")
    delete(db, "b")
    found = {
        record["Keys"]["id"]["S"]: set(record) - {"Metadata", "Keys"} for record in exported(db, s3, clock, view=view)
    }
    old = {"OldImage"} if view == "NEW_AND_OLD_IMAGES" else set()
    assert found == {"a": {"NewImage"} | old, "b": old}


@pytest.mark.parametrize(
    ("at", "inside"), [(FROM_AT - 0.5, False), (FROM_AT, True), (TO_AT - 0.5, True), (TO_AT, False)]
)
def test_the_bounds(db: Any, s3: Any, clock: ManualClock, at: float, *, inside: bool) -> None:
    """The beginning is included, the end is not."""
    make_table(db)
    protect(db)
    clock.set_forward(at)
    put(db, "a", "1")
    assert len(exported(db, s3, clock)) == int(inside)


def test_contiguous_exports_have_every_change_once(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """Exports of which one ends where the next begins hold every write once."""
    for number in range(0, 1800, 90):
        clock.set_forward(FROM_AT + number)
        put(db, f"k{number}", str(number))
    clock.set_forward(TO_AT + 960)
    first, second = incremental(db), incremental(db, from_at=TO_AT, to_at=TO_AT + 900)
    clock.set_forward(clock.now() + 300)
    found = []
    for each in (first, second):
        described = db.describe_export(ExportArn=each["ExportArn"])["ExportDescription"]
        found += [record["Keys"]["id"]["S"] for record in lines(s3, described)]
    assert sorted(found) == sorted(f"k{number}" for number in range(0, 1800, 90))


def test_the_shared_folder(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """Incremental exports have their manifests in folders of their own, and their data in one for all."""
    clock.set_forward(FROM_AT + 1)
    put(db, "a", "1")
    for _ in range(2):
        exported(db, s3, clock, S3Prefix="p")
    assert len(keys(s3, "p/AWSDynamoDB/data/")) == 8
    assert not [key for key in keys(s3) if "-" in key.split("/")[2] and "/data/" in key]


def test_the_summary(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """The summary and the description name the stretch and the view, and 10 MB at least are billed."""
    clock.set_forward(FROM_AT + 1)
    put(db, "a", "1")
    clock.set_forward(TO_AT + 60)
    asked = incremental(db, view="NEW_IMAGE")
    clock.set_forward(clock.now() + 300)
    described = db.describe_export(ExportArn=asked["ExportArn"])["ExportDescription"]
    summary, _ = manifest(s3, described)
    assert {
        "version": "2023-08-01",
        "exportType": "INCREMENTAL_EXPORT",
        "exportFromTime": "2023-11-14T22:30:00.000Z",
        "exportToTime": "2023-11-14T22:45:00.000Z",
        "outputView": "NEW_IMAGE",
        "billedSizeBytes": 10_000_000,
        "itemCount": 1,
    }.items() <= summary.items()
    assert "exportTime" not in summary
    assert described["BilledSizeBytes"] == 10_000_000
    specification = described["IncrementalExportSpecification"]
    assert specification["ExportFromTime"].timestamp() == FROM_AT
    assert specification["ExportToTime"].timestamp() == TO_AT
    assert specification["ExportViewType"] == "NEW_IMAGE"


@pytest.mark.parametrize(
    ("from_at", "to_at"),
    [
        (FROM_AT, FROM_AT + 899),
        (FROM_AT, FROM_AT + DAY_S + 1),
        (FROM_AT, FROM_AT),
        (TO_AT, FROM_AT),
        (int(START_AT) - 1, FROM_AT),
        (TO_AT, FROM_AT + 3 * DAY_S),
    ],
)
def test_stretches_that_cannot_be(db: Any, clock: ManualClock, orders: str, from_at: int, to_at: int) -> None:
    """Shorter than 15 minutes, longer than a day, backwards or outside the window: InvalidExportTimeException."""
    clock.set_forward(FROM_AT + 2 * DAY_S)
    assert refusal(incremental, db=db, from_at=from_at, to_at=to_at)[0] == "InvalidExportTimeException"


@pytest.mark.parametrize("length_s", [900, DAY_S])
def test_the_shortest_and_the_longest(db: Any, clock: ManualClock, orders: str, length_s: int) -> None:
    """15 minutes and 24 hours are stretches that can be exported."""
    clock.set_forward(FROM_AT + 2 * DAY_S)
    assert incremental(db, to_at=FROM_AT + length_s)["ExportStatus"] == "IN_PROGRESS"


def test_the_first_stretch(db: Any, s3: Any, clock: ManualClock) -> None:
    """16 minutes after recovery was switched on the first export can be asked for, and not before."""
    make_table(db)
    protect(db)
    start_at = int(START_AT)
    clock.set_forward(start_at + 959.9)
    assert refusal(incremental, db=db, from_at=start_at, to_at=None)[0] == "InvalidExportTimeException"
    clock.set_forward(start_at + 960)
    asked = incremental(db, from_at=start_at, to_at=None)
    assert asked["IncrementalExportSpecification"]["ExportToTime"].timestamp() == start_at + 900


@pytest.mark.parametrize(
    "specification",
    [{}, {"ExportToTime": TO_AT}, {"ExportFromTime": FROM_AT, "ExportViewType": "NEW_IMAGES"}],
)
def test_specifications_of_the_wrong_shape(db: Any, orders: str, specification: Any) -> None:
    """The beginning must be named, and the view is NEW_IMAGE: the prose's NEW_IMAGES is refused."""
    name, _ = refusal(export, db=db, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=specification)
    assert name == "ValidationException"


def test_recovery_comes_first(db: Any, s3: Any) -> None:
    """A table without recovery is refused for that, whatever the stretch."""
    make_table(db)
    assert refusal(incremental, db=db, from_at=5, to_at=1)[0] == "PointInTimeRecoveryUnavailableException"


def test_ion_records(db: Any, s3: Any, clock: ManualClock, orders: str) -> None:
    """In ION a record has keys, metadata and images."""
    clock.set_forward(FROM_AT + 1)
    put(db, "a", "1")
    clock.set_forward(TO_AT + 60)
    asked = incremental(db, ExportFormat="ION")
    clock.set_forward(clock.now() + 300)
    _, files = manifest(s3, db.describe_export(ExportArn=asked["ExportArn"])["ExportDescription"])
    bodies = [s3.get_object(Bucket="transfers", Key=each["dataFileS3Key"])["Body"].read() for each in files]
    assert b"".join(map(gzip.decompress, bodies)).decode() == (
        f'$ion_1_0 {{Record:{{Keys:{{id:"a"}},Metadata:{{WriteTimestampMicros:{FROM_AT + 1}000000.}},'
        'NewImage:{id:"a",value:"1"}}}\n'
    )
