"""Amazon DynamoDB itself: opt-in, since it costs money and changes a real account."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..clock import Clock
from ..errors import UsageError
from ..marked_keys import MarkedKeys
from ..promise import Boundary, Method
from ..snapshots.source import LiveTable
from ..target import Capability, Connection, TargetKind, World
from .access import Access
from .boundaries import AROUND_A_BACKUP, AROUND_A_SECOND
from .clients import Place
from .clocks import RealClock
from .endpoint import connection_to
from .shared_clock import CLOCK_FILE, SharedClock
from .terms import Terms, check_lists

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPT_IN = "DYNADRILL_ALLOW_AWS"
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+\Z")


def opted_in(environment: Mapping[str, str]) -> bool:
    """Whether an environment says that calls may go to a real account."""
    return environment.get(OPT_IN) == "1"


def check_region(region: str, hint: str) -> None:
    """Refuse what has no region's form.

    Raises:
        UsageError: it is none.
    """
    if not REGION.match(region):
        raise UsageError(f"{region!r} is not a region of AWS", hint)


class AwsTarget:
    """DynamoDB in one region, with the credentials that boto3 finds.

    This target was never run against AWS by its authors: its calls are held to botocore's models, and no more.

    Args:
        region: such as `eu-west-1`.
        run_id: whose tables these are.
        folder: the run's folder.
        allowed: whether the user opted in; the environment variable DYNADRILL_ALLOW_AWS=1 does so too.
        may_restore_from: foreign tables and backups that a restore may read.
        terms: which accounts and Regions drills may use; None asks nobody, and writes no journal.

    Raises:
        UsageError: nobody opted in, the region has no region's form, or the credentials are no good.
        RefusedError: the account or the Region is not among those allowed.
    """

    def __init__(  # noqa: PLR0913 - each is told apart by its name
        self,
        region: str,
        *,
        run_id: str,
        folder: Path,
        allowed: bool = False,
        may_restore_from: frozenset[str] = frozenset(),
        terms: Terms | None = None,
    ) -> None:
        check_region(region, "Write it as aws:eu-west-1.")
        if not allowed and not opted_in(os.environ):
            raise UsageError(
                f"the target aws:{region} is a real account, and nothing says that a drill may run in it",
                f"Set {OPT_IN}=1, or aws.allow in dynadrill.toml, when it may: it creates and deletes tables and"
                " backups there, which AWS bills.",
            )
        if terms is not None:
            check_lists(terms.config.aws, region)
        self._shared = SharedClock(folder / CLOCK_FILE, create=True)
        clock = RealClock(self._shared)
        self.name = f"aws:{region}"
        self.kind = TargetKind.AWS
        self.clock: Clock = clock
        self.region = region
        self.world: World | None = None
        self.connection: Connection | None = connection_to(Place(None, region), run_id, self._shared)
        try:
            self._access = Access(Place(None, region), run_id, folder, clock, may_restore_from, terms)
            if terms is not None:
                self._access.keep_books(self.name, self.kind)
        except BaseException:
            self._shared.end()
            raise

    @property
    def account(self) -> str:
        """See `Target.account`."""
        return self._access.account

    def data(self, region: str | None = None) -> "DynamoDBClient":
        """See `Target.data`."""
        return self._access.data(region)

    def control(self, region: str | None = None) -> "DynamoDBClient":
        """See `Target.control`."""
        return self._access.control(region)

    def service(self, name: str, region: str | None = None) -> Any:
        """See `Target.service`."""
        return self._access.service(name, region)

    def reader(self, table: str, region: str | None = None, connections: int = 1) -> LiveTable:
        """See `Target.reader`."""
        return self._access.reader(table, region, connections)

    def marker(self, keys: MarkedKeys, region: str | None = None) -> "DynamoDBClient":
        """See `Target.marker`."""
        return self._access.marker(keys, region)

    def lacks(self, capability: Capability) -> str | None:
        """Outages alone: nobody can take a Region of AWS down."""
        return "no API takes a Region down" if capability is Capability.OUTAGES else None

    def boundary(self, method: Method) -> Boundary:
        """A second either way around a point in time, a minute around a backup."""
        return AROUND_A_SECOND if method is Method.POINT_IN_TIME else AROUND_A_BACKUP

    def waits_for_window(self) -> bool:
        """Yes: `LatestRestorableDateTime` is AWS's promise (API Reference, DescribeContinuousBackups)."""
        return True

    def holds_to_policies(self) -> bool:
        """Everybody is; a drill asks there in any case."""
        return False

    def leftovers(self) -> list[str]:
        """What this run made and still exists."""
        return self._access.leftovers(self.lacks)

    def close(self) -> None:
        """Let go of connections and the clock; what the account holds stays."""
        self._access.close()
        self._shared.end()
