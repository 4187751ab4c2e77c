"""The damage: what a disaster wrote, as far as an SRE can tell it from what users wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from ..disaster import Clue
from ..errors import RecoveryFailedError
from ..values import Item, Key, digest
from .records import ChangeRecord


@dataclass(frozen=True)
class Damage:
    """What a bad job wrote: by its own log, or by the marker that its values carry; never by time alone.

    `log` says which values it left under which keys (their digests), `marker` which attributes all of its values have,
    `began_at` when it began to write.
    """

    log: Mapping[Key, frozenset[bytes]]
    marker: Item | None
    began_at: float

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
        return cls(log, clue.marker, clue.first_bad_at)

    def made(self, record: ChangeRecord) -> bool:
        """Whether a change is the damage's: of its time, and of a value that it left under that key.

        A user who deletes an item within the second in which the bad job does so too cannot be told from it.
        """
        return record.at >= floor(self.began_at) and self.explains(record.key, record.new)

    def explains(self, key: Key, value: Item | None) -> bool:
        """Whether what is under a key may be what the damage left there."""
        if digest(value) in self.log.get(key, ()):
            return True
        if self.marker is None or value is None:
            return False
        found = {name: value[name] for name in self.marker if name in value}
        return digest(found) == digest(self.marker)
