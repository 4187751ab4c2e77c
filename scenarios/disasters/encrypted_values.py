"""Disaster: an intruder overwrites values with ciphertext."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, Item, key_of
from .batches import a_share_of, send_in_batches

LEFT_ALONE = frozenset({"N", "BOOL", "NULL"})
"""The types that hold no ciphertext: a number stays a number, so that no index refuses the item."""


@dataclass(frozen=True)
class EncryptedValues:
    """An intruder with stolen credentials encrypts the values of most items, and keeps the key to it for a ransom.

    Strings become other strings, lists, maps, sets and binary values become binary; keys, numbers and flags stay, so
    that every item is still there, every count is right and nothing can be read. A backup that is taken afterwards
    holds ciphertext too.
    """

    prevention: ClassVar[str] = (
        "Give the application short-lived credentials that may write only what it writes, put an alarm on "
        "an unusual rate of writes, and log data events in CloudTrail; none of it replaces a backup that "
        "the same credentials cannot delete."
    )

    share: float = 0.8

    def strike(self, strike: Strike) -> Clue:
        """Put items back with ciphertext for values; leave behind what the credentials were used for."""
        changes = [
            Change(key_of(item, strike.key_attributes), _encrypted(item, strike.key_attributes, strike.random))
            for item in a_share_of(strike, self.share)
        ]
        return Clue("CloudTrail's data events of the stolen credentials", send_in_batches(strike, changes))


def _encrypted(item: Item, key_attributes: tuple[str, ...], random: Random) -> Item:
    return {name: typed if name in key_attributes else _ciphertext(typed, random) for name, typed in item.items()}


def _ciphertext(typed: Mapping[str, Any], random: Random) -> Mapping[str, Any]:
    ((kind, value),) = typed.items()
    if kind in LEFT_ALONE:
        return typed
    unreadable = b64encode(random.randbytes(max(len(str(value)), 1))).decode()
    return {"S": unreadable} if kind == "S" else {"B": unreadable}
