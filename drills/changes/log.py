"""A log of changes on disk: what was read of a stream, and how far."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO

import orjson

from .reader import Places, ShardPlace
from .records import ChangeRecord, of_line, to_line

MOST_OF_A_LINE = 2**22
"""A record has two images of at most 400 KB, somewhat longer as JSON."""


class ChangeLog:
    """The changes of one table in a folder, in the order in which they were read: for each item that of its writes.

    Records are on disk before the place after them is: whoever is killed in between reads them again, and what was
    read twice counts once.

    Args:
        folder: of the recovery; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._log = folder / "changes.jsonl"
        self._places = folder / "places.json"

    def append(self, records: Sequence[ChangeRecord]) -> None:
        """Keep records for good."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a+b") as file:
            file.truncate(_whole_lines(file))
            file.write(b"".join(to_line(record) for record in records))
            file.flush()
            os.fsync(file.fileno())

    def changes(self) -> list[ChangeRecord]:
        """All changes so far, each once; a torn last line is one that will be read again."""
        if not self._log.exists():
            return []
        lines = self._log.read_bytes().split(b"\n")[:-1]
        return list({(record.shard, record.sequence): record for record in map(of_line, lines)}.values())

    def keep_places(self, places: Places) -> None:
        """Write down how far the stream was read."""
        self._places.parent.mkdir(parents=True, exist_ok=True)
        partial = self._places.with_suffix(".partial")
        partial.write_bytes(orjson.dumps(asdict(places)))
        partial.replace(self._places)

    def places(self) -> Places | None:
        """How far the stream was read; None where nothing was begun."""
        if not self._places.exists():
            return None
        kept = orjson.loads(self._places.read_bytes())
        shards = {shard: ShardPlace(**place) for shard, place in kept.pop("shards").items()}
        return Places(**kept, shards=shards)


def _whole_lines(file: BinaryIO) -> int:
    """How long a log is without a torn last line."""
    end = file.seek(0, SEEK_END)
    back = min(end, MOST_OF_A_LINE)
    file.seek(end - back)
    return end - back + file.read(back).rfind(b"\n") + 1
