"""One side of a comparison once it is on disk: a stored snapshot, and what its word was taken for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from ..errors import UnverifiableError, UsageError
from ..snapshots.about import About
from ..snapshots.folder import StoredSnapshot
from ..values import Item, Key

TakenFor: TypeAlias = Literal["table", "snapshot", "run_snapshot", "export", "signature", "ledger"]


class Looks(Protocol):
    """A live table that can be asked again about a few keys."""

    def look(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        """What stands under some keys now, read strongly consistent; keys of nothing are left out.

        Raises:
            UnverifiableError: it was refused or got lost too often.
        """
        ...


@dataclass(frozen=True)
class Side:
    """What is compared: the word that named it, what that was taken for, its rows, and the table if it lives."""

    given: str
    taken_for: TakenFor
    stored: StoredSnapshot
    live: Looks | None = None


def check_comparable(left: Side, right: Side, *, keys_only: bool) -> None:
    """Make sure that two sides can be held against each other.

    Raises:
        UsageError: their keys are not the same attributes of the same types, or one has no values to compare.
        UnverifiableError: one was not read to its end.
    """
    if not same_key_schema(left.stored.about, right.stored.about):
        raise UsageError(
            f"the key of {left.given} is {key_schema(left.stored)},"
            f" and that of {right.given} {key_schema(right.stored)}",
            "Only tables of one key schema can be compared.",
        )
    for side in (left, right):
        about = side.stored.about
        if not about.complete:
            raise UnverifiableError(
                f"{side.given} is not complete: it was not read to its end",
                "Go on with `dynadrill snapshot --resume`, or take it again.",
            )
        if about.holds == "keys" and not keys_only:
            raise UsageError(f"{side.given} holds keys only, and no values to compare", "Compare with --keys-only.")


def same_key_schema(one: About, other: About) -> bool:
    """Whether two snapshots have the same key; an export without an item does not tell the types of its key."""
    if one.key_attributes != other.key_attributes:
        return False
    return not one.key_types or not other.key_types or one.key_types == other.key_types


def key_schema(stored: StoredSnapshot) -> str:
    """A key schema for people: `id (S), n (N)`."""
    about = stored.about
    types = about.key_types or ("unknown type",) * len(about.key_attributes)
    return ", ".join(f"{name} ({kind})" for name, kind in zip(about.key_attributes, types, strict=True))
