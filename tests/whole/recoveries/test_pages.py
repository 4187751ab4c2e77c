"""Each recovery's page says which calls it makes and which IAM actions they need: held to what the call log shows."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.disaster import Clue, Strike
from dynadrill.drills.plan import Plan
from dynadrill.drills.settings import Settings
from dynadrill.fixtures.important_table import VerySuperImportantTable
from dynadrill.fixtures.orders import Orders
from dynadrill.scenarios.disasters.key_disabled import KeyDisabled
from dynadrill.scenarios.disasters.lost_region import LostRegion
from dynadrill.scenarios.disasters.wrong_environment import WrongEnvironment

from .conftest import Change, DropTable, LoseHome, striking, warmed_up
from .watched import OwnCalls, watched

PAGES = Path(__file__).parents[3] / "docs" / "recoveries"


class Unheard(WrongEnvironment):
    """Test data over and beside real items, after which answers to single writes are lost: a recovery has to look."""

    def strike(self, strike: Strike) -> Clue:
        """Put it there, then lose answers."""
        clue = WrongEnvironment.strike(self, strike)
        assert strike.world is not None
        strike.world.add_fault("error-after", operation="PutItem", probability=0.3)
        return clue


class KeyedAndLost(LostRegion):
    """The loss of the home Region, for a minute, of a table that is encrypted with a key of its own."""

    def stage(self, strike: Strike) -> None:
        """Give it the key."""
        KeyDisabled().stage(strike)


class WithRecovery(VerySuperImportantTable):
    """The table, whose point-in-time recovery is one of its settings."""

    @property
    def settings(self) -> Settings:
        """The same, with 35 days of it."""
        return replace(super().settings, recovery_period_days=35)


def with_recovery_on(plan: Plan) -> Plan:
    """The plan with a table that has it on, whatever the recovery does."""
    scenario: Any = plan.scenario
    return replace(plan, scenario=replace(scenario, fixture=WithRecovery()))


class ProtectedOrders(Orders):
    """Orders with deletion protection and point-in-time recovery."""

    @property
    def settings(self) -> Settings:
        """The same, with both."""
        return replace(super().settings, recovery_period_days=35, deletion_protection=True)


def with_strong_orders(plan: Plan) -> Plan:
    """The plan with orders that can be a strong global table."""
    scenario: Any = plan.scenario
    return replace(plan, scenario=replace(scenario, fixture=ProtectedOrders(local_index=False, transactions=False)))


CASES: dict[str, list[Change]] = {
    "point_in_time": [],
    "on_demand_backup": [warmed_up(100.0)],
    "aws_backup": [warmed_up(1000.0), striking(LoseHome())],
    "export_import": [warmed_up(10.0)],
    "incremental_rollback": [warmed_up(10.0), striking(WrongEnvironment())],
    "deleted_table_backup": [striking(DropTable())],
    "deletion_protection": [striking(DropTable())],
    "key_enabled_again": [striking(KeyDisabled())],
    "stream_replay": [with_recovery_on],
    "point_in_time_with_changes": [],
    "repair_in_place": [striking(Unheard())],
    "global_table_failover": [with_recovery_on, striking(KeyedAndLost(lasts_s=60.0))],
    "strong_global_table_failover": [with_strong_orders, striking(KeyedAndLost(lasts_s=60.0))],
}
"""A drill of each in which all its calls are made; those of the hybrid are the calls of what it is made of."""


def calls_in(page: str) -> set[str]:
    """The calls that a page names: `CreateBackup`, `backup:StartCopyJob`."""
    section = page.split("## Calls")[1].split("\n## ", maxsplit=1)[0]
    return set(re.findall(r"`((?:[a-z0-9]+:)?[A-Z][A-Za-z0-9]+)`", section))


def actions_in(page: str) -> set[str]:
    """The IAM actions that a page names."""
    return set(re.findall(r"`([a-z0-9-]+:[A-Z][A-Za-z]+)`", page.split("## IAM actions")[1]))


@pytest.mark.parametrize("recovery", CASES)
def test_a_page_names_the_calls_that_are_made(recovery: str, drilled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S1-38: the calls on a page are those that its recovery makes, and the IAM actions are what they need, no more."""
    calls = OwnCalls()
    calls.install(monkeypatch)

    def watch(plan: Plan) -> Plan:
        return replace(plan, recovery=watched(plan.recovery, calls.around))

    drilled(watch, *CASES[recovery], scenario="bad_batch_delete", recovery=recovery)
    page = (PAGES / f"{recovery}.md").read_text(encoding="utf-8")
    assert calls_in(page) == set(calls.seen)
    assert actions_in(page) == calls.needed


def test_the_hybrids_page_leads_to_its_parts() -> None:
    """The hybrid makes the calls of three recoveries, and its page links theirs."""
    page = (PAGES / "hybrid.md").read_text(encoding="utf-8")
    assert all(f"({part}.md)" in page for part in ("aws_backup", "deleted_table_backup", "point_in_time"))


@pytest.mark.parametrize("name", [*CASES, "hybrid"])
def test_a_page_has_all_its_parts(name: str) -> None:
    """Each page says what the recovery protects from, what it does not, its boundary, its calls and their actions."""
    page = PAGES / f"{name}.md"
    headings = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert headings[:3] == ["Protects from", "Does not protect from", "Boundary"]
    links = re.findall(r"\]\(([^)]+\.md)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]
