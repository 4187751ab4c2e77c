"""What recoveries by exports share."""

from types import SimpleNamespace

import pytest
from dynadrill.drills.backups.exports import bucket_name


@pytest.mark.parametrize("table", ["dynadrill-0-Orders", "dynadrill-0-My_table.of-2026", "dynadrill-0-" + "x" * 90])
def test_any_table_has_a_bucket(table: str) -> None:
    """A bucket's name is made of the table's, in lower-case letters, digits and hyphens, with the run's prefix."""
    name = bucket_name(SimpleNamespace(table=table))  # type: ignore[arg-type]
    assert 3 <= len(name) <= 63
    assert name.startswith("dynadrill-0-")
    assert all(letter.islower() or letter.isdigit() or letter == "-" for letter in name)
