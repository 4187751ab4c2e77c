"""Applying changes to a table: each key's in their order, whole items, until all have been taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..clock import Clock
from ..errors import RecoveryFailedError
from ..performed import Performed
from ..values import Change
from .records import last_of_each

BATCH = 25
"""The most that BatchWriteItem takes, each of up to 400 KB: 10 MB, where it takes 16."""

TRIES = 30
FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 5.0

NEVER = frozenset({"ValidationException", "ResourceNotFoundException", "AccessDeniedException"})
"""Errors that another try does not help."""


class Applier:
    """Writes changes to a table.

    A change is a whole item or its absence, and of each key the last one counts: applied twice they leave the same.

    Args:
        write: puts and deletes up to 25 keys with one BatchWriteItem.
        table: where to.
        clock: target time, for the waits between tries.
    """

    def __init__(self, write: Callable[[str, Sequence[Change]], Performed], table: str, clock: Clock) -> None:
        self._write, self._table, self._clock = write, table, clock

    def apply(self, changes: Iterable[Change]) -> int:
        """Write what changes, in their order, leave under each key; answers how many keys that were.

        Raises:
            RecoveryFailedError: a change was refused, or not taken after 30 tries.
        """
        last = last_of_each(changes)
        for batch in self.batches(last):
            self.send(batch)
        return len(last)

    def apply_to_nothing(self, changes: Iterable[Change]) -> int:
        """Write what changes leave to a table that holds nothing yet: there is nothing to delete."""
        return self.apply(change for change in last_of_each(changes) if change.value is not None)

    def batches(self, changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
        """Changes of different keys, by what one request takes."""
        for start in range(0, len(changes), BATCH):
            yield changes[start : start + BATCH]

    def send(self, batch: Sequence[Change]) -> None:
        """Write a batch, and what was not processed of it again, with waits that grow."""
        left, wait_s = batch, FIRST_WAIT_S
        for _ in range(TRIES):
            performed = self._write(self._table, left)
            if performed.acknowledged:
                return
            if performed.error in NEVER:
                break
            left = [change for change in left if not performed.refused or change.key in performed.refused]
            self._clock.wait(wait_s, "until the table takes more")
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        raise RecoveryFailedError(
            f"{len(left)} changes were not taken by {self._table}, the first of {left[0].key}: {performed.error}",
            "A change that is left out would be a write that is lost.",
        )
