"""Controls of a time machine: the same over HTTP and within a process."""

import threading
from collections.abc import Iterator

import pytest
from dynadrill.drills.errors import UnverifiableError, UsageError
from dynadrill.drills.targets.controls import Controls, over_http, within
from dynadrill.drills.timemachine.front import listening
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine


@pytest.fixture
def machine() -> TimeMachine:
    """A machine whose clock stands still."""
    return TimeMachine(ManualClock(1000.0))


@pytest.fixture(params=["over HTTP", "within"])
def controls(request: pytest.FixtureRequest, machine: TimeMachine) -> Iterator[Controls]:
    """Controls of the machine, in both ways."""
    if request.param == "within":
        yield within(machine)
        return
    front = listening(machine, 0)
    thread = threading.Thread(target=front.serve)
    thread.start()
    yield over_http(f"http://127.0.0.1:{front.port}")
    front.stop()
    thread.join()


def status(machine: TimeMachine, region: str) -> int:
    """With what status a Region answers."""
    return machine.handle("DynamoDB_20120810.ListTables", b"{}", region=region).status


def test_the_clock(controls: Controls, machine: TimeMachine) -> None:
    """Time is read and moved, and what falls due on the way has happened."""
    happened: list[float] = []
    machine.fleet.journal.agenda.add(1010.0, lambda: happened.append(machine.fleet.journal.now()))
    assert controls.now() == 1000.0
    controls.catch_up()
    assert happened == []
    assert controls.advance(60) == controls.now() == machine.clock.now() == 1060.0
    assert happened == [1010.0]


def test_a_region_is_lost_and_comes_back(controls: Controls, machine: TimeMachine) -> None:
    """S1-42: a lost Region fails, another one does not; what is not lost cannot be brought back."""
    controls.lose_region("us-east-2")
    controls.lose_region("eu-west-1", "drop")
    assert controls.lost_regions() == ["eu-west-1", "us-east-2"]
    assert (status(machine, "us-east-2"), status(machine, "us-west-1")) == (503, 200)
    controls.bring_back_region("us-east-2")
    assert status(machine, "us-east-2") == 200
    with pytest.raises(UsageError, match="us-east-2 is not down"):
        controls.bring_back_region("us-east-2")


def test_faults(controls: Controls, machine: TimeMachine) -> None:
    """Faults are switched on and off; one that cannot be is refused with the machine's words and hint."""
    number = controls.add_fault("throttle", operation="ListTables", times=2)
    assert status(machine, "us-east-1") == 400
    (fault,) = controls.faults()
    assert (fault["number"], fault["times"]) == (number, 1)
    controls.remove_fault(number)
    assert controls.faults() == []
    with pytest.raises(UsageError, match="'explode'") as caught:
        controls.add_fault("explode")
    assert "drop-after" in caught.value.hint


def test_state_and_reset(controls: Controls, machine: TimeMachine) -> None:
    """The state is what the control API says; a reset empties it."""
    assert status(machine, "eu-west-1") == 200
    assert [region["region"] for region in controls.state()["regions"]] == ["eu-west-1"]
    controls.reset()
    assert controls.state()["regions"] == []


def test_nobody_there() -> None:
    """A machine that does not answer could not be looked at: unverifiable, not a traceback."""
    with pytest.raises(UnverifiableError, match="does not answer"):
        over_http("http://127.0.0.1:1").now()


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b""])
def test_somebody_else_there(answer: bytes) -> None:
    """What answers something else is no time machine, and said to be none."""
    with pytest.raises(UnverifiableError, match="was answered by"):
        Controls(lambda *_: (200, answer)).now()
