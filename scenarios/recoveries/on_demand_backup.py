"""Recovery: restore the newest good one of the backups that are taken again and again, into a new table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...drills.backups.choosing import Taken, first_bad_at, newest_good
from ...drills.backups.jobs import Stage, await_done
from ...drills.backups.restoring import restore_backup
from ...drills.backups.schedule import failures, take_turn, wait_after_quiet, wait_before_quiet
from ...drills.costs.estimate import Usage, Use, kept_backups
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.target import Capability


@dataclass(frozen=True)
class OnDemandBackup:
    """Take a backup every so often, and restore the newest good one into a new table, with the settings AWS drops.

    Protects from bad writes and deletes, and from the loss of the table: backups stay until somebody deletes them.
    What was written after the backup is lost, so the RPO is the age of the newest good backup. It does not protect
    from the loss of the Region: DynamoDB has no call that copies a backup elsewhere.

    What is written in the minute before and the minute after CreateBackup may or may not be in the backup (API
    Reference, CreateBackup). So a backup is good only if it was taken more than a minute before the first bad write,
    and a schedule of every 5 minutes alone guarantees no RPO of 5 minutes, but one of 7. The first backup is taken
    before users begin, alone in its two minutes, as before a deployment; the next when they begin.

    `every_s` is how often. What a month costs goes by `kept_s`: for how long each is kept before somebody deletes it.
    """

    every_s: float = 3600.0
    kept_s: float = 86_400.0
    needs: tuple[Capability, ...] = (Capability.ON_DEMAND_BACKUP,)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.ON_DEMAND_BACKUP

    @property
    def backup_every_s(self) -> float:
        """The schedule's period."""
        return self.every_s

    def arm(self, tools: RecoveryTools) -> None:
        """Take one backup with nobody writing within its boundary, and wait until it is available."""
        boundary = tools.boundary(Method.ON_DEMAND_BACKUP)
        wait_before_quiet(tools, boundary.lo_s)
        arn = _take(tools)
        await_done(tools, f"backup {arn}", lambda: _stage(tools, arn))
        wait_after_quiet(tools, boundary.hi_s)

    def protect(self, tools: RecoveryTools) -> None:
        """Take a backup; one that fails is written down, and the schedule goes on."""
        take_turn(tools, "backup", lambda: _take(tools))

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """Every backup that is kept, each a whole one."""
        size = usage.size.items + usage.size.local_indexes
        return [kept_backups([(size, self.kept_s / self.every_s)], usage.region)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Choose among the backups that DynamoDB lists, restore, wait, put the settings back."""
        bad_at = first_bad_at(tools)
        backups = list(_taken(tools))
        chosen = newest_good(backups, tools.boundary(Method.ON_DEMAND_BACKUP), bad_at)
        tools.mark(Mark.DECIDED)
        restore_backup(tools, chosen.arn)
        why = f"the newest of {len(backups)} backups whose boundary ends before the first bad write{failures(tools)}"
        return Recovered(tools.new_table, chosen.taken_at, why)


def _take(tools: RecoveryTools) -> str:
    """Ask for a backup, once: CreateBackup has no idempotency token, and asked again it makes, and bills, a second."""
    answer = tools.once.create_backup(TableName=tools.table, BackupName=f"{tools.table}-backup")
    return str(answer["BackupDetails"]["BackupArn"])


def _stage(tools: RecoveryTools, arn: str) -> Stage:
    return Stage(tools.control.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"])


def _taken(tools: RecoveryTools) -> Iterator[Taken]:
    """All backups of the table: names repeat, so they are told apart by their ARNs."""
    for page in tools.control.get_paginator("list_backups").paginate(TableName=tools.table, BackupType="USER"):
        for backup in page["BackupSummaries"]:
            state = backup["BackupStatus"]
            taken_at = backup["BackupCreationDateTime"].timestamp()
            yield Taken(backup["BackupArn"], taken_at, state, usable=state == "AVAILABLE")
