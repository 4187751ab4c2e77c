"""Each recovery's page says which calls it makes and which IAM actions they need: held to what the call log shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills.plan import Plan
from dynadrill.drills.promise import Method, PromiseKind
from dynadrill.drills.recovery import Recovered, Recovery, RecoveryTools
from dynadrill.drills.target import Capability, call_log

from .conftest import Change, DropTable, LoseHome, warmed_up

PAGES = Path(__file__).parents[3] / "docs" / "recoveries"

OTHERWISE = {
    "s3:ListObjectsV2": ("s3:ListBucket",),
    "ImportTable": ("dynamodb:ImportTable", "s3:GetObject", "s3:ListBucket"),
    "ExportTableToPointInTime": ("dynamodb:ExportTableToPointInTime", "s3:PutObject"),
    "RestoreTableFromBackup": ("dynamodb:RestoreTableFromBackup", "dynamodb:PutItem", "dynamodb:BatchWriteItem"),
    "RestoreTableToPointInTime": ("dynamodb:RestoreTableToPointInTime", "dynamodb:PutItem", "dynamodb:BatchWriteItem"),
}
"""The actions that a call needs, where they are more than one of its own name."""


@dataclass
class Watched:
    """A recovery whose calls are told apart from the drill's own by when they stand in the call log."""

    inner: Any
    seen: set[str] = field(default_factory=set)

    @property
    def needs(self) -> tuple[Capability, ...]:
        """As the recovery's own."""
        return tuple(self.inner.needs)

    @property
    def promise(self) -> PromiseKind:
        """As the recovery's own."""
        return PromiseKind(self.inner.promise)

    @property
    def method(self) -> Method | None:
        """As the recovery's own."""
        method: Method | None = self.inner.method
        return method

    @property
    def every_s(self) -> float:
        """As the recovery's own; never where it keeps nothing up."""
        return float(getattr(self.inner, "every_s", 1e9))

    def arm(self, tools: RecoveryTools) -> None:
        """Arm it."""
        self._watch(tools, lambda: self.inner.arm(tools))

    def protect(self, tools: RecoveryTools) -> None:
        """Keep it up."""
        if hasattr(self.inner, "protect"):
            self._watch(tools, lambda: self.inner.protect(tools))

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Let it recover."""
        recovered: list[Recovered] = []
        self._watch(tools, lambda: recovered.append(self.inner.recover(tools)))
        return recovered[0]

    def _watch(self, tools: RecoveryTools, do: Callable[[], object]) -> None:
        log = call_log(tools.folder.parent)
        before = len(log.read_bytes())
        do()
        self.seen |= {str(orjson.loads(line)["operation"]) for line in log.read_bytes()[before:].splitlines()}


def striking(disaster: Any) -> Change:
    """A plan with another disaster."""
    return lambda plan: replace(plan, disaster=disaster)


CASES: dict[str, list[Change]] = {
    "point_in_time": [],
    "on_demand_backup": [warmed_up(100.0)],
    "aws_backup": [warmed_up(1000.0), striking(LoseHome())],
    "export_import": [warmed_up(10.0)],
    "incremental_rollback": [warmed_up(10.0)],
    "deleted_table_backup": [striking(DropTable())],
}
"""A drill of each in which all its calls are made; those of the hybrid are the calls of what it is made of."""


def calls_in(page: str) -> set[str]:
    """The calls that a page names: `CreateBackup`, `backup:StartCopyJob`."""
    section = page.split("## Calls")[1].split("\n## ", maxsplit=1)[0]
    return set(re.findall(r"`((?:[a-z0-9]+:)?[A-Z][A-Za-z0-9]+)`", section))


def actions_in(page: str) -> set[str]:
    """The IAM actions that a page names."""
    return set(re.findall(r"`([a-z0-9]+:[A-Z][A-Za-z]+)`", page.split("## IAM actions")[1]))


def needed(call: str) -> tuple[str, ...]:
    """The IAM actions that a call needs at least."""
    return OTHERWISE.get(call, (call if ":" in call else f"dynamodb:{call}",))


@pytest.mark.parametrize("recovery", CASES)
def test_a_page_names_the_calls_that_are_made(recovery: str, drilled: Any) -> None:
    """The calls on a page are those that the call log shows of its recovery, and their IAM actions are named."""
    watched: list[Watched] = []

    def watch(plan: Plan) -> Plan:
        watched.append(Watched(plan.recovery))
        instead: Recovery = watched[0]
        return replace(plan, recovery=instead)

    drilled(watch, *CASES[recovery], scenario="bad_batch_delete", recovery=recovery)
    page = (PAGES / f"{recovery}.md").read_text(encoding="utf-8")
    assert calls_in(page) == watched[0].seen
    assert {action for call in watched[0].seen for action in needed(call)} <= actions_in(page)


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
