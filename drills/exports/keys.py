"""The primary key of what an export holds: its manifests do not name it, so that somebody has to."""

from collections.abc import Sequence
from typing import Any, get_args

from ..errors import UnverifiableError, UsageError
from ..snapshots.about import KeyType
from ..values import Item, Key, key_of

KEY_HINT = "Name the table's key attributes, the partition key first: `--key id` or `--key id,sort`."
KEY_TYPES: tuple[KeyType, ...] = get_args(KeyType)


class KeySchema:
    """The attributes of the key, and their types, which the first item shows and every other one must have.

    Args:
        attributes: the key attributes, the partition key first.
        types: their types, where they are known.

    Raises:
        UsageError: it names none, more than two, or one twice.
    """

    def __init__(self, attributes: Sequence[str], types: tuple[KeyType, ...] = ()) -> None:
        if not 1 <= len(attributes) <= 2 or len(set(attributes)) != len(attributes):
            said = ", ".join(attributes) or "none"
            raise UsageError(f"a table has one key attribute or two, and these were named: {said}", KEY_HINT)
        self.attributes = tuple(attributes)
        self.types = types
        """Of the attributes, in their order; empty until an item was seen."""

    def check(self, item: Item, where: str) -> None:
        """Make sure that an item has a key of this table.

        Raises:
            UsageError: the item has no such attribute, or it is of a type that no key has.
            UnverifiableError: its type is not that of the items before.
        """
        try:
            types = tuple(next(iter(item[name])) for name in self.attributes)
        except KeyError as error:
            raise UsageError(
                f"{where} has no attribute {error.args[0]!r}, which was named as part of the key", KEY_HINT
            ) from None
        if types != self.types:
            self._learn(types, where)

    def key_of(self, item: Item, where: str) -> Key:
        """An item's key as canonical text; what is no key is refused as by `check`."""
        self.check(item, where)
        return key_of(item, self.attributes)

    def _learn(self, types: tuple[Any, ...], where: str) -> None:
        for name, kind in zip(self.attributes, types, strict=True):
            if kind not in KEY_TYPES:
                raise UsageError(
                    f"{where} has the attribute {name!r} of type {kind}, which no key attribute has", KEY_HINT
                )
        if self.types:
            raise UnverifiableError(
                f"{where} has a key of type {', '.join(types)}, where those before have {', '.join(self.types)}",
                "All items of a table have keys of one type: these are not of one table, or `--key` names others.",
            )
        self.types = types
