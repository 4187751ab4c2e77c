"""A user's script while it is being followed: a script that wants to know what its reads saw is told."""

from collections.abc import Generator, Iterator

from ..scenario import Operation
from ..values import Item


class Script:
    """The operations of one user, one after the other.

    Args:
        operations: what `Fixture.write` answered. A generator is sent, for each operation that it yields, the item
            that a `get` saw: None for what is not there, for a read that failed and for every other operation.
    """

    def __init__(self, operations: Iterator[Operation]) -> None:
        self._operations = operations
        self._seen: Item | None = None

    def next(self) -> Operation:
        """What the user does now."""
        seen, self._seen = self._seen, None
        if isinstance(self._operations, Generator):
            operation: Operation = self._operations.send(seen)
            return operation
        return next(self._operations)

    def saw(self, item: Item | None) -> None:
        """What came of the operation: the item that it saw, if it was a read and there is one."""
        self._seen = item
