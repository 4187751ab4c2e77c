"""Ion text: what is written is read back, other spellings are read, and what is no item is refused."""

from base64 import b64encode
from typing import Any

import pytest
from dynadrill.drills.timemachine.attributes import checked
from dynadrill.drills.timemachine.transfer import ion
from dynadrill.drills.timemachine.transfer.ion_reader import IonError, item_in
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
NAME = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
"""Of an attribute: no item can have an empty one."""
BINARY = st.binary(max_size=8).map(lambda raw: b64encode(raw).decode())
NUMBER = st.one_of(
    st.integers(-(10**38) + 1, 10**38 - 1).map(str),
    st.tuples(st.integers(-(10**9), 10**9), st.integers(-100, 100)).map(lambda parts: f"{parts[0]}E{parts[1]}"),
).map(lambda text: checked({"N": text})[0]["N"])
SCALAR = st.one_of(
    TEXT.map(lambda text: {"S": text}),
    NUMBER.map(lambda text: {"N": text}),
    BINARY.map(lambda text: {"B": text}),
    st.booleans().map(lambda yes: {"BOOL": yes}),
    st.just({"NULL": True}),
    st.lists(TEXT, min_size=1, max_size=3, unique=True).map(lambda members: {"SS": members}),
    st.lists(NUMBER, min_size=1, max_size=3, unique=True).map(lambda members: {"NS": members}),
    st.lists(BINARY, min_size=1, max_size=3, unique=True).map(lambda members: {"BS": members}),
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda members: {"L": members}),
        st.dictionaries(NAME, inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=8,
)


@given(st.dictionaries(NAME, VALUE, max_size=5))
def test_what_is_written_is_read_back(item: dict[str, Any]) -> None:
    """Any item survives being written as Ion and read again, to the last digit and letter."""
    line = ion.VERSION_MARKER + ion.structure({"Item": ion.attributes(item)})
    assert "\n" not in line
    read = item_in(line)["Item"]
    assert {name: checked(value)[0] for name, value in read.items()} == item


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ('  "a\\tb\\x41\\u00e9\\U0001F600\\ud83d\\ude00\\/"', {"S": "a\tbAé😀😀/"}),
        ("{{ aGk= }}", {"B": "aGk="}),
        ("1_000", {"N": "1000"}),
        ("-1.50", {"N": "-1.5"}),
        ("12d-1", {"N": "1.2"}),
        ("5.d2", {"N": "500"}),
        ("1e3", {"N": "1000"}),
        ("null.string", {"NULL": True}),
        ("[1, 2,]", {"L": [{"N": "1"}, {"N": "2"}]}),
        ("{a:1, 'b c': true, \"d\": false}", {"M": {"a": {"N": "1"}, "b c": {"BOOL": True}, "d": {"BOOL": False}}}),
        ('$dynamodb_SS :: ["x"]', {"SS": ["x"]}),
        ("other::5", {"N": "5"}),
    ],
)
def test_other_spellings(text: str, typed: Any) -> None:
    """Spaces, escapes, exponents, quoted names and foreign annotations are understood."""
    read = item_in("{Item: {v: " + text + "}}")["Item"]["v"]
    assert checked(read)[0] == typed


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "{Item:{}} {}", "{Item:}", "{Item", "{Item:{a:}}", "{Item:{a:(1)}}", "{Item:{a:word}}", "{5:{}}",
        "{Item:{a:2023-01-01T}}", "{Item:{a:$dynamodb_SS::[1]}}", "{Item:{a:$dynamodb_NS::5}}", "{Item {}}",
        '{Item:{a:"x}}', "{Item:{a:1 b:2}}",
        '{Item:{a:"\\ud800"}}', "{Item:{a:" + "[" * 50 + "]" * 50 + "}}", "{Item:{a:\\}}",
    ],
)  # fmt: skip
def test_what_is_no_record(text: str) -> None:
    """What is not one struct of values that items have is refused with a reason."""
    with pytest.raises(IonError, match=r"\w"):
        item_in(text)
