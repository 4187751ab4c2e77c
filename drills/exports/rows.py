"""Items on their way into a part of a snapshot: as many at a time as fit well in memory."""

from pathlib import Path
from types import TracebackType

from ..errors import UnverifiableError
from ..snapshots.columns import Columns
from ..snapshots.folder import PartWriter
from ..values import Item
from .keys import KeySchema
from .manifest import AGAIN_HINT

MOST_ROWS, MOST_BYTES = 5_000, 8 << 20
"""So much is held before it is written, whichever comes first: items have up to 400 KB."""

NOT_TYPED = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""What comes of typed JSON that is none: a number that is not one, binary that is not base64."""


class ItemWriter:
    """Writes the items of one part; what is written stays only if the block in which it was made ends well.

    Args:
        folder: of the snapshot.
        name: of the part.
        keys: of the table.
        at: the instant of which all of them are.
    """

    def __init__(self, folder: Path, name: str, keys: KeySchema, at: float) -> None:
        self._part = PartWriter(folder, name)
        self._keys = keys
        self._at = at
        self._columns = self._no_columns()

    def __enter__(self) -> "ItemWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._part.give_up()
            return
        self._flush()
        self._part.finish()

    @property
    def count(self) -> int:
        """How many there are so far."""
        return self._part.rows + self._columns.rows

    def add(self, item: Item, where: str) -> None:
        """Write an item.

        Raises:
            UsageError: it lacks an attribute of the key.
            UnverifiableError: it is not typed JSON, or its key is of another type than those before.
        """
        try:
            self._keys.check(item, where)
            self._columns.add([item], self._at, self._at)
        except NOT_TYPED as error:
            raise not_typed(where, error) from error
        if self._columns.rows >= MOST_ROWS or self._columns.size_bytes >= MOST_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._columns.rows:
            self._part.add(self._columns.batch())
        self._columns = self._no_columns()

    def _no_columns(self) -> Columns:
        return Columns(self._keys.attributes, "items")


def not_typed(where: str, error: Exception) -> UnverifiableError:
    """That a line holds no item in DynamoDB's typed JSON."""
    return UnverifiableError(
        f"{where} has values that are not DynamoDB's typed JSON: {type(error).__name__}: {error}", AGAIN_HINT
    )
