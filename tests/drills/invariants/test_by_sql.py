"""Invariants in SQL: attributes are columns, and the query sees the items and nothing else of this machine."""

from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.invariants.invariant import MOST, Held, Invariant, hold

BIG = "12345678901234567890123456789012345678"
ITEMS: list[dict[str, Any]] = [
    {"id": {"S": "a"}, "total": {"N": "10.50"}, "lines": {"L": [{"M": {"price": {"N": "10.5"}}}]}},
    {"id": {"S": "b"}, "total": {"N": "-2"}, "tags": {"SS": ["y", "x"]}, "flag": {"BOOL": True}},
    {"id": {"S": "c"}, "total": {"NULL": True}, "mixed": {"S": "1"}, "raw": {"B": "AAE="}},
    {"id": {"S": "d"}, "mixed": {"N": "1"}, "Mixed": {"S": "other"}, "key": {"S": "k"}, "big": {"N": BIG}},
]


def held(source: str, items: Any = ITEMS, **options: Any) -> Held:
    """What comes of holding items against a query."""
    return hold(Invariant("mine.sql", "sql", source), lambda: items, ("id",), **options)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("total < 0", ("b",)),
        ("total = 10.5", ("a",)),
        ("total is null", ("c", "d")),
        ("lines[0].price::decimal(9, 2) = 10.5", ("a",)),
        ('tags::varchar = \'["x","y"]\'', ("b",)),
        ("flag", ("b",)),
        ("raw = '\\x00\\x01'::blob", ("c",)),
        ('mixed_2::varchar = \'{"N":"1"}\'', ("d",)),
        ("mixed_2 is not null", ("c", "d")),
        ("\"Mixed\" = 'other'", ("d",)),
        ("key_2 = 'k'", ("d",)),
        (f"big = {BIG}", ("d",)),
        ("item->>'$.id.S' = 'c'", ("c",)),
        ('key = \'{"id":{"S":"a"}}\'', ("a",)),
        ("false", ()),
    ],
)
def test_attributes_are_columns(where: str, expected: tuple[str, ...]) -> None:
    """Numbers are exact, parts and values of several types are JSON, names that differ in case are told apart."""
    found = held(f"select key from items where {where}")
    assert (found.fault, found.violations, found.count) == ("", expected[:3], len(expected))


def test_values_are_shown_only_where_asked_for() -> None:
    """A row is named by its key and its columns' names; a row without a key by its number."""
    query = "select key, total, 1 + 1 as two from items where total < 0;"
    assert held(query).violations == ("b (total, two)",)
    assert held(query, show_values=True).violations == ("b (total=-2.00, two=2)",)
    assert held("select sum(total) as sum from items").violations == ("row 1 (sum)",)
    assert held("select 'x' as key").violations == ("row 1",)


def test_numbers_of_any_size_are_there() -> None:
    """Where 38 digits do not hold all numbers of an attribute, they are floating."""
    items = [{"id": {"S": str(n)}, "n": {"N": text}} for n, text in enumerate(("1E+125", "1E-130", "5"))]
    assert held("select key from items where n > 1e124", items).violations == ("0",)
    assert held("select key from items where n between 4.9 and 5.1", items).violations == ("2",)


def test_no_items_are_a_table_too() -> None:
    """Without items there is an empty table: a query for the key finds nothing; many batches are all there."""
    assert held("select key from items", []) == Held("mine.sql")
    many = [{"id": {"S": f"{n:05d}"}} for n in range(12_001)]
    assert held("select count(*) as n from items having count(*) <> 12001", many) == Held("mine.sql")
    assert held("select key from items", many).count == MOST


@pytest.mark.parametrize(
    "source",
    [
        "select * from read_csv('{file}', header = false)",
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "from glob('{folder}/*')",
        "select * from sniff_csv('{file}')",
        "select * from items_of_the_caller",
        "select * from duckdb_secrets()  where (select count(*) from read_text('{file}')) > 0",
        "select * from read_parquet('https://127.0.0.1:1/x.parquet')",
        "select * from query('select * from read_text(''{file}'')')",
    ],
)
def test_a_query_sees_nothing_but_the_items(source: str, tmp_path: Path) -> None:
    """No file, no folder, no network and no variable of this process can be read: that is no verdict, but a fault."""
    items_of_the_caller = __import__("pyarrow").table({"secret": [1]})
    assert items_of_the_caller.num_rows == 1
    file = tmp_path / "secret.csv"
    file.write_text("secret\n")
    found = held(source.format(file=file, folder=tmp_path))
    assert found.count == 0
    assert "cannot be run" in found.fault


@pytest.mark.parametrize(
    "source",
    [
        "",
        "drop table items",
        "copy items to '{file}'",
        "attach '{file}' as other",
        "set enable_external_access = true",
        "select 1; set enable_external_access = true; select 2",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "create table t as select 1",
        "insert into items select * from items",
        "export database '{file}'",
        "call pragma_version()",
        "delete from items",
        "this is no query",
        "select (",
    ],
)
def test_only_one_select_is_run(source: str, tmp_path: Path) -> None:
    """Whatever writes, switches, loads, or is no query at all is refused, and leaves nothing behind."""
    file = tmp_path / "out"
    found = held(source.format(file=file))
    assert found.count == 0
    assert "has to be one SELECT" in found.fault or "is not SQL" in found.fault
    assert not file.exists()


@pytest.mark.parametrize("source", ["select gone from items", "select 1 / 'x'", "select error('no') from items"])
def test_a_query_that_fails_is_no_verdict(source: str) -> None:
    """An unknown column, a wrong type or an error raised on purpose says nothing about the items."""
    found = held(source)
    assert (found.count, bool(found.fault)) == (0, True)
