"""Disaster: a script that was meant for staging runs against production."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, Item, Key, key_item, key_of
from .batches import a_share_of, send_in_batches


@dataclass(frozen=True)
class WrongEnvironment:
    """A script that fills staging with test data runs against production: a variable named the wrong table.

    It puts test items over some of the real ones, whose keys it was given as examples, and beside them under keys of
    its own. Every item that it writes says who wrote it, in `written_by`, and that is how they are found again: what
    is under a real key is damage, what is under a key of the script's own is rubbish that must go.
    """

    prevention: ClassVar[str] = (
        "Keep production in an account of its own, with credentials that no script for staging has, and "
        "let the script say the table's ARN, its account and the number of items before it writes."
    )

    share: float = 0.1
    beside: int = 50
    written_by: str = "staging-loader"

    def strike(self, strike: Strike) -> Clue:
        """Put test data over and beside real items; leave behind the script's log."""
        over = [key_of(item, strike.key_attributes) for item in a_share_of(strike, self.share)]
        beside = [self._fresh(strike, number) for number in range(self.beside)]
        changes = [Change(key, self._test_data(key, number)) for number, key in enumerate([*over, *beside])]
        began_at = send_in_batches(strike, changes)
        return Clue(f"the log of {self.written_by}", began_at, tuple(changes), {"written_by": {"S": self.written_by}})

    def _fresh(self, strike: Strike, number: int) -> Key:
        bare: Item = {name: {"S": f"test-{number:04d}"} for name in strike.key_attributes}
        return key_of(bare, strike.key_attributes)

    def _test_data(self, key: Key, number: int) -> Item:
        return {
            **key_item(key),
            "written_by": {"S": self.written_by},
            "environment": {"S": "staging"},
            "token": {"S": f"test-data-{number}"},
        }
