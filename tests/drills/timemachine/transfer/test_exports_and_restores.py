"""What exports and restores have in common: one past. Drawn histories, exported, restored and imported."""

from typing import Any

from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import given, settings
from hypothesis import strategies as st

from ..support import connect, items, make_table, protect, put
from .files import BUCKET, export, lines

START_AT = 1_700_000_000
"""A whole second: so what is before one is what is up to the one before."""
SECONDS = 1500
WRITES = st.lists(st.tuples(st.integers(0, SECONDS), st.sampled_from("abcde"), st.booleans()), max_size=30)


def replay(db: Any, clock: ManualClock, writes: list[tuple[int, str, bool]]) -> None:
    """Do writes at their seconds: puts of a value of their own, and deletions."""
    for number, (second, key, is_put) in enumerate(sorted(writes, key=lambda write: write[0])):
        clock.set_forward(START_AT + second)
        if is_put:
            put(db, key, str(number))
        else:
            db.delete_item(TableName="Orders", Key={"id": {"S": key}})
    clock.set_forward(START_AT + SECONDS + 301)


def world() -> tuple[TimeMachine, ManualClock, Any, Any]:
    """A machine, its clock, and clients; a protected table and a bucket."""
    clock = ManualClock(START_AT)
    machine = TimeMachine(clock, durations={"restore": 10, "export": 10, "import": 10})
    db, s3 = connect(machine), connect(machine, service="s3")
    s3.create_bucket(Bucket=BUCKET)
    make_table(db)
    protect(db)
    return machine, clock, db, s3


def full(db: Any, s3: Any, clock: ManualClock, **members: Any) -> Any:
    """An export that is complete."""
    arn = export(db, **members)["ExportArn"]
    clock.set_forward(clock.now() + 10)
    return db.describe_export(ExportArn=arn)["ExportDescription"]


@settings(max_examples=25, deadline=None)
@given(WRITES, st.integers(0, SECONDS))
def test_an_export_holds_what_a_restore_holds(writes: list[tuple[int, str, bool]], second: int) -> None:
    """For any history, an export of a second and a restore to it hold the same items (S4-01)."""
    _, clock, db, s3 = world()
    replay(db, clock, writes)
    at = START_AT + second
    db.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=at)
    found = lines(s3, full(db, s3, clock, ExportTime=at))
    assert {each["Item"]["id"]["S"]: each["Item"]["value"]["S"] for each in found} == items(db, "Restored")


@settings(max_examples=25, deadline=None)
@given(WRITES, st.integers(1, SECONDS - 900))
def test_an_incremental_export_leads_from_one_second_to_another(
    writes: list[tuple[int, str, bool]], second: int
) -> None:
    """For any history, new images lead from the full export before a stretch to the one at its end, old ones back."""
    _, clock, db, s3 = world()
    replay(db, clock, writes)
    from_at, to_at = START_AT + second, START_AT + second + 900
    before, after = (_items(lines(s3, full(db, s3, clock, ExportTime=at - 1))) for at in (from_at, to_at))
    span = {"ExportFromTime": from_at, "ExportToTime": to_at}
    changes = lines(s3, full(db, s3, clock, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=span))
    assert _with(before, changes, "NewImage") == after
    assert _with(after, changes, "OldImage") == before


def _items(records: list[Any]) -> dict[str, Any]:
    return {each["Item"]["id"]["S"]: each["Item"] for each in records}


def _with(items: dict[str, Any], changes: list[Any], image: str) -> dict[str, Any]:
    changed = dict(items)
    for each in changes:
        key = each["Keys"]["id"]["S"]
        changed.pop(key, None)
        if image in each:
            changed[key] = each[image]
    return changed


@settings(max_examples=20, deadline=None)
@given(WRITES, st.sampled_from(["DYNAMODB_JSON", "ION"]))
def test_an_export_can_be_imported(writes: list[tuple[int, str, bool]], form: str) -> None:
    """A full export is what an import takes: the new table holds the same items (S4-01)."""
    _, clock, db, s3 = world()
    replay(db, clock, writes)
    described = full(db, s3, clock, ExportFormat=form)
    db.import_table(
        S3BucketSource={"S3Bucket": BUCKET, "S3KeyPrefix": described["ExportManifest"].rpartition("/")[0] + "/data/"},
        InputFormat=form,
        InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": "Imported",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    clock.set_forward(clock.now() + 10)
    assert items(db, "Imported") == items(db, "Orders")
