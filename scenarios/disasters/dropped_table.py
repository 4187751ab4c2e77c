"""Disaster: the table is dropped."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike


@dataclass(frozen=True)
class DroppedTable:
    """Somebody deletes the whole table: `delete-table` in the wrong profile, or a stack that owned it is torn down.

    Users' reads and writes fail from that moment on. Point-in-time recovery ends with the table: of a table that had
    it on, DynamoDB keeps one SYSTEM backup for 35 days, of the moment before (Developer Guide, "Point-in-time
    recovery: how it works"); of any other nothing. Deletion protection refuses it all.
    """

    prevention: ClassVar[str] = (
        "Switch deletion protection on: DeleteTable is then refused until somebody switches it off. Deny "
        "dynamodb:DeleteTable to people and pipelines, and keep tables in a stack with DeletionPolicy: "
        "Retain."
    )

    def strike(self, strike: Strike) -> Clue:
        """Delete the table; leave behind CloudTrail's event, and the answer, if it was refused."""
        asked_at = strike.clock.now()
        strike.attempt("DeleteTable", lambda: strike.control.delete_table(TableName=strike.table))
        return Clue("CloudTrail's event of DeleteTable", asked_at)
