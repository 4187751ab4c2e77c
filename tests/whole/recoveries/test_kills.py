"""A recovery that is killed at any of its steps can be run again, or swept."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills.plan import Plan
from dynadrill.drills.verdict import Outcome
from dynadrill.scenarios.disasters.dropped_table import DroppedTable
from dynadrill.scenarios.disasters.key_disabled import KeyDisabled
from dynadrill.scenarios.disasters.lost_region import LostRegion

from .conftest import Change, striking, warmed_up
from .kills import Killed, Killer
from .watched import watched

TINY = {"items": 30, "rate": 0.5, "notice": "2s", "decide": "2s", "rpo": "1d", "rto": "30d"}

OVERWRITTEN, BATCH_DELETED = "bad_overwrite", "bad_batch_delete"
STORIES: dict[str, tuple[str, list[Change]]] = {
    "point_in_time": (BATCH_DELETED, []),
    "point_in_time_with_changes": (OVERWRITTEN, []),
    "repair_in_place": (OVERWRITTEN, []),
    "stream_replay": (BATCH_DELETED, []),
    "on_demand_backup": (BATCH_DELETED, []),
    "aws_backup": (BATCH_DELETED, [striking(LostRegion())]),
    "export_import": (BATCH_DELETED, []),
    "incremental_rollback": (OVERWRITTEN, []),
    "deleted_table_backup": (OVERWRITTEN, [striking(DroppedTable())]),
    "deletion_protection": (OVERWRITTEN, [striking(DroppedTable())]),
    "key_enabled_again": (BATCH_DELETED, [striking(KeyDisabled())]),
    "hybrid": (BATCH_DELETED, [striking(LostRegion())]),
    "global_table_failover": (BATCH_DELETED, [striking(LostRegion())]),
    "strong_global_table_failover": ("region_lost_without_loss", [striking(LostRegion())]),
}
"""A drill of each recovery in which all its calls are made: the scenario, and what is changed in it."""


@pytest.fixture
def killer(monkeypatch: pytest.MonkeyPatch) -> Killer:
    """One that is at every call."""
    killer = Killer()
    killer.install(monkeypatch)
    return killer


EVERY_STEP = [pytest.param(recovery, 1, marks=pytest.mark.soak) for recovery in STORIES]


@pytest.mark.parametrize(("recovery", "stride"), [("point_in_time", 11), ("repair_in_place", 23), *EVERY_STEP])
def test_killed_at_every_step_it_is_run_again(recovery: str, stride: int, drilled: Any, killer: Killer) -> None:
    """Killed at a step, what it half made removed, run again, killed at the next: it ends as promised all the same."""

    def change(plan: Plan) -> Plan:
        return replace(plan, recovery=watched(plan.recovery, killer.again_and_again(stride)))

    scenario, changes = STORIES[recovery]
    ran = drilled(warmed_up(40.0), change, *changes, scenario=scenario, recovery=recovery, **TINY)
    assert killer.step > 1
    assert ran.judgement.verdict is Outcome.PASS, ran.judgement.because
    assert ran.judgement.leftovers == []


@pytest.mark.soak
@pytest.mark.parametrize("recovery", STORIES)
def test_killed_at_any_step_it_is_swept(recovery: str, drilled: Any, killer: Killer, tmp_path: Path) -> None:
    """S3-18: killed at any step, of arming and keeping up too, a run is swept by a new process: nothing is left."""
    step = 0
    while killed_and_swept(recovery, step, drilled, killer, tmp_path):
        step += 1
    assert step > 4


@pytest.mark.parametrize(
    ("recovery", "operation"),
    [
        ("on_demand_backup", "CreateBackup"),
        ("export_import", "ImportTable"),
        ("aws_backup", "backup:StartRestoreJob"),
        ("global_table_failover", "UpdateTable"),
        ("strong_global_table_failover", "UpdateTable"),
    ],
)
def test_killed_when_it_has_asked_it_is_swept(
    recovery: str, operation: str, drilled: Any, killer: Killer, tmp_path: Path
) -> None:
    """S3-18: killed before it hears that a backup, an import, a restore or a replica is under way, a run is swept."""
    killer.after = operation
    assert killed_and_swept(recovery, None, drilled, killer, tmp_path)


def killed_and_swept(recovery: str, step: int | None, drilled: Any, killer: Killer, folder: Path) -> bool:
    """Kill a drill for good at a step (None: where the killer knows), and sweep; answers whether it came to that."""

    def change(plan: Plan) -> Plan:
        return replace(plan, recovery=watched(plan.recovery, killer.around))

    scenario, changes = STORIES[recovery]
    killer.step, killer.steps = step, 0
    try:
        drilled(warmed_up(40.0), change, *changes, scenario=scenario, recovery=recovery, **TINY)
    except Killed:
        assert killer.sweep(folder) == []
        return True
    return False
