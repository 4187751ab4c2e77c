"""The single Parquet file that a drill keeps of a table: what it is of stands in its footer."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from ..errors import UnverifiableError
from .about import About, KeyType
from .columns import SCHEMA

DESCRIPTION = b"dynadrill"
HINT = "Run the drill again: this dynadrill compares what it writes itself, or an earlier one of the same columns."


def about_file(path: Path) -> About:
    """What a drill's snapshot is of, as `snapshot.json` would say it.

    The types of its key are those of its first row. A table that held nothing shows none: they are then said to be
    text, and no row contradicts it.

    Raises:
        UnverifiableError: it is not whole, or not a snapshot of these columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(SCHEMA):
                raise UnverifiableError(f"{path} has the columns {', '.join(file.schema_arrow.names)}", HINT)
            told = orjson.loads(file.schema_arrow.metadata[DESCRIPTION])
            first = next(file.iter_batches(1, columns=["key"]), None)
            rows = file.metadata.num_rows
        return _about(path, told, None if not first else first[0][0].as_py(), rows)
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnverifiableError(f"{path} is not a whole snapshot: {type(error).__name__}: {error}", HINT) from error


def _about(path: Path, told: Mapping[str, Any], first_key: str | None, rows: int) -> About:
    key = orjson.loads(first_key) if first_key is not None else {}
    names = tuple(told["key_attributes"])
    if not names or (key and set(key) != set(names)):
        raise ValueError(f"its key is said to be {names or 'nothing'}, and its first row has {sorted(key)}")
    types: list[KeyType] = [next(iter(key[name])) if key else "S" for name in names]
    return About(
        source=told["table"],
        key_attributes=names,
        key_types=tuple(types),
        began_at=told["began_at"],
        ended_at=told["ended_at"],
        complete=told["complete"],
        holds="items",
        parts={path.name: rows},
    )
