"""A time machine that somebody serves, reached by its address or as a Region of AWS."""

from pathlib import Path
from typing import Literal

import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.promise import Boundary, Method
from dynadrill.drills.table_settings import await_active
from dynadrill.drills.target import Capability, Target, TargetKind
from dynadrill.drills.targets.cleaning import clean_up
from dynadrill.drills.targets.clients import client_for_load
from dynadrill.drills.targets.clocks import JumpingClock, OnJump, RealClock
from dynadrill.drills.targets.open import open_target
from dynadrill.drills.timemachine.clock_kind import ClockKind

from .conftest import PREFIX, RUN
from .served import START_AT, go_there, served_machine

NAME = f"{PREFIX}orders"


def opened(
    name: str,
    folder: Path,
    pace: Literal["real", "virtual"] = "virtual",
    on_jump: OnJump = lambda *_: None,
) -> Target:
    """The target of a name."""
    return open_target(name, run_id=RUN, folder=folder, pace=pace, starts_at=0.0, seed=7, on_jump=on_jump)


def restored(target: Target) -> list[dict[str, object]]:
    """What a restore to the second after the first of two writes has."""
    control, data = target.control(), target.data()
    control.create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    control.update_continuous_backups(
        TableName=NAME, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    target.clock.wait(60, "a past")
    data.put_item(TableName=NAME, Item={"k": {"S": "good"}})
    target.clock.wait(2, "the next second")
    good_at = target.clock.now()
    target.clock.wait(2, "the next second")
    data.put_item(TableName=NAME, Item={"k": {"S": "bad"}})
    target.clock.wait(300, "the window lags")
    control.restore_table_to_point_in_time(
        SourceTableName=NAME, TargetTableName=f"{NAME}-2", RestoreDateTime=int(good_at)
    )
    await_active(control, f"{NAME}-2", target.clock)
    items: list[dict[str, object]] = target.data().scan(TableName=f"{NAME}-2")["Items"]  # type: ignore[assignment] # wire form
    return items


def test_a_restore_in_two_accounts_and_three_regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`aws:REGION` reaches a served machine as boto3 is configured, as its own account and Region, each on its own."""
    with served_machine() as (address, machine):
        for account in ("111111111111", "222222222222"):
            go_there(monkeypatch, address, account)
            for region in ("eu-west-1", "us-east-2", "ap-south-1"):
                jumps: list[str] = []
                target = opened(f"aws:{region}", tmp_path, on_jump=lambda _, __, why: jumps.append(why))  # noqa: B023
                assert (target.name, target.kind) == (f"aws:{region} at {address}", TargetKind.SERVED)
                assert target.leftovers() == []
                assert restored(target) == [{"k": {"S": "good"}}]
                assert sorted(machine.fleet.at(account, region).tables) == [NAME, f"{NAME}-2"]
                assert "the window lags" in jumps
                assert clean_up(target, lambda _: None) == []
                target.close()
        assert machine.fleet.tables() == []


def test_its_time_is_the_machine_s(tmp_path: Path) -> None:
    """A wait moves the machine's clock and the drill's together, in either pace, and the drill's is never ahead."""
    with served_machine(ClockKind.REAL) as (address, machine):
        for pace in ("real", "virtual"):
            target = opened(address, tmp_path, pace)  # type: ignore[arg-type] # the two there are
            before = machine.clock.now()
            target.clock.wait(3600.0, "an hour")
            assert 3599.9 < machine.clock.now() - before < 3660
            assert target.clock.now() <= machine.clock.now()
            assert target.clock.now() > START_AT + 3600
            assert target.boundary(Method.POINT_IN_TIME) == Boundary(-1, 1)
            assert (target.waits_for_window(), target.lacks(Capability.OUTAGES)) == (True, None)
            target.close()
            target.close()


def test_somebody_else_who_moves_its_clock_is_noticed(tmp_path: Path) -> None:
    """Stamps that may be off by a jump of somebody else's are never judged: the wait ends as could-not-verify, once."""
    with served_machine() as (address, machine):
        target = opened(address, tmp_path)
        machine.clock.set_forward(START_AT + 100)
        with pytest.raises(UnverifiableError, match=r"somebody else moved the time machine's clock by 9\d\.\d s"):
            target.clock.wait(5.0, "a poll")
        target.clock.wait(5.0, "a poll")
        assert target.clock.now() == pytest.approx(machine.clock.now(), abs=0.1)
        target.close()


def test_whoever_serves_it_decides_whether_its_clock_is_moved(tmp_path: Path) -> None:
    """With `--clock wall` a wait is a wait, no Region is taken down, and the control API refuses to move it."""
    with served_machine(ClockKind.WALL) as (address, machine):
        target = opened(address, tmp_path, "real")
        assert isinstance(target.clock, RealClock)
        assert target.world is None
        assert "--clock wall" in (target.lacks(Capability.OUTAGES) or "")
        before = machine.clock.now()
        target.clock.wait(0.01, "a poll")
        assert 0.01 <= machine.clock.now() - before < 60
        target.close()


def test_a_clock_that_stands_still_is_not_for_real_pace(tmp_path: Path) -> None:
    """Users in real time on a clock without time would have stamps that mean nothing: wrong usage, nothing left."""
    with served_machine() as (address, _), pytest.raises(UsageError, match="stands still") as caught:
        opened(address, tmp_path, "real")
    assert "--pace virtual" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_its_users_are_the_same_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A load process reaches the very table, with the credentials that boto3 finds."""
    with served_machine(ClockKind.REAL) as (address, machine):
        go_there(monkeypatch, address, "111111111111")
        target = opened("aws:eu-west-1", tmp_path, "real")
        assert isinstance(target.clock, JumpingClock)
        assert restored(target) == [{"k": {"S": "good"}}]
        assert target.connection is not None
        client_for_load(target.connection).put_item(TableName=NAME, Item={"k": {"S": "load"}})
        assert len(machine.fleet.at("111111111111", "eu-west-1").tables[NAME]) == 3
        target.close()


def test_what_answers_at_a_configured_address_is_not_called_aws(
    moto_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another endpoint there is an endpoint, by its address; AWS's own private endpoint is AWS, and wants its yes."""
    go_there(monkeypatch, moto_server)
    target = opened("aws:eu-west-1", tmp_path)
    assert (target.name, target.kind) == (f"aws:eu-west-1 at {moto_server}", TargetKind.ENDPOINT)
    target.close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com")
    with pytest.raises(UsageError, match="real account"):
        opened("aws:eu-west-1", tmp_path)


def test_regions_that_others_took_down_stay_down(tmp_path: Path) -> None:
    """Cleaning up brings back the Region that the run lost, and none that the machine's owner took down, however."""
    with served_machine() as (url, machine):
        target = opened(url, tmp_path)
        world = target.world
        assert world is not None
        for region in ("us-east-2", "ap-south-1"):
            machine.fleet.outages.add(region)
        for region in ("eu-west-1", "us-east-2", "us-west-2"):
            world.lose_region(region)  # us-east-2 is down already
        assert world.lost_regions() == ["eu-west-1", "us-west-2"]
        world.bring_back_region("us-west-2")
        machine.fleet.outages.add("us-west-2")  # now by its owner
        world.bring_back_region("us-west-2")
        assert clean_up(target, lambda _: None) == []
        assert sorted(machine.fleet.outages) == ["ap-south-1", "us-east-2", "us-west-2"]
        target.close()
