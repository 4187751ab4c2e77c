"""One replica of a global table: its state, what it has taken in from the others, and how it is described."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ..blueprint import Shape
from ..changelog import Cause
from ..journal import Stored
from ..keys import OrderKey
from .link import Mark, Write

if TYPE_CHECKING:
    from ..backend import Backend
    from ..table import Table
    from .group import GlobalTable

VERSION: Final = "2019.11.21"


class Status(StrEnum):
    """What a replica or a witness does."""

    CREATING = "CREATING"
    ACTIVE = "ACTIVE"
    DELETING = "DELETING"


class Replica:
    """A table's part in a global table; guarded by the journal's lock.

    Args:
        group: the global table.
        backend: where it is.
        table: the table of this Region.
        status: what it does at first.
        source: the Region from which it was added; None for the first one.
    """

    def __init__(
        self, group: "GlobalTable", backend: "Backend", table: "Table", status: Status, source: str | None
    ) -> None:
        self.group = group
        self.backend = backend
        self.table = table
        self.status = status
        self.source = source
        self.added_at = backend.journal.now()
        self.overrides: Shape = {}
        """What is set for this replica only, as DescribeTable shows it elsewhere."""
        self.marks: dict[OrderKey, Mark] = {}
        """Of keys that were written while anything was under way: which write is there, deletions included."""

    @property
    def region(self) -> str:
        """Where it is."""
        return self.backend.region_name

    def receive(self, write: Write) -> None:
        """Take in a write of another replica, unless a later one of the same item is here already.

        Its time here is the time of its arrival, so that each Region has a past of its own.
        """
        known = self.marks.get(write.key)
        if known is not None and known > write.mark:
            return
        self.marks[write.key] = write.mark
        journal = self.backend.journal
        with journal.unit(Cause.REPLICATION):
            journal.stage(self.table, write.key, None if write.wire is None else Stored(write.wire, write.size))

    def check_quorum(self) -> None:
        """Refuse what this replica cannot do now without a second Region; see `GlobalTable.check_quorum`."""
        self.group.check_quorum(self)

    def described(self) -> Shape:
        """What DescribeTable says of the global table here: the other replicas, never this one."""
        shape: Shape = {}
        others = self.group.others(self)
        if others:
            shape["GlobalTableVersion"] = VERSION
            shape["GlobalTableSettingsReplicationMode"] = "ENABLED_WITH_OVERRIDES"
            shape["Replicas"] = [other.entry() for other in others]
        if self.group.is_strong:
            shape["MultiRegionConsistency"] = "STRONG"
        witness = self.group.witness
        if witness is not None:
            shape["GlobalTableWitnesses"] = [{"RegionName": witness.region, "WitnessStatus": witness.status}]
        return shape

    def entry(self) -> Shape:
        """ReplicaDescription of the API; what is inherited is left out, as AWS does."""
        return {
            "RegionName": self.region,
            "ReplicaStatus": self.status,
            "WarmThroughput": self.table.warm_throughput,
            "GlobalTableSettingsReplicationMode": "ENABLED_WITH_OVERRIDES",
            **self.overrides,
        }
