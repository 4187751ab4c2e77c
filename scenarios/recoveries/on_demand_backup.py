"""Recovery: restore the backup that was taken before the disaster, into a new table."""

from dataclasses import dataclass

from botocore.exceptions import ClientError

from ...drills.errors import RecoveryFailedError
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.table_settings import await_active, put_settings_on
from ...drills.target import Capability

BACKUP_ARN = "backup_arn"
QUIET_S = 1.0
"""How much longer than the boundary nobody writes."""

POLL_S = 5.0
LONGEST_BACKUP_S = 3600.0


@dataclass(frozen=True)
class OnDemandBackup:
    """Restore the one backup taken before the disaster, into a new table, and put back the settings AWS drops."""

    needs: tuple[Capability, ...] = (Capability.ON_DEMAND_BACKUP,)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.ON_DEMAND_BACKUP

    def arm(self, tools: RecoveryTools) -> None:
        """Take one backup, alone in its boundary, and wait until it is available.

        What is written in the minute before and the minute after CreateBackup may or may not be in the backup (API
        reference, CreateBackup). With nobody writing in those two minutes nothing is left to chance: all that was
        written before has to come back. CreateBackup has no idempotency token: asked again it makes, and bills, a
        second backup; so it is asked once.
        """
        boundary = tools.boundary(Method.ON_DEMAND_BACKUP)
        tools.clock.wait(QUIET_S - boundary.lo_s, "until what was written before the backup is in it for certain")
        answer = tools.once.create_backup(TableName=tools.table, BackupName=f"{tools.table}-backup")
        tools.kept[BACKUP_ARN] = answer["BackupDetails"]["BackupArn"]
        _await_available(tools, tools.kept[BACKUP_ARN])
        tools.clock.wait(QUIET_S + boundary.hi_s, "until what is written after the backup is not in it for certain")

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Restore from the backup, wait, put the settings back."""
        arn = tools.kept[BACKUP_ARN]
        backup = tools.control.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
        tools.mark(Mark.DECIDED)
        tools.mark(Mark.RESTORE_ASKED)
        try:
            tools.once.restore_table_from_backup(BackupArn=arn, TargetTableName=tools.new_table)
        except ClientError as error:
            raise RecoveryFailedError(f"the restore was refused: {error}") from error
        tools.progress("waiting for the restored table")
        await_active(tools.control, tools.new_table, tools.clock)
        tools.mark(Mark.ACTIVE)
        put_settings_on(tools.control, tools.new_table, tools.settings, tools.clock)
        tools.mark(Mark.SETTINGS_BACK)
        return Recovered(
            tools.new_table, backup["BackupCreationDateTime"].timestamp(), "the backup that was taken before"
        )


def _await_available(tools: RecoveryTools, arn: str) -> None:
    began_at = tools.clock.now()
    while True:
        described = tools.control.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
        if described["BackupStatus"] == "AVAILABLE":
            return
        if tools.clock.now() - began_at > LONGEST_BACKUP_S:
            raise RecoveryFailedError(f"backup {arn} is still {described['BackupStatus']}")
        tools.clock.wait(POLL_S, "until the backup is available")
