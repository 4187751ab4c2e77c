"""Regions that are down: every call to them fails, all others go on, and what they hold is there afterwards."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from dynadrill.drills.errors import UsageError
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from dynadrill.drills.timemachine.outages import OutageMode, Outages

from .support import START_AT, connect, items, make_table, put


@pytest.fixture
def west(machine: TimeMachine) -> Any:
    """A client of another Region, with a table."""
    client = connect(machine, "us-west-2")
    make_table(client)
    return client


def test_a_lost_region_refuses_every_call(machine: TimeMachine, db: Any, west: Any) -> None:
    """S1-42: with us-east-1 down each of its calls is a 503, whatever the account; us-west-2 works as before."""
    make_table(db)
    machine.fleet.outages.add("us-east-1")
    for client in (db, connect(machine, account="999999999999")):
        with pytest.raises(ClientError) as caught:
            client.list_tables()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        assert caught.value.response["Error"]["Code"] == "ServiceUnavailable"
    put(west, "a")
    assert items(west, "Orders") == {"a": "v"}


def test_what_a_region_held_is_there_when_it_is_back(machine: TimeMachine, db: Any) -> None:
    """An outage loses no data: nothing was written meanwhile, and what was written before is read."""
    make_table(db)
    put(db, "a")
    machine.fleet.outages.add("us-east-1")
    with pytest.raises(ClientError):
        put(db, "b")
    machine.fleet.outages.discard("us-east-1")
    assert items(db, "Orders") == {"a": "v"}


@pytest.mark.parametrize(
    ("mode", "error"),
    [(OutageMode.DROP, ConnectionClosedError), (OutageMode.HANG, (ReadTimeoutError, ConnectionClosedError))],
)
def test_an_outage_can_be_silent(machine: TimeMachine, db: Any, mode: OutageMode, error: type[Exception]) -> None:
    """Instead of refusing a lost Region can cut connections, or not answer at all."""
    machine.fleet.outages.add("us-east-1", mode)
    with pytest.raises(error):
        db.list_tables()


def test_a_hanging_region_takes_the_clients_time(machine: TimeMachine, clock: ManualClock, db: Any) -> None:
    """A call to a Region that hangs costs a minute of target time, as botocore waits for an answer."""
    machine.fleet.outages.add("us-east-1", OutageMode.HANG)
    with pytest.raises(ConnectionClosedError):
        db.list_tables()
    assert clock.now() == START_AT + 60


@pytest.mark.parametrize(("region", "mode"), [("us-eats-1", "drop"), ("", "drop"), ("us-east-1", "dorp")])
def test_what_is_no_outage_is_refused(region: str, mode: str) -> None:
    """Bad input: a misspelt Region or mode; nothing is down."""
    outages = Outages()
    with pytest.raises(UsageError):
        outages.add(region, mode)
    assert not outages


def test_a_mode_may_be_text() -> None:
    """A test may write a mode as the command line does."""
    outages = Outages()
    outages.add("us-east-1", "drop")
    assert outages.mode("us-east-1") is OutageMode.DROP


def test_outages_are_a_set_of_regions() -> None:
    """Regions are added and discarded, each once; a second outage of one changes its mode."""
    outages = Outages()
    assert not outages
    outages.add("us-west-2")
    outages.add("us-east-1")
    outages.add("us-west-2", OutageMode.DROP)
    assert list(outages) == ["us-east-1", "us-west-2"]
    assert "us-west-2" in outages
    assert outages.mode("us-west-2") is OutageMode.DROP
    outages.discard("us-west-2")
    outages.discard("never-there")
    assert outages.mode("us-west-2") is None
    assert list(outages) == ["us-east-1"]
    outages.clear()
    assert not outages
