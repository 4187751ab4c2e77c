"""What a recovery promises to bring back, and how exactly its method can be pinned to an instant."""

from dataclasses import dataclass
from enum import StrEnum
from math import floor

SHORTEST_MARGIN_S = 1.0


class Method(StrEnum):
    """The ways of keeping a past, each with its own boundary."""

    POINT_IN_TIME = "point_in_time"
    ON_DEMAND_BACKUP = "on_demand_backup"
    AWS_BACKUP = "aws_backup"
    EXPORT = "export"
    STREAM = "stream"


@dataclass(frozen=True)
class Boundary:
    """The uncertainty of a method around its point.

    A table restored to `point` holds what the source held at instants between `point + lo_s` and `point + hi_s`.
    """

    lo_s: float
    hi_s: float

    @property
    def width_s(self) -> float:
        """How far apart two items' instants may be, in seconds."""
        return self.hi_s - self.lo_s

    def last_second_before(self, at: float, exactness_s: float = 0.0) -> float:
        """The last whole second around which the whole boundary ends before an instant, and a second before at least.

        Args:
            at: such as that of the first bad write: for 15:00:00.0 and 15:00:00.4 alike it is 14:59:59.
            exactness_s: how far that instant may be from the true one.
        """
        return float(floor(at - max(SHORTEST_MARGIN_S, self.hi_s + exactness_s)))


class PromiseKind(StrEnum):
    """What is held against the recovered table.

    REWIND: what the source held at the point, within the boundary. UNDO: every good write to any table of the
    drill, as if the disaster's had never been. FAILOVER: every good write that was told more than the replication's lag
    before the outage; each younger one or not. PREVENT: as UNDO, since what was tried did not happen: the disaster was
    refused.
    """

    REWIND = "rewind"
    UNDO = "undo"
    FAILOVER = "failover"
    PREVENT = "prevent"


WITHOUT_A_POINT = frozenset({PromiseKind.UNDO, PromiseKind.PREVENT})
"""What is held to every good write, whenever it was made, and goes back to no instant."""
