"""When two items are one value: the canonical forms of DynamoDB's types."""

import binascii
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from dynadrill.drills.values import (
    ABSENT,
    DIGEST_BYTES,
    canonical,
    canonical_number,
    digest,
    key_item,
    key_label,
    key_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ..strategies import KEYS, VALUES, altered, spelled

SAME = [
    ({"N": "1.500"}, {"N": "1.5"}),
    ({"N": "15E-1"}, {"N": "1.5"}),
    ({"N": "+1.5"}, {"N": "01.5"}),
    ({"N": "0"}, {"N": "-0"}),
    ({"N": "0.0"}, {"N": "0E5"}),
    ({"N": "-0.0"}, {"N": "00"}),
    ({"N": "100"}, {"N": "1E2"}),
    ({"N": "0010"}, {"N": "1e1"}),
    ({"N": "0.50"}, {"N": ".5"}),
    ({"N": "-7"}, {"N": "-7.0"}),
    ({"N": "0.5e1"}, {"N": "5"}),
    ({"N": "007"}, {"N": "7"}),
    ({"N": "9" * 38}, {"N": "9" * 38 + ".0"}),
    ({"N": "1E+125"}, {"N": "10E124"}),
    ({"N": "1E-130"}, {"N": "0.1E-129"}),
    ({"NS": ["3", "1", "2"]}, {"NS": ["1.0", "2", "30E-1"]}),
    ({"SS": ["b", "a"]}, {"SS": ["a", "b"]}),
    ({"BS": ["YQ==", "Yg=="]}, {"BS": ["Yg==", "YQ=="]}),
    ({"B": "YQ=="}, {"B": "YR=="}),
    ({"BS": ["YQ==", "Yg=="]}, {"BS": ["Yh==", "YR=="]}),
    ({"M": {"a": {"N": "1"}, "b": {"S": "x"}}}, {"M": {"b": {"S": "x"}, "a": {"N": "1.0"}}}),
    ({"L": [{"M": {"n": {"NS": ["2", "1"]}}}]}, {"L": [{"M": {"n": {"NS": ["1", "2.00"]}}}]}),
]

DIFFERENT = [
    ({"N": "1"}, {"S": "1"}),
    ({"N": "1"}, {"N": "-1"}),
    ({"N": "1" * 38}, {"N": "1" * 37 + "2"}),
    ({"N": "0.1"}, {"N": "0.10000000000000000000000000000000000001"}),
    ({"N": "1"}, {"NS": ["1"]}),
    ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}),
    ({"L": []}, {"M": {}}),
    ({"S": ""}, {"NULL": True}),
    ({"S": "YQ=="}, {"B": "YQ=="}),
    ({"S": "1.0"}, {"S": "1"}),
    ({"S": "é"}, {"S": "e\u0301"}),
    ({"BOOL": True}, {"BOOL": False}),
    ({"SS": ["a"]}, {"SS": ["a", "b"]}),
]


def item(value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """An item with one attribute beside its key."""
    return {"id": {"S": "k"}, "v": value}


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_dynamodb_stores_alike_is_one_value(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Numbers compare as decimals, sets and maps without order, binary as bytes, at any depth."""
    assert canonical(item(one)) == canonical(item(other))
    assert digest(item(one)) == digest(item(other))
    assert digest(item({"L": [one]})) == digest(item({"L": [other]}))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_stays_different(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Types, list order, empty against absent, and the 38th digit all count; strings are never normalised."""
    assert digest(item(one)) != digest(item(other))


def test_the_order_of_attributes_says_nothing_and_a_missing_one_does() -> None:
    """An item is a map: NULL is a value, different from no attribute."""
    one = {"a": {"S": "1"}, "b": {"BOOL": True}}
    assert canonical(one) == canonical(dict(reversed(one.items())))
    assert digest(one) != digest({**one, "c": {"NULL": True}})


def test_absence_is_a_digest_of_its_own() -> None:
    """No item is not the empty item."""
    assert digest(None) == ABSENT
    assert len(digest({})) == DIGEST_BYTES
    assert digest({}) != ABSENT


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=8))
def test_every_spelling_of_a_number_has_one_canonical_spelling(number: Decimal) -> None:
    """Plain, exponent, padded: all are the same text afterwards, and that text is the same number."""
    spellings = [str(number), f"{number:f}", f"{number:E}", f"{number:f}" + "0"]
    assert "." in spellings[-1]
    found = {canonical_number(text) for text in spellings}
    assert len(found) == 1
    text = found.pop()
    assert Decimal(text) == number
    assert canonical_number(text) == text
    assert "E" not in text


@settings(max_examples=200)
@given(value=VALUES, random=st.randoms(use_true_random=False))
def test_every_spelling_of_a_value_has_one_digest_and_no_other_value_has_it(value: Any, random: Random) -> None:
    """For values of every type, nested as they may be: another spelling is the same item, the nearest value is not."""
    assert digest(item(value)) == digest(item(spelled(value, random)))
    assert digest(item(value)) != digest(item(altered(value, random)))


@pytest.mark.parametrize("kind", KEYS)
@given(data=st.data(), random=st.randoms(use_true_random=False))
def test_every_spelling_of_a_key_is_one_key(kind: str, data: st.DataObject, random: Random) -> None:
    """Keys of every type: as text they are the same for each spelling, and other for the nearest other value."""
    key = {kind: data.draw(KEYS[kind])}
    assert key_of({"k": key}, ("k",)) == key_of({"k": spelled(key, random)}, ("k",))
    assert key_of({"k": key}, ("k",)) != key_of({"k": altered(key, random)}, ("k",))
    assert key_of(key_item(key_of({"k": key}, ("k",))), ("k",)) == key_of({"k": key}, ("k",))


@pytest.mark.parametrize("text", ["a b", "YQ", "YQ=", "YQ==!", "a-b_", "YQ==YQ=="])
def test_what_is_not_base64_is_no_value(text: str) -> None:
    """Letters that are no base64 are refused, not passed over: what is left might be another item's value."""
    with pytest.raises(binascii.Error):
        digest(item({"B": text}))


def test_a_key_is_its_attributes_alone_in_canonical_form() -> None:
    """`1` and `1.0` are one key, and other attributes are not part of it."""
    whole = {"b": {"N": "1.0"}, "a": {"S": "x"}, "c": {"S": "y"}}
    key = key_of(whole, ("a", "b"))
    assert key == '{"a":{"S":"x"},"b":{"N":"1"}}'
    assert key == key_of({"a": {"S": "x"}, "b": {"N": "1"}}, ("b", "a"))
    assert key_item(key) == {"a": {"S": "x"}, "b": {"N": "1"}}


def test_people_read_keys_by_their_bare_values() -> None:
    """A label has no types in it, and numbers as people write them."""
    assert key_label(key_of({"a": {"S": "x"}, "b": {"N": "10"}}, ("a", "b"))) == "x / 10"
    assert key_label('{"id":{"S":"k"}}') == "k"
