"""The states of a table: a pure function of time, once it is known when each begins.

CREATING, ACTIVE, UPDATING, DELETING, INACCESSIBLE_ENCRYPTION_CREDENTIALS, ARCHIVED (API reference, TableDescription).
The backups of a table keep their own time, as measured on AWS: in the first three seconds of CREATING they do not know
it, until some seconds after ACTIVE they are not ready, and they forget it about a second after DeleteTable, while
DescribeTable goes on to show it as DELETING.
"""

from math import inf
from typing import NamedTuple

UNKNOWN_TO_BACKUPS_S = 3.0
"""So long after CreateTable the calls about backups say that there is no such table (measured: about 3 s)."""
FORGOTTEN_BY_BACKUPS_S = 1.0
"""So long after DeleteTable they still know it (measured: 1.0 to 1.6 s)."""


class Lifecycle(NamedTuple):
    """When the states of a table begin, epoch seconds; 0 for what has been so from the start, infinity for never."""

    created_at: float = 0.0
    active_at: float = 0.0
    backups_ready_at: float = 0.0
    updated_at: float = 0.0
    """An update that was asked for is done."""
    deleting_at: float = inf
    gone_at: float = inf
    locked_at: float = inf
    """The key of KMS cannot be used."""
    archived_at: float = inf

    def status(self, now: float) -> str:
        """TableStatus as DescribeTable says it."""
        if self.deleting_at <= now:
            return "DELETING"
        if self.archived_at <= now:
            return "ARCHIVED"
        if now < self.active_at:
            return "CREATING"
        if self.locked_at <= now:
            return "INACCESSIBLE_ENCRYPTION_CREDENTIALS"
        return "UPDATING" if now < self.updated_at else "ACTIVE"

    def is_known_to_backups(self, now: float) -> bool:
        """Whether calls about backups and recovery find the table."""
        known_at = min(self.created_at + UNKNOWN_TO_BACKUPS_S, self.active_at)
        return known_at <= now < min(self.deleting_at + FORGOTTEN_BY_BACKUPS_S, self.gone_at)
