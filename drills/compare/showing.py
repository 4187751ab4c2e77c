"""What outputs show of keys and values: attributes that differ, values only if asked for, keys masked on request."""

from dataclasses import dataclass

import orjson

from ..errors import UnverifiableError
from ..snapshots.columns import halves_of, key_digest
from ..values import Key, digest
from .details import AttributeChange, Typed, changes
from .engine import Halves
from .findings import Difference
from .kinds import Kind
from .result import ChangeRecord, DifferenceRecord

MASK = "key-"


@dataclass(frozen=True)
class Showing:
    """Whether values are shown, and whether keys are masked.

    A masked key is `key-` and the first 16 hexadecimal digits of the 16-byte BLAKE2b of its canonical JSON. It is the
    same on both sides and in every run, so that findings can be told apart and matched; whoever can guess a key can
    find out whether it is that one.
    """

    values: bool = False
    mask_keys: bool = False

    def key(self, key: Key) -> str:
        """A key as outputs have it."""
        return f"{MASK}{key_digest(key).hex()[:16]}" if self.mask_keys else key

    def change(self, change: AttributeChange) -> ChangeRecord:
        """A change as outputs have it."""
        return ChangeRecord(
            path=change.path,
            change=change.change,
            left_type=_type_of(change.left),
            right_type=_type_of(change.right),
            left=change.left if self.values else None,
            right=change.right if self.values else None,
        )


def shown(difference: Difference, key: Key, items: tuple[str | None, str | None], showing: Showing) -> DifferenceRecord:
    """A difference as outputs have it; of an item that one side lacks there is nothing to hold against anything.

    Raises:
        UnverifiableError: an item is not what its digest stands for: the snapshot was tampered with, or is damaged.
    """
    changed = None
    left, right = items
    if difference.kind is Kind.DIFFERENT and left is not None and right is not None:
        changed = [showing.change(change) for change in changes(orjson.loads(left), orjson.loads(right))]
    for item, halves in ((left, difference.left), (right, difference.right)):
        if item is not None and not _stands_for(item, halves):
            raise UnverifiableError(
                f"the item under {showing.key(key)} is not what its digest in the snapshot stands for",
                "Take the snapshot again: this one was changed or is damaged.",
            )
    return DifferenceRecord(class_=difference.kind.word, key=showing.key(key), changes=changed)


def _stands_for(item: str, halves: Halves | None) -> bool:
    return halves == (0, 0) or halves_of(digest(orjson.loads(item))) == halves


def _type_of(typed: Typed | None) -> str | None:
    return next(iter(typed)) if typed else None


def type_words(change: ChangeRecord) -> str:
    """The types of a change, in brackets: `(S)`, `(N, then S)`."""
    types = [each for each in dict.fromkeys((change.left_type, change.right_type)) if each]
    return f"({', then '.join(types)})"
