"""A machine with short durations and two Regions that have a replica of one table each."""

from typing import Any

import pytest
from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import START_AT
from .regions import EAST, WEST, Regions

DURATIONS = {"replica": 30.0, "replica_with_items": 600.0, "replica_delete": 150.0, "restore": 300.0}


@pytest.fixture
def machine(clock: ManualClock) -> TimeMachine:
    """A machine whose replicas take 30 s when they are empty, 600 s when not, and 150 s to go."""
    return TimeMachine(clock, seed=1, durations=DURATIONS)


@pytest.fixture
def regions(machine: TimeMachine, clock: ManualClock) -> Regions:
    """Clients by Region, and what is done to Regions."""
    assert clock.now() == START_AT
    return Regions(machine, clock)


@pytest.fixture
def east(regions: Regions) -> Any:
    """A client of us-east-2."""
    return regions.client(EAST)


@pytest.fixture
def west(regions: Regions) -> Any:
    """A client of us-west-1."""
    return regions.client(WEST)


@pytest.fixture
def pair(regions: Regions) -> Regions:
    """An empty table Orders in us-east-2 with a replica in us-west-1; 1 s of lag."""
    regions.make_global(EAST, WEST)
    regions.machine.fleet.replication.set_lag(1.0)
    return regions
