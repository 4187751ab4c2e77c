"""Several Regions of one machine: their clients, their clock, and what tests do to them over and over."""

from typing import Any

from dynadrill.drills.timemachine.machine import ManualClock, TimeMachine

from ..support import connect, items, make_table

EAST, WEST, THIRD = "us-east-2", "us-west-1", "eu-west-1"


class Regions:
    """The Regions of one machine."""

    def __init__(self, machine: TimeMachine, clock: ManualClock) -> None:
        self.machine = machine
        self.clock = clock
        self._clients: dict[str, Any] = {}

    def client(self, region: str) -> Any:
        """A client of a Region."""
        if region not in self._clients:
            self._clients[region] = connect(self.machine, region)
        return self._clients[region]

    def pass_s(self, seconds: float) -> None:
        """Let time pass, and happen what falls due."""
        self.clock.set_forward(self.clock.now() + seconds)
        self.machine.fleet.journal.catch_up()

    def make_global(self, first: str, *others: str, **settings: Any) -> None:
        """A table Orders in one Region with replicas in others, all of them ACTIVE."""
        make_table(self.client(first), **settings)
        for other in others:
            self.pass_s(10)
            self.add(first, other)
            self.pass_s(700)

    def add(self, source: str, region: str, **settings: Any) -> Any:
        """Begin to add a replica of Orders."""
        return self.update(source, [{"Create": {"RegionName": region, **settings}}])

    def drop(self, source: str, region: str) -> Any:
        """Begin to take a replica of Orders away."""
        return self.update(source, [{"Delete": {"RegionName": region}}])

    def update(self, region: str, updates: list[Any], **members: Any) -> Any:
        """UpdateTable of Orders with ReplicaUpdates."""
        client = self.client(region)
        return client.update_table(TableName="Orders", ReplicaUpdates=updates, **members)["TableDescription"]

    def described(self, region: str) -> Any:
        """What DescribeTable says of Orders in a Region."""
        return self.client(region).describe_table(TableName="Orders")["Table"]

    def statuses(self, region: str) -> dict[str, str]:
        """The other replicas of Orders, as a Region sees them."""
        return {each["RegionName"]: each["ReplicaStatus"] for each in self.described(region).get("Replicas", [])}

    def items(self, region: str) -> dict[str, str]:
        """The items of Orders in a Region."""
        return items(self.client(region), "Orders")

    def fail(self, region: str) -> None:
        """Take a Region down."""
        self.machine.fleet.journal.catch_up()
        self.machine.fleet.outages.add(region)

    def bring_back(self, region: str) -> None:
        """Bring a Region back."""
        self.machine.fleet.journal.catch_up()
        self.machine.fleet.outages.discard(region)
