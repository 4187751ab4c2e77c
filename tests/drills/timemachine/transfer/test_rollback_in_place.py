"""AWS's way of taking bad writes back without a restore: an incremental export, and its old images put back in bulk."""

import json
from typing import Any

from dynadrill.drills.timemachine.machine import ManualClock

from ..support import START_AT, items, make_table, protect, put
from .files import BUCKET, export, lines

BAD_AT = int(START_AT) + 2000


def test_bad_writes_are_taken_back_in_place(db: Any, s3: Any, clock: ManualClock) -> None:
    """The old images of the bad stretch go back into the live table, but for what was written since.

    Each put has the condition that the item is still as the bad write left it; what was written afterwards stays.
    """
    make_table(db)
    protect(db)
    for number in range(20):
        put(db, f"k{number:02d}", "good")
    clock.set_forward(BAD_AT)
    for number in range(10):
        put(db, f"k{number:02d}", "bad")
    db.delete_item(TableName="Orders", Key={"id": {"S": "k10"}})
    clock.set_forward(BAD_AT + 900)
    put(db, "k00", "newer")
    clock.set_forward(BAD_AT + 960)

    span = {"ExportFromTime": BAD_AT - 60, "ExportToTime": BAD_AT + 840}
    asked = export(db, ExportType="INCREMENTAL_EXPORT", IncrementalExportSpecification=span)
    clock.set_forward(clock.now() + 300)
    changes = lines(s3, db.describe_export(ExportArn=asked["ExportArn"])["ExportDescription"])
    assert len(changes) == 11
    s3.put_object(Bucket=BUCKET, Key="undo/1.json", Body="\n".join(map(json.dumps, map(undo, changes))).encode())

    started = db.start_bulk_put_items(
        TableName="Orders",
        InputS3Configuration={"S3Bucket": BUCKET, "S3KeyPrefix": "undo/", "InputFormat": "DYNAMODB_JSON"},
        OutputS3Configuration={"S3Bucket": BUCKET, "OutputType": ["ERROR", "CONDITION_CHECK_FAILURE"]},
    )["BulkOperationDescription"]
    clock.set_forward(clock.now() + 120)
    done = db.describe_bulk_operation(BulkOperationArn=started["BulkOperationArn"])["BulkOperationDescription"]
    assert done["BulkOperationStatus"] == "COMPLETED"
    assert items(db, "Orders") == {f"k{number:02d}": "newer" if number == 0 else "good" for number in range(20)}


def undo(change: Any) -> Any:
    """The record that takes one change back, if nothing has changed the item since."""
    if "NewImage" not in change:
        return {"Item": change["OldImage"], "ConditionExpression": "attribute_not_exists(id)"}
    return {
        "Item": change["OldImage"],
        "ConditionExpression": "#v = :v",
        "ExpressionAttributeNames": {"#v": "value"},
        "ExpressionAttributeValues": {":v": change["NewImage"]["value"]},
    }
