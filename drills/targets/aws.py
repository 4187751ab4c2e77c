"""Amazon DynamoDB itself: opt-in, since it costs money and changes a real account."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ..clock import Clock
from ..errors import UsageError
from ..target import Capability, Connection, TargetKind, World
from .access import Access
from .clients import Place
from .clocks import RealClock
from .endpoint import connection_to
from .shared_clock import CLOCK_FILE, SharedClock
from .terms import Terms, check_lists
from .through_access import SomebodyElses

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


class AwsTarget(SomebodyElses):
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
        clock = RealClock(self._shared, terms.waits if terms else None)
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

    def lacks(self, capability: Capability) -> str | None:
        """Outages alone: nobody can take a Region of AWS down."""
        return "no API takes a Region down" if capability is Capability.OUTAGES else None

    def waits_for_window(self) -> bool:
        """Yes: `LatestRestorableDateTime` is AWS's promise (API Reference, DescribeContinuousBackups)."""
        return True

    def holds_to_policies(self) -> bool:
        """Everybody is; a drill asks there in any case."""
        return False
