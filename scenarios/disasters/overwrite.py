"""Disaster: a batch job writes a wrong value over part of the items."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, key_of
from .batches import a_share_of, send_in_batches


@dataclass(frozen=True)
class Overwrite:
    """A batch job reads the table, sets one attribute of a share of the items to a wrong value, and puts them back.

    What users wrote between the job's reading and its writing is overwritten too.
    """

    prevention: ClassVar[str] = (
        "Write on a condition (attribute_exists, and a version that has to be the one read), print how "
        "many items will change before the first does, and let the job run on ten items first."
    )

    attribute: str = "total"
    wrong_number: str = "0"
    share: float = 0.3

    def strike(self, strike: Strike) -> Clue:
        """Put items back with the wrong value; leave behind the job's log: when it began, and what it put."""
        wrong = [
            Change(key_of(item, strike.key_attributes), {**item, self.attribute: {"N": self.wrong_number}})
            for item in a_share_of(strike, self.share)
        ]
        return Clue("the batch job's log", send_in_batches(strike, wrong), log=tuple(wrong))
