"""Disaster: the backups are deleted, and then the values encrypted."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.target import Capability
from .encrypted_values import EncryptedValues


@dataclass(frozen=True)
class DeletedBackups:
    """An intruder deletes every on-demand backup of the table that there is, and then encrypts the values.

    Whoever may delete items and backups alike takes the way back along with the data. Recovery points in a vault that
    is locked, or of another account, would still be there; and so is what point-in-time recovery keeps, until it is
    switched off.
    """

    prevention: ClassVar[str] = (
        "Keep a copy in a vault with a lock, or in another account, where the credentials that write "
        "items can delete nothing; deny dynamodb:DeleteBackup to every role that does not expire backups."
    )

    share: float = 0.8
    needs: tuple[Capability, ...] = (Capability.ON_DEMAND_BACKUP,)

    def strike(self, strike: Strike) -> Clue:
        """Delete the backups one after the other, then encrypt; leave behind CloudTrail's events."""
        pages = strike.control.get_paginator("list_backups").paginate(TableName=strike.table)
        for arn in [backup["BackupArn"] for page in pages for backup in page["BackupSummaries"]]:
            strike.attempt(f"DeleteBackup {arn}", partial(strike.control.delete_backup, BackupArn=arn))
        return EncryptedValues(self.share).strike(strike)
