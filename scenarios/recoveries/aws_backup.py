"""Recovery: back up with AWS Backup, copy each backup to a second Region, and restore from where one can be had."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...drills.backups import vaults
from ...drills.backups.choosing import first_bad_at, newest_good
from ...drills.backups.restoring import AtHome, finish_restore, look_at_home
from ...drills.backups.schedule import failures, find, take_turn, wait_after_quiet, wait_before_quiet
from ...drills.costs.estimate import A_MONTH_S, Usage, Use, copied, kept_backups
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.tables import table_id
from ...drills.target import Capability

LAST_BACKUP_AT, TOLD_OF, OTHER_VAULT = "last_backup_at", "told_of", "other_vault"
"""What `kept` holds: when a backup was last due, the copies that were told of, the ARN of the vault elsewhere."""

MOST_COPIES = 3
"""How often a recovery point's copy is tried."""


@dataclass(frozen=True)
class AwsBackup:
    """Back up by AWS Backup every so often, copy each recovery point to a second Region, restore the newest good one.

    Protects from bad writes, from the loss of the table, and from the loss of the Region: when the home Region does not
    answer, the table is restored from the newest copy in the other one, and users move there. What was written after
    that backup is lost, and the copy's own time adds to it: a backup whose copy was under way is lost with its Region.
    Only what the other Region lists as complete is relied on: copies that failed are tried again, three times in all,
    and told of before they are needed, and so are those that take longer than the next backup.

    AWS says of no instant that a recovery point holds, so the boundary of on-demand backups is taken: a minute before
    and after its creation date. All indexes come back; of the settings only the encryption can be chosen.

    `every_s` is how often somebody looks: then backups fall due, every `backup_every_s`, and copies are begun.
    `role_arn` is what AWS Backup acts as. What a month costs goes by `kept_s`: for how long each backup is kept, here
    and there.
    """

    copy_to: str = "us-west-1"
    backup_every_s: float = 3600.0
    every_s: float = 60.0
    kept_s: float = 86_400.0
    role_arn: str = "arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole"
    needs: tuple[Capability, ...] = (Capability.AWS_BACKUP,)
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = Method.AWS_BACKUP

    def arm(self, tools: RecoveryTools) -> None:
        """Make a vault in both Regions, and wait until a first backup, alone in its boundary, is in both."""
        boundary = tools.boundary(Method.AWS_BACKUP)
        wait_before_quiet(tools, boundary.lo_s)
        vaults.open_vault(tools, tools.region)
        elsewhere = tools.kept[OTHER_VAULT] = vaults.open_vault(tools, self.copy_to)
        point_arn = vaults.await_backup(tools, vaults.start_backup(tools, self.role_arn))
        vaults.await_copy(tools, vaults.start_copy(tools, point_arn, elsewhere, self.role_arn))
        wait_after_quiet(tools, boundary.hi_s)

    def protect(self, tools: RecoveryTools) -> None:
        """Begin the backup that is due, and the copies of those that are complete; tell of copies that failed."""
        if look_at_home(tools) is not AtHome.TABLE:
            return
        now = tools.clock.now()
        if now - float(tools.kept.get(LAST_BACKUP_AT, "-inf")) >= self.backup_every_s:
            tools.kept[LAST_BACKUP_AT] = str(now)
            take_turn(tools, "backup", lambda: vaults.start_backup(tools, self.role_arn))
        take_turn(tools, "copies", lambda: self._see_to_copies(tools))

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """Every backup that is kept, in both Regions, and each copy on its way."""
        size, kept = usage.size.items + usage.size.local_indexes, self.kept_s / self.backup_every_s
        return [
            kept_backups([(size, kept)], usage.region),
            kept_backups([(size, kept)], usage.other_region),
            copied(usage.size, A_MONTH_S / self.backup_every_s, usage.region),
        ]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Take the newest good recovery point at home, or in the other Region where home does not answer."""
        at_home = look_at_home(tools) is not AtHome.NO_ANSWER
        region = tools.region if at_home else self.copy_to
        points = list(vaults.points_in(tools, region))
        chosen = newest_good(points, tools.boundary(Method.AWS_BACKUP), first_bad_at(tools))
        tools.mark(Mark.DECIDED)
        vaults.restore_point(tools, chosen.arn, region, self.role_arn)
        finish_restore(tools, None if at_home else region)
        why = "newest recovery point" if at_home else f"newest copy in {region}, the home Region did not answer"
        return Recovered(
            table_id(tools.new_table, None if at_home else region),
            chosen.taken_at,
            f"the {why}, of {len(points)}, whose boundary ends before the first bad write{failures(tools)}",
        )

    def _see_to_copies(self, tools: RecoveryTools) -> str:
        """Begin the copies that are missing; what is wrong with others is told once."""
        begun = 0
        jobs: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for job in vaults.copy_jobs(tools):
            jobs[job["SourceRecoveryPointArn"]].append(job)
            self._judge_copy(tools, job)
        for point in vaults.points_in(tools, tools.region):
            tried = jobs[point.arn]
            if point.usable and len(tried) < MOST_COPIES and all(job["State"] == "FAILED" for job in tried):
                vaults.start_copy(tools, point.arn, tools.kept[OTHER_VAULT], self.role_arn)
                begun += 1
        return f"{begun} begun" if begun else ""

    def _judge_copy(self, tools: RecoveryTools, job: dict[str, Any]) -> None:
        under_way_s = tools.clock.now() - job["CreationDate"].timestamp()
        late = job["State"] in ("CREATED", "RUNNING") and under_way_s > self.backup_every_s
        told = tools.kept.get(TOLD_OF, "")
        if (late or job["State"] == "FAILED") and job["CopyJobId"] not in told:
            tools.kept[TOLD_OF] = f"{told} {job['CopyJobId']}"
            said = f"still {job['State']} after {under_way_s:.0f} s" if late else job.get("StatusMessage", "FAILED")
            find(tools, f"copy to {self.copy_to}", said)
