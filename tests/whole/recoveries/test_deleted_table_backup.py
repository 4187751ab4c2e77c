"""The backup that DynamoDB keeps of a deleted table."""

from dataclasses import replace
from typing import Any

from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome

from .conftest import DropTable, LoseHome


def dropped(plan: Any) -> Any:
    """The plan with the loss of the table for its disaster."""
    return replace(plan, disaster=DropTable(), disaster_name="dropped_table")


def test_a_dropped_table_comes_back_whole(drilled: Any) -> None:
    """S2-02: of a table that was deleted with recovery on nothing is lost, and its settings come back."""
    ran = drilled(dropped, recovery="deleted_table_backup", rate=5.0)
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.verdict in (Outcome.PASS, Outcome.MISSED), judgement.because
    assert judgement.items.intact == judgement.items.expected > 150
    assert judgement.rpo.measured_s == 0.0
    assert judgement.rpo.lost_writes_before_strike == 0
    assert record.tables.in_service == f"{record.tables.source}-restored"
    assert record.settings_after == record.settings_before
    (restored,) = ran.calls("RestoreTableFromBackup")
    assert restored["parameters"]["BackupArn"].endswith("-00000000")


def test_the_backup_is_left_and_said(drilled: Any) -> None:
    """Nobody can delete a SYSTEM backup: what is left is listed with the reason, by a drill that passes with exit 6."""
    ran = drilled(dropped, recovery="deleted_table_backup", rate=5.0)
    (left,) = ran.judgement.leftovers
    assert "a SYSTEM backup, which nobody can delete" in left
    assert ran.judgement.exit_code == 6


def test_it_does_not_go_back_before_bad_writes(drilled: Any) -> None:
    """With the table still there DynamoDB keeps no such backup: against bad writes the recovery fails, and says why."""
    ran = drilled(recovery="deleted_table_backup")
    assert ran.judgement.verdict is Outcome.FAIL
    assert "there is no SYSTEM backup" in ran.judgement.because
    assert ran.judgement.leftovers == []


def test_it_does_not_leave_its_region(drilled: Any) -> None:
    """With the Region lost it cannot be reached: the recovery fails."""
    ran = drilled(lambda plan: replace(plan, disaster=LoseHome()), recovery="deleted_table_backup")
    assert ran.judgement.verdict is Outcome.FAIL
