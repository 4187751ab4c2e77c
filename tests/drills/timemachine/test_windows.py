"""The window of point-in-time recovery."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.errors import AwsError
from dynadrill.drills.timemachine.machine import ManualClock
from dynadrill.drills.timemachine.windows import DAY_S, LAG_S, Window, iso, switched_on
from hypothesis import given
from hypothesis import strategies as st

from .support import START_AT, make_table, protect, put, refusal, window

STARTED = int(START_AT)


def bounds(described: Any) -> tuple[float, float]:
    """Earliest and latest, epoch seconds."""
    return (
        described["EarliestRestorableDateTime"].timestamp(),
        described["LatestRestorableDateTime"].timestamp(),
    )


def restore(db: Any, at: float, target: str) -> None:
    """Ask for a restore of Orders to an instant."""
    db.restore_table_to_point_in_time(SourceTableName="Orders", TargetTableName=target, RestoreDateTime=at)


def test_a_new_table_has_recovery_off_and_shows_no_times(db: Any) -> None:
    """ContinuousBackupsStatus is ENABLED for every table, recovery DISABLED, no bounds and no period."""
    make_table(db)
    described = db.describe_continuous_backups(TableName="Orders")["ContinuousBackupsDescription"]
    assert described == {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }


def test_the_window_starts_when_recovery_is_switched_on(db: Any, clock: ManualClock) -> None:
    """S2-01: at first Earliest = Latest = the second of switching on, and Latest stays for five minutes."""
    make_table(db)
    assert bounds(protect(db)) == (STARTED, STARTED)
    clock.set_forward(START_AT + 180)
    assert bounds(window(db)) == (STARTED, STARTED)


def test_latest_follows_five_minutes_behind(db: Any, clock: ManualClock) -> None:
    """S3-14: Latest = now - 300 s once that is past the start."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 1000)
    assert bounds(window(db)) == (STARTED, STARTED + 700)


def test_earliest_rolls_after_35_days(db: Any, clock: ManualClock) -> None:
    """S0-06, S3-15: the last second of 35 days can be restored, one second before it cannot."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 40 * DAY_S)
    earliest_at, _ = bounds(window(db))
    assert earliest_at == STARTED + 5 * DAY_S
    restore(db, earliest_at, "Restored")
    name, _ = refusal(
        db.restore_table_to_point_in_time,
        SourceTableName="Orders",
        TargetTableName="Other",
        RestoreDateTime=earliest_at - 1,
    )
    assert name == "InvalidRestoreTimeException"


@pytest.mark.parametrize("age_s", [301, DAY_S, 35 * DAY_S])
def test_any_age_within_the_window_can_be_restored(db: Any, clock: ManualClock, age_s: int) -> None:
    """S0-06: a restore to just past the lag, to a day ago and to 35 days ago is accepted."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 36 * DAY_S)
    restore(db, clock.now() - age_s, "Restored")
    assert db.describe_table(TableName="Restored")["Table"]["TableStatus"] == "CREATING"


def test_before_recovery_was_on_nothing_can_be_restored(db: Any, clock: ManualClock) -> None:
    """S2-01, S0-18: a time before recovery was switched on is refused: it is not retroactive."""
    make_table(db)
    put(db, "a")
    clock.set_forward(START_AT + 100)
    protect(db)
    clock.set_forward(START_AT + 1000)
    for at in (STARTED, STARTED + 99):
        name, text = refusal(
            db.restore_table_to_point_in_time,
            SourceTableName="Orders",
            TargetTableName="Restored",
            RestoreDateTime=at,
        )
        assert name == "InvalidRestoreTimeException"
        assert f"must be within EarliestRestorableDateTime '{iso(STARTED + 100)}'" in text


def test_off_and_on_again_starts_anew(db: Any, clock: ManualClock) -> None:
    """S2-20: switching off and on resets the start; what was restorable is not any more."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 1000)
    db.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert window(db) == {"PointInTimeRecoveryStatus": "DISABLED"}
    protect(db)
    clock.set_forward(START_AT + 2000)
    assert bounds(window(db)) == (STARTED + 1000, STARTED + 1700)
    name, _ = refusal(
        db.restore_table_to_point_in_time,
        SourceTableName="Orders",
        TargetTableName="Restored",
        RestoreDateTime=STARTED + 600,
    )
    assert name == "InvalidRestoreTimeException"


def test_switching_on_twice_does_not_move_the_start(db: Any, clock: ManualClock) -> None:
    """UpdateContinuousBackups is idempotent."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 1000)
    assert bounds(protect(db)) == (STARTED, STARTED + 700)


def test_a_shorter_period_cuts_off_at_once_and_for_good(db: Any, clock: ManualClock) -> None:
    """Lowering the period moves Earliest at once; raising it does not bring history back."""
    make_table(db)
    protect(db)
    clock.set_forward(START_AT + 10 * DAY_S)
    shortened = protect(db, RecoveryPeriodInDays=1)
    assert bounds(shortened)[0] == STARTED + 9 * DAY_S
    assert shortened["RecoveryPeriodInDays"] == 1
    assert bounds(protect(db, RecoveryPeriodInDays=35))[0] == STARTED + 9 * DAY_S
    clock.set_forward(START_AT + 20 * DAY_S)
    assert bounds(window(db))[0] == STARTED + 9 * DAY_S


def test_the_period_is_35_days_unless_asked_otherwise(db: Any) -> None:
    """S1-04: 35 days by default, kept by a call without one, 35 again after off and on."""
    make_table(db)
    assert protect(db)["RecoveryPeriodInDays"] == 35
    assert protect(db, RecoveryPeriodInDays=7)["RecoveryPeriodInDays"] == 7
    assert protect(db)["RecoveryPeriodInDays"] == 7
    db.update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert protect(db)["RecoveryPeriodInDays"] == 35


def test_nonsense_periods_are_refused(db: Any) -> None:
    """36 days, and a period for recovery that is being switched off, are ValidationExceptions."""
    make_table(db)
    for specification in (
        {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36},
        {"PointInTimeRecoveryEnabled": False, "RecoveryPeriodInDays": 7},
    ):
        name, _ = refusal(
            db.update_continuous_backups, TableName="Orders", PointInTimeRecoverySpecification=specification
        )
        assert name == "ValidationException"
    assert window(db) == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_a_missing_table_is_a_table_not_found(db: Any) -> None:
    """The continuous-backup calls answer TableNotFoundException."""
    assert refusal(db.describe_continuous_backups, TableName="Nowhere")[0] == "TableNotFoundException"
    specification = {"PointInTimeRecoveryEnabled": True}
    refused = refusal(db.update_continuous_backups, TableName="Nowhere", PointInTimeRecoverySpecification=specification)
    assert refused == ("TableNotFoundException", "Table not found: Nowhere")


@given(
    start=st.integers(0, 10**9),
    steps=st.lists(st.tuples(st.floats(0, 50 * DAY_S), st.none() | st.integers(1, 35)), max_size=12),
)
def test_the_window_never_goes_back(start: int, steps: list[tuple[float, int | None]]) -> None:
    """Whatever the period does, Earliest never moves back and never passes Latest by more than the lag."""
    now = float(start)
    opened = switched_on(None, None, now)
    earliest_at = opened.earliest_at(now)
    for passed_s, days in steps:
        now += passed_s
        opened = switched_on(opened, days, now)
        assert opened.earliest_at(now) >= earliest_at
        earliest_at = opened.earliest_at(now)
        assert opened.start_at <= earliest_at <= now
        assert max(opened.start_at, now - LAG_S - 1) <= opened.latest_at(now) <= now


@pytest.mark.parametrize(("asked_at", "second"), [(100.0, 100), (100.999, 100), (700.9, 700)])
def test_a_fraction_of_a_second_is_dropped(asked_at: float, second: int) -> None:
    """S4-06, S0-07: a restore time with a fraction gives the second it lies in."""
    assert Window(100).second(asked_at, now=1000.0) == second


@pytest.mark.parametrize("asked_at", [99.999, 701.0, 1000.0, 1e300, -5.0])
def test_outside_the_window_is_refused(asked_at: float) -> None:
    """Before Earliest, between Latest and now, and any nonsense is InvalidRestoreTimeException."""
    with pytest.raises(AwsError) as refused:
        Window(100).second(asked_at, now=1000.0)
    assert refused.value.name == "InvalidRestoreTimeException"
