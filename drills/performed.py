"""What came of one operation."""

from typing import NamedTuple

from .history import Told
from .values import Item, Key


class Performed(NamedTuple):
    """What came of one operation.

    `latency_s` is from just before sending to just after the answer, in target time; `error` is the name of the
    error, empty where there was none; `refused` are the keys of a batch that the answer named as not processed;
    `seen` is the item that a read saw.
    """

    outcome: Told
    latency_s: float
    error: str = ""
    refused: frozenset[Key] = frozenset()
    seen: Item | None = None

    @property
    def acknowledged(self) -> bool:
        """Whether all of it happened, for certain."""
        return self.outcome is Told.OK and not self.refused
