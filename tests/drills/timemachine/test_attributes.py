"""Items as they are stored: numbers, sets, keys, sizes."""

from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest
from dynadrill.drills.timemachine.attributes import checked, number
from dynadrill.drills.timemachine.errors import AwsError
from dynadrill.drills.timemachine.keys import KeySchema, segment_start, sortable_number
from dynadrill.drills.values import canonical_number
from hypothesis import given
from hypothesis import strategies as st

from .support import make_table, refusal

NUMBERS = st.decimals(min_value=Decimal("-1e120"), max_value=Decimal("1e120"), allow_nan=False).map(
    lambda value: f"{value:.37e}"
)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("1.500", "1.5"), ("0010", "10"), ("1e3", "1000"), ("-0", "0"), ("15E-1", "1.5"), ("100", "100"),
     ("-0.10", "-0.1"), ("9" * 38, "9" * 38), ("1E-130", "0." + "0" * 129 + "1")],
)  # fmt: skip
def test_numbers_lose_their_zeros(db: Any, written: str, stored: str) -> None:
    """Leading and trailing zeros are trimmed, so 1.500, 1.5 and 15E-1 are one stored value."""
    make_table(db)
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "x": {"L": [{"N": written}]}})
    assert db.get_item(TableName="Orders", Key={"id": {"S": "a"}})["Item"]["x"] == {"L": [{"N": stored}]}


@pytest.mark.parametrize(
    ("written", "text"),
    [("1" * 39, "more than 38 significant digits"), ("1e126", "Number overflow"), ("1e-131", "Number underflow"),
     ("abc", "cannot be converted to a numeric value"), ("NaN", "cannot be converted"), ("1_0", "cannot be converted"),
     (" 1", "cannot be converted"), ("", "cannot be converted"), ("Infinity", "cannot be converted")],
)  # fmt: skip
def test_numbers_that_cannot_be_stored_are_refused(db: Any, written: str, text: str) -> None:
    """More than 38 digits, out of range and no numbers are ValidationExceptions."""
    make_table(db)
    name, found = refusal(db.put_item, TableName="Orders", Item={"id": {"S": "a"}, "x": {"N": written}})
    assert name == "ValidationException"
    assert text in found


@given(NUMBERS)
def test_a_stored_number_is_the_number(text: str) -> None:
    """The stored form has the same value, is its own stored form, and is one to the judge too."""
    stored = number(text)
    assert Decimal(stored) == Decimal(text)
    assert number(stored) == stored
    assert canonical_number(stored) == canonical_number(text)


@given(NUMBERS, NUMBERS)
def test_sort_keys_sort_as_numbers(one: str, other: str) -> None:
    """Number sort keys are ordered by value, whatever their sign and exponent."""
    a, b = number(one), number(other)
    assert (sortable_number(a) < sortable_number(b)) == (Decimal(a) < Decimal(b))
    assert (sortable_number(a) == sortable_number(b)) == (Decimal(a) == Decimal(b))


@pytest.mark.parametrize("values", [["-1.5", "-1", "-0.1", "0", "0.1", "1", "1.5", "10"], ["-100", "-99", "99", "100"]])
def test_sort_keys_of_few_digits_sort_as_numbers(values: list[str]) -> None:
    """Also where one number's digits begin another's."""
    assert sorted(values, key=sortable_number) == values


def test_one_and_one_point_zero_are_one_key(db: Any) -> None:
    """A number key is found in any spelling."""
    make_table(db, sort=True)
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "n": {"N": "1.0"}, "v": {"S": "first"}})
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "n": {"N": "1"}, "v": {"S": "second"}})
    assert db.scan(TableName="Orders")["Items"] == [{"id": {"S": "a"}, "n": {"N": "1"}, "v": {"S": "second"}}]
    key = {"id": {"S": "a"}, "n": {"N": "10E-1"}}
    assert db.get_item(TableName="Orders", Key=key)["Item"]["v"] == {"S": "second"}


@pytest.mark.parametrize(
    ("typed", "text"),
    [({"SS": ["a", "a"]}, "contains duplicates"), ({"NS": ["1", "1.0"]}, "contains duplicates"),
     ({"SS": []}, "may not be empty"), ({"BS": [b"a", b"a"]}, "contains duplicates"),
     ({"NULL": False}, "must have the value of true")],
)  # fmt: skip
def test_values_that_are_no_values_are_refused(db: Any, typed: dict[str, Any], text: str) -> None:
    """Sets have no duplicates (1 and 1.0 are one number) and are never empty."""
    make_table(db)
    name, found = refusal(db.put_item, TableName="Orders", Item={"id": {"S": "a"}, "x": typed})
    assert name == "ValidationException"
    assert text in found


def test_every_type_comes_back(db: Any) -> None:
    """All ten types, nested, with empty strings, binaries, lists and maps, are read as they were written."""
    make_table(db)
    item = {
        "id": {"S": "a"}, "S": {"S": ""}, "N": {"N": "-1.5"}, "B": {"B": b""}, "bytes": {"B": b"\x00\xff"},
        "BOOL": {"BOOL": False}, "NULL": {"NULL": True}, "SS": {"SS": ["b", "a"]}, "NS": {"NS": ["2", "1"]},
        "BS": {"BS": [b"x", b""]}, "L": {"L": [{"S": "x"}, {"M": {}}]}, "M": {"M": {"é.[0]": {"L": []}}},
    }  # fmt: skip
    db.put_item(TableName="Orders", Item=item)
    assert db.get_item(TableName="Orders", Key={"id": {"S": "a"}})["Item"] == item


@pytest.mark.parametrize(
    "typed", [{}, {"S": "a", "N": "1"}, {"X": "a"}, "a", None, {"S": 1}, {"N": 1}, {"SS": "a"}, {"L": {}}, {"M": []},
              {"BOOL": "x"}, {"B": "*"}, {"B": 1}, {"L": [1]}],
)  # fmt: skip
def test_malformed_values_are_refused(typed: object) -> None:
    """Bad input: whatever is no typed value is an exception of DynamoDB's, never one of Python's."""
    with pytest.raises(AwsError) as refused:
        checked(typed)
    assert refused.value.name in {"ValidationException", "SerializationException"}


def test_too_deep_and_too_large_are_refused(db: Any) -> None:
    """32 levels, the innermost value included, and 400 KB including names, not more."""
    make_table(db)
    deep: dict[str, Any] = {"S": "x"}
    for _ in range(31):
        deep = {"L": [deep]}
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "x": deep})
    assert "Nesting Levels" in refusal(db.put_item, TableName="Orders", Item={"id": {"S": "a"}, "x": {"L": [deep]}})[1]
    room = 400 * 1024 - len("id" + "a" + "x")
    db.put_item(TableName="Orders", Item={"id": {"S": "a"}, "x": {"S": "x" * room}})
    too_large = {"id": {"S": "a"}, "x": {"S": "x" * (room + 1)}}
    assert "Item size has exceeded" in refusal(db.put_item, TableName="Orders", Item=too_large)[1]


@pytest.mark.parametrize(
    ("item", "text"),
    [({"n": {"N": "1"}}, "Missing the key id"), ({"id": {"S": "a"}}, "Missing the key n"),
     ({"id": {"N": "1"}, "n": {"N": "1"}}, "Type mismatch for key id expected: S actual: N"),
     ({"id": {"S": ""}, "n": {"N": "1"}}, "cannot contain an empty string value"),
     ({"id": {"S": "x" * 2049}, "n": {"N": "1"}}, "Size of hashkey")],
)  # fmt: skip
def test_keys_that_are_no_keys_are_refused(db: Any, item: dict[str, Any], text: str) -> None:
    """Key attributes are there, of the declared type, not empty, and not too long."""
    make_table(db, sort=True)
    name, found = refusal(db.put_item, TableName="Orders", Item=item)
    assert name == "ValidationException"
    assert text in found


def test_a_key_names_the_key_attributes_and_no_others(db: Any) -> None:
    """GetItem and DeleteItem refuse a key that is not the schema's."""
    make_table(db)
    for key in ({"id": {"N": "1"}}, {"other": {"S": "a"}}, {"id": {"S": "a"}, "n": {"N": "1"}}):
        for call in (db.get_item, db.delete_item):
            refused = refusal(call, TableName="Orders", Key=key)
            assert refused == ("ValidationException", "The provided key element does not match the schema")


@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.binary(min_size=1, max_size=8)), unique=True))
def test_keys_are_told_apart(pairs: list[tuple[str, bytes]]) -> None:
    """Different keys have different places in the order, however their parts run together."""
    schema = KeySchema("p", "S", "s", "B")
    keys = {schema.of_key({"p": {"S": p}, "s": {"B": b64encode(s).decode()}}) for p, s in pairs}
    assert len(keys) == len(pairs)


@given(st.integers(1, 1000), st.text(min_size=1))
def test_segments_share_out_all_keys(total: int, partition: str) -> None:
    """Each key lies in exactly one segment of a parallel scan."""
    key = KeySchema("p", "S").of_key({"p": {"S": partition}})
    hits = [s for s in range(total) if segment_start(s, total) <= key < segment_start(s + 1, total)]
    assert len(hits) == 1
