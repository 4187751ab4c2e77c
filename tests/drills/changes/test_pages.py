"""The pages of the recoveries by changes: each says the same things in the same order, and no call lacks its action."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "recoveries"
NAMES = (
    "stream_replay",
    "point_in_time_with_changes",
    "repair_in_place",
    "global_table_failover",
    "strong_global_table_failover",
)
SECTIONS = ["Protects from", "Does not protect from", "Boundary", "Calls", "IAM actions"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_it_has_to(name: str) -> None:
    """A page has its five sections in order, and names the IAM action of each call that it names."""
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# `{name}`\n")
    assert re.findall(r"^## (.*)$", page, flags=re.MULTILINE)[:5] == SECTIONS
    calls, actions = page.split("## Calls")[1].split("## IAM actions")
    called = {call.rpartition(":")[2] for call in re.findall(r"`((?:[a-z]+:)?[A-Z][A-Za-z]+)`", calls)}
    allowed = {action.rpartition(":")[2] for action in re.findall(r"`([a-z]+:[A-Z][A-Za-z]+)`", actions)}
    assert called
    assert called <= allowed
