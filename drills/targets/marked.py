"""Writing a few marked items into a table that the run did not create: opt-in, and nothing but these keys.

No other client of a target lets a write to such a table out; the client that is made here lets no other write out.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..clock import Clock, instant
from ..errors import RefusedError
from ..marked_keys import CONDITIONS, MARK, MarkedKeys
from ..target import Target, TargetKind
from .controls import Controls
from .operations import KINDS, Kind, Parameters

if TYPE_CHECKING:
    from collections.abc import Callable


class MarkedGuard:
    """Lets out what reads, and single writes of marked keys on the condition that nobody else's item is there."""

    def __init__(self, keys: MarkedKeys) -> None:
        self._keys = keys

    def check(self, operation: str, parameters: Parameters) -> None:
        """Let a call pass.

        Raises:
            RefusedError: it would write anything but a canary, or where there might be another item.
        """
        if KINDS.get(operation) is Kind.READ:
            return
        item: Any = parameters.get("Item" if operation == "PutItem" else "Key", {})
        marked = operation == "DeleteItem" or MARK in item
        conditional = parameters.get("ConditionExpression") == CONDITIONS.get(operation)
        names = parameters.get("ExpressionAttributeNames") or {}
        named = names.get("#mark") == MARK and names.get("#key", self._keys.partition_key) == self._keys.partition_key
        if operation in CONDITIONS and marked and conditional and named and self._is_ours(parameters, item):
            return
        raise RefusedError(
            f"{operation} was not sent: it is no write of a canary",
            f"Only keys of {self._keys.table} that begin with {self._keys.word} are written.",
        )

    def check_neighbour(self, service: str, operation: str, parameters: Parameters) -> None:  # noqa: ARG002 -- none is let out
        """Let nothing out.

        Raises:
            RefusedError: always.
        """
        raise RefusedError(f"{service}:{operation} was not sent: canaries are DynamoDB's only", "")

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """Learn nothing."""

    def answered_by_neighbour(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        """Learn nothing."""

    def _is_ours(self, parameters: Parameters, item: Mapping[str, Any]) -> bool:
        return parameters.get("TableName") == self._keys.table and self._keys.cover(item)


class AskedClock:
    """A served machine's time, asked for every stamp: others move it meanwhile. A wait is real."""

    def __init__(self, now: "Callable[[], float]") -> None:
        self._now = now

    def now(self) -> float:
        """This instant, as the machine says it."""
        return instant(self._now())

    def wait(self, seconds: float, why: str) -> None:  # noqa: ARG002 -- nothing is moved
        """Sleep."""
        self.live(seconds)

    def live(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(0.0, seconds))


def clock_for_marks(target: Target) -> Clock:
    """The clock that canaries are stamped by: the target's, but of a served machine its very own."""
    if target.kind is TargetKind.SERVED and isinstance(target.world, Controls):
        return AskedClock(target.world.now)
    return target.clock
