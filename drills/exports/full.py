"""A full export as a stored snapshot: one part for each data file that holds anything."""

from pathlib import Path
from typing import Any

from ..errors import UnverifiableError
from ..snapshots.about import About
from ..snapshots.folder import StoredSnapshot, write_about
from ..values import Item
from .keys import KeySchema
from .lines import Line, lines_of
from .manifest import AGAIN_HINT, Export
from .progress import Tally
from .rows import ItemWriter
from .unique import check_unique


def read_full(export: Export, keys: KeySchema, into: Path, tally: Tally) -> StoredSnapshot:
    """Read all items of a full export into a folder.

    Raises:
        UsageError: the key is not the table's.
        UnverifiableError: a file is missing or damaged, or a key is there twice.
    """
    parts: dict[str, int] = {}
    for number, (place, file) in enumerate(export.data()):
        name = f"{number:06}.parquet"
        if not file.item_count:
            for _ in lines_of(place, file, kms=export.kms):
                raise AssertionError("a file of no items gives none")
            continue
        with ItemWriter(into, name, keys, export.at) as writer:
            for line in lines_of(place, file, kms=export.kms):
                writer.add(_item(line), line.where)
                tally.count()
        parts[name] = writer.count
    about = About(
        source=f"export {export.summary.export_arn}",
        key_attributes=keys.attributes,
        key_types=keys.types,
        began_at=export.at,
        ended_at=export.at,
        complete=True,
        holds="items",
        parts=parts,
    )
    stored = StoredSnapshot(into, about)
    check_unique(stored, export.place.name)
    write_about(into, about)
    return stored


def _item(line: Line) -> Item:
    item: Any = line.record.get("Item")
    if not isinstance(item, dict) or len(line.record) != 1:
        members = ", ".join(line.record) or "nothing"
        raise UnverifiableError(
            f"{line.where} should hold one `Item` and nothing else, and holds {members}", AGAIN_HINT
        )
    return item
