"""A hybrid takes the way back that the disaster calls for, by what is found."""

from dataclasses import replace
from typing import Any

import pytest
from dynadrill.drills.promise import PromiseKind
from dynadrill.drills.store import read_record
from dynadrill.drills.verdict import Outcome

from .conftest import DropTable, LoseHome, warmed_up

RESTORES = ("RestoreTableToPointInTime", "RestoreTableFromBackup", "backup:StartRestoreJob")


@pytest.mark.parametrize(
    ("disaster", "restore", "most_s"),
    [(None, RESTORES[0], 2.0), (DropTable(), RESTORES[1], 0.0), (LoseHome(), RESTORES[2], 3600.0 + 120.0)],
    ids=["bad writes", "table dropped", "Region lost"],
)
def test_it_takes_what_the_disaster_calls_for(disaster: Any, restore: str, most_s: float, drilled: Any) -> None:
    """S1-30, S1-56, S2-05: bad writes cost seconds, a dropped table nothing, a lost Region what lies between copies."""
    ran = drilled(
        warmed_up(3000.0),
        lambda plan: plan if disaster is None else replace(plan, disaster=disaster),
        recovery="hybrid",
        rate=0.4,
    )
    judgement, record = ran.judgement, read_record(ran.folder)
    assert judgement.items.intact == judgement.items.expected > 150, judgement.because
    assert [name for name in RESTORES if ran.calls(name)] == [restore]
    assert judgement.rpo.measured_s <= most_s
    assert record.promise.kind is PromiseKind.REWIND
    assert record.tables.in_service.startswith(f"{record.tables.source}-restored")
    assert (restore == RESTORES[2]) == record.tables.in_service.endswith("@us-west-1")


def test_recovery_alone_does_not_survive_its_region(drilled: Any) -> None:
    """S1-22: with point-in-time recovery alone a lost Region is lost: the recovery fails, and says which it needs."""
    ran = drilled(lambda plan: replace(plan, disaster=LoseHome()), recovery="point_in_time")
    assert ran.judgement.verdict is Outcome.FAIL
    assert "the recovery needs us-east-1, which is lost" in ran.judgement.because
    assert ran.judgement.leftovers == []
