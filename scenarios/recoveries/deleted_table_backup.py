"""Recovery: restore the backup that DynamoDB itself keeps of a table that was deleted with recovery on."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...drills.backups.choosing import Taken
from ...drills.backups.restoring import restore_backup
from ...drills.costs.estimate import Usage, Use, point_in_time_month
from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Boundary, Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.table_settings import switch_recovery_on
from ...drills.target import Capability

PATIENCE_S = 300.0
"""The backup is listed 5 to 10 s after DeleteTable; that it never comes is known after this."""

POLL_S = 5.0


@dataclass(frozen=True)
class DeletedTableBackup:
    """Restore the SYSTEM backup that DynamoDB keeps for 35 days of a table that was deleted with recovery on.

    Protects from the loss of the table, with nothing lost: it holds what the table held when it was deleted, and costs
    nothing. It goes back to no earlier second, so bad writes that were made before come back too; and where
    point-in-time recovery was off when the table was deleted there is none (Developer Guide, "Point-in-time recovery:
    how it works"). It stays in its Region.

    Nobody can delete that backup: a drill on AWS leaves it behind, and says so.
    """

    needs: tuple[Capability, ...] = (Capability.POINT_IN_TIME, Capability.ON_DEMAND_BACKUP)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.POINT_IN_TIME

    def arm(self, tools: RecoveryTools) -> None:
        """Switch point-in-time recovery on."""
        switch_recovery_on(tools.control, tools.table)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """A month of point-in-time recovery; the backup of a deleted table is free."""
        return [point_in_time_month(usage.size, usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Find the backup by its table and type, restore, wait, put the settings back."""
        backup = await_system_backup(tools)
        tools.mark(Mark.DECIDED)
        restore_backup(tools, backup.arn)
        # Nothing was written after the deletion: only what was under way then may be in it or not.
        boundary = Boundary(min(tools.boundary(Method.POINT_IN_TIME).lo_s, 0.0), 0.0)
        return Recovered(tools.new_table, backup.taken_at, "the backup of the deleted table", boundary)


def await_system_backup(tools: RecoveryTools) -> Taken:
    """The newest backup of a deleted table of that name, once it is listed.

    Raises:
        RecoveryFailedError: there is none.
    """
    began_at = tools.clock.now()
    while not (found := _system_backups(tools)):
        if tools.clock.now() - began_at > PATIENCE_S:
            raise RecoveryFailedError(
                f"there is no SYSTEM backup of {tools.table}",
                "DynamoDB makes one when a table is deleted whose point-in-time recovery is on, and for no other.",
            )
        tools.clock.wait(POLL_S, "until the backup of the deleted table is listed")
    return max(found, key=lambda each: each.taken_at)


def _system_backups(tools: RecoveryTools) -> list[Taken]:
    listed = tools.control.get_paginator("list_backups").paginate(TableName=tools.table, BackupType="SYSTEM")
    return [
        Taken(backup["BackupArn"], backup["BackupCreationDateTime"].timestamp(), backup["BackupStatus"], usable=True)
        for page in listed
        for backup in page["BackupSummaries"]
    ]
