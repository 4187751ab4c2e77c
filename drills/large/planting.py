"""Planting defects in the tables, so that the same queries find them that judged the run; nothing of it stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..books import Place
from ..defects import Defects
from .admissible import number
from .tables import Tables

SAMPLE = 500
"""So many keys of each kind are offered to what plants, so that it finds real keys that fit each class."""


def sample_of(place: Place, until: float) -> str:
    """A query for keys that defects can be planted under, all to be seen together: of every kind some.

    Those that were written first, that others than users wrote to, that users wrote to after an instant, that the
    snapshot lacks; and all whose names might be taken for planted ones.
    """
    kinds = (
        "select id from keys order by id",
        "select id from (select distinct id from writes where not good) order by id",
        f"select id from (select distinct id from writes where good and asked > {number(until)}) order by id",
        f"select id from keys where id not in (select id from rows where snapshot = '{place}') order by id",
    )
    sampled = " union ".join(f"select id from ({kind} limit {SAMPLE})" for kind in kinds)
    named = "select id from keys where starts_with(key, '{\"planted\":')"
    return f"select id, true as together from ({sampled} union {named})"


@contextmanager
def planted_in(tables: Tables, place: Place, defects: Defects) -> Iterator[None]:
    """The tables with defects in them, until the end of the block."""
    tables.connection.begin()
    try:
        _plant(tables, place, defects)
        yield
    finally:
        tables.connection.rollback()


def _plant(tables: Tables, place: Place, defects: Defects) -> None:
    def insert(statement: str, entries: list[tuple[Any, ...]]) -> None:
        if entries:
            tables.connection.executemany(statement, entries)

    touched = {*defects.rows, *defects.writes, *defects.gone}
    known = {key for (key,) in tables.query("select key from keys where key in (select unnest(?))", [list(touched)])}
    last = int(tables.one("select coalesce(max(id), 0) from keys"))
    new = sorted(touched - known)
    insert("insert into keys values (?, ?)", [(last + at, key) for at, key in enumerate(new, start=1)])
    ids: dict[str, int] = dict(
        tables.query("select key, id from keys where key in (select unnest(?))", [list(touched)])
    )
    replaced = [(place, ids[key]) for key in {*defects.gone, *defects.rows} if key in known]
    insert("delete from rows where snapshot = ? and id = ?", replaced)
    insert("insert into rows values (?, ?, ?, ?, ?)", [(place, ids[key], *row) for key, row in defects.rows.items()])
    written = [
        (
            ids[key],
            w.op,
            w.table,
            w.digest,
            w.who.value,
            w.asked_at,
            w.told_at,
            w.outcome.value,
            w.in_transaction,
            w.good,
        )
        for key, writes in defects.writes.items()
        for w in writes
    ]
    insert("insert into writes values (-1, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?, true)", written)
