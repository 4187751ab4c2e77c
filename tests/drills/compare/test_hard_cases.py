"""The cases that others get wrong, from the JSON of the wire through exports and snapshots to the difference found."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
import pytest
from dynadrill.drills.compare.comparing import Asked, Tools, compare
from dynadrill.drills.compare.duck import DuckEngine
from dynadrill.drills.compare.sides import Side
from dynadrill.drills.exports.place import FolderPlace
from dynadrill.drills.exports.reading import read_export
from dynadrill.drills.targets.clocks import VirtualClock
from dynadrill.drills.values import Item, Key, canonical, key_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ...strategies import KEYS, VALUES, altered, spelled
from ..exports.forged import write_export

MOST = 10_000
"""How many differences of a class are shown: all of them."""


class Found(NamedTuple):
    """What a comparison found: the keys of each class, each of which has the changed paths said, and the equal ones."""

    only_left: set[Key]
    only_right: set[Key]
    different: Mapping[Key, list[str]]
    equal: int


def found(left: Iterable[Any], right: Iterable[Any], key: Sequence[str] = ("id",)) -> Found:
    """What differs between two tables: each is written as an export's lines, read into a snapshot, and compared."""
    with TemporaryDirectory() as folder:
        sides = [_side(Path(folder, name), items, key) for name, items in (("left", left), ("right", right))]
        engine = DuckEngine()
        try:
            tools = Tools(engine, VirtualClock(0.0, lambda *_: nullcontext()), Path(folder, "work"))
            came = compare(sides[0], sides[1], Asked(samples=MOST), tools)
        finally:
            engine.close()
    assert came.proof.caught == came.proof.planted > 0
    by_class: dict[str, dict[Key, list[str]]] = {name: {} for name in ("only_left", "only_right", "different")}
    for each in came.samples:
        by_class[each.class_][each.key] = [f"{change.path} {change.change}" for change in each.changes or []]
    assert {name: len(keys) for name, keys in by_class.items()} == {name: getattr(came, name) for name in by_class}
    assert came.verdict == ("different" if any(by_class.values()) else "equal")
    assert came.equal is not None
    return Found(set(by_class["only_left"]), set(by_class["only_right"]), by_class["different"], came.equal)


def _side(folder: Path, items: Iterable[Any], key: Sequence[str]) -> Side:
    lines = [b'{"Item":' + (each if isinstance(each, bytes) else orjson.dumps(each)) + b"}\n" for each in items]
    files = [b"".join(lines[start::3]) for start in range(3)]
    export = write_export(folder / "export", files)
    stored = read_export(FolderPlace(export), folder / "snapshot", key_attributes=key)
    return Side(folder.name, "export", stored)


def table(values: Mapping[str, Any]) -> list[Item]:
    """Items of one value each, under a name; a name without a value has the key alone."""
    return [{"id": {"S": name}, **({"v": value} if value else {})} for name, value in values.items()]


def nested(leaf: Mapping[str, Any], levels: int = 31) -> dict[str, Any]:
    """A value so many levels down, in maps and lists by turns; DynamoDB allows 32."""
    value = dict(leaf)
    for level in range(levels):
        value = {"M": {"m": value}} if level % 2 else {"L": [value]}
    return value


LARGE = "x" * (400 * 1024 - 20)
"""A text that makes an item as large as DynamoDB allows."""
NINES = "9" * 38

EQUAL: dict[str, tuple[Any, Any]] = {
    "a number with zeros": ({"N": "1"}, {"N": "1.000"}),
    "a number with an exponent": ({"N": "10000000000"}, {"N": "1E+10"}),
    "a number of 38 digits": ({"N": NINES}, {"N": f"{NINES}.0"}),
    "the smallest number": ({"N": "1E-130"}, {"N": f"0.{'0' * 129}1"}),
    "the largest number": ({"N": f"9.{'9' * 37}E+125"}, {"N": NINES + "0" * 88}),
    "zero": ({"N": "0"}, {"N": "-0.0E7"}),
    "a set of texts": ({"SS": ["b", "a", ""]}, {"SS": ["", "a", "b"]}),
    "a set of numbers": ({"NS": ["2", "1.0", "1E1"]}, {"NS": ["10", "1", "2.00"]}),
    "a set of binaries": ({"BS": ["AA==", "Yg=="]}, {"BS": ["Yh==", "AB=="]}),
    "a set of one": ({"NS": ["1"]}, {"NS": ["1.0"]}),
    "binary in other base64": ({"B": "YQ=="}, {"B": "YR=="}),
    "empty binary": ({"B": ""}, {"B": ""}),
    "empty text": ({"S": ""}, {"S": ""}),
    "a map in another order": ({"M": {"a": {"N": "1"}, "é": {"L": []}}}, {"M": {"é": {"L": []}, "a": {"N": "1.0"}}}),
    "32 levels": (nested({"N": "1"}), nested({"N": "1.0"})),
    "400 KB": ({"S": LARGE}, {"S": LARGE}),
    "NULL": ({"NULL": True}, {"NULL": True}),
}
"""Values that DynamoDB stores alike."""

DIFFERENT: dict[str, tuple[Any, Any, str]] = {
    "a number as text": ({"N": "1"}, {"S": "1"}, "v type"),
    "binary as text": ({"B": "YQ=="}, {"S": "YQ=="}, "v type"),
    "a truth as text": ({"BOOL": True}, {"S": "true"}, "v type"),
    "numbers as texts": ({"NS": ["1"]}, {"SS": ["1"]}, "v type"),
    "a set as a list": ({"SS": ["a"]}, {"L": [{"S": "a"}]}, "v type"),
    "a set of one as its member": ({"NS": ["1"]}, {"N": "1"}, "v type"),
    "an empty list as an empty map": ({"L": []}, {"M": {}}, "v type"),
    "one as true": ({"N": "1"}, {"BOOL": True}, "v type"),
    "NULL as absence": ({"NULL": True}, None, "v removed"),
    "NULL as empty text": ({"NULL": True}, {"S": ""}, "v type"),
    "empty text as absence": (None, {"S": ""}, "v added"),
    "empty text as empty binary": ({"S": ""}, {"B": ""}, "v type"),
    "an empty map as absence": ({"M": {}}, None, "v removed"),
    "the last of 38 digits": ({"N": NINES}, {"N": NINES[:-1] + "8"}, "v value"),
    "far behind the point": ({"N": "0.1"}, {"N": f"0.1{'0' * 36}1"}, "v value"),
    "a sign": ({"N": "1"}, {"N": "-1"}, "v value"),
    "a power of ten": ({"N": "1E+10"}, {"N": "1E+11"}, "v value"),
    "é, composed and not": ({"S": "é"}, {"S": "e\u0301"}, "v value"),
    "a character without width": ({"S": "ab"}, {"S": "a\u200db"}, "v value"),
    "a zero character": ({"S": "a"}, {"S": "a\u0000"}, "v value"),
    "a ligature": ({"S": "fi"}, {"S": "ﬁ"}, "v value"),
    "one bit of binary": ({"B": "gIA="}, {"B": "gIE="}, "v value"),
    "bytes that are no text, in a list": ({"L": [{"B": "tQ=="}]}, {"L": [{"B": "wrU="}]}, "v[0] value"),
    "bytes in a set in a list": ({"L": [{"BS": ["tQ=="]}]}, {"L": [{"BS": ["tg=="]}]}, ""),
    "a list in another order": ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}, ""),
    "the 32nd level": (nested({"N": "1"}), nested({"S": "1"}), "v" + "[0].m" * 15 + "[0] type"),
    "the last byte of 400 KB": ({"S": LARGE}, {"S": LARGE[:-1] + "y"}, "v value"),
    "a member of a set": ({"NS": ["1", "2"]}, {"NS": ["1", "2.5"]}, "v member added, v member removed"),
    "a name's case": ({"M": {"a": {"N": "1"}}}, {"M": {"A": {"N": "1"}}}, "v.A added, v.a removed"),
}
"""Values that are not the same, and what is said to have changed."""


def test_what_is_stored_alike_is_equal() -> None:
    """However numbers, sets, maps and binaries are spelled, up to 400 KB and 32 levels, no difference is reported."""
    left, right = ({name: pair[side] for name, pair in EQUAL.items()} for side in (0, 1))
    assert found(table(left), table(right)) == (set(), set(), {}, len(EQUAL))


def test_what_is_not_the_same_differs() -> None:
    """Each pair that differs by a type, a digit, a bit or an absence is reported, and what changed in it is said."""
    left, right = ({name: pair[side] for name, pair in DIFFERENT.items()} for side in (0, 1))
    came = found(table(left), table(right))
    said = {key: changes for key, changes in came.different.items() if changes}
    expected = {key_of({"id": {"S": name}}, ("id",)): pair[2] for name, pair in DIFFERENT.items()}
    assert said.keys() == came.different.keys() == expected.keys()
    assert {key: ", ".join(said[key]) for key, wanted in expected.items() if wanted} == {
        key: wanted for key, wanted in expected.items() if wanted
    }
    assert (came.only_left, came.only_right, came.equal) == (set(), set(), 0)


def keyed(*keys: Mapping[str, Any]) -> list[Item]:
    """Items that are their keys: a partition key, and a sort key of any type."""
    return [{"id": {"S": "p"}, "sort": key} for key in keys]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("1", "1.0", True),
        ("1E+10", "10000000000", True),
        ("0", "-0", True),
        (NINES, f"{NINES}.0", True),
        (".5", "0.50", True),
        (NINES, NINES[:-1] + "8", False),
        ("0.1", f"0.1{'0' * 36}1", False),
        ("-1", "1", False),
        ("10", "9", False),
    ],
)
def test_numeric_keys_are_numbers(left: str, right: str, *, same: bool) -> None:
    """Two spellings of a number are one key, and two numbers are two, down to the last of 38 digits."""
    came = found(keyed({"N": left}), keyed({"N": right}), ("id", "sort"))
    assert (came.equal, len(came.only_left), len(came.only_right), came.different) == (same, not same, not same, {})


def test_binary_keys_are_bytes() -> None:
    """Base64 with idle bits set names the same key; bytes above 127 and in another order are other keys."""
    left = [bytes([first, 128]) for first in range(0, 256, 5)]
    encoded = [b64encode(key).decode() for key in left]
    idle = [text[:2] + chr(ord(text[2]) + 1) + text[3:] for text in encoded]
    assert all(text[2] == "A" for text in encoded)
    swapped = [{"B": b64encode(bytes([128, first])).decode()} for first in range(0, 256, 5)]
    came = found(keyed(*({"B": text} for text in encoded)), keyed(*({"B": text} for text in idle)), ("id", "sort"))
    assert came == (set(), set(), {}, len(left))
    came = found(keyed(*({"B": text} for text in encoded)), keyed(*swapped), ("id", "sort"))
    assert (len(came.only_left), len(came.only_right), came.equal) == (len(left), len(left), 0)


UNUSUAL = [
    *(
        "é",
        "e\u0301",
        "\u0000",
        "a\u0000",
        "a",
        "A",
        "a ",
        "\u200d",
        "👩\u200d👩\u200d👧",
        "👩👩👧",
        "שלום",
        "\u202eabc",
    ),
    *("ﬁ", "fi", "\ufeffa", '"', "\\", "{", "'", "\u2028", "\uffff", "😀", "\x7f", "\n"),
]


def test_every_text_is_a_key_of_its_own() -> None:
    """Texts that look alike, are invisible or need escapes are as many keys, each found once on its side."""
    left = [{"id": {"S": text}, "v": {"N": "1"}} for text in UNUSUAL]
    right = [{"id": {"S": text}, "v": {"N": "2" if place % 2 else "1.0"}} for place, text in enumerate(UNUSUAL)]
    came = found(left, right)
    assert came.different.keys() == {key_of(each, ("id",)) for each in left[1::2]}
    assert (came.only_left, came.only_right, came.equal) == (set(), set(), len(UNUSUAL[::2]))
    came = found(left[::2], right[1::2])
    assert (len(came.only_left), len(came.only_right)) == (len(left[::2]), len(right[1::2]))


def test_escapes_are_spellings() -> None:
    """A key and a value written with JSON's escapes are the same as written plainly, also beyond the basic plane."""
    plain = '{"id":{"S":"é😀\\u0000/"},"v":{"S":"ü"}}'.encode()
    escaped = b'{"v":{"S":"\\u00fc"},"id":{"S":"\\u00e9\\ud83d\\ude00\\u0000\\/"}}'
    assert found([plain], [escaped]).equal == 1


@pytest.mark.parametrize(("left", "right"), [(3, 0), (0, 3), (3, 4), (0, 0)])
def test_tables_without_a_common_key(left: int, right: int) -> None:
    """Disjoint tables, and sides without an item, are compared as any others."""
    came = found(table({f"l{n}": None for n in range(left)}), table({f"r{n}": None for n in range(right)}))
    assert (len(came.only_left), len(came.only_right), came.different, came.equal) == (left, right, {}, 0)


@pytest.mark.parametrize("size", [2_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_an_item_collection(size: int) -> None:
    """Of many items under one partition key, sort keys spelled differently, each is compared with its own."""
    left = [{"id": {"S": "p"}, "sort": {"N": str(number)}, "v": {"N": "1"}} for number in range(size)]
    right = [{**each, "sort": {"N": each["sort"]["N"] + ".0"}} for each in reversed(left)]
    right[7] = {**right[7], "v": {"N": "2"}}
    came = found(left[:-1], right, ("id", "sort"))
    assert came.different.keys() == {key_of(right[7], ("id", "sort"))}
    assert (came.only_left, came.only_right) == (set(), {key_of(left[-1], ("id", "sort"))})
    assert came.equal == size - 2


FATES = st.sampled_from(["equal", "equal", "different", "only_left", "only_right"])


@settings(max_examples=12)
@given(data=st.data(), kind=st.sampled_from(sorted(KEYS)), random=st.randoms(use_true_random=False))
def test_what_was_planted_is_what_is_found(data: st.DataObject, kind: str, random: Random) -> None:
    """In random tables with keys of each type and values of every type, exactly the planted differences are found."""
    keys = data.draw(st.lists(KEYS[kind], max_size=12, unique_by=lambda text: canonical({"k": {kind: text}})))
    sides: tuple[list[Item], list[Item]] = ([], [])
    planted: dict[str, set[Key]] = {name: set() for name in ("equal", "different", "only_left", "only_right")}
    for text in keys:
        value, fate = data.draw(VALUES), data.draw(FATES)
        item = {"id": {kind: text}, "v": value}
        other = {"v": spelled(value, random), "id": spelled({kind: text}, random)}
        if fate == "different":
            other["v"] = altered(value, random)
        planted[fate].add(key_of(item, ("id",)))
        if fate != "only_right":
            sides[0].append(item)
        if fate != "only_left":
            sides[1].append(other)
    random.shuffle(sides[1])
    came = found(*sides)
    assert came.only_left == planted["only_left"]
    assert came.only_right == planted["only_right"]
    assert came.different.keys() == planted["different"]
    assert all(came.different.values())
    assert came.equal == len(planted["equal"])


@settings(max_examples=5)
@given(values=st.lists(VALUES, min_size=50, max_size=50), random=st.randoms(use_true_random=False))
def test_no_false_alarm_in_a_thousand_pairs(values: list[Any], random: Random) -> None:
    """Of 1,000 equal pairs of every type, each spelled in two ways, in another order, not one is reported."""
    left = table({f"{number}-{turn}": value for number, value in enumerate(values) for turn in range(4)})
    right = [{name: spelled(typed, random) for name, typed in reversed(item.items())} for item in reversed(left)]
    assert found(left, right) == (set(), set(), {}, 200)
