"""Recovery: point-in-time recovery for what goes wrong at home, copies elsewhere for when home is gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...drills.backups.restoring import AtHome, look_at_home
from ...drills.backups.window import reaches_back
from ...drills.costs.estimate import Usage, Use
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.restore_points.choosing import find_point
from ...drills.target import Capability
from .aws_backup import AwsBackup
from .deleted_table_backup import DeletedTableBackup
from .point_in_time import PointInTime


@dataclass(frozen=True)
class Hybrid:
    """Keep point-in-time recovery and periodic copies in a second Region, and use what the disaster calls for.

    What somebody finds who looks decides. The home Region does not answer: the newest copy in the other is restored
    there. It answers and the table is gone: the backup that DynamoDB kept of it. The table is there: a restore to the
    second before the first bad write, or, where recovery was switched off and its window does not reach back so far,
    the newest good backup. So bad writes cost seconds, a lost Region as much as lies between two copies, and both
    protections are paid for. What it does not protect from is damage that is noticed after 35 days, and the
    loss of both Regions.

    The boundary is that of the way that was taken.
    """

    nearby: PointInTime = PointInTime()
    dropped: DeletedTableBackup = DeletedTableBackup()
    afar: AwsBackup = AwsBackup()
    needs: tuple[Capability, ...] = (
        Capability.POINT_IN_TIME,
        Capability.ON_DEMAND_BACKUP,
        Capability.AWS_BACKUP,
    )
    promise: PromiseKind = PromiseKind.REWIND
    method: Method | None = None

    @property
    def every_s(self) -> float:
        """How often the copies are looked after."""
        return self.afar.every_s

    @property
    def backup_every_s(self) -> float:
        """How often a copy falls due."""
        return self.afar.backup_every_s

    def arm(self, tools: RecoveryTools) -> None:
        """Switch recovery on, and wait for a first copy elsewhere."""
        self.nearby.arm(tools)
        self.afar.arm(tools)

    def protect(self, tools: RecoveryTools) -> None:
        """Look after the copies."""
        self.afar.protect(tools)

    def monthly(self, usage: Usage) -> Sequence[Use]:
        """Both protections."""
        return [*self.nearby.monthly(usage), *self.afar.monthly(usage)]

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Look at home, and take the way that leads back from there."""
        match look_at_home(tools):
            case AtHome.NO_ANSWER:
                return _bounded(tools, self.afar.recover(tools), Method.AWS_BACKUP)
            case AtHome.NO_TABLE:
                return self.dropped.recover(tools)
            case AtHome.TABLE if reaches_back(tools, self._point(tools)):
                return _bounded(tools, self.nearby.recover(tools), Method.POINT_IN_TIME)
            case AtHome.TABLE:
                tools.progress("point-in-time recovery does not reach back to the point: taking a backup")
                return _bounded(tools, self.afar.recover(tools), Method.AWS_BACKUP)

    def _point(self, tools: RecoveryTools) -> float:
        """Which second is to be gone back to; now, where the latest is asked for."""
        point_at, _ = find_point(tools.to, tools.clue, tools.boundary(Method.POINT_IN_TIME))
        return tools.clock.now() if point_at is None else point_at


def _bounded(tools: RecoveryTools, recovered: Recovered, method: Method) -> Recovered:
    """With the boundary of the way that was taken, which a hybrid alone does not tell."""
    boundary = tools.boundary(method)
    return Recovered(recovered.table, recovered.point_at, recovered.found_from, boundary)
