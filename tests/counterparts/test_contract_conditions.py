"""Conditions: hold or fail alike at every place."""

from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .tables import fill, get, placeholders, plain, wire

A = {"id": {"S": "a"}}
FAILED = ("ConditionalCheckFailedException", "The conditional request failed")
ITEM: dict[str, Any] = {
    "id": "a",
    "n": 5,
    "t": "hello",
    "l": [1, "x"],
    "m": {"M": {"k": {"N": "7"}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "bin": {"B": b"\x01\xff"},
    "yes": True,
    "gap": None,
}


@pytest.fixture(autouse=True)
def table(db: Any) -> None:
    """A table with one item of every kind of attribute."""
    make_table(db)
    fill(db, ITEM)


HOLD: dict[str, dict[str, Any]] = {
    "attribute_exists(n)": {},
    "attribute_exists(m.k)": {},
    "attribute_exists(l[1])": {},
    "attribute_exists(gap)": {},
    "attribute_not_exists(nope)": {},
    "attribute_not_exists(l[2])": {},
    "attribute_type(n, :v)": {"v": "N"},
    "attribute_type(gap, :v)": {"v": "NULL"},
    "attribute_type(ss, :v)": {"v": "SS"},
    "begins_with(t, :v)": {"v": "hel"},
    "begins_with(bin, :v)": {"v": {"B": b"\x01"}},
    "contains(t, :v)": {"v": "ell"},
    "contains(ss, :v)": {"v": "a"},
    "contains(ns, :v)": {"v": {"N": "2.0"}},
    "contains(l, :v)": {"v": 1},
    "size(t) = :v": {"v": 5},
    "size(l) = :v": {"v": 2},
    "size(m) = :v": {"v": 1},
    "size(ss) > :v": {"v": 1},
    "size(bin) = :v": {"v": 2},
    "n = :v": {"v": {"N": "5.00"}},
    "n <> :v": {"v": 6},
    "n <> :w": {"w": "5"},
    "n < :v": {"v": 10},
    "n <= :v": {"v": 5},
    "n > :v": {"v": -1},
    "n >= :v": {"v": 5},
    "t < :v": {"v": "z"},
    "bin > :v": {"v": {"B": b"\x01\x7f"}},
    "n BETWEEN :a AND :b": {"a": 5, "b": 6},
    "n IN (:a, :b)": {"a": 4, "b": 5},
    "nope <> :v": {"v": 1},
    "NOT n = :v": {"v": 6},
    "NOT nope = :v": {"v": 6},
    "NOT (n = :v AND t = :v)": {"v": 5},
    "n = :a OR n = :b AND t = :c": {"a": 5, "b": 0, "c": "z"},
    "(n = :a OR n = :b) AND yes = :c": {"a": 5, "b": 0, "c": True},
    "ss = :v": {"v": {"SS": ["b", "a"]}},
    "l = :v": {"v": [1, "x"]},
    "m = :v": {"v": {"M": {"k": {"N": "7"}}}},
    "gap = :v": {"v": None},
    "yes <> :v": {"v": False},
    "m.k = :v": {"v": 7},
}


@pytest.mark.parametrize("condition", HOLD)
def test_conditions_that_hold(db: Any, condition: str) -> None:
    """A condition that is true of the item lets the write through."""
    members = {"ExpressionAttributeValues": placeholders(**HOLD[condition])} if HOLD[condition] else {}
    db.delete_item(TableName="Orders", Key=A, ConditionExpression=condition, **members)
    assert get(db) == {}


FAIL: dict[str, dict[str, Any]] = {
    "attribute_exists(nope)": {},
    "attribute_not_exists(n)": {},
    "attribute_type(n, :v)": {"v": "S"},
    "begins_with(t, :v)": {"v": "lo"},
    "begins_with(n, :v)": {"v": "5"},
    "contains(t, :v)": {"v": 1},
    "contains(ss, :v)": {"v": "ab"},
    "size(n) > :v": {"v": 0},
    "size(nope) = :v": {"v": 0},
    "n = :v": {"v": "5"},
    "n < :v": {"v": "9"},
    "nope = :v": {"v": 1},
    "nope < :v": {"v": 1},
    "n BETWEEN :a AND :b": {"a": 6, "b": 7},
    "n IN (:a)": {"a": "5"},
    "NOT attribute_exists(n)": {},
    "l = :v": {"v": ["x", 1]},
}


@pytest.mark.parametrize("condition", FAIL)
def test_conditions_that_fail(db: Any, condition: str) -> None:
    """A condition that is not true of the item refuses the write with DynamoDB's text."""
    members = {"ExpressionAttributeValues": placeholders(**FAIL[condition])} if FAIL[condition] else {}
    assert refusal(db.delete_item, TableName="Orders", Key=A, ConditionExpression=condition, **members) == FAILED
    assert get(db)["n"] == 5


BAD: dict[str, dict[str, Any]] = {
    "": {},
    "n": {},
    "n = ": {},
    "n = :nope": {},
    "#nope = :v": {"v": 1},
    "nope(n)": {},
    "attribute_exists(:v)": {"v": 1},
    "attribute_type(n, :v)": {"v": "X"},
    "begins_with(t, :v)": {"v": 1},
    "n BETWEEN :a AND :b": {"a": 7, "b": 6},
    "n BETWEEN :a AND :b ": {"a": 7, "b": "8"},
    "size(n)": {},
    "name = :v": {"v": 1},
    "contains(t, t)": {},
    "n = :v": {"v": 1, "unused": 2},
    "((n = :v))": {"v": 1},
    "yes < :v": {"v": True},
    "ss < :v": {"v": {"SS": ["a"]}},
    "n IN ()": {},
    "n = n": {},
    "attribute_exists(n, t)": {},
}


@pytest.mark.parametrize("condition", BAD)
def test_conditions_that_cannot_be(db: Any, condition: str) -> None:
    """A condition that makes no sense is refused with ValidationException, whatever the item."""
    members = {"ExpressionAttributeValues": placeholders(**BAD[condition])} if BAD[condition] else {}
    name, _ = refusal(db.delete_item, TableName="Orders", Key=A, ConditionExpression=condition, **members)
    assert name == "ValidationException"


def test_create_only_once(db: Any) -> None:
    """attribute_not_exists of the key makes a put a creation."""
    members = {"TableName": "Orders", "ConditionExpression": "attribute_not_exists(id)"}
    db.put_item(Item=wire({"id": "b"}), **members)
    assert refusal(db.put_item, Item=wire({"id": "b"}), **members) == FAILED


def test_an_update_is_held_to_the_item_as_it_was(db: Any) -> None:
    """The condition of an update is about the item before the update, and an update that fails changes nothing."""
    members: dict[str, Any] = {
        "TableName": "Orders",
        "Key": A,
        "UpdateExpression": "SET n = :new",
        "ConditionExpression": "n = :old",
        "ExpressionAttributeValues": placeholders(new=6, old=5),
    }
    db.update_item(**members)
    assert refusal(db.update_item, **members) == FAILED
    assert get(db)["n"] == 6


def test_a_condition_on_a_missing_item(db: Any) -> None:
    """A condition about a missing item sees no attributes, and a failed update makes nothing."""
    members = {"TableName": "Orders", "Key": {"id": {"S": "z"}}, "ConditionExpression": "attribute_exists(id)"}
    assert refusal(db.delete_item, **members) == FAILED
    assert refusal(db.update_item, **members) == FAILED
    assert get(db, "z") == {}


def test_a_failure_can_show_the_item(db: Any) -> None:
    """ReturnValuesOnConditionCheckFailure=ALL_OLD puts the item into the refusal."""
    with pytest.raises(db.exceptions.ConditionalCheckFailedException) as caught:
        db.put_item(
            TableName="Orders",
            Item=A,
            ConditionExpression="attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert plain(caught.value.response["Item"])["t"] == "hello"


def test_expected(db: Any) -> None:
    """The older Expected still refuses a write."""
    members = {"TableName": "Orders", "Key": A}
    assert refusal(db.delete_item, **members, Expected={"n": {"Value": {"N": "6"}}}) == FAILED
    db.delete_item(**members, Expected={"n": {"Value": {"N": "5"}}})
    assert get(db) == {}
