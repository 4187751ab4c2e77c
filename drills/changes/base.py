"""A base copy: all items of a table on disk, and the shape to make the table again, for a log to go on from."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from ..errors import RecoveryFailedError
from ..recovery import RecoveryTools
from ..table_shape import shape_of
from ..values import Change, Item, Key, digest, key_of
from .records import ChangeRecord


class BaseCopy:
    """A table's items as one scan met them, between two instants; what was written meanwhile is in the log too.

    Args:
        folder: of the recovery; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._items = folder / "base.jsonl"
        self._about = folder / "base.json"

    def take(self, tools: RecoveryTools) -> None:
        """Copy the table; the copy counts when all of it is on disk."""
        self._items.parent.mkdir(parents=True, exist_ok=True)
        shape = shape_of(tools.control.describe_table(TableName=tools.table)["Table"])
        with self._items.open("wb") as file:
            for item in tools.scan(tools.table):
                file.write(orjson.dumps(item) + b"\n")
        self._about.write_bytes(orjson.dumps({"ended_at": tools.clock.now(), "shape": shape}))

    @property
    def ended_at(self) -> float:
        """When the scan was over: no instant before it can be rebuilt."""
        return float(self._read()["ended_at"])

    @property
    def shape(self) -> dict[str, Any]:
        """What CreateTable needs to make such a table."""
        shape: dict[str, Any] = self._read()["shape"]
        return shape

    def changes(self, key_attributes: tuple[str, ...]) -> Iterator[Change]:
        """The items, as changes that put them."""
        with self._items.open("rb") as file:
            for line in file:
                item: Item = orjson.loads(line)
                yield Change(key_of(item, key_attributes), item)

    def before(self, records: Sequence[ChangeRecord], key_attributes: tuple[str, ...]) -> dict[Key, bytes]:
        """What was there before the first change of each key: the copy's item, or none, by digest.

        Of a key that was changed while the scan went on, by the stamps of its records, the copy says nothing.
        """
        unclear = {record.key for record in records if record.at <= self.ended_at}
        left = {record.key: digest(None) for record in records if record.key not in unclear}
        for change in self.changes(key_attributes):
            if change.key in left:
                left[change.key] = digest(change.value)
        return left

    def _read(self) -> dict[str, Any]:
        if not self._about.exists():
            raise RecoveryFailedError("there is no base copy", "It has to be taken before a disaster.")
        about: dict[str, Any] = orjson.loads(self._about.read_bytes())
        return about
