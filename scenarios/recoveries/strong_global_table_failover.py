"""Recovery: cut users over to a replica with strong consistency, which lacks nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...drills.changes import heartbeat
from ...drills.changes.alike import await_alike
from ...drills.changes.replicas import active_replica, await_replicas, key_for
from ...drills.costs.estimate import A_MONTH_S, Usage, Use, replica_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import PlannedTable, Recovered, RecoveryTools
from ...drills.region_sets import REGION_SETS, set_of
from ...drills.table_settings import await_active, put_settings_on
from ...drills.tables import table_id
from ...drills.target import Capability

BEATS, SEEN = "heartbeats", "heartbeats_seen_at_once"


@dataclass(frozen=True)
class StrongGlobalTableFailover:
    """Keep a replica with multi-Region strong consistency (MRSC) in another Region, and cut users over to it.

    DynamoDB acknowledges a write to such a table only when it is in a second Region too, and a strongly consistent
    read in any of its Regions sees it from then on (Developer Guide, "How DynamoDB global tables work"). So nothing
    that was acknowledged is lost with a Region. It is not taken on trust: when the drill is armed, and again and
    again after that, an item of our own is written at home and looked for in the other Region at once, with no
    patience. On failover nothing is restored: settings that each replica has for itself (stream, tags, deletion
    protection, point-in-time recovery) are put on the replica, and users go there.

    It protects from the loss of a Region. It does not protect from bad writes: they are replicated like good ones.
    The table has to be made so while it is empty, in three Regions of one Region set, the third with a replica or a
    witness; and it can have no local secondary index, no time to live and no transactions.

    Promise: every write that was acknowledged, whenever it was; so it has no boundary.
    """

    needs: tuple[Capability, ...] = (Capability.GLOBAL_TABLES,)
    promise: PromiseKind = PromiseKind.UNDO
    method: Method | None = None
    region: str = ""
    """Where users are to go; empty for the first other Region of the home Region's set."""
    witness: bool = True
    """Whether the third Region holds a witness, which costs nothing, or a replica."""
    every_s: float = 15.0

    def unfit(self, table: PlannedTable) -> str | None:
        """What AWS does not let a table with strong consistency have."""
        return next(self._unfit(table), None)

    def found(self, tools: RecoveryTools) -> None:
        """Make the empty table strongly consistent in three Regions, and wait until it is."""
        replicas, witnesses = self._regions(tools.region)
        for region in replicas:
            tools.in_region(region)  # so that the Region is looked at when it is cleaned up, whatever comes
        added: dict[str, Any] = {
            "ReplicaUpdates": [{"Create": {"RegionName": each, **key_for(tools, each)}} for each in replicas],
            "MultiRegionConsistency": "STRONG",
        }
        if witnesses:
            added["GlobalTableWitnessUpdates"] = [{"Create": {"RegionName": each}} for each in witnesses]
        tools.control.update_table(TableName=tools.table, **added)
        await_replicas(tools, [*replicas, *witnesses])
        await_active(tools.control, tools.table, tools.clock)
        described = tools.control.describe_table(TableName=tools.table)["Table"]
        if (consistency := described.get("MultiRegionConsistency")) != "STRONG":
            raise RecoveryFailedError(
                f"the table's multi-Region consistency is {consistency}, where STRONG was expected",
                "The target took the request and did not do it: use another --target.",
            )

    def arm(self, tools: RecoveryTools) -> None:
        """Prove that the other Region sees what is written at home."""
        seen = self._look(tools)
        if seen is None:
            raise RecoveryFailedError(f"the table in {tools.region} took no write", "See why before relying on it.")
        if not seen:
            raise RecoveryFailedError(
                f"a write was acknowledged in {tools.region}, and a strongly consistent read in"
                f" {self._region(tools)} did not see it at once",
                "A replica with strong consistency has no lag: do not rely on this one.",
            )

    def protect(self, tools: RecoveryTools) -> None:
        """Look again."""
        self._look(tools)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of the replicas, and of the heartbeats: each is written and deleted, here and there.

        A witness costs nothing (Prescriptive Guidance, "Using DynamoDB global tables: key facts about MRSC"), and a
        replicated write what it costs with eventual consistency: no other price of AWS's was seen.
        """
        beats = 2 * A_MONTH_S / self.every_s
        replicas = 1 if self.witness else 2
        return [
            *(replica_month(usage.size, usage.writes_per_month + beats, usage.region) * replicas),
            Use("write", beats, usage.region, "heartbeats"),
        ]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Look whether the replica is there, put the settings on it, and let users go to it."""
        if tools.clue is None:
            raise RecoveryFailedError("nothing says that the Region was lost", "Its clue has to.")
        tools.mark(Mark.DECIDED)
        region = self._region(tools)
        replica = active_replica(tools, region)
        tools.mark(Mark.RESTORE_ASKED)
        heartbeat.stop(tools, self._replica(tools))
        tools.mark(Mark.ACTIVE)
        streams = replica.get("StreamSpecification", {}).get("StreamEnabled", False)
        own = replace(tools.settings, stream_view=None) if streams else tools.settings
        put_settings_on(tools.in_region(region), tools.table, own, tools.clock)
        tools.mark(Mark.SETTINGS_BACK)
        seen = f"{tools.kept[SEEN]} of {tools.kept[BEATS]} heartbeats were seen in {region} at once"
        return Recovered(self._replica(tools), None, f"{tools.clue.source}; {seen}")

    def before_failback(self, tools: RecoveryTools) -> None:
        """Look whether the table at home is there, and sees a write to the replica at once."""
        active_replica(tools, tools.region)
        if not heartbeat.seen_at_once(tools, self._replica(tools), tools.table):
            raise RecoveryFailedError(
                f"a strongly consistent read in {tools.region} does not see at once what is written in"
                f" {self._region(tools)}",
                "Users stay where they are: a Region that comes back has to catch up first.",
            )

    def at_failback(self, tools: RecoveryTools) -> None:
        """Read both replicas once: with strong consistency they are alike whenever nobody writes."""
        await_alike(tools, self._replica(tools), tools.table, 0.0)

    def _unfit(self, table: PlannedTable) -> Iterator[str]:
        there = set_of(table.region)
        if not there:
            sets = "; ".join(", ".join(each) for each in REGION_SETS)
            yield f"Region {table.region} is in no Region set of strong global tables ({sets})"
        elif self.region and self.region not in self._others(table.region):
            yield f"its replica is to be in {self.region}, and the Region set of {table.region} is {', '.join(there)}"
        if table.request.get("LocalSecondaryIndexes"):
            yield "it has a local secondary index, which a strong global table cannot have"
        if table.settings.ttl_attribute:
            yield "it has time to live, which a strong global table cannot have"
        if table.transactions:
            yield "its users write in transactions, which a strong global table refuses"
        if table.request.get("BillingMode") != "PAY_PER_REQUEST":
            yield "it has provisioned capacity, which a global table takes with auto scaling only"

    def _look(self, tools: RecoveryTools) -> bool | None:
        """One heartbeat, which is counted, but for one that the home Region did not take: that says nothing."""
        seen = heartbeat.seen_at_once(tools, tools.table, self._replica(tools))
        for name, more in ((BEATS, seen is not None), (SEEN, seen is True)):
            tools.kept[name] = str(int(tools.kept.get(name, "0")) + more)
        return seen

    def _replica(self, tools: RecoveryTools) -> str:
        return table_id(tools.table, self._region(tools))

    def _region(self, tools: RecoveryTools) -> str:
        return self._regions(tools.region)[0][0]

    def _regions(self, home: str) -> tuple[list[str], list[str]]:
        """Where there are replicas beside the home Region's, that for users first; and where there is a witness."""
        others = self._others(home)
        second = self.region or others[0]
        third = next(each for each in others if each != second)
        return ([second], [third]) if self.witness else ([second, third], [])

    def _others(self, home: str) -> list[str]:
        return [each for each in set_of(home) if each != home]
