"""What a stored snapshot is of, and how far it got: the manifest beside its parts."""

from typing import Literal

from ..json_model import JsonModel

SNAPSHOT_SCHEMA: Literal["dynadrill.snapshot/1"] = "dynadrill.snapshot/1"

KeyType = Literal["S", "N", "B"]
Holds = Literal["items", "digests", "keys"]


class About(JsonModel):
    """The content of `snapshot.json`.

    `key_attributes` and `key_types` have the partition key first. `began_at` and `ended_at` are the instants of the
    first request and the last answer, or of what an export says that it holds (both the same). `holds` says whether
    rows have items, only digests, or only keys (whose digests then are those of the bare keys). `complete` is False
    while a snapshot is being taken, and where it was given up. `parts` are the Parquet files, by name, with their rows.
    `read_units` is what reading consumed, where the source says. `consistent` says whether each page was read
    strongly consistent; a global secondary index cannot be.
    """

    schema_: Literal["dynadrill.snapshot/1"] = SNAPSHOT_SCHEMA
    source: str
    key_attributes: tuple[str, ...]
    key_types: tuple[KeyType, ...]
    began_at: float
    ended_at: float
    complete: bool
    holds: Holds
    parts: dict[str, int]
    read_units: float | None = None
    consistent: bool = True

    @property
    def rows(self) -> int:
        """How many rows there are in all parts."""
        return sum(self.parts.values())
