"""A global table: the replicas of one table in several Regions, and how a write gets from one to the others.

With eventual consistency (MREC) each write goes its way to each other replica, and of two writes to one item the last
one wins everywhere. With strong consistency (MRSC) a write is in all Regions at its commit (Developer Guide, "How
DynamoDB global tables work").
"""

from typing import TYPE_CHECKING, NamedTuple

from ..changelog import Cause, Change
from ..errors import AwsError
from .link import Link, Mark
from .replica import Replica, Status

if TYPE_CHECKING:
    from ..backend import Backend
    from ..table import Table
    from .replication import Replication


class Witness(NamedTuple):
    """The Region that keeps a third copy of the changes of a strong global table, but no table."""

    region: str
    status: Status


class GlobalTable:
    """One global table; guarded by the journal's lock.

    Args:
        replication: how fast writes travel, and which ways are paused.
        backend: where the first replica is.
        table: the first replica.
        is_strong: MRSC instead of MREC.
    """

    def __init__(self, replication: "Replication", backend: "Backend", table: "Table", *, is_strong: bool) -> None:
        self.is_strong = is_strong
        self.replicas: list[Replica] = []
        self.witness: Witness | None = None
        self._replication = replication
        self._links: dict[tuple[str, str], Link] = {}
        self._enter(Replica(self, backend, table, Status.ACTIVE, None))
        replication.groups.append(self)

    @property
    def links(self) -> list[Link]:
        """The ways between the replicas, in both directions."""
        return list(self._links.values())

    @property
    def is_busy(self) -> bool:
        """Whether a replica is being added or taken away, so that no other change of the table is possible."""
        return any(replica.status is not Status.ACTIVE for replica in self.replicas)

    def others(self, replica: Replica) -> list[Replica]:
        """All replicas but one."""
        return [each for each in self.replicas if each is not replica]

    def find(self, region: str) -> Replica | None:
        """The replica of a Region; None where there is none."""
        return next((each for each in self.replicas if each.region == region), None)

    def join(self, backend: "Backend", table: "Table", source: Replica) -> Replica:
        """Add a replica whose table holds what the source holds now.

        What is under way from others to the source is sent to the new one too.
        """
        replica = Replica(self, backend, table, Status.CREATING, source.region)
        replica.marks = dict(source.marks)
        present = list(self.replicas)
        self._enter(replica)
        for other in present:
            under_way = self._links.get((other.region, source.region))
            for write in under_way.writes() if under_way is not None else ():
                self._links[other.region, replica.region].carry(write)
        return replica

    def leave(self, replica: Replica) -> None:
        """Take a replica out; what was under way from it or to it is lost. The last one is no global table."""
        self._release(replica)
        if len(self.replicas) == 1:
            self.dissolve()

    def dissolve(self) -> None:
        """Let all replicas be tables of their own."""
        self.witness = None
        self._replication.groups.remove(self)
        for replica in list(self.replicas):
            self._release(replica)

    def follow(self, table: "Table", change: Change) -> None:
        """Send a change of one replica to the others; what came from another is not sent on."""
        if change.cause is Cause.REPLICATION:
            return
        source = table.replica
        assert source is not None, "a group follows its replicas only"
        if self.is_strong:
            for other in self.others(source):
                table.journal.carry(other.table, change.new)
            return
        source.marks[change.new.key] = Mark(change.new.at, change.new.sequence)
        for other in self.others(source):
            self._links[source.region, other.region].send(change)

    def update_until(self, at: float) -> None:
        """Let the replicas that are in use be UPDATING until an instant, which may be never."""
        for replica in self.replicas:
            if replica.status is Status.ACTIVE:
                replica.table.life = replica.table.life._replace(updated_at=at)

    def settle(self) -> None:
        """Forget which write is where once all have arrived: any later one is later than all of them."""
        if not any(self._links.values()):
            for replica in self.replicas:
                replica.marks.clear()

    def check_quorum(self, replica: Replica) -> None:
        """Refuse a write to a strong global table, or a strongly consistent read of it, with no second Region up.

        Eventually consistent reads are answered all the same (Prescriptive Guidance, "Using DynamoDB global tables: key
        facts about MRSC").

        Raises:
            AwsError: ServiceUnavailable, 503.
        """
        if not self.is_strong:
            return
        peers = [other.region for other in self.others(replica)]
        if self.witness is not None:
            peers.append(self.witness.region)
        if all(peer in self._replication.outages for peer in peers):
            raise AwsError(
                "ServiceUnavailable", f"no other Region of the global table is up: {', '.join(peers)}", status=503
            )

    def _release(self, replica: Replica) -> None:
        self.replicas.remove(replica)
        replica.table.replica = None
        replica.table.followers = tuple(each for each in replica.table.followers if each is not self)
        for way in [way for way in self._links if replica.region in way]:
            self._links.pop(way).close()

    def _enter(self, replica: Replica) -> None:
        if not self.is_strong:
            for other in self.replicas:
                for source, destination in ((other, replica), (replica, other)):
                    way = (source.region, destination.region)
                    self._links[way] = Link(source, destination, self._replication)
        self.replicas.append(replica)
        replica.table.replica = replica
        replica.table.followers = (*replica.table.followers, self)
