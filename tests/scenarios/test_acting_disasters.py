"""Disasters that do something else than write items: what becomes of the table, and what is written down."""

from typing import Any

from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.dropped_table import DroppedTable


def test_a_dropped_table_is_gone(strikes: Any) -> None:
    """The table is gone, no item was written, and the act is in the history with its instant."""
    struck = strikes(DroppedTable(), Orders())
    assert struck.after is None
    assert struck.writes == []
    ((act, at, refused),) = struck.acts
    assert (act, refused) == ("DeleteTable", "")
    assert 0 <= at - struck.clue.first_bad_at < 0.1


def test_a_drop_that_is_refused_changes_nothing(strikes: Any) -> None:
    """With deletion protection on, items and settings are as before, and the history says with what it was refused."""
    struck = strikes(DroppedTable(), VerySuperImportantTable())
    assert struck.before == struck.after
    assert struck.settings_before == struck.settings_after
    ((act, _, refused),) = struck.acts
    assert act == "DeleteTable"
    assert refused.startswith("ValidationException: ")
