"""Whole drills of the disasters that write items: what they cost to take back, and what does not take them back."""

from typing import Any

import pytest
from dynadrill.drills.verdict import Outcome

AS_TOLD = {"notice": None, "decide": None, "recovery": None}
"""The scenario's own times."""

WRITING = (
    "wrong_environment",
    "single_delete",
    "values_encrypted",
    "half_a_transaction",
    "expiry_in_milliseconds",
    "out_of_the_index",
)


@pytest.mark.parametrize("scenario", WRITING)
def test_going_back_takes_bad_writes_back(scenario: str, drill: Any) -> None:
    """S0-20: a restore to the second before brings every item back, at the price of what was written since."""
    judgement = drill(scenario).judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.items.intact == judgement.items.expected == judgement.items.restored
    assert judgement.rpo.at_most_s is not None
    assert judgement.rpo.at_most_s <= 2.0
    assert judgement.rpo.lost_writes_after_strike
    assert judgement.leftovers == []


def test_the_right_point_of_the_slow_deletes(drill: Any) -> None:
    """S0-09, S0-10, S0-12: the point is 14:59:59, all orders are back, and good writes since 15:00 are lost."""
    judgement = drill("orders_deleted_slowly", rate=0.5, **AS_TOLD).judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.rpo.promised_point_at == 1_772_722_799.0
    assert judgement.struck_at == pytest.approx(1_772_722_800.0, abs=0.01)
    assert judgement.rto.phases_s.notice == pytest.approx(900.0, abs=5.0)
    assert judgement.items.missing == 0
    assert judgement.rpo.lost_writes_after_strike is not None
    assert judgement.rpo.lost_writes_after_strike > 100
    assert judgement.rpo.lost_after_strike_s is not None
    assert judgement.rpo.lost_after_strike_s > 840


def test_five_minutes_before_the_alarm_is_ten_minutes_too_late(drill: Any) -> None:
    """S0-11: restored to 15:10 as the RPO of five minutes suggests, orders deleted by then are still missing."""
    judgement = drill("orders_deleted_slowly", rate=0.5, **AS_TOLD, to="2026-03-05T15:10:00Z").judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.missing is not None
    assert 20 <= judgement.items.missing <= 61
    missing = next(claim for claim in judgement.validators if claim.name == "nothing_missing")
    assert missing.verdict is Outcome.FAIL
    assert "deleted by the disaster" in missing.because
    assert judgement.rpo.holes


def claim_of(judgement: Any, name: str) -> Any:
    """One claim of a judgement."""
    return next(claim for claim in judgement.validators if claim.name == name)


def test_point_in_time_recovery_ends_with_its_table(drill: Any) -> None:
    """A table that was dropped has no restorable window: fail with the cause, and not even its SYSTEM backup stays."""
    judgement = drill("dropped_table", recovery="point_in_time").judgement
    assert judgement.verdict is Outcome.FAIL
    assert "TableNotFoundException" in judgement.because
    assert judgement.leftovers == []


def test_the_backup_of_a_dropped_table_brings_it_back(drill: Any) -> None:
    """With recovery on, nothing that was written before the drop is lost, and users work on the restored table."""
    judgement = drill("dropped_table").judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.items.intact == judgement.items.expected
    assert judgement.rpo.lost_writes_before_strike == 0
    assert judgement.leftovers == []


def test_a_table_that_is_gone_is_a_finding(drill: Any) -> None:
    """Without anything to restore the drill comes to its end, and says that the table is gone and by what."""
    judgement = drill("dropped_table_unprotected", recovery=None).judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.because.startswith("the table in service cannot be reached: the table does not exist any more")
    assert "DeleteTable" in claim_of(judgement, "table_in_reach").because
    assert claim_of(judgement, "users_work_again").verdict is Outcome.FAIL
    assert claim_of(judgement, "damage_done").verdict is Outcome.PASS
    assert judgement.load.fail
    assert judgement.leftovers == []


def test_deletion_protection_passes_by_what_did_not_happen(drill: Any) -> None:
    """The drop is refused, nothing is lost, and the report says by what it was prevented."""
    judgement = drill("table_drop_refused", recovery=None).judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    damage = claim_of(judgement, "damage_done")
    assert "prevented: DeleteTable was refused (ValidationException" in damage.because
    assert judgement.items.intact == judgement.items.expected
    assert judgement.rpo.lost_writes_after_strike == 0


def test_a_disaster_that_was_refused_shows_nothing_of_a_recovery(drill: Any) -> None:
    """Where something else than the recovery refused the drop, there was nothing to recover from: never a pass."""
    judgement = drill("bad_batch_delete", disaster="dropped_table").judgement
    damage = claim_of(judgement, "damage_done")
    assert damage.verdict is Outcome.UNKNOWN
    assert "there was nothing to recover from: DeleteTable was refused" in damage.because
    assert judgement.verdict is not Outcome.PASS


def test_recovery_that_is_off_restores_nothing(drill: Any) -> None:
    """S0-18: point-in-time recovery that a disaster switched off is a fail, with the cause named."""
    judgement = drill("recovery_switched_off").judgement
    assert judgement.verdict is Outcome.FAIL
    assert "is switched off" in judgement.because
    assert "UpdateContinuousBackups: off was not refused" in claim_of(judgement, "damage_done").because


def test_a_window_that_began_anew_has_lost_the_past(drill: Any) -> None:
    """S2-20: switched off and on again, recovery refuses the second before the damage: it is not in the window."""
    judgement = drill("recovery_window_lost").judgement
    assert judgement.verdict is Outcome.FAIL
    assert "before the earliest restorable time" in judgement.because


def test_what_ttl_deleted_comes_back(drill: Any) -> None:
    """A restore to the second before TTL was switched on brings every contract back, into a table without TTL."""
    judgement = drill("ttl_by_the_wrong_attribute", rate=0.5).judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.items.intact == judgement.items.expected == judgement.items.restored
    assert claim_of(judgement, "settings_came_back").verdict is Outcome.PASS


def test_what_ttl_deleted_is_missing_and_no_write_did_it(drill: Any) -> None:
    """Left alone, contracts are missing, and the report says that no write deleted them but what the disaster did."""
    judgement = drill("ttl_by_the_wrong_attribute", rate=0.2, recovery="nothing").judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.items.missing
    assert judgement.items.contaminated == judgement.items.phantom == judgement.items.stale == 0
    blamed = "no write deleted it, but the disaster did this: UpdateTimeToLive: on by signed_at"
    missing = [sample for sample in judgement.samples if sample.class_ == "missing"]
    assert missing
    assert {sample.because for sample in missing} == {blamed}


def test_a_restore_with_a_disabled_key_fails(drill: Any) -> None:
    """S1-37: what was encrypted with a key cannot be restored while that is disabled: fail, and the cause is named."""
    judgement = drill("key_disabled").judgement
    assert judgement.verdict is Outcome.FAIL
    assert judgement.because.startswith("the restore was refused")
    assert "KMS key" in judgement.because
    assert "disabled" in judgement.because
    assert judgement.leftovers == []


def test_a_key_that_is_enabled_again_brings_all_back(drill: Any) -> None:
    """Nothing was lost but what users could not write: the table is what it was, and the key's run leaves nothing."""
    judgement = drill("key_disabled", recovery="key_enabled_again").judgement
    assert judgement.verdict is Outcome.PASS, judgement.because
    assert judgement.items.intact == judgement.items.expected
    assert judgement.load.fail
    assert judgement.leftovers == []


def test_a_table_whose_key_is_disabled_is_out_of_reach(drill: Any) -> None:
    """Left alone, users cannot reach their table, and the report says why."""
    judgement = drill("key_disabled", recovery="nothing").judgement
    assert judgement.verdict is Outcome.FAIL
    assert "the key that the table is encrypted with cannot be used" in judgement.because


def test_items_out_of_an_index_are_back_in_it(drill: Any) -> None:
    """The restored table's indexes hold what its items say, and the migration's items are contaminated without it."""
    judgement = drill("out_of_the_index").judgement
    assert claim_of(judgement, "indexes_agree").verdict is Outcome.PASS
    left = drill("out_of_the_index", recovery="nothing").judgement
    assert left.items.contaminated
    assert any({"address", "city"} <= set(sample.attributes) for sample in left.samples)
