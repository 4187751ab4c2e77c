"""What users did after the recovery, in SQL: their first acknowledged write, and their reads as they were answered."""

from collections.abc import Iterator

from ..history import Read, Write
from .parts import WRITES, write_of
from .tables import Tables

READS_AT_ONCE = 1_000
"""So many reads are looked at together for the first that is right; most often it is the very first."""


def first_writes(tables: Tables, table: str, since: float) -> list[Write]:
    """The users' first acknowledged write to a table that was asked after an instant, if there is one."""
    found = tables.query(
        f"""
        {WRITES}
        where who = 'load' and place = ? and outcome = 'ok' and asked > ? order by told, number limit 1
        """,
        [table, since],
    )
    return [write_of(*fields) for fields in found]


def reads_since(tables: Tables, table: str, since: float) -> Iterator[tuple[list[Read], str]]:
    """The reads of a table that were asked after an instant, some at a time, with a query for their keys.

    There is one answer at least, if only with no reads.
    """
    wanted = "select * from reads where place = ? and asked > ? order by told, number limit ? offset ?"
    first = 0
    while True:
        tables.run(f"create or replace temp table looked_for as {wanted}", [table, since, READS_AT_ONCE, first])
        found = tables.query("select place, key, digest, asked, told from looked_for order by told, number")
        yield [Read(*fields) for fields in found], KEYS
        first += READS_AT_ONCE
        if len(found) < READS_AT_ONCE:
            return


KEYS = "select id, true as together from keys where key in (select key from looked_for)"
