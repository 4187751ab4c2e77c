"""The damage: what a disaster wrote, as far as an SRE can tell it from what users wrote."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

from ..disaster import Clue
from ..errors import RecoveryFailedError
from ..values import Item, Key, digest
from .records import ChangeRecord


@dataclass(frozen=True)
class Damage:
    """What a bad job wrote: by its own log, or by the marker that its values carry; never by time alone.

    `log` says which values it left under which keys (their digests), `deleted_at` when it deleted which of them,
    `marker` which attributes all of its values have, `began_at` when it began to write.
    """

    log: Mapping[Key, frozenset[bytes]]
    marker: Item | None
    began_at: float
    deleted_at: Mapping[Key, Sequence[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, clue: Clue | None) -> "Damage":
        """What a clue tells of the damage.

        Raises:
            RecoveryFailedError: nothing in it tells bad writes from good ones.
        """
        if clue is None or clue.first_bad_at is None or not (clue.log or clue.marker):
            raise RecoveryFailedError(
                "nothing tells the disaster's writes from the users'",
                "The bad job's own log, or an attribute that all of its values have, would; a time range does not.",
            )
        log: dict[Key, frozenset[bytes]] = {}
        for change in clue.log:
            log[change.key] = log.get(change.key, frozenset()) | {digest(change.value)}
        return cls(log, clue.marker, clue.first_bad_at, _deletions(clue, clue.first_bad_at))

    def among(self, records: Iterable[ChangeRecord]) -> frozenset[tuple[Key, str]]:
        """Which changes are the damage's, by key and sequence number: of its time, and of a value that it left there.

        A deletion looks like any other. So of each key only so many are the damage's as its log has, each the first
        since then: what users delete later, of what they had written there again, is theirs. A user who deletes an item
        within the second in which the bad job does so too cannot be told from it.

        Args:
            records: all since the damage began at least, each item's in order.
        """
        made: set[tuple[Key, str]] = set()
        awaited = {key: deque(sorted(at)) for key, at in self.deleted_at.items()}
        for record in records:
            if record.at < floor(self.began_at) or not self.explains(record.key, record.new):
                continue
            if record.new is None:
                deletions = awaited[record.key]
                if not deletions or record.at < floor(deletions[0]):
                    continue
                deletions.popleft()
            made.add((record.key, record.sequence))
        return frozenset(made)

    def explains(self, key: Key, value: Item | None) -> bool:
        """Whether what is under a key may be what the damage left there.

        Of a key that the log names it names the values too: another one was made by somebody else, whatever it carries.
        """
        if key in self.log:
            return digest(value) in self.log[key]
        if self.marker is None or value is None:
            return False
        found = {name: value[name] for name in self.marker if name in value}
        return digest(found) == digest(self.marker)


def _deletions(clue: Clue, began_at: float) -> dict[Key, list[float]]:
    """When the bad job deleted each key, by its log; where that has no times, when it began."""
    deletions: dict[Key, list[float]] = {}
    for number, change in enumerate(clue.log):
        if change.value is None:
            at = clue.logged_at[number] if clue.logged_at else began_at
            deletions.setdefault(change.key, []).append(at)
    return deletions
