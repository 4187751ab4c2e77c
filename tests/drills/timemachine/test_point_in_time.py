"""RestoreTableToPointInTime: what is refused in which order, and which items come back."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.changelog import ChangeLog
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect, items, make_table, protect, put, refusal

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
LATER_AT = START_AT + 1000
LATEST_AT = int(LATER_AT) - 300


@pytest.fixture
def protected(db: Any, clock: ManualClock) -> Any:
    """A client of a machine with the table Orders, protected for 1000 s."""
    make_table(db)
    put(db, "a")
    protect(db)
    clock.set_forward(LATER_AT)
    return db


def asked(**changed: Any) -> dict[str, Any]:
    """The members of a restore that is accepted, some of them changed (None: left out)."""
    members = {"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": True, **changed}
    return {name: value for name, value in members.items() if value is not None}


REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("both times", asked(RestoreDateTime=LATEST_AT), "ValidationException", "Both RestoreDateTime and UseLatest"),
    ("no time", asked(UseLatestRestorableTime=None), "ValidationException", "Either one of RestoreDateTime or"),
    ("latest is false", asked(UseLatestRestorableTime=False), "ValidationException", "Either one of RestoreDateTime"),
    ("name and ARN", asked(SourceTableArn=ARN), "ValidationException", "Must provide exactly one of: sourceTableArn"),
    ("no source", asked(SourceTableName=None), "ValidationException", "The parameter 'TableName' is required"),
    ("bad target", asked(TargetTableName="no spaces"), "ValidationException", "at 'targetTableName'"),
    ("bad ARN", asked(SourceTableName=None, SourceTableArn="x" * 20), "ValidationException", "not a valid ARN"),
    ("foreign account", asked(SourceTableName=None, SourceTableArn=ARN.replace("123456789012", "999999999999")),
     "ValidationException", "only supported by accounts that match the resource owner's account"),
    ("foreign Region", asked(SourceTableName=None, SourceTableArn=ARN.replace("us-east-1", "eu-west-1")),
     "ValidationException", "sseSpecificationOverride must be provided for cross-region restores"),
    ("foreign Region with key", asked(SourceTableName=None, SourceTableArn=ARN.replace("us-east-1", "eu-west-1"),
     SSESpecificationOverride={"Enabled": False}), "TableNotFoundException", "Table not found: Orders"),
    ("missing source", asked(SourceTableName="Nowhere"), "TableNotFoundException", "Table not found: Nowhere"),
    ("future", asked(UseLatestRestorableTime=None, RestoreDateTime=LATER_AT + 60),
     "InvalidRestoreTimeException", "must be within EarliestRestorableDateTime"),
    ("1970", asked(UseLatestRestorableTime=None, RestoreDateTime=0), "InvalidRestoreTimeException", "must be within"),
    ("within the lag", asked(UseLatestRestorableTime=None, RestoreDateTime=LATEST_AT + 1),
     "InvalidRestoreTimeException", "must be within"),
    ("target is there", asked(TargetTableName="Orders"), "TableAlreadyExistsException", "Table already exists: Orders"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "name", "text"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_what_is_refused(protected: Any, members: dict[str, Any], name: str, text: str) -> None:
    """S1-18, S2-15, S0-14: each refusal has AWS's name and leaves no target behind."""
    refused_name, refused_text = refusal(protected.restore_table_to_point_in_time, **members)
    assert refused_name == name
    assert text in refused_text
    assert protected.list_tables()["TableNames"] == ["Orders"]


def test_the_shape_of_the_request_is_looked_at_first(db: Any) -> None:
    """Both times for a table that is not there is a ValidationException."""
    members = asked(SourceTableName="Nowhere", RestoreDateTime=1)
    assert refusal(db.restore_table_to_point_in_time, **members)[0] == "ValidationException"


def test_recovery_that_is_off_comes_before_time_and_target(db: Any) -> None:
    """S0-18, S3-13: recovery off is said even if the time is bad and the target exists."""
    make_table(db)
    members = asked(TargetTableName="Orders", UseLatestRestorableTime=None, RestoreDateTime=0)
    refused = refusal(db.restore_table_to_point_in_time, **members)
    assert refused == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'Orders'",
    )


def test_a_bad_time_comes_before_the_target(protected: Any) -> None:
    """A time outside the window is said even if the target exists."""
    members = asked(TargetTableName="Orders", UseLatestRestorableTime=None, RestoreDateTime=0)
    assert refusal(protected.restore_table_to_point_in_time, **members)[0] == "InvalidRestoreTimeException"


def test_a_missing_source_comes_before_the_target(protected: Any) -> None:
    """A missing source is said even if the target exists."""
    members = asked(SourceTableName="Nowhere", TargetTableName="Orders")
    assert refusal(protected.restore_table_to_point_in_time, **members)[0] == "TableNotFoundException"


def test_the_source_may_be_named_by_its_arn(protected: Any, clock: ManualClock) -> None:
    """SourceTableArn of this account and Region is as good as the name."""
    protected.restore_table_to_point_in_time(**asked(SourceTableName=None, SourceTableArn=ARN))
    clock.set_forward(LATER_AT + 300)
    assert items(protected, "Restored") == {"a": "v"}


def test_writes_one_second_apart_fall_on_the_right_sides(db: Any, clock: ManualClock) -> None:
    """S0-07, S0-06, S0-12: a second's restore has what was committed by it, and nothing of the next second."""
    make_table(db)
    protect(db)
    for second in (10, 11):
        clock.set_forward(int(START_AT) + second)
        put(db, f"k{second}")
        put(db, "last", str(second))
    clock.set_forward(START_AT + 1000)
    for second, expected in (
        (9, {}),
        (10, {"k10": "v", "last": "10"}),
        (11, {"k10": "v", "k11": "v", "last": "11"}),
    ):
        db.restore_table_to_point_in_time(
            **asked(TargetTableName=f"At{second}", UseLatestRestorableTime=None, RestoreDateTime=START_AT + second)
        )
        clock.set_forward(clock.now() + 300)
        assert items(db, f"At{second}") == expected


def test_the_boundary_is_exact(db: Any, clock: ManualClock) -> None:
    """DESIGN boundary [0, 0]: a write stamped T.000000 is in, one a microsecond later is out."""
    make_table(db)
    protect(db)
    at = int(START_AT) + 50
    clock.set_forward(at)
    put(db, "on time")
    clock.set_forward(at + 0.000001)
    put(db, "too late")
    clock.set_forward(START_AT + 1000)
    db.restore_table_to_point_in_time(**asked(UseLatestRestorableTime=None, RestoreDateTime=at + 0.9))
    clock.set_forward(START_AT + 1300)
    assert items(db, "Restored") == {"on time": "v"}


def test_deleted_and_overwritten_items_come_back(db: Any, clock: ManualClock) -> None:
    """S0-20, S1-11, S2-02: deletes and overwrites after the point are undone, new items are not there."""
    make_table(db)
    protect(db)
    put(db, "kept")
    put(db, "deleted")
    put(db, "overwritten", "good")
    clock.set_forward(START_AT + 60)
    db.delete_item(TableName="Orders", Key={"id": {"S": "deleted"}})
    put(db, "overwritten", "bad")
    put(db, "new")
    clock.set_forward(START_AT + 1000)
    db.restore_table_to_point_in_time(**asked(UseLatestRestorableTime=None, RestoreDateTime=START_AT + 59))
    clock.set_forward(START_AT + 1300)
    assert items(db, "Restored") == {"kept": "v", "deleted": "v", "overwritten": "good"}
    assert items(db, "Orders") == {"kept": "v", "overwritten": "bad", "new": "v"}


def test_latest_restores_to_the_enable_second_at_first(db: Any, clock: ManualClock) -> None:
    """A restore to Latest right after switching on misses what was written since."""
    make_table(db)
    put(db, "same second")
    protect(db)
    clock.set_forward(START_AT + 5)
    put(db, "later")
    described = db.restore_table_to_point_in_time(**asked())["TableDescription"]
    assert described["RestoreSummary"]["RestoreDateTime"].timestamp() == int(START_AT)
    clock.set_forward(START_AT + 305)
    assert items(db, "Restored") == {}


def test_what_was_there_before_recovery_was_on_comes_back(db: Any, clock: ManualClock) -> None:
    """S1-65: the state at the enable second is the full copy that later changes are laid over."""
    make_table(db)
    put(db, "old")
    clock.set_forward(START_AT + 10)
    protect(db)
    put(db, "old", "changed")
    clock.set_forward(START_AT + 1000)
    db.restore_table_to_point_in_time(**asked(UseLatestRestorableTime=None, RestoreDateTime=START_AT + 10))
    clock.set_forward(START_AT + 1300)
    assert items(db, "Restored") == {"old": "v"}


def test_the_enable_second_is_known_from_its_beginning(db: Any, clock: ManualClock) -> None:
    """Earliest is a whole second, and what was written later in it, before recovery was on, is not in."""
    make_table(db)
    second = int(START_AT) + 10
    clock.set_forward(second - 5)
    put(db, "early")
    for number in range(2 * ChangeLog.MIN_FORGOTTEN + 10):
        clock.set_forward(second + number / 10_000)
        put(db, "late", str(number))
    protect(db)
    clock.set_forward(second + 1000)
    db.restore_table_to_point_in_time(**asked(UseLatestRestorableTime=None, RestoreDateTime=second))
    clock.set_forward(second + 1300)
    assert items(db, "Restored") == {"early": "v", "late": "0"}


def test_a_change_of_the_period_keeps_what_is_within_reach(db: Any, clock: ManualClock) -> None:
    """A new period lets go of nothing that both the old and the new one reach."""
    make_table(db)
    protect(db)
    put(db, "a", "good")
    clock.set_forward(START_AT + 100)
    put(db, "a", "bad")
    clock.set_forward(START_AT + 1000)
    protect(db, RecoveryPeriodInDays=1)
    db.restore_table_to_point_in_time(**asked(UseLatestRestorableTime=None, RestoreDateTime=START_AT + 50))
    clock.set_forward(START_AT + 1300)
    assert items(db, "Restored") == {"a": "good"}


def test_a_second_that_was_restored_once_is_closed() -> None:
    """S1-65: two restores of one second are equal, also when that second is now and a write comes between them."""
    clock = ManualClock(float(int(START_AT)))
    db = connect(TimeMachine(clock, durations={"restore": 1}))
    make_table(db)
    protect(db)
    put(db, "a")
    db.restore_table_to_point_in_time(**asked(TargetTableName="First"))
    put(db, "b")
    db.restore_table_to_point_in_time(**asked(TargetTableName="Second"))
    clock.set_forward(clock.now() + 10)
    assert items(db, "First") == items(db, "Second") == {"a": "v"}


def test_a_restored_table_is_a_table_of_its_own(protected: Any, clock: ManualClock) -> None:
    """S0-14, S1-41: writes to the source do not show in the restored table, nor the other way round."""
    protected.restore_table_to_point_in_time(**asked())
    clock.set_forward(LATER_AT + 300)
    put(protected, "a", "source")
    put(protected, "b", "restored", table="Restored")
    assert items(protected, "Orders") == {"a": "source"}
    assert items(protected, "Restored") == {"a": "v", "b": "restored"}
    tables = [protected.describe_table(TableName=name)["Table"] for name in ("Orders", "Restored")]
    assert tables[0]["TableId"] != tables[1]["TableId"]
    assert tables[1]["TableArn"].endswith("table/Restored")


def test_a_restored_table_can_be_restored_in_turn(protected: Any, clock: ManualClock) -> None:
    """Recovery is off on it; switched on, it has a past of its own from then on."""
    protected.restore_table_to_point_in_time(**asked())
    clock.set_forward(LATER_AT + 300)
    members = asked(SourceTableName="Restored", TargetTableName="Again")
    assert refusal(protected.restore_table_to_point_in_time, **members)[0] == "PointInTimeRecoveryUnavailableException"
    protect(protected, "Restored")
    put(protected, "a", "damaged", table="Restored")
    clock.set_forward(LATER_AT + 1300)
    protected.restore_table_to_point_in_time(
        **asked(SourceTableName="Restored", TargetTableName="Again", UseLatestRestorableTime=None,
                RestoreDateTime=LATER_AT + 300)
    )  # fmt: skip
    clock.set_forward(LATER_AT + 1600)
    assert items(protected, "Again") == {"a": "v"}


def test_machines_know_nothing_of_each_other(protected: Any) -> None:
    """Several machines live in one process; accounts and Regions of one machine are apart too."""
    other = connect(TimeMachine(ManualClock(START_AT)))
    assert other.list_tables()["TableNames"] == []
    machine = TimeMachine(ManualClock(START_AT))
    make_table(connect(machine))
    assert connect(machine, region="eu-west-1").list_tables()["TableNames"] == []
    assert connect(machine, account="999999999999").list_tables()["TableNames"] == []
    assert connect(machine).list_tables()["TableNames"] == ["Orders"]
