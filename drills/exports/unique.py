"""That a snapshot has each key once: what an export and a table have in common."""

from ..errors import UnverifiableError
from ..snapshots.folder import StoredSnapshot
from ..values import key_label
from .database import database, relation

TWICE = """
SELECT count(*), any_value(key), any_value(times)
FROM (SELECT any_value(key) AS key, count(*) AS times FROM {rows} GROUP BY key_high, key_low HAVING count(*) > 1)
"""


def check_unique(stored: StoredSnapshot, name: str) -> None:
    """Make sure that no key is there twice.

    Raises:
        UnverifiableError: one is; `name` says in what.
    """
    if not stored.files:
        return
    with database(stored.path) as connection:
        found = connection.execute(TWICE.format(rows=relation(stored.files, ""))).fetchone()
    assert found is not None
    keys, key, times = found
    if keys:
        raise UnverifiableError(
            f"{name} has {keys:,} keys more than once: {key_label(key)} is there {times} times",
            "A table has each key once: the export is damaged, or `--key` names only a part of the table's key.",
        )
