"""Filters of exports: which items, and which of their attributes."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock

from ..support import START_AT, make_table, protect, refusal
from .files import export, lines

VALUES = {":id": {"S": "a"}, ":n": {"N": "2"}}


def exported(db: Any, s3: Any, clock: ManualClock, specification: Any) -> list[tuple[str, ...]]:
    """What an export with a filter holds of a table with keys a and b and numbers 0 to 3: the attributes' texts."""
    make_table(db, sort=True)
    protect(db)
    for key in "ab":
        for number in range(4):
            item = {"id": {"S": key}, "n": {"N": str(number)}, "even": {"BOOL": number % 2 == 0}}
            db.put_item(TableName="Orders", Item=item)
    clock.set_forward(START_AT + 1000)
    asked = export(db, FilterSpecification=specification)
    clock.set_forward(clock.now() + 300)
    done = db.describe_export(ExportArn=asked["ExportArn"])["ExportDescription"]
    assert done["FilterSpecification"] == specification
    records = lines(s3, done)
    assert done["ItemCount"] == len(records)
    return sorted(tuple(str(next(iter(v.values()))) for v in each["Item"].values()) for each in records)


@pytest.mark.parametrize(
    ("specification", "expected"),
    [
        ({"KeyConditionExpression": "id = :id"}, [("a", str(n), str(n % 2 == 0)) for n in range(4)]),
        ({"KeyConditionExpression": "id = :id AND n >= :n"}, [("a", "2", "True"), ("a", "3", "False")]),
        ({"FilterExpression": "id = :id AND n < :n"}, [("a", "0", "True"), ("a", "1", "False")]),
        (
            {"KeyConditionExpression": "id = :id", "FilterExpression": "even = :even"},
            [("a", "0", "True"), ("a", "2", "True")],
        ),
        ({"KeyConditionExpression": "id = :id AND n > :n", "ProjectionExpression": "even"}, [("False",)]),
    ],
)
def test_filters(db: Any, s3: Any, clock: ManualClock, specification: Any, expected: Any) -> None:
    """Key conditions, filters and projections mean what they mean in a query or scan."""
    text = " ".join(specification.values())
    used = {name: value for name, value in {**VALUES, ":even": {"BOOL": True}}.items() if name in text.split()}
    assert exported(db, s3, clock, {**specification, "ExpressionAttributeValues": used}) == expected


def test_incremental_exports_have_no_filters(db: Any, s3: Any, clock: ManualClock) -> None:
    """A filter of an incremental export is refused plainly, not ignored."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 1000)
    span = {"ExportFromTime": int(START_AT)}
    asked: Any = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": span}
    _, text = refusal(export, db=db, FilterSpecification={"FilterExpression": "attribute_exists(a)"}, **asked)
    assert "not implemented by the dynadrill time machine" in text
