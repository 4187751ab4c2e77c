"""Recovery: cut users over to the table's replica in another Region."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...drills.changes import heartbeat
from ...drills.changes.alike import await_alike
from ...drills.costs.estimate import A_MONTH_S, Usage, Use, replica_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Boundary, Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.table_settings import put_settings_on
from ...drills.tables import table_id
from ...drills.target import Capability

LAG = "lag_s"
POLL_S = 15.0
LONGEST_CREATION_S = 24 * 3600.0

SAFETY = 2.0
"""Heartbeats are samples, and a single write may take longer than any of them: we assume, no more than twice."""


@dataclass(frozen=True)
class GlobalTableFailover:
    """Keep a replica of the table in another Region, and cut users over to it.

    A global table with multi-Region eventual consistency: a write arrives in the other Region normally within about
    a second. How long it takes is measured again and again by a heartbeat, an item of our own that is written at
    home, looked for in the other Region, and removed; the metric ReplicationLatency says the same of all writes, but
    comes a minute late and from a service that may be lost with the Region. Where a write has not arrived within the
    longest lag allowed when the drill is armed, it ends there: that protection does not stand. On failover nothing
    is restored: settings that AWS does not synchronise (tags, deletion protection, point-in-time recovery) are put
    on the replica, and users go there.

    It protects from the loss of a Region. It does not protect from bad writes: they are replicated like good ones.
    Transactions are atomic only in the Region where they ran: one that was under way may have arrived in part.
    Writes that had not arrived are lost until the Region is back; then they arrive late, where nobody has written to
    their item since.

    Boundary: from twice the longest lag that was measured before the outage, up to the outage.
    """

    needs: tuple[Capability, ...] = (Capability.GLOBAL_TABLES,)
    promise: PromiseKind = PromiseKind.FAILOVER
    method: Method | None = None
    region: str = "us-west-2"
    longest_lag_s: float = 10.0
    every_s: float = 15.0

    def arm(self, tools: RecoveryTools) -> None:
        """Add the replica, wait until it is there, and measure the lag."""
        tools.in_region(self.region)  # so that the Region is looked at when it is cleaned up, whatever comes
        added: Any = [{"Create": {"RegionName": self.region, **self._key(tools)}}]
        tools.control.update_table(TableName=tools.table, ReplicaUpdates=added)
        self._await_replica(tools)
        self._measure(tools)
        if LAG not in tools.kept:
            raise RecoveryFailedError(
                f"a write had not arrived in {self.region} after {self.longest_lag_s:g} s, the longest lag allowed",
                "See why replication is slow before relying on it.",
            )

    def protect(self, tools: RecoveryTools) -> None:
        """Measure the lag again."""
        self._measure(tools)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of one more replica, and of the heartbeats: each is written and deleted, here and there."""
        beats = 2 * A_MONTH_S / self.every_s
        return [
            *replica_month(usage.size, usage.writes_per_month + beats, usage.region),
            Use("write", beats, usage.region, "heartbeats"),
        ]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Look whether the replica is there, put the settings on it, and let users go to it."""
        if tools.clue is None or tools.clue.first_bad_at is None:
            raise RecoveryFailedError("nothing says when the Region was lost", "Its clue has to.")
        tools.mark(Mark.DECIDED)
        there = tools.in_region(self.region)
        status = there.describe_table(TableName=tools.table)["Table"].get("TableStatus")
        if status != "ACTIVE":
            raise RecoveryFailedError(f"the replica in {self.region} is {status}, where ACTIVE was expected")
        tools.mark(Mark.RESTORE_ASKED)
        heartbeat.stop(tools, self._replica(tools))
        tools.mark(Mark.ACTIVE)
        own = replace(tools.settings, stream_view=None, ttl_attribute=None)
        put_settings_on(there, tools.table, own, tools.clock)
        tools.mark(Mark.SETTINGS_BACK)
        lag_s = float(tools.kept[LAG])
        return Recovered(
            self._replica(tools),
            tools.clue.first_bad_at,
            f"{tools.clue.source}; a heartbeat took at most {lag_s:.3f} s",
            Boundary(-SAFETY * lag_s, 0.0),
        )

    def before_failback(self, tools: RecoveryTools) -> None:
        """Look whether the table at home is there, and whether a write arrives there within the longest lag allowed."""
        status = tools.control.describe_table(TableName=tools.table)["Table"].get("TableStatus")
        if status != "ACTIVE":
            raise RecoveryFailedError(f"the replica in {tools.region} is {status}, where ACTIVE was expected")
        if heartbeat.beat(tools, self._replica(tools), tools.table, self.longest_lag_s) is None:
            raise RecoveryFailedError(
                f"a write had not arrived in {tools.region} after {self.longest_lag_s:g} s, the longest lag allowed",
                "Users stay where they are: wait until what was held has arrived.",
            )

    def at_failback(self, tools: RecoveryTools) -> None:
        """Read both replicas until they are alike: what was held arrives in no order, a heartbeat may overtake it."""
        await_alike(tools, self._replica(tools), tools.table, SAFETY * self.longest_lag_s)

    def _replica(self, tools: RecoveryTools) -> str:
        return table_id(tools.table, self.region)

    def _key(self, tools: RecoveryTools) -> dict[str, str]:
        """A key of its own for the replica of a table that has one: keys do not leave their Region."""
        encryption = tools.control.describe_table(TableName=tools.table)["Table"].get("SSEDescription", {})
        if "KMSMasterKeyArn" not in encryption:
            return {}
        made = tools.service("kms", self.region).create_key(Description=f"of {tools.table} in {self.region}")
        return {"KMSMasterKeyId": str(made["KeyMetadata"]["Arn"])}

    def _measure(self, tools: RecoveryTools) -> None:
        """Keep the longest lag; a heartbeat that did not arrive says nothing of the lag before an outage."""
        lag_s = heartbeat.beat(tools, tools.table, self._replica(tools), self.longest_lag_s)
        if lag_s is not None:
            tools.kept[LAG] = repr(max(lag_s, float(tools.kept.get(LAG, "0"))))

    def _await_replica(self, tools: RecoveryTools) -> None:
        began_at = tools.clock.now()
        while (status := self._replica_status(tools)) != "ACTIVE":
            if status == "CREATION_FAILED" or tools.clock.now() - began_at > LONGEST_CREATION_S:
                raise RecoveryFailedError(f"the replica in {self.region} is {status}, where ACTIVE was expected")
            tools.clock.wait(POLL_S, f"until the replica in {self.region} is ACTIVE")

    def _replica_status(self, tools: RecoveryTools) -> str:
        replicas = tools.control.describe_table(TableName=tools.table)["Table"].get("Replicas", [])
        return next((str(each.get("ReplicaStatus")) for each in replicas if each["RegionName"] == self.region), "")
