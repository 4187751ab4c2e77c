"""Tables as stored snapshots, for tests: from items to a folder, and items drawn at random."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import orjson
from dynadrill.drills.snapshots.about import About
from dynadrill.drills.snapshots.columns import StoredRow, columns_of
from dynadrill.drills.snapshots.folder import PartWriter, StoredSnapshot, open_snapshot, write_about
from dynadrill.drills.values import Item, digest, key_of
from hypothesis import strategies as st

KEY = ("id",)


def item(key: str, value: Mapping[str, Any] | None = None, **more: Any) -> Item:
    """An item with one attribute beside its key, or with those that are given."""
    return {"id": {"S": key}, **({"value": value} if value is not None else {}), **more}


def stored(
    folder: Path,
    items: Sequence[Item],
    *,
    key: tuple[str, ...] = KEY,
    types: tuple[Literal["S", "N", "B"], ...] = ("S",),
    complete: bool = True,
    holds: Literal["items", "digests", "keys"] = "items",
    read_at: Sequence[float] | None = None,
    per_part: int = 3,
) -> StoredSnapshot:
    """A snapshot of some items, in parts of a few rows each."""
    parts: dict[str, int] = {}
    for number, start in enumerate(range(0, len(items), per_part)):
        rows = [
            StoredRow(
                key_of(each, key),
                digest(each),
                read_at[index] if read_at else 1.0,
                read_at[index] if read_at else 2.0,
                orjson.dumps(each) if holds == "items" else None,
            )
            for index, each in list(enumerate(items))[start : start + per_part]
        ]
        writer = PartWriter(folder, f"0000-{number:04d}.parquet")
        writer.add(columns_of(rows))
        writer.finish()
        parts[writer.name] = writer.rows
    about = About(
        source=f"table {folder.name}",
        key_attributes=key,
        key_types=types,
        began_at=1.0,
        ended_at=2.0,
        complete=complete,
        holds=holds,
        parts=parts,
    )
    write_about(folder, about)
    return open_snapshot(folder)


NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.decimals(-1000, 1000, places=3, allow_nan=False, allow_infinity=False).map(lambda number: format(number, "f")),
)
BINARIES = st.sampled_from(["AA==", "AQ==", "AAE=", "AAI="])
LEAVES = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=4)),
    st.builds(lambda number: {"N": number}, NUMBERS),
    st.builds(lambda binary: {"B": binary}, BINARIES),
    st.builds(lambda truth: {"BOOL": truth}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda members: {"SS": members}, st.lists(st.text(max_size=2), min_size=1, max_size=3, unique=True)),
    st.builds(
        lambda members: {"NS": [str(number) for number in members]},
        st.lists(st.integers(-5, 5), min_size=1, max_size=3, unique=True),
    ),
    st.builds(lambda members: {"BS": members}, st.lists(BINARIES, min_size=1, max_size=3, unique=True)),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda members: {"L": members}, st.lists(inner, max_size=3)),
        st.builds(lambda members: {"M": members}, st.dictionaries(st.text(max_size=2), inner, max_size=3)),
    ),
    max_leaves=5,
)
"""Typed values of every type, with few members, so that two of them are often the same."""

TABLES = st.dictionaries(st.integers(0, 12).map(str), VALUES, max_size=10)
"""Tables: key to value."""


def spelled_differently(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The same value as DynamoDB has it, in another spelling."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return {"N": _longer(value)}
        case "NS":
            return {"NS": [_longer(number) for number in reversed(value)]}
        case "SS" | "BS":
            return {kind: list(reversed(value))}
        case "L":
            return {"L": [spelled_differently(member) for member in value]}
        case "M":
            return {"M": {name: spelled_differently(value[name]) for name in reversed(value)}}
        case _:
            return {kind: value}


def _longer(number: str) -> str:
    """The same number with a zero that says nothing."""
    if "E" in number or number == "-0":
        return format(Decimal(number) + 0, "f")
    return f"{number}.0" if "." not in number else f"{number}0"
