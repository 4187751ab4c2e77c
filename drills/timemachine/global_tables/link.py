"""The way of writes from one replica to another: each with a lag of its own, held while the way is cut.

Writes to one item arrive in their order; between items there is none, as each partition is replicated by itself
(Developer Guide, "Key facts about MREC"). Writes that cannot be delivered are held: a way that was paused delivers them
when it is resumed, and a Region that is down is tried again and again, first after a second and at last every half
minute.
"""

from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

from ..keys import OrderKey

if TYPE_CHECKING:
    from ..changelog import Change
    from .replica import Replica
    from .replication import Replication

FIRST_RETRY_S: Final = 1.0
LONGEST_RETRY_S: Final = 30.0


class Mark(NamedTuple):
    """When a write was made where it was made; of two, the greater one wins.

    Two writes of the same instant are told apart by the order of their commits.
    """

    at: float
    sequence: int


class Write(NamedTuple):
    """One change on its way; in the order of its arrival."""

    due_at: float
    mark: Mark
    key: OrderKey
    wire: bytes | None
    """The item's JSON; None for a deletion."""
    size: int
    shown: bytes
    """The JSON of an item with this key: the new one, or the one that was deleted."""


class Link:
    """The way from one replica to another; guarded by the journal's lock."""

    def __init__(self, source: "Replica", destination: "Replica", replication: "Replication") -> None:
        self.source = source
        self.destination = destination
        self._replication = replication
        self._journal = replication.journal
        self._writes: list[Write] = []
        self._last_of_key: dict[OrderKey, Write] = {}
        self._wake_at = inf
        self._is_held = False
        self._is_closed = False
        self._patience_s = FIRST_RETRY_S

    def __bool__(self) -> bool:
        """Whether any write is under way."""
        return bool(self._writes)

    @property
    def is_held(self) -> bool:
        """Whether nothing arrives at present: the way is paused, or a Region is down."""
        return self._replication.is_paused(self) or self._is_cut_off

    @property
    def _is_cut_off(self) -> bool:
        outages = self._replication.outages
        return self.source.region in outages or self.destination.region in outages

    def writes(self) -> list[Write]:
        """What has not arrived yet, in the order in which it was written."""
        return sorted(self._writes, key=lambda write: write.mark)

    def send(self, change: "Change") -> None:
        """Put a change of the source on its way; for its follower, within the commit."""
        new, old = change.new, change.old
        shown = new.wire if new.wire is not None else old.wire if old is not None else None
        assert shown is not None, "a deletion of nothing is no change"
        due_at = new.at + self._replication.lag_s(self)
        self.carry(Write(due_at, Mark(new.at, new.sequence), new.key, new.wire, new.size, shown))

    def carry(self, write: Write) -> None:
        """Put a write on its way, behind those to the same item."""
        before = self._last_of_key.get(write.key)
        if before is not None and write.due_at < before.due_at:
            write = write._replace(due_at=before.due_at)
        self._last_of_key[write.key] = write
        heappush(self._writes, write)
        if not self._is_held:
            self._wake(self._writes[0].due_at)

    def resume(self) -> None:
        """Go on after a pause: what was held arrives after the lag of one write."""
        if self._is_held:
            self._is_held = False
            self._wake(self._journal.now() + self._replication.lag_s(self))

    def close(self) -> None:
        """Let what is under way get lost: one of the replicas is no more."""
        self._is_closed = True
        self._writes.clear()
        self._last_of_key.clear()

    def _wake(self, at: float) -> None:
        at = max(at, self._journal.now())
        if at < self._wake_at:
            self._wake_at = at
            self._journal.agenda.add(at, self._deliver)

    def _deliver(self) -> None:
        """Let arrive what is due. A waking that has been overtaken by an earlier one does nothing."""
        now = self._journal.now()
        if self._is_closed or now < self._wake_at:
            return
        self._wake_at = inf
        self._is_held = self.is_held
        if self._is_held:
            if not self._replication.is_paused(self):
                self._try_again(now)
            return
        self._patience_s = FIRST_RETRY_S
        while self._writes and self._writes[0].due_at <= now:
            write = heappop(self._writes)
            if self._last_of_key[write.key] is write:
                del self._last_of_key[write.key]
            self.destination.receive(write)
        if self._writes:
            self._wake(self._writes[0].due_at)
        else:
            self.destination.group.settle()

    def _try_again(self, now: float) -> None:
        self._wake(now + self._patience_s)
        self._patience_s = min(2 * self._patience_s, LONGEST_RETRY_S)
