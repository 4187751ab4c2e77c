"""Invariants in SQL: one SELECT on `items` that must find no row. DuckDB runs it, and it sees nothing but the items.

    select key, total from items where total < 0

`items` has `key` and `item` (JSON, as DynamoDB writes it) and a column for each top-level attribute, with the type that
all of its values have; attributes with parts or of several types are JSON. A column's name knows no case: of two
attributes that differ in case only the later one has `_2` behind its name, and so has one called `key` or `item`.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import duckdb
import orjson

from ..values import key_label
from .columns import Column, columns_of, table_of
from .invariant import BrokenInvariantError, Items

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS_AT_ONCE = 5000
LOCKS = (
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)
"""No file, no network, no variable of this process, no extension; and no way to take that back."""


def parsed(source: str, name: str) -> str:
    """The one query of a file.

    Raises:
        BrokenInvariantError: it is not SQL, or something else than one SELECT.
    """
    with _database() as database:
        return _query(database, source, name)


def violations(
    source: str,
    name: str,
    items: Items,
    key_attributes: Sequence[str],
    show_values: bool,  # noqa: FBT001 -- as all
) -> Iterator[str]:
    """The rows that the query finds, each in words.

    Raises:
        BrokenInvariantError: the query cannot be run.
    """
    with _database() as database:
        query = _query(database, source, name)
        _load(database, items, key_attributes)
        try:
            found = database.execute(query)
            names = [column[0] for column in found.description or ()]
            number = 0
            while row := found.fetchone():
                number += 1
                yield _said(dict(zip(names, row, strict=True)), number, show_values=show_values)
        except duckdb.Error as error:
            raise BrokenInvariantError(f"{name} cannot be run: {str(error).splitlines()[0]}") from error


def _database() -> "DuckDBPyConnection":
    """A database in memory; one thread, so that rows come in the same order each time."""
    return duckdb.connect(":memory:", config={"threads": 1})


def _query(database: "DuckDBPyConnection", source: str, name: str) -> str:
    try:
        statements = database.extract_statements(source)
    except duckdb.Error as error:
        raise BrokenInvariantError(f"{name} is not SQL: {str(error).splitlines()[0]}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = ", ".join(statement.type.name for statement in statements) or "nothing"
        raise BrokenInvariantError(f"{name} has to be one SELECT, and is {kinds}")
    return source


def _load(database: "DuckDBPyConnection", items: Items, key_attributes: Sequence[str]) -> None:
    """Fill `items`, batch by batch, and lock the database."""
    columns = columns_of(items())
    every = iter(items())
    batch = table_of([], columns, key_attributes)
    selected = ", ".join(["key", "item::JSON AS item", *(_selected(column) for column in columns)])
    database.register("batch", batch)
    database.execute(f"CREATE TABLE items AS SELECT {selected} FROM batch")  # noqa: S608 -- the names are quoted
    while rows := list(islice(every, ROWS_AT_ONCE)):
        database.register("batch", table_of(rows, columns, key_attributes))
        database.execute(f"INSERT INTO items SELECT {selected} FROM batch")  # noqa: S608 -- as above
    database.unregister("batch")
    for lock in LOCKS:
        database.execute(lock)


def _selected(column: Column) -> str:
    name = '"' + column.name.replace('"', '""') + '"'
    return f"{name}::JSON AS {name}" if column.is_json else name


def _said(row: dict[str, Any], number: int, *, show_values: bool) -> str:
    """A row in words: its key, and the names of the other columns, with values only where they may be shown."""
    label = _label(row.get("key")) or f"row {number}"
    others = [name for name in row if name not in {"key", "item"}]
    if show_values:
        others = [f"{name}={row[name]}" for name in others]
    return f"{label} ({', '.join(others)})" if others else label


def _label(key: object) -> str:
    try:
        return key_label(str(key)) if key is not None else ""
    except (orjson.JSONDecodeError, AttributeError):
        return ""
