"""Kinds of disaster, the ways back from each, and what drills measured of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills import catalog
from dynadrill.drills.auditing.facts import Copy, CopyKind, KeyState, TableSeen
from dynadrill.drills.auditing.measured import Measured, measured, read_matrix
from dynadrill.drills.auditing.ways import DISASTERS, WAYS, Kind, Open, applies, verdict, ways_back
from dynadrill.drills.errors import UsageError
from dynadrill.drills.matrix.results import CellResult, Matrix
from dynadrill.drills.verdict import Outcome

from .made import NOW_AT, OFF, REGION, table, unseen

ACCOUNT_LOST = Copy(CopyKind.AWS_BACKUP, "eu-central-1", NOW_AT - 60, in_another_account=True)
BARE = {
    "recovery": OFF, "replicas": {}, "backups": (), "recovery_points": (), "copied": (), "deletion_protection": False,
    "key": KeyState("Disabled"),
}  # fmt: skip


def way(kind: Kind, seen: TableSeen) -> Open:
    """Whether a table can be brought back from a kind of disaster."""
    return verdict(ways_back(kind, seen, REGION))


def test_every_disaster_is_of_one_kind_and_every_way_is_a_recovery() -> None:
    """No disaster of the catalog is forgotten or counted twice, and no way is made up."""
    grouped = [name for names in DISASTERS.values() for name in names]
    assert sorted(grouped) == catalog.names(catalog.Kind.DISASTER)
    assert {each.recovery for ways in WAYS.values() for each in ways} <= set(catalog.names(catalog.Kind.RECOVERY))
    assert set(WAYS) == set(Kind)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.KEY])
def test_a_bare_table_comes_back_from_nothing(kind: Kind) -> None:
    """With nothing switched on and no copy there is no way back from anything."""
    assert way(kind, table(**BARE)) is Open.NO


@pytest.mark.parametrize(
    ("kind", "has", "comes_back"),
    [
        (Kind.ITEMS, "recovery", Open.YES),
        (Kind.ITEMS, "replicas", Open.NO),
        (Kind.ITEMS, "backups", Open.YES),
        (Kind.DROPPED, "recovery", Open.YES),
        (Kind.DROPPED, "deletion_protection", Open.YES),
        (Kind.RECOVERY_OFF, "recovery", Open.NO),
        (Kind.RECOVERY_OFF, "recovery_points", Open.YES),
        (Kind.BACKUPS_DELETED, "backups", Open.NO),
        (Kind.BACKUPS_DELETED, "recovery_points", Open.YES),
        (Kind.REGION, "recovery", Open.NO),
        (Kind.REGION, "backups", Open.NO),
        (Kind.REGION, "replicas", Open.YES),
    ],
)
def test_one_protection_opens_its_own_ways_only(kind: Kind, has: str, comes_back: Open) -> None:
    """What a protection is good for, and what not: bad writes reach replicas, a lost Region takes its backups along."""
    seen = table(**{**BARE, has: getattr(table(), has)})
    assert way(kind, seen) is comes_back


@pytest.mark.parametrize(
    ("strong", "named"), [(False, "global_table_failover"), (True, "strong_global_table_failover")]
)
def test_a_replica_is_the_way_of_its_consistency(strong: bool, named: str) -> None:
    """A lost Region is survived by the recovery that is drilled with replicas of that consistency, and by no other."""
    seen = table(**{**BARE, "replicas": table().replicas, "strong": strong})
    assert [way.recovery for way in ways_back(Kind.REGION, seen, REGION) if way.open is Open.YES] == [named]
    assert [way.recovery for way in ways_back(Kind.REGION, seen, REGION)] == [named, "aws_backup"]


def test_a_vault_that_is_not_locked_is_no_way_back_from_an_intruder() -> None:
    """What can be deleted goes with the backups; whether a copy in another account is there cannot be seen here."""
    unlocked = tuple(replace(point, locked=False) for point in table().recovery_points or ())
    assert way(Kind.BACKUPS_DELETED, table(**{**BARE, "recovery_points": unlocked})) is Open.NO
    assert way(Kind.BACKUPS_DELETED, table(**{**BARE, "copied": (ACCOUNT_LOST,)})) is Open.UNKNOWN
    assert way(Kind.REGION, table(**{**BARE, "copied": (ACCOUNT_LOST,)})) is Open.UNKNOWN


@pytest.mark.parametrize("kind", list(Kind))
def test_a_table_that_nobody_may_look_at_may_or_may_not_come_back(kind: Kind) -> None:
    """What cannot be read opens no way and shuts none."""
    fields = ("recovery", "replicas", "backups", "recovery_points", "copied", "deletion_protection", "key")
    seen = replace(unseen(*fields), unseen={**dict.fromkeys(fields, "AccessDenied"), "status": "AccessDenied"})
    assert way(kind, seen) is Open.UNKNOWN


def test_what_cannot_happen_is_told_apart_from_what_is_recoverable() -> None:
    """Nobody can disable DynamoDB's own key, and without TTL nothing expires."""
    assert "nobody can disable" in applies(Kind.KEY, table(encrypted=False, key=None))
    assert "AWS manages" in applies(Kind.KEY, table(key=KeyState("Enabled", of_aws=True)))
    assert applies(Kind.EXPIRY, table(ttl_attribute="")) == "TTL is off"
    assert not applies(Kind.EXPIRY, table(ttl_attribute=None))
    assert not applies(Kind.KEY, table())


def cell(disaster: str, **changes: Any) -> CellResult:
    """A cell of a matrix."""
    told: dict[str, Any] = {
        "disaster": disaster, "recovery": "point_in_time", "scenario": "s", "verdict": Outcome.PASS,
        "declared": Outcome.PASS, "rpo_s": 1.0, "rto_s": 700.0, "simulated_s": 690.0, "lost_writes": 0,
        "monthly_cost_usd": None, "why": "", "run": "r", "real_s": 1.0,
    }  # fmt: skip
    return CellResult(**{**told, **changes})


def a_matrix(*cells: CellResult) -> Matrix:
    """A matrix of some cells."""
    return Matrix(
        version="1", target="embedded", items=100, rate_per_s=1.0, seed=1, rpo_objective_s=None,
        rto_objective_s=None, size_gb=1.0, writes_per_month=1.0, cells=list(cells),
    )  # fmt: skip


def test_figures_are_the_worst_that_drills_measured() -> None:
    """RPO and RTO are the longest of the drills that came back; those that did not are named; no drill, no figure."""
    drilled = a_matrix(
        cell("overwrite"), cell("batch_delete", rto_s=900.0), cell("slow_deletes", verdict=Outcome.FAIL, rto_s=None)
    )
    assert measured(drilled, DISASTERS[Kind.ITEMS], "point_in_time") == Measured(
        1.0, 900.0, 690.0, 3, ("slow_deletes",)
    )
    assert measured(drilled, DISASTERS[Kind.REGION], "point_in_time") == Measured()
    assert measured(None, DISASTERS[Kind.ITEMS], "point_in_time") == Measured()
    one_unmeasured = a_matrix(cell("overwrite"), cell("batch_delete", rpo_s=None))
    assert measured(one_unmeasured, DISASTERS[Kind.ITEMS], "point_in_time").rpo_s is None


def test_a_file_that_is_no_matrix_is_refused(tmp_path: Path) -> None:
    """Bad input: no file, no JSON, another schema; what a matrix command wrote is read."""
    for name, text in (("none", None), ("broken", "{"), ("other", '{"schema": "dynadrill.verdict/1"}')):
        if text is not None:
            (tmp_path / name).write_text(text)
        with pytest.raises(UsageError, match="--matrix"):
            read_matrix(tmp_path / name)
    written = a_matrix(cell("overwrite"))
    (tmp_path / "m.json").write_text(written.model_dump_json())
    assert read_matrix(tmp_path / "m.json") == written
