"""Values: taken, refused and brought into stored form alike at every place."""

from decimal import Decimal
from typing import Any

import pytest

from ..drills.timemachine.support import make_table, refusal
from .tables import fill, get, update

A = {"id": {"S": "a"}}


@pytest.fixture(autouse=True)
def table(db: Any) -> None:
    """A table keyed by `id`."""
    make_table(db)


def stored(db: Any, value: dict[str, Any]) -> Any:
    """What is read after a value was put."""
    fill(db, {"id": "a", "v": value})
    return db.get_item(TableName="Orders", Key=A)["Item"]["v"]


NUMBERS = {
    "1.500": "1.5", "0010": "10", "1e3": "1000", "-0": "0", "0.0": "0", "-1.0": "-1", "15E-1": "1.5", "+5": "5",
    "1234567890123456789012345678901234567.8": "1234567890123456789012345678901234567.8",
    "0.00001": "0.00001", "100": "100", ".5": "0.5", "-0.50": "-0.5",
}  # fmt: skip


@pytest.mark.parametrize("given", NUMBERS)
def test_numbers_are_normalised(db: Any, given: str) -> None:
    """Leading and trailing zeros are trimmed and exponents written out: equal numbers read back alike."""
    assert stored(db, {"N": given}) == {"N": NUMBERS[given]}


@pytest.mark.parametrize("given", ["1E125", "9.99E+125", "-1E125", "1E-130", "-1E-130"])
def test_numbers_at_the_ends_of_the_range(db: Any, given: str) -> None:
    """The largest and the smallest magnitudes are stored as the same number."""
    assert Decimal(stored(db, {"N": given})["N"]) == Decimal(given)


BAD_NUMBERS = {
    "39-digits": "1" * 39, "overflow": "1E126", "underflow": "1E-131", "text": "abc", "empty": "", "nan": "NaN",
    "infinity": "Infinity", "underscore": "1_000", "two-points": "1.2.3", "hexadecimal": "0x1F", "comma": "1,5",
}  # fmt: skip


@pytest.mark.parametrize("wrong", BAD_NUMBERS)
def test_numbers_that_cannot_be(db: Any, wrong: str) -> None:
    """More than 38 digits, a magnitude out of range, and what is no number are refused."""
    item = {**A, "v": {"N": BAD_NUMBERS[wrong]}}
    assert refusal(db.put_item, TableName="Orders", Item=item)[0] == "ValidationException"


TEXTS = {
    "39-digits": "Attempting to store more than 38 significant digits in a Number",
    "overflow": "Number overflow. Attempting to store a number with magnitude larger than supported range",
    "underflow": "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    "text": "The parameter cannot be converted to a numeric value: abc",
}


@pytest.mark.parametrize("wrong", TEXTS)
def test_what_is_said_of_numbers_that_cannot_be(db: Any, wrong: str) -> None:
    """The refusal of a number has DynamoDB's text."""
    item = {**A, "v": {"N": BAD_NUMBERS[wrong]}}
    assert refusal(db.put_item, TableName="Orders", Item=item)[1] == TEXTS[wrong]


VALUES: dict[str, dict[str, Any]] = {
    "string": {"S": "héllo 🌍"},
    "empty-string": {"S": ""},
    "binary": {"B": b"\x00\xff"},
    "empty-binary": {"B": b""},
    "true": {"BOOL": True},
    "false": {"BOOL": False},
    "null": {"NULL": True},
    "empty-list": {"L": []},
    "empty-map": {"M": {}},
    "mixed-list": {"L": [{"S": "x"}, {"N": "1"}, {"NULL": True}, {"L": []}]},
    "nested-map": {"M": {"a": {"M": {"b": {"SS": ["x"]}}}}},
    "map-with-odd-names": {"M": {"a.b": {"S": "y"}, "ü": {"S": "z"}}},
    "control-characters": {"S": "a\x00b\nc"},
    "bytes-set": {"BS": [b"a"]},
    "set-with-empty-string": {"SS": [""]},
}


@pytest.mark.parametrize("kind", VALUES)
def test_values_come_back(db: Any, kind: str) -> None:
    """A value of each type is read back as it was put."""
    assert stored(db, VALUES[kind]) == VALUES[kind]


@pytest.mark.parametrize(
    ("kind", "members"), [("SS", ["b", "a"]), ("NS", ["2", "1", "-3.5"]), ("BS", [b"b", b"a"])], ids=["S", "N", "B"]
)
def test_sets_have_no_order(db: Any, kind: str, members: list[Any]) -> None:
    """A set comes back with the same members, in whichever order."""
    assert sorted(stored(db, {kind: members})[kind]) == sorted(members)


def test_numbers_in_sets_are_normalised(db: Any) -> None:
    """Members of a number set are brought into the same form as numbers."""
    assert set(stored(db, {"NS": ["1.0", "2e1"]})["NS"]) == {"1", "20"}


def nested(depth: int) -> dict[str, Any]:
    """Lists within lists."""
    value: dict[str, Any] = {"S": "x"}
    for _ in range(depth):
        value = {"L": [value]}
    return value


BAD_VALUES: dict[str, dict[str, Any]] = {
    "empty-string-set": {"SS": []},
    "empty-number-set": {"NS": []},
    "repeated-string": {"SS": ["a", "a"]},
    "repeated-number": {"NS": ["1", "1.0"]},
    "repeated-binary": {"BS": [b"a", b"a"]},
    "set-with-no-number": {"NS": ["x"]},
    "two-types": {"S": "a", "N": "1"},
    "no-type": {},
    "false-null": {"NULL": False},
    "no-type-in-a-list": {"L": [{}]},
    "no-number-in-a-map": {"M": {"k": {"N": "x"}}},
    "empty-name": {"M": {"": {"S": "x"}}},
    "too-deep": nested(33),
}


@pytest.mark.parametrize("wrong", BAD_VALUES)
def test_values_that_cannot_be(db: Any, wrong: str) -> None:
    """Empty sets, repeated members, values of no or several types and values nested too deep are refused."""
    name, _ = refusal(db.put_item, TableName="Orders", Item={**A, "v": BAD_VALUES[wrong]})
    assert name == "ValidationException"
    assert get(db) == {}


@pytest.mark.parametrize("wrong", [name for name in BAD_VALUES if name != "too-deep"])
def test_placeholders_that_cannot_be(db: Any, wrong: str) -> None:
    """Values of placeholders are held to the same rules."""
    with pytest.raises(db.exceptions.ClientError) as caught:
        update(db, "SET v = :v", v=BAD_VALUES[wrong])
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_values_may_be_nested_32_levels_deep(db: Any) -> None:
    """The deepest value that is allowed is stored."""
    assert stored(db, nested(31)) == nested(31)


ROOM = 400 * 1024 - len("id") - len("a") - len("v")
"""What the value of `v` may take beside the key `a`."""


def test_the_largest_item(db: Any) -> None:
    """An item of exactly 400 KB, names included, is stored."""
    fill(db, {"id": "a", "v": "x" * ROOM})
    assert len(get(db)["v"]) == ROOM


def test_an_item_too_large(db: Any) -> None:
    """One byte more is refused, with DynamoDB's text."""
    item = {**A, "v": {"S": "x" * (ROOM + 1)}}
    found = refusal(db.put_item, TableName="Orders", Item=item)
    assert found == ("ValidationException", "Item size has exceeded the maximum allowed size")


def test_an_item_that_grows_too_large(db: Any) -> None:
    """An update past 400 KB is refused and leaves the item as it was."""
    fill(db, {"id": "a", "v": "x" * ROOM})
    with pytest.raises(db.exceptions.ClientError) as caught:
        update(db, "SET w = :v", v="y")
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "w" not in get(db)


def test_equal_numbers_are_one_key(db: Any) -> None:
    """Keys 1 and 1.0 are one key."""
    make_table(db, "Sorted", sort=True)
    fill(db, {"id": "a", "n": {"N": "1"}, "v": 1}, {"id": "a", "n": {"N": "1.0"}, "v": 2}, table="Sorted")
    assert db.scan(TableName="Sorted")["Count"] == 1


def test_arithmetic_is_exact(db: Any) -> None:
    """Sums are decimal: 0.1 + 0.2 is 0.3."""
    fill(db, {"id": "a", "v": {"N": "0.1"}})
    db.update_item(
        TableName="Orders", Key=A, UpdateExpression="ADD v :v", ExpressionAttributeValues={":v": {"N": "0.2"}}
    )
    assert db.get_item(TableName="Orders", Key=A)["Item"]["v"] == {"N": "0.3"}


@pytest.mark.parametrize(
    "key", [{"id": {"S": "a"}, "n": {"S": "1"}}, {"id": {"S": "a"}}, {"id": {"NULL": True}, "n": {"N": "1"}}]
)
def test_items_whose_key_does_not_fit(db: Any, key: dict[str, Any]) -> None:
    """An item whose key attribute is missing or of another type is refused."""
    make_table(db, "Sorted", sort=True)
    assert refusal(db.put_item, TableName="Sorted", Item=key)[0] == "ValidationException"
