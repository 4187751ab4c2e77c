"""The document about claims is held to the code: every validator, every setting, and examples that work."""

import re
from pathlib import Path
from typing import Any

from dynadrill.drills.catalog import Kind, names
from dynadrill.drills.index_scan import BOUND_S
from dynadrill.drills.invariants.invariant import MOST, Held, Invariant, hold
from dynadrill.drills.parity import ROWS
from dynadrill.fixtures.orders import Orders

TEXT = (Path(__file__).parent.parent / "docs" / "claims.md").read_text()

SAID = {
    "stream_view": "stream", "ttl_attribute": "TTL", "recovery_period_days": "point-in-time recovery",
    "contributor_insights": "Contributor Insights", "kinesis_destinations": "Kinesis destinations",
    "cloudwatch_alarms": "CloudWatch alarms",
    "indexes": "global and local indexes", "capacity": "provisioned capacity", "on_demand_limits": "on-demand limits",
}  # fmt: skip


def test_every_validator_is_in_the_table() -> None:
    """The table lists the catalog's validators, each once and no other."""
    listed = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(listed) == names(Kind.VALIDATOR)


def test_every_setting_is_in_the_table() -> None:
    """Each setting that is compared is named, where the document says what a restore does about it."""
    brought, dropped = (next(line for line in TEXT.splitlines() if line.endswith(end)) for end in (
        "brings it, unless it is overridden |", "is to be reviewed and no failure |",
    ))  # fmt: skip
    for name, row in ROWS.items():
        line = brought if row.restore.name == "COPIES_IT" else dropped
        assert SAID.get(name, name.replace("_", " ")) in line, name


def example(language: str) -> str:
    """The code of an example."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def test_the_examples_work() -> None:
    """Both examples hold for orders as they are, and name an order that is not right."""
    good: list[Any] = list(Orders().items(1, 20))
    bad = [{**good[0], "total": {"N": "-1"}}, *good[1:]]
    for kind, language in (("python", "python"), ("sql", "sql")):
        invariant = Invariant(f"example.{language}", kind, example(language))  # type: ignore[arg-type] # of two
        keys = Orders().key_attributes
        assert hold(invariant, lambda: good, keys) == Held(invariant.name)
        found = hold(invariant, lambda: bad, keys)
        assert found.count == 1
        assert found.violations[0].startswith("customer-0000000 / order-00000000")


def test_the_numbers_are_the_codes() -> None:
    """The bound of an index's lag and the most violations that are counted are those that are said."""
    assert f"{BOUND_S:.0f} s of target time" in TEXT
    assert f"At most {MOST:,} are counted" in TEXT
