"""The parameters of before 2014: KeyConditions, QueryFilter, ScanFilter, Expected, ConditionalOperator."""

from typing import Any

import pytest

from ..support import make_table, refusal

P = {"id": {"AttributeValueList": [{"S": "p"}], "ComparisonOperator": "EQ"}}


def compared(operator: str, *values: Any) -> dict[str, Any]:
    """A condition on one attribute."""
    return {"ComparisonOperator": operator, **({"AttributeValueList": list(values)} if values else {})}


def number(value: int) -> dict[str, str]:
    """A number on the wire."""
    return {"N": str(value)}


@pytest.fixture
def table(db: Any) -> Any:
    """A client of a machine with six items in one partition."""
    make_table(db, sort=True)
    for n in range(6):
        more = {"odd": {"BOOL": True}} if n % 2 else {}
        item = {"id": {"S": "p"}, "n": number(n), "x": {"S": f"x{n}"}, "s": {"SS": [f"s{n}"]}, **more}
        db.put_item(TableName="Orders", Item=item)
    return db


FILTERS = [
    ("x", compared("EQ", {"S": "x2"}), [2]), ("x", compared("NE", {"S": "x2"}), [0, 1, 3, 4, 5]),
    ("x", compared("LT", {"S": "x2"}), [0, 1]), ("x", compared("LE", {"S": "x2"}), [0, 1, 2]),
    ("x", compared("GT", {"S": "x3"}), [4, 5]), ("x", compared("GE", {"S": "x3"}), [3, 4, 5]),
    ("x", compared("BETWEEN", {"S": "x1"}, {"S": "x3"}), [1, 2, 3]),
    ("x", compared("IN", {"S": "x1"}, {"S": "x5"}), [1, 5]),
    ("x", compared("BEGINS_WITH", {"S": "x4"}), [4]), ("x", compared("CONTAINS", {"S": "4"}), [4]),
    ("s", compared("CONTAINS", {"S": "s1"}), [1]), ("s", compared("NOT_CONTAINS", {"S": "s1"}), [0, 2, 3, 4, 5]),
    ("odd", compared("NOT_NULL"), [1, 3, 5]), ("odd", compared("NULL"), [0, 2, 4]),
    ("x", compared("EQ", number(2)), []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "condition", "found"), FILTERS)
def test_filters(table: Any, name: str, condition: dict[str, Any], found: list[int]) -> None:
    """Each comparison of QueryFilter and of ScanFilter finds the same items."""
    queried = table.query(TableName="Orders", KeyConditions=P, QueryFilter={name: condition})
    scanned = table.scan(TableName="Orders", ScanFilter={name: condition})
    assert [int(item["n"]["N"]) for item in queried["Items"]] == found
    assert [int(item["n"]["N"]) for item in scanned["Items"]] == found
    assert queried["ScannedCount"] == 6


@pytest.mark.parametrize(
    ("condition", "found"),
    [(compared("EQ", number(2)), [2]), (compared("LT", number(2)), [0, 1]), (compared("GE", number(4)), [4, 5]),
     (compared("BETWEEN", number(1), number(3)), [1, 2, 3])],
)  # fmt: skip
def test_key_conditions(table: Any, condition: dict[str, Any], found: list[int]) -> None:
    """KeyConditions name a stretch of a partition."""
    answer = table.query(TableName="Orders", KeyConditions={**P, "n": condition}, AttributesToGet=["n"])
    assert answer["Items"] == [{"n": number(n)} for n in found]


def test_conditions_are_joined(table: Any) -> None:
    """ConditionalOperator: AND unless OR is asked for, in filters and in Expected."""
    both = {"x": compared("EQ", {"S": "x1"}), "odd": compared("NULL")}
    assert table.scan(TableName="Orders", ScanFilter=both)["Count"] == 0
    assert table.scan(TableName="Orders", ScanFilter=both, ConditionalOperator="OR")["Count"] == 4
    write = {"TableName": "Orders", "Item": {"id": {"S": "p"}, "n": number(1)}, "Expected": both}
    assert refusal(table.put_item, **write)[0] == "ConditionalCheckFailedException"
    table.put_item(**write, ConditionalOperator="OR")


@pytest.mark.parametrize(
    "members",
    [{"ScanFilter": {"x": {"ComparisonOperator": "EQ"}}}, {"ScanFilter": {"x": compared("SIMILAR", {"S": "x"})}},
     {"ScanFilter": {"x": compared("BETWEEN", {"S": "x"})}}, {"ScanFilter": {"x": compared("IN")}},
     {"ScanFilter": {"x": compared("NULL", {"S": "x"})}},
     {"ScanFilter": {"x": compared("EQ", {"S": "x"})}, "ConditionalOperator": "XOR"},
     {"ScanFilter": {"x": compared("EQ", {"S": "x"})}, "FilterExpression": "attribute_exists(x)"},
     {"AttributesToGet": ["x", "x"]}, {"AttributesToGet": ["x"], "ProjectionExpression": "x"}],
)  # fmt: skip
def test_what_is_malformed(table: Any, members: dict[str, Any]) -> None:
    """Wrong counts of values, unknown comparisons, and both ways at once are a ValidationException."""
    assert refusal(table.scan, TableName="Orders", **members)[0] == "ValidationException"
