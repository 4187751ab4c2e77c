"""What of an item changed: attribute by attribute, found by deepdiff on values that keep DynamoDB's types."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from deepdiff import DeepDiff

from ..values import Item, canonical_binary, canonical_number

Typed: TypeAlias = Mapping[str, Any]
Change: TypeAlias = Literal["added", "removed", "value", "type", "member added", "member removed"]

CHANGES: Mapping[str, Change] = {
    "dictionary_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_added": "added",
    "iterable_item_removed": "removed",
    "values_changed": "value",
    "type_changes": "type",
    "set_item_added": "member added",
    "set_item_removed": "member removed",
}
"""deepdiff's words, and ours."""


class AttributeChange(NamedTuple):
    """One place in an item, as `address.lines[0]`, and what it holds on either side; None where it is not there.

    Of a set it is the member that came or went.
    """

    path: str
    change: Change
    left: Typed | None
    right: Typed | None


class StringSet(frozenset[str]):
    """The members of an SS; of a type of its own, so that sets of another type read as a change of type."""


class NumberSet(frozenset[Decimal]):
    """The members of an NS."""


class BinarySet(frozenset[bytes]):
    """The members of a BS."""


def changes(left: Item, right: Item) -> list[AttributeChange]:
    """Every change between two items, by path: numbers compared as numbers, sets and maps without order."""
    # deepdiff tells list members apart by a text of them: in Latin-1 every byte has a character of its own.
    one, other = _map(left), _map(right)
    found = DeepDiff(one, other, view="tree", verbose_level=2, encodings=["latin-1"], threshold_to_diff_deeper=0)
    return sorted(_found(found), key=lambda change: (change.path, change.change))


def _found(found: Mapping[str, Any]) -> Iterator[AttributeChange]:
    for word, levels in found.items():
        change = CHANGES[word]
        for level in levels:
            place = level.up if change.startswith("member") else level
            left = None if change.endswith("added") else to_typed(level.t1)
            right = None if change.endswith("removed") else to_typed(level.t2)
            yield AttributeChange(_path(place.path(output_format="list")), change, left, right)


def _path(parts: list[str | int]) -> str:
    """A path for people: names by dots, places in lists in brackets, unusual names quoted in brackets."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part and not set(part) & set('.[]"'):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def _map(members: Mapping[str, Typed]) -> dict[str, Any]:
    return {name: to_plain(typed) for name, typed in members.items()}


def to_plain(typed: Typed) -> Any:
    """A typed value as one of Python's, of a type of its own for each of DynamoDB's."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return Decimal(canonical_number(value))
        case "B":
            return b64decode(value)
        case "NULL":
            return None
        case "SS":
            return StringSet(value)
        case "NS":
            return NumberSet(Decimal(canonical_number(number)) for number in value)
        case "BS":
            return BinarySet(b64decode(canonical_binary(member)) for member in value)
        case "L":
            return [to_plain(member) for member in value]
        case "M":
            return _map(value)
        case _:
            return value


def to_typed(plain: Any) -> Typed:
    """The typed JSON of what `to_plain` made."""
    match plain:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": plain}
        case str():
            return {"S": plain}
        case Decimal():
            return {"N": canonical_number(str(plain))}
        case bytes():
            return {"B": b64encode(plain).decode()}
        case StringSet():
            return {"SS": sorted(plain)}
        case NumberSet():
            return {"NS": sorted(canonical_number(str(number)) for number in plain)}
        case BinarySet():
            return {"BS": sorted(b64encode(member).decode() for member in plain)}
        case list():
            return {"L": [to_typed(member) for member in plain]}
        case _:
            return {"M": {name: to_typed(member) for name, member in plain.items()}}
