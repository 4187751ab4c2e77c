"""How DynamoDB compares stored values: equality within a type, order, size, membership."""

from base64 import b64decode
from decimal import Decimal
from typing import Final, TypeAlias

from ..attributes import Attributes, Typed
from .nodes import Step, Steps

Ordered: TypeAlias = str | Decimal | bytes
ORDERED: Final = frozenset({"S", "N", "B"})
"""Types that have an order."""
SETS: Final = {"SS": "S", "NS": "N", "BS": "B"}
"""Set types and the type of their members."""
TYPES: Final = ("S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M")


def kind_of(typed: Typed) -> str:
    """A value's type: `S`, `N`, ..."""
    (kind,) = typed
    return kind


def equal(left: Typed, right: Typed) -> bool:
    """Whether two stored values are the same; sets have no order."""
    if left == right:
        return True
    kind = kind_of(left)
    if kind not in right:
        return False
    ours, theirs = left[kind], right[kind]
    if kind in SETS:
        return len(ours) == len(theirs) and set(ours) == set(theirs)
    if kind == "L":
        return len(ours) == len(theirs) and all(map(equal, ours, theirs))
    if kind == "M":
        return ours.keys() == theirs.keys() and all(equal(ours[name], theirs[name]) for name in ours)
    return False


def order_of(kind: str, value: str) -> Ordered:
    """What sorts as values of a type do: strings by their bytes (which is by code points), numbers by value."""
    if kind == "N":
        return Decimal(value)
    return value if kind == "S" else b64decode(value)


def size_of(typed: Typed) -> int | None:
    """What `size` says of a value: characters, bytes, members or entries; None for what has no size."""
    kind = kind_of(typed)
    if kind in {"N", "BOOL", "NULL"}:
        return None
    return len(b64decode(typed[kind])) if kind == "B" else len(typed[kind])


def contains(typed: Typed, part: Typed) -> bool:
    """Whether a string or binary has a part, or a set or list a member."""
    kind = kind_of(typed)
    if kind == "L":
        return any(equal(member, part) for member in typed["L"])
    member_kind = SETS.get(kind, kind)
    if member_kind not in part or member_kind not in ORDERED:
        return False
    if kind == "B":
        return b64decode(part["B"]) in b64decode(typed["B"])
    return kind != "N" and part[member_kind] in typed[kind]


def begins_with(typed: Typed, start: Typed) -> bool:
    """Whether a string or binary begins with another."""
    if "S" in typed and "S" in start:
        return bool(typed["S"].startswith(start["S"]))
    return "B" in typed and "B" in start and b64decode(typed["B"]).startswith(b64decode(start["B"]))


def found_at(item: Attributes, steps: Steps) -> Typed | None:
    """What stands at a document path; None where there is nothing."""
    found = item.get(str(steps[0]))
    for step in steps[1:]:
        if found is None:
            return None
        found = _inside(found, step)
    return found


def _inside(typed: Typed, step: Step) -> Typed | None:
    if isinstance(step, str):
        entry: Typed | None = typed["M"].get(step) if "M" in typed else None
        return entry
    members = typed.get("L", ())
    return members[step] if step < len(members) else None
