"""Leaving attributes out of a comparison: a snapshot without them, whose digests were taken anew."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from ..errors import UsageError
from ..snapshots.columns import StoredRow, columns_of
from ..snapshots.folder import PartWriter, StoredSnapshot, open_snapshot, write_about
from ..values import Item, digest

ROWS_AT_ONCE = 2000
NAME = re.compile(r"((?:[^.\\]|\\.)+)(?:\.|$)")
HINT = "Write --ignore 'ATTRIBUTE=why it may differ', such as --ignore 'updated_at=set by the restore'."


@dataclass(frozen=True)
class Ignoring:
    """Which attributes are left out, each with the written reason; counts in how many items it found each."""

    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Each attribute as it was written, and as the names on the way to it."""
        return [(text, parse_path(text)) for text in self.reasons]

    def without(self, item: Item, counts: dict[str, int] | None = None) -> Item:
        """An item without these attributes: the very same one if it has none of them."""
        for text, path in self.paths:
            left = _without(item, path)
            if left is not item and counts is not None:
                counts[text] = counts.get(text, 0) + 1
            item = left
        return item


def parse_ignored(given: Sequence[str]) -> Ignoring:
    r"""Read `ATTRIBUTE=REASON`: a dot leads into a map, `\.` is a dot in a name.

    Raises:
        UsageError: no reason is given, an attribute is none, or is given twice.
    """
    reasons: dict[str, str] = {}
    for text in given:
        name, _, reason = text.partition("=")
        if not reason.strip():
            raise UsageError(f"--ignore {text!r} gives no reason: what is ignored hides damage", HINT)
        parse_path(name)
        if name in reasons:
            raise UsageError(f"--ignore names {name!r} twice", HINT)
        reasons[name] = reason.strip()
    return Ignoring(reasons)


def parse_path(text: str) -> tuple[str, ...]:
    """The names on the way to an attribute.

    Raises:
        UsageError: it is empty, or has a name that is.
    """
    names, at = [], 0
    while found := NAME.match(text, at):
        names.append(found[1].replace("\\.", ".").replace("\\\\", "\\"))
        at = found.end()
    if at != len(text) or not names or (text.endswith(".") and not text.endswith("\\.")):
        raise UsageError(f"--ignore: {text!r} is no attribute", HINT)
    return tuple(names)


def check_ignorable(ignoring: Ignoring, sides: Sequence[StoredSnapshot]) -> None:
    """Make sure that attributes can be left out of both sides.

    Raises:
        UsageError: an attribute is of the key, or a side has no items to leave anything out of.
    """
    if not ignoring.reasons:
        return
    for stored in sides:
        for text, path in ignoring.paths:
            if path[0] in stored.about.key_attributes:
                raise UsageError(f"--ignore {text}: it is part of the primary key", "Items are compared by their keys.")
        if stored.about.holds != "items":
            raise UsageError(
                f"{stored.path} holds {stored.about.holds} and no items: nothing can be left out of them",
                "Compare without --ignore, or take a snapshot with items.",
            )


def without_ignored(stored: StoredSnapshot, ignoring: Ignoring, into: Path) -> tuple[StoredSnapshot, dict[str, int]]:
    """Write a snapshot without some attributes, and count the items that had each."""
    counts: dict[str, int] = {}
    parts: dict[str, int] = {}
    for file in stored.files:
        writer = PartWriter(into, file.name)
        with pq.ParquetFile(file) as part:
            for batch in part.iter_batches(ROWS_AT_ONCE, columns=["key", "asked_at", "told_at", "item"]):
                writer.add(columns_of([_row(row, ignoring, counts) for row in batch.to_pylist()]))
        writer.finish()
        parts[writer.name] = writer.rows
    write_about(into, stored.about.model_copy(update={"parts": parts}))
    return open_snapshot(into), counts


def _row(row: Mapping[str, Any], ignoring: Ignoring, counts: dict[str, int]) -> StoredRow:
    item = ignoring.without(orjson.loads(row["item"]), counts)
    return StoredRow(row["key"], digest(item), row["asked_at"], row["told_at"], orjson.dumps(item))


def _without(members: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """The members of an item, or of a map in it, without what a path leads to."""
    name, *rest = path
    if name not in members:
        return members
    if not rest:
        return {other: typed for other, typed in members.items() if other != name}
    deeper = members[name].get("M")
    if deeper is None:
        return members
    left = _without(deeper, tuple(rest))
    return members if left is deeper else {**members, name: {"M": left}}
