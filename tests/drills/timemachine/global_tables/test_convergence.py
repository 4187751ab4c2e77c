"""The law of replication: whatever happens between Regions, in the end all of them hold the last writes."""

from collections.abc import Callable
from typing import Any

from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine
from hypothesis import given, settings
from hypothesis import strategies as st

from ..support import START_AT, put
from .conftest import DURATIONS
from .regions import EAST, THIRD, WEST, Regions

REGIONS = st.sampled_from([EAST, WEST, THIRD])
KEYS = st.sampled_from("abc")


class World:
    """Three replicas, and what the last write to each key was."""

    def __init__(self) -> None:
        clock = ManualClock(START_AT)
        self.regions = Regions(TimeMachine(clock, seed=1, durations=DURATIONS), clock)
        self.regions.make_global(EAST, WEST, THIRD)
        self.fleet = self.regions.machine.fleet
        self.expected: dict[str, str] = {}
        self._writes = 0

    def put(self, region: str, key: str) -> None:
        """Write a value of its own, where the Region is up."""
        if region in self.fleet.outages:
            return
        self._writes += 1
        put(self.regions.client(region), key, str(self._writes))
        self.expected[key] = str(self._writes)

    def delete(self, region: str, key: str) -> None:
        """Delete an item, where the Region is up; deleting what is not there yet is no write."""
        if region in self.fleet.outages:
            return
        client = self.regions.client(region)
        gone = client.delete_item(TableName="Orders", Key={"id": {"S": key}}, ReturnValues="ALL_OLD")
        if "Attributes" in gone:
            self.expected.pop(key, None)

    def pause(self, source: str, destination: str) -> None:
        """Pause one way."""
        self.fleet.replication.pause(source=source, destination=destination)

    def resume(self, source: str, destination: str) -> None:
        """Resume one way, if it is paused."""
        self.fleet.replication.resume(source=source, destination=destination)

    def lag(self, source: str, seconds: float) -> None:
        """Change the lag of what one Region writes from now on."""
        self.fleet.replication.set_lag(seconds, source=source)

    def drain(self) -> None:
        """Bring everything back, and let time pass until all has arrived."""
        for region in (EAST, WEST, THIRD):
            self.regions.bring_back(region)
        for way in self.fleet.replication.paused():
            self.resume(way.source, way.destination)
        self.regions.pass_s(100)


Step = Callable[[World], Any]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda region, key: lambda world: world.put(region, key), REGIONS, KEYS),
    st.builds(lambda region, key: lambda world: world.delete(region, key), REGIONS, KEYS),
    st.builds(lambda seconds: lambda world: world.regions.pass_s(seconds), st.floats(0, 5)),
    st.builds(lambda here, there: lambda world: world.pause(here, there), REGIONS, REGIONS),
    st.builds(lambda here, there: lambda world: world.resume(here, there), REGIONS, REGIONS),
    st.builds(lambda region: lambda world: world.regions.fail(region), REGIONS),
    st.builds(lambda region: lambda world: world.regions.bring_back(region), REGIONS),
    st.builds(lambda region, seconds: lambda world: world.lag(region, seconds), REGIONS, st.floats(0, 10)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_all_replicas_end_with_the_last_writes(steps: list[Step]) -> None:
    """After the lag has drained every Region holds, for each key, what the last write to it left."""
    world = World()
    for step in steps:
        step(world)
    world.drain()
    assert world.fleet.replication.pending() == []
    held = [world.regions.items(region) for region in (EAST, WEST, THIRD)]
    assert held == [world.expected] * 3
