"""What an index held, read until it agreed with its table or a bound had passed. Kept as Parquet, as a snapshot is."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from .errors import UnverifiableError
from .indexes import IndexDefinition, IndexKey
from .values import Item, key_of

ROWS_AT_ONCE = 2000
"""How many rows are held twice while a snapshot is read."""

SCHEMA = pa.schema([("key", pa.string()), ("item", pa.string())])
"""The table's key of an entry, and the entry: of two entries of one item both are there."""


class Attempt(NamedTuple):
    """One reading of an index: from its first request to its last answer, and what came of it.

    `disagreements` is how many items it disagreed with its table about; None where it could not be read to its end,
    for which `fault` says why.
    """

    asked_at: float
    told_at: float
    disagreements: int | None
    fault: str = ""


@dataclass(frozen=True)
class IndexSnapshot:
    """An index of a table as it was last read, in wire form, and how often it had to be read.

    A global index follows its table within a fraction of a second, in the ordinary way (Developer Guide, "Data
    synchronization between tables and Global Secondary Indexes"): what it lacks at first is lag, what it still lacks
    after `bound_s` of target time is lost.
    """

    table: str
    definition: IndexDefinition
    entries: tuple[bytes, ...]
    attempts: tuple[Attempt, ...]
    bound_s: float

    @property
    def complete(self) -> bool:
        """Whether the last reading came to its end."""
        return bool(self.attempts) and self.attempts[-1].disagreements is not None

    @property
    def lagged_s(self) -> float:
        """How long it took, from the first request, until the last reading was over."""
        return self.attempts[-1].told_at - self.attempts[0].asked_at if self.attempts else 0.0

    def items(self) -> list[Item]:
        """The entries as items."""
        return [orjson.loads(text) for text in self.entries]


def write_index_snapshot(snapshot: IndexSnapshot, key_attributes: tuple[str, ...], path: Path) -> None:
    """Write it as a Parquet file, one row an entry, under its table's key."""
    items = snapshot.items()
    about = {
        "table": snapshot.table,
        "definition": {**asdict(snapshot.definition), "keys": [list(key) for key in snapshot.definition.keys]},
        "attempts": [attempt._asdict() for attempt in snapshot.attempts],
        "bound_s": snapshot.bound_s,
    }
    columns = {
        "key": [key_of(item, key_attributes) for item in items],
        "item": [text.decode() for text in snapshot.entries],
    }
    pq.write_table(pa.table(columns, schema=SCHEMA.with_metadata({"dynadrill": orjson.dumps(about)})), path)


def read_index_snapshot(path: Path) -> IndexSnapshot:
    """Read it back.

    Raises:
        UnverifiableError: the file is missing, cut short, or not an index's snapshot.
    """
    try:
        with pq.ParquetFile(path) as file:
            about = orjson.loads(file.schema_arrow.metadata[b"dynadrill"])
            texts = [
                text.encode()
                for batch in file.iter_batches(ROWS_AT_ONCE, columns=["item"])
                for text in batch.column(0).to_pylist()
            ]
        return IndexSnapshot(
            table=about["table"],
            definition=_definition(about["definition"]),
            entries=tuple(texts),
            attempts=tuple(Attempt(**attempt) for attempt in about["attempts"]),
            bound_s=about["bound_s"],
        )
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnverifiableError(
            f"{path} is not a whole snapshot of an index: {type(error).__name__}: {error}",
            "Run the drill again; a snapshot cannot be mended.",
        ) from error


def _definition(found: dict[str, Any]) -> IndexDefinition:
    return IndexDefinition(
        name=found["name"],
        is_global=found["is_global"],
        keys=tuple(IndexKey(*key) for key in found["keys"]),
        projection=found["projection"],
        included=tuple(found["included"]),
    )
