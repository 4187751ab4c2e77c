"""Whole drills on DynamoDB Local: what needs only streams, scans and writes works on Amazon's own engine."""

from pathlib import Path

import pytest
from dynadrill.drills.catalog import Kind, names
from dynadrill.drills.plan import Asked, make_plan
from dynadrill.drills.run import run_drill
from dynadrill.drills.store import RunFolder, create
from dynadrill.drills.verdict import Outcome
from dynadrill.drills.watch import SilentWatch


@pytest.mark.parametrize("scenario", ["bad_batch_delete", "bad_overwrite"])
def test_a_stream_is_replayed(scenario: str, local: str, tmp_path: Path) -> None:
    """On DynamoDB Local a table comes back from a base copy and its stream, to the second before the damage."""
    asked = Asked(
        scenario=scenario,
        recovery="stream_replay",
        target=local,
        seed=1,
        pace="virtual",
        items=150,
        rate=20.0,
        notice="1s",
        decide="1s",
        rpo="5m",
    )

    def folder(name: str, seed: int) -> RunFolder:
        return create(tmp_path, name, seed, 0.0)

    judgement = run_drill(make_plan(asked, folder), SilentWatch())
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.leftovers == []
    assert judgement.items.intact == judgement.items.expected > 100
    assert judgement.rpo.at_most_s is not None
    assert judgement.rpo.at_most_s < 10.0


LACKING = {
    "aws_backup": "aws_backup",
    "deleted_table_backup": "point_in_time",
    "export_import": "point_in_time",
    "global_table_failover": "global_tables",
    "hybrid": "point_in_time",
    "incremental_rollback": "point_in_time",
    "key_enabled_again": "keys",
    "on_demand_backup": "on_demand_backup",
    "point_in_time": "point_in_time",
    "point_in_time_with_changes": "point_in_time",
    "repair_in_place": "point_in_time",
    "strong_global_table_failover": "global_tables",
}
"""The recoveries that DynamoDB Local cannot be drilled with, and the first capability that it lacks for each."""
DRILLED = {"stream_replay", "deletion_protection", "nothing"}
"""Those that it can: they need streams, scans and writes, or nothing at all."""


def test_every_recovery_is_drilled_or_named() -> None:
    """Of each recovery it is said here whether DynamoDB Local can do it."""
    assert {*LACKING} | DRILLED == set(names(Kind.RECOVERY))
    assert not {*LACKING} & DRILLED


@pytest.mark.parametrize("recovery", LACKING)
def test_what_it_cannot_do_is_told_before_anything_is_touched(recovery: str, local: str, tmp_path: Path) -> None:
    """Recoveries that need what DynamoDB Local does not have are unsupported there, by its name; no table is made."""
    asked = Asked(scenario="bad_overwrite", recovery=recovery, target=local, seed=1, pace="virtual", items=20)
    plan = make_plan(asked, lambda name, seed: create(tmp_path, name, seed, 0.0))
    judgement = run_drill(plan, SilentWatch())
    assert judgement.verdict is Outcome.UNSUPPORTED
    assert f"cannot do {LACKING[recovery]}, which recovery {recovery} needs" in judgement.because
    assert "CreateTable" not in (plan.folder.calls.read_text() if plan.folder.calls.exists() else "")


@pytest.mark.soak
@pytest.mark.parametrize(("recovery", "verdict"), [("deletion_protection", Outcome.PASS), ("nothing", Outcome.FAIL)])
def test_a_table_that_cannot_be_dropped_needs_no_recovery(
    recovery: str, verdict: Outcome, local: str, tmp_path: Path
) -> None:
    """Deletion protection refuses the drop on Amazon's own engine too; without it, and without a cure, all is lost."""
    asked = Asked(
        scenario="dropped_table", recovery=recovery, target=local, seed=1, pace="virtual", items=50, rate=20.0,
        notice="1s", decide="1s",
    )  # fmt: skip
    judgement = run_drill(make_plan(asked, lambda name, seed: create(tmp_path, name, seed, 0.0)), SilentWatch())
    assert judgement.verdict is verdict, judgement.because
    assert judgement.leftovers == []
