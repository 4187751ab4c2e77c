"""Attribute by attribute: what deepdiff finds on typed values, in words of ours."""

from typing import Any

import pytest
from dynadrill.drills.compare.details import AttributeChange, changes, to_plain, to_typed
from dynadrill.drills.values import canonical, canonical_value, digest
from hypothesis import given, settings

from .tables import VALUES, item, spelled_differently


def only(left: dict[str, Any], right: dict[str, Any]) -> AttributeChange:
    """The one change between two values of an attribute."""
    (change,) = changes(item("a", left), item("a", right))
    return change


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"N": "1"}, {"S": "1"}, ("value", "type", {"N": "1"}, {"S": "1"})),
        ({"N": "1.50"}, {"N": "2"}, ("value", "value", {"N": "1.5"}, {"N": "2"})),
        ({"B": "AA=="}, {"B": "AQ=="}, ("value", "value", {"B": "AA=="}, {"B": "AQ=="})),
        ({"B": "YQ=="}, {"S": "a"}, ("value", "type", {"B": "YQ=="}, {"S": "a"})),
        ({"BOOL": True}, {"BOOL": False}, ("value", "value", {"BOOL": True}, {"BOOL": False})),
        ({"BOOL": True}, {"N": "1"}, ("value", "type", {"BOOL": True}, {"N": "1"})),
        ({"NULL": True}, {"S": ""}, ("value", "type", {"NULL": True}, {"S": ""})),
        ({"SS": ["a", "b"]}, {"SS": ["b"]}, ("value", "member removed", {"S": "a"}, None)),
        ({"NS": ["1"]}, {"NS": ["2", "1.0"]}, ("value", "member added", None, {"N": "2"})),
        ({"BS": ["AA=="]}, {"BS": ["AA==", "AQ=="]}, ("value", "member added", None, {"B": "AQ=="})),
        ({"SS": ["1"]}, {"NS": ["1"]}, ("value", "type", {"SS": ["1"]}, {"NS": ["1"]})),
        ({"SS": ["a"]}, {"L": [{"S": "a"}]}, ("value", "type", {"SS": ["a"]}, {"L": [{"S": "a"}]})),
        ({"L": [{"S": "a"}]}, {"L": [{"S": "a"}, {"S": "b"}]}, ("value[1]", "added", None, {"S": "b"})),
        ({"M": {"in": {"L": [{"M": {"x": {"N": "1"}}}]}}}, {"M": {"in": {"L": [{"M": {"x": {"N": "2"}}}]}}},
         ("value.in[0].x", "value", {"N": "1"}, {"N": "2"})),
        ({"M": {"a.b": {"S": "x"}}}, {"M": {}}, ('value["a.b"]', "removed", {"S": "x"}, None)),
    ],
)  # fmt: skip
def test_a_change_says_where_and_of_what_kind_it_is(left: Any, right: Any, expected: tuple[Any, ...]) -> None:
    """Each change has its path, its kind, and both values with their types; numbers are numbers, sets are sets."""
    assert tuple(only(left, right)) == expected


def test_null_is_not_absence() -> None:
    """An attribute that is NULL and one that is not there are told apart."""
    assert changes(item("a", {"NULL": True}), item("a")) == [
        AttributeChange("value", "removed", {"NULL": True}, None),
    ]


def test_thirty_two_levels_down_a_change_has_its_path() -> None:
    """A change at the deepest level that DynamoDB allows is found where it is."""

    def nested(leaf: str) -> dict[str, Any]:
        value: dict[str, Any] = {"S": leaf}
        for _ in range(31):
            value = {"M": {"m": value}}
        return value

    assert only(nested("a"), nested("b")).path == "value" + ".m" * 31


@settings(max_examples=200)
@given(VALUES, VALUES)
def test_there_is_a_change_exactly_when_the_values_differ(left: dict[str, Any], right: dict[str, Any]) -> None:
    """On random values of every type deepdiff and the digest agree on whether two items are the same."""
    one, other = item("a", left), item("a", right)
    assert bool(changes(one, other)) is (digest(one) != digest(other))
    assert not changes(one, item("a", spelled_differently(left)))


@given(VALUES)
def test_a_value_survives_being_taken_apart(typed: dict[str, Any]) -> None:
    """A typed value made plain and typed again is the same value."""
    assert canonical({"v": to_typed(to_plain(typed))}) == canonical({"v": canonical_value(typed)})
