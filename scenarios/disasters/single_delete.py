"""Disaster: one item is deleted by hand that should not have been."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, key_of

PAGE = 50
"""How many items the console shows at once."""


@dataclass(frozen=True)
class SingleDelete:
    """Somebody deletes one item by hand, in the console, and ticked the wrong row of the page that it shows.

    No metric shows it, and a count of items does not either. What is left is CloudTrail's data event, where those are
    switched on, or the customer's call.
    """

    prevention: ClassVar[str] = (
        "Give people roles that read, and let deletes go through a tool that shows the item and asks for "
        "its key; a flag for deleted items in place of DeleteItem is undone in a second."
    )

    def strike(self, strike: Strike) -> Clue:
        """Delete one item of the page; leave behind CloudTrail's event of it."""
        page = strike.client.scan(TableName=strike.table, Limit=PAGE)["Items"]
        key = key_of(strike.random.choice(page), strike.key_attributes)
        deleted_at = strike.clock.now()
        strike.send([Change(key, None)])
        return Clue("CloudTrail's data event of DeleteItem", deleted_at, log=(Change(key, None),))
