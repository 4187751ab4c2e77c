"""A time machine in this process, its clock, and a client of it."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from .support import START_AT, connect


@pytest.fixture
def clock() -> ManualClock:
    """Target time, standing still."""
    return ManualClock(START_AT)


@pytest.fixture
def machine(clock: ManualClock) -> TimeMachine:
    """A machine whose restores take 300 s."""
    return TimeMachine(clock, seed=1, durations={"restore": 300.0})


@pytest.fixture
def db(machine: TimeMachine) -> Any:
    """A client of the machine."""
    return connect(machine)
