"""The chain of an automated protection: recovery on, backups by schedule, copies, the alert, a restore, the switch.

Each link is broken by itself, after the protection was armed, and each has a finding of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from dynadrill.drills.alias import Alias
from dynadrill.drills.plan import Plan
from dynadrill.drills.recovery import RecoveryTools
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.recoveries.aws_backup import AwsBackup
from dynadrill.scenarios.recoveries.hybrid import Hybrid
from dynadrill.scenarios.recoveries.point_in_time import PointInTime

from .conftest import LoseHome

SMALL = {"items": 40, "rate": 2.0, "recovery": "point_in_time"}
FOR_LONG = {"scenario": "hourly_backup", "items": 40, "rate": 0.1}
"""Users work for half an hour after the first backup."""


@dataclass(frozen=True)
class Breaking(AwsBackup):
    """AWS Backup, one link of which breaks when its schedule begins."""

    broken: Callable[[RecoveryTools], None] = print

    def protect(self, tools: RecoveryTools) -> None:
        """Break it once, and go on."""
        if "broken" not in tools.kept:
            tools.kept["broken"] = "yes"
            self.broken(tools)
        AwsBackup.protect(self, tools)


def breaking(broken: Callable[[RecoveryTools], None]) -> Callable[[Plan], Plan]:
    """A plan whose protection is hybrid, with a backup every ten minutes, and breaks."""

    def change(plan: Plan) -> Plan:
        recovery = Hybrid(afar=Breaking(backup_every_s=600.0, broken=broken))
        return replace(plan, recovery=recovery, recovery_name="hybrid")

    return change


@dataclass(frozen=True)
class SwitchedOff(PointInTime):
    """Point-in-time recovery that somebody switches off while users work."""

    every_s: float = 5.0

    def protect(self, tools: RecoveryTools) -> None:
        """Switch it off."""
        specification: Any = {"PointInTimeRecoveryEnabled": False}
        tools.control.update_continuous_backups(TableName=tools.table, PointInTimeRecoverySpecification=specification)


def test_recovery_that_is_switched_off_is_found(drilled: Any) -> None:
    """S1-58: without point-in-time recovery the way back from bad writes is closed, and that is what is said."""
    ran = drilled(lambda plan: replace(plan, recovery=SwitchedOff(), recovery_name="point_in_time"), **SMALL)
    assert ran.judgement.verdict is Outcome.FAIL
    assert "point-in-time recovery" in ran.judgement.because


@pytest.mark.parametrize(
    ("operation", "effect", "what"),
    [("StartBackupJob", "error-before", "backup"), ("StartCopyJob", "fail", "copy to us-west-1")],
    ids=["backup by schedule", "copy"],
)
def test_a_backup_or_a_copy_that_fails_is_told_before_it_is_needed(
    operation: str, effect: str, what: str, drilled: Any, world: Any
) -> None:
    """S1-58: each is told by its own name while users still work; an older copy is what a lost Region leaves."""
    opened: list[Any] = []
    world.append(opened.append)
    ran = drilled(
        breaking(lambda _: opened[0].add_fault(effect, operation=operation)),
        lambda plan: replace(plan, disaster=LoseHome()),
        **FOR_LONG,
    )
    told = [line for line in ran.kept("protection.jsonl") if line["outcome"] == "failed"]
    assert {line["what"] for line in told} == {what}
    assert min(line["at"] for line in told) < ran.judgement.struck_at
    assert ran.judgement.struck_at - ran.judgement.rpo.promised_point_at > 1500.0


def test_a_restore_that_fails_is_found(drilled: Any, world: Any) -> None:
    """S1-58: a restore that does not come to its end is a fail of the restore, and of nothing else."""
    world.append(lambda it: it.add_fault("fail", operation="RestoreTableToPointInTime"))
    ran = drilled(**SMALL)
    assert ran.judgement.verdict is Outcome.FAIL
    assert "restore" in ran.judgement.because


def test_a_switch_that_is_not_thrown_is_found(drilled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S1-58: where users are never sent to the restored table the drill says so, though all of it came back."""
    honest = Alias.point_to
    monkeypatch.setattr(
        Alias, "point_to", lambda self, table: None if table.endswith("-restored") else honest(self, table)
    )
    ran = drilled(**SMALL)
    assert ran.judgement.verdict is Outcome.FAIL
    claims = {claim.name: claim.verdict for claim in ran.judgement.validators}
    assert claims["users_work_again"] is Outcome.FAIL
    assert ran.judgement.items.missing == 0
