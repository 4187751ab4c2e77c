"""That a snapshot has each key once: what an export and a table have in common."""

from ..errors import UnverifiableError
from ..snapshots.folder import StoredSnapshot
from ..values import key_label
from .database import database, relation

TWICE = """
CREATE TEMP TABLE twice AS
SELECT key_high, key_low, count(*) AS times FROM {rows} GROUP BY key_high, key_low HAVING count(*) > 1
"""
FIRST = """
SELECT (SELECT count(*) FROM twice), key, times FROM {rows} JOIN twice USING (key_high, key_low) LIMIT 1
"""


def check_unique(stored: StoredSnapshot, name: str) -> None:
    """Make sure that no key is there twice.

    Raises:
        UnverifiableError: one is; `name` says in what.
    """
    if not stored.files:
        return
    with database(stored.path) as connection:
        rows = relation(stored.files, "")
        connection.execute(TWICE.format(rows=rows))
        found = connection.execute(FIRST.format(rows=rows)).fetchone()
    if found is not None:
        keys, key, times = found
        raise UnverifiableError(
            f"{name} has {keys:,} keys more than once: {key_label(key)} is there {times} times",
            "A table has each key once: the export is damaged, or `--key` names only a part of the table's key.",
        )
